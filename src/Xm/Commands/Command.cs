using Xm.CommandLine;

namespace Xm.Commands;

/// <summary>A command that this version has.</summary>
internal abstract class Command
{
    /// <summary>Does it. Returns the exit status.</summary>
    /// <exception cref="CommandError">It failed for a reason that is told to the user.</exception>
    public abstract int Run(CommandCall call);

    /// <summary>
    /// What <c>--help</c> prints behind the usage line and the description, for commands with old xm's own option parser.
    /// </summary>
    public virtual string? ParserHelp => null;
}
