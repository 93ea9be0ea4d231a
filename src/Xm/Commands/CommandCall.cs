using Xm.CommandLine;
using Xm.Connection;
using Xm.Host;
using Xm.Output;

namespace Xm.Commands;

/// <summary>One call of a command: its words and the world around it.</summary>
internal sealed class CommandCall(string name, IReadOnlyList<string> arguments, Surroundings surroundings) : IDisposable
{
    private IXend? _xend;

    public string Name { get; } = name;

    public IReadOnlyList<string> Arguments { get; } = arguments;

    public Surroundings Surroundings { get; } = surroundings;

    public TextSink Out => Surroundings.Out;

    public TextSink Errors => Surroundings.Errors;

    /// <summary>The first word that is not <c>--</c>: the domain of commands without options.</summary>
    public string Word => Arguments.First(argument => argument != "--");

    /// <summary>The connection to xend, which is opened by the first call over it.</summary>
    public IXend Xend => _xend ??= OpenXend();

    /// <summary>A connection of its own, for a second thread.</summary>
    public IXend OpenXend() => Surroundings.Connect(ServerAddress.Of(Surroundings));

    /// <summary>Refuses a wrong number of words. Options count too, as they always did; only <c>--</c> does not.</summary>
    /// <param name="least">So many at least.</param>
    /// <param name="most">So many at most; null for as many.</param>
    /// <param name="ignored">Words that do not count either.</param>
    /// <exception cref="UsageError">There are too few or too many.</exception>
    public void RequireCount(int least, int? most = null, params ReadOnlySpan<string> ignored)
    {
        var count = 0;
        foreach (var argument in Arguments)
        {
            count += argument != "--" && !ignored.Contains(argument) ? 1 : 0;
        }
        if (count >= least && count <= (most ?? least))
        {
            return;
        }
        var wanted = most is null ? $"{least}" : $"between {least} and {most}";
        throw new UsageError($"'xm {Name}' requires {wanted} arguments.") { Spaced = true };
    }

    /// <summary>Splits the words into options and others, which may be mixed.</summary>
    /// <exception cref="UsageError">An option is unknown or incomplete.</exception>
    public GetoptResult Options(string shortOptions, params string[] longOptions)
    {
        try
        {
            return Getopt.Gnu(Arguments, shortOptions, longOptions);
        }
        catch (GetoptError error)
        {
            throw new UsageError(error.Message);
        }
    }

    public void Dispose() => _xend?.Dispose();
}
