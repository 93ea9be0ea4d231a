namespace Linux.Interop;

/// <summary>How a child process ended: by itself with a code, or by a signal.</summary>
/// <param name="Code">0 to 255; null where a signal ended it.</param>
/// <param name="Signal">The signal's number; null where it exited.</param>
/// <param name="CoreDumped">With a signal: whether a core was written.</param>
public readonly record struct ExitStatus(int? Code, int? Signal, bool CoreDumped)
{
    public bool Success => Code == 0;

    /// <summary>"exit status 1" or "killed by SIGABRT".</summary>
    public override string ToString() =>
        Signal is { } signal ? $"killed by {NameOf(signal)}" + (CoreDumped ? " (core dumped)" : "") : $"exit status {Code}";

    private static string NameOf(int signal) =>
        signal switch
        {
            1 => "SIGHUP",
            2 => "SIGINT",
            3 => "SIGQUIT",
            4 => "SIGILL",
            5 => "SIGTRAP",
            6 => "SIGABRT",
            7 => "SIGBUS",
            8 => "SIGFPE",
            9 => "SIGKILL",
            10 => "SIGUSR1",
            11 => "SIGSEGV",
            12 => "SIGUSR2",
            13 => "SIGPIPE",
            14 => "SIGALRM",
            15 => "SIGTERM",
            24 => "SIGXCPU",
            25 => "SIGXFSZ",
            31 => "SIGSYS",
            _ => $"signal {signal}",
        };
}
