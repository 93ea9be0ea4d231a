using System.Globalization;
using Xend.DeviceModel;
using Xend.Domains;

namespace Xend.Operations.Steps;

/// <summary>Starts the device model and notes its process, so that it never outlives the domain.</summary>
/// <param name="saved">What a restored guest's goes on from; null for a new guest.</param>
internal sealed class StartDeviceModel(IGuestOrigin? saved = null) : Step
{
    private const string ConsoleLimitBytes = "1048576";

    public override string Name => "start-device-model";

    public override async Task DoAsync(OperationContext context, CancellationToken cancellation)
    {
        var (config, id) = (context.Config, context.DomainId);
        var node = DomainNodes.DeviceModelPathOf(id);
        await context.Host.Store.RemoveAsync(node, cancellation).ConfigureAwait(false);
        await context.Host.Store.MakeDirectoryAsync(node, cancellation).ConfigureAwait(false);

        var options = context.Host.Options;
        var display = QemuArguments.DisplayOf(config);
        var xDisplay = display.XDisplay.Length > 0 ? display.XDisplay : Environment.GetEnvironmentVariable("DISPLAY") ?? "";
        if (display.Sdl && xDisplay.Length == 0)
        {
            OperationLog.NoXDisplay(context.Log, context.Name);
        }
        var arguments = QemuArguments.For(
            new DeviceModelSetting(
                id,
                config,
                options.VncListen,
                options.Keymap,
                VncPassword.Of(display, options).Length > 0,
                xDisplay.Length > 0,
                saved?.State is not null
            )
        );
        var process = context.Host.DeviceModels.Start(
            new DeviceModelStart(
                id,
                config.Name,
                CheckDeviceModel.Find(context),
                arguments,
                EnvironmentOf(id, display, xDisplay),
                options.DeviceModelLogs,
                saved?.State
            )
        );
        context.Learn(runtime => runtime with { DeviceModel = process });
        context.Change(entry => entry with { DeviceModelLost = false });
        await context
            .Host.Store.WriteAsync(DomainNodes.DeviceModelProcessOf(id), process.Id.ToString(CultureInfo.InvariantCulture), cancellation)
            .ConfigureAwait(false);
    }

    public override Task UndoAsync(OperationContext context) => DeviceModelEnd.EndAsync(context, $"undo {Name} of {context.Name}");

    private static Dictionary<string, string> EnvironmentOf(uint domainId, DisplayOptions display, string xDisplay)
    {
        var environment = new Dictionary<string, string>
        {
            ["XEN_DOMAIN_ID"] = domainId.ToString(CultureInfo.InvariantCulture),
            ["XEN_QEMU_CONSOLE_LIMIT"] = ConsoleLimitBytes,
        };
        if (display.Sdl && xDisplay.Length > 0)
        {
            environment["DISPLAY"] = xDisplay;
            environment["XAUTHORITY"] = display.XAuthority;
        }
        return environment;
    }
}
