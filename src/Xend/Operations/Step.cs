namespace Xend.Operations;

/// <summary>One small named thing that an operation does, and how it is undone.</summary>
public abstract class Step
{
    /// <summary>The name in logs, timings and errors: build-image.</summary>
    public abstract string Name { get; }

    /// <summary>Consecutive steps of the same group run side by side; null runs alone.</summary>
    public virtual string? Group => null;

    /// <summary>A step that is not required may fail: the failure is logged and the operation goes on.</summary>
    public virtual bool Required => true;

    /// <summary>
    /// Whether what it could not do, where it is not required, is still to be done: at once again, and by the daemon's next start.
    /// </summary>
    public virtual bool OwedStill => !Required;

    public abstract Task DoAsync(OperationContext context, CancellationToken cancellation);

    /// <summary>
    /// Takes back what <see cref="DoAsync"/> did. Also called where DoAsync failed half way: it must cope with any part of it.
    /// </summary>
    public virtual Task UndoAsync(OperationContext context) => Task.CompletedTask;

    public override string ToString() => Name;
}
