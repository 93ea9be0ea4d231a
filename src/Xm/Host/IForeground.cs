namespace Xm.Host;

/// <summary>Programs that take over the terminal while xm waits for them (xenconsole, xentop).</summary>
internal interface IForeground
{
    /// <summary>Starts a program that shares xm's terminal.</summary>
    /// <exception cref="CommandLine.CommandError">The program cannot be started.</exception>
    IForegroundProgram Start(string program, IReadOnlyList<string> arguments);

    /// <summary>The same for a program that reads something on its standard input, and then an end of file.</summary>
    /// <exception cref="CommandLine.CommandError">The program cannot be started.</exception>
    IForegroundProgram Start(string program, IReadOnlyList<string> arguments, string input);
}

/// <summary>A program that owns the terminal now. Disposing gives the terminal back as it was.</summary>
internal interface IForegroundProgram : IDisposable
{
    /// <summary>Waits for its end. The exit status as a shell gives it: 128 + n where signal n ended it.</summary>
    int Wait();

    /// <summary>Whether it was ended by <see cref="Stop"/>, or because xm was told to end (SIGTERM, SIGHUP).</summary>
    bool WasStopped { get; }

    /// <summary>Ends the program; nothing happens where it has ended by itself.</summary>
    void Stop();
}
