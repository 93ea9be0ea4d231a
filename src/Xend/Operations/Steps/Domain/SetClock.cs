namespace Xend.Operations.Steps;

/// <summary>The guest's clock, where it is not UTC.</summary>
internal sealed class SetClock : Step
{
    public override string Name => "set-clock";

    public override Task DoAsync(OperationContext context, CancellationToken cancellation)
    {
        var offset = OffsetOf(context.Config.Machine, context.Host.Clock);
        if (offset != 0)
        {
            context.Host.Hypervisor.SetTimeOffset(context.DomainId, offset);
        }
        return Task.CompletedTask;
    }

    private static int OffsetOf(MachineOptions machine, TimeProvider clock) =>
        machine.ClockOffset + (machine.LocalTime ? (int)clock.LocalTimeZone.GetUtcOffset(clock.GetUtcNow()).TotalSeconds : 0);
}
