using Xend.Devices;
using Xend.Domains;

namespace Xend.Operations.Steps;

/// <summary>The end of a device model whose domain lives on, and of what told of it.</summary>
internal static class DeviceModelEnd
{
    /// <summary>
    /// Ends it where no device of the domain needs one any more, also one that a dead daemon had no time to note. Those of HVM guests stay.
    /// </summary>
    public static async Task EndUnneededAsync(OperationContext context)
    {
        if (context.Entry is { Config: { } config } && !BackendClasses.NeedDeviceModel(config))
        {
            await EndAsync(context, $"device model of {context.Name}").ConfigureAwait(false);
        }
    }

    /// <summary>First it is forgotten: one that is known and not there has died, and that is told.</summary>
    public static async Task EndAsync(OperationContext context, string title)
    {
        context.Learn(runtime => runtime.WithoutDeviceModel());
        if (await context.Host.DeviceModels.StopAsync(context.DomainId).ConfigureAwait(false) is { } complaint)
        {
            OperationLog.StepComplains(context.Log, title, complaint);
        }
        await DomainNodes.RemoveDeviceModelAsync(context.Host.Store, context.DomainId).ConfigureAwait(false);
    }
}
