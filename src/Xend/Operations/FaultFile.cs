namespace Xend.Operations;

/// <summary>Faults on order, for tests on a real host: a file says at which step of which operation something is to go wrong.</summary>
/// <remarks>
/// Off unless the environment names a file when the daemon starts. One line: <c>OPERATION STEP before|after fail|kill</c>, with the
/// operation's
/// first word: <c>create build-image after kill</c>. It goes wrong once: the file is deleted first.
/// </remarks>
public sealed class FaultFile : IStepFaults
{
    private readonly string _path;

    private FaultFile(string path) => _path = path;

    /// <summary>The file that XEND_FAULTS names, or null.</summary>
    public static FaultFile? FromEnvironment() =>
        Environment.GetEnvironmentVariable("XEND_FAULTS") is { Length: > 0 } path ? new FaultFile(path) : null;

    public Task StrikeAsync(string operation, string step, StepMoment moment)
    {
        var when = moment == StepMoment.Before ? "before" : "after";
        if (
            !File.Exists(_path)
            || File.ReadAllText(_path).Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries)
                is not [var wantedOperation, var wantedStep, var wantedWhen, var how]
        )
        {
            return Task.CompletedTask;
        }
        if (operation.Split(' ')[0] != wantedOperation || step != wantedStep || when != wantedWhen)
        {
            return Task.CompletedTask;
        }
        File.Delete(_path);
        if (how == "kill")
        {
            Linux.Interop.CurrentProcess.Kill();
        }
        throw new XendError(ErrorCode.Internal, $"{operation}: a fault was ordered {when} step {step}");
    }
}
