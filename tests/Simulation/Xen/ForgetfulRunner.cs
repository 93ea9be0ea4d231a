using Xend.Operations;

namespace Simulation.Xen;

/// <summary>A runner that leaves one kind of step as it is where it should undo it.</summary>
internal sealed class ForgetfulRunner(TimeProvider clock, IStepFaults? faults, Type lost) : Runner(clock, faults)
{
    protected override Task UndoAsync(Step step, OperationContext context) =>
        step.GetType() == lost ? Task.CompletedTask : base.UndoAsync(step, context);
}
