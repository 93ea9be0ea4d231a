namespace Xend.Operations.Steps;

/// <summary>Lets a suspended guest go on where it was.</summary>
internal sealed class ResumeGuest : Step
{
    public override string Name => "resume-guest";

    public override Task DoAsync(OperationContext context, CancellationToken cancellation) => GuestSuspension.ResumeAsync(context);
}
