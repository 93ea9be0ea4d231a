namespace Lab.Host;

/// <summary>What a command in dom0 said and how it ended.</summary>
public sealed record CommandResult(string Command, string Stdout, string Stderr, int ExitStatus)
{
    /// <summary>This result, or an error with the command's own words when it did not exit with 0.</summary>
    public CommandResult MustSucceed() =>
        ExitStatus == 0
            ? this
            : throw new LabException($"'{Command}' ended with exit status {ExitStatus} in dom0.\nstdout:\n{Stdout}\nstderr:\n{Stderr}");
}
