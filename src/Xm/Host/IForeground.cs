namespace Xm.Host;

/// <summary>Programs that take over the terminal while xm waits for them (xenconsole, xentop).</summary>
internal interface IForeground
{
    /// <summary>Starts a program that shares xm's terminal, and ends with xm at the latest.</summary>
    /// <param name="program">Its path.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="input">What it reads on its standard input, and then an end of file; null for xm's own standard input.</param>
    /// <param name="outlives">It stays when xm ends.</param>
    /// <exception cref="CommandLine.CommandError">The program cannot be started.</exception>
    IForegroundProgram Start(string program, IReadOnlyList<string> arguments, string? input = null, bool outlives = false);
}

/// <summary>A program that owns the terminal now. Disposing gives the terminal back as it was.</summary>
internal interface IForegroundProgram : IDisposable
{
    /// <summary>
    /// Waits for its end. The exit status as a shell gives it: 128 + n where signal n ended it, or xm and thereby the program.
    /// </summary>
    int Wait();

    /// <summary>Whether it was ended by <see cref="Stop"/>, or because a signal told xm to end.</summary>
    bool WasStopped { get; }

    /// <summary>Ends the program; nothing happens where it has ended by itself.</summary>
    void Stop();
}
