using System.Globalization;
using Xend.Host;

namespace Xend.Operations.Steps;

/// <summary>Refuses early a guest whose device model is missing, and says what was taken.</summary>
internal sealed class CheckDeviceModel : Step
{
    public override string Name => "check-device-model";

    public override Task DoAsync(OperationContext context, CancellationToken cancellation)
    {
        OperationLog.FileTaken(context.Log, context.Name, "device model", Find(context), context.Config.Machine.DeviceModel);
        return Task.CompletedTask;
    }

    public static string Find(OperationContext context)
    {
        var configured = context.Config.Machine.DeviceModel;
        DeviceModelName.Check(configured);
        var files = new XenFiles(context.Host.Devices, context.Host.Hypervisor.GetXenInfo());
        return files.FindDeviceModel(configured)
            ?? throw new XendError(
                ErrorCode.HostResource,
                $"device model '{(configured.Length > 0 ? configured : "qemu-system-i386")}' not found",
                !DeviceModelName.IsStock(configured)
                    ? "There is no such program."
                    : $"It was looked for as {string.Join(", ", files.DeviceModelPlaces)}.",
                "Install the device model (Debian: qemu-system-xen), or correct device_model=."
            );
    }
}
