namespace Xend.Operations.Steps;

/// <summary>Stops a guest's vCPUs for as long as something takes.</summary>
internal sealed class HoldGuest : Step
{
    /// <summary>The journal has it where the guest ran before.</summary>
    public const string Held = "held";

    private bool _held;

    public override string Name => "hold-guest";

    public override Task DoAsync(OperationContext context, CancellationToken cancellation)
    {
        if (GuestInXen.IsPaused(context) is false)
        {
            context.Journal.Remember(Held, "1");
            context.Host.Hypervisor.PauseDomain(context.DomainId);
            _held = true;
        }
        return Task.CompletedTask;
    }

    public override Task UndoAsync(OperationContext context)
    {
        LetGo(context);
        return Task.CompletedTask;
    }

    /// <summary>It goes on, unless somebody held it before.</summary>
    public void LetGo(OperationContext context)
    {
        if (_held)
        {
            context.Host.Hypervisor.UnpauseDomain(context.DomainId);
            _held = false;
        }
    }
}
