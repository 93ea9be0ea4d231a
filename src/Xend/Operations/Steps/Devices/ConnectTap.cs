using System.Globalization;
using Xend.Devices;

namespace Xend.Operations.Steps;

/// <summary>Connects the tap that the device model made for an emulated network card.</summary>
internal sealed class ConnectTap(IDevice device) : Step
{
    public override string Name { get; } = $"connect-tap-{device.Config.Id}";

    public override string? Group => StepGroup.Taps;

    public override Task DoAsync(OperationContext context, CancellationToken cancellation) =>
        device.ConnectTapAsync(context.Owner, context.Host, cancellation);
}
