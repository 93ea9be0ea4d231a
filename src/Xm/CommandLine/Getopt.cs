namespace Xm.CommandLine;

/// <summary>An option as it was given: its full key (<c>-q</c> or <c>--quiet</c>) and its value, empty where it takes none.</summary>
internal readonly record struct GivenOption(string Key, string Value);

/// <summary>What a command line was split into.</summary>
internal sealed record GetoptResult(IReadOnlyList<GivenOption> Options, IReadOnlyList<string> Words);

/// <summary>A word that is no option of this command. The message is Python's, which scripts know.</summary>
internal sealed class GetoptError(string message) : Exception(message);

/// <summary>Option parsing by the rules of Python 2's getopt module, which xm always used.</summary>
/// <remarks>
/// Long options may be shortened to a unique prefix, an exact name wins over longer ones, a long option's value follows <c>=</c> or is the
/// next word, short options may be bundled, <c>--</c> ends the options. <paramref name="shortOptions"/> has a colon behind each letter that
/// takes a value; a long name that takes one ends in <c>=</c>.
/// </remarks>
internal static class Getopt
{
    /// <summary>Options and words may be mixed (<c>gnu_getopt</c>).</summary>
    /// <exception cref="GetoptError">An option is unknown, ambiguous, or lacks or must not have a value.</exception>
    public static GetoptResult Gnu(IReadOnlyList<string> arguments, string shortOptions, params string[] longOptions)
    {
        var options = new List<GivenOption>();
        var words = new List<string>();
        var at = 0;
        while (at < arguments.Count)
        {
            var argument = arguments[at];
            if (argument == "--")
            {
                for (at++; at < arguments.Count; at++)
                {
                    words.Add(arguments[at]);
                }
            }
            else if (IsOption(argument))
            {
                at = Take(arguments, at, shortOptions, longOptions, options);
            }
            else
            {
                words.Add(argument);
                at++;
            }
        }
        return new GetoptResult(options, words);
    }

    /// <summary>Options end at the first word (plain <c>getopt</c>).</summary>
    /// <exception cref="GetoptError">An option is unknown, ambiguous, or lacks or must not have a value.</exception>
    public static GetoptResult Posix(IReadOnlyList<string> arguments, string shortOptions, params string[] longOptions)
    {
        var options = new List<GivenOption>();
        var at = 0;
        while (at < arguments.Count && IsOption(arguments[at]))
        {
            if (arguments[at] == "--")
            {
                at++;
                break;
            }
            at = Take(arguments, at, shortOptions, longOptions, options);
        }
        var words = new List<string>();
        for (; at < arguments.Count; at++)
        {
            words.Add(arguments[at]);
        }
        return new GetoptResult(options, words);
    }

    private static bool IsOption(string argument) => argument.Length > 1 && argument[0] == '-';

    private static int Take(
        IReadOnlyList<string> arguments,
        int at,
        string shortOptions,
        string[] longOptions,
        List<GivenOption> options
    ) =>
        arguments[at].StartsWith("--", StringComparison.Ordinal)
            ? TakeLong(arguments, at, longOptions, options)
            : TakeShort(arguments, at, shortOptions, options);

    private static int TakeLong(IReadOnlyList<string> arguments, int at, string[] longOptions, List<GivenOption> options)
    {
        var given = arguments[at++].Substring(2);
        string? value = null;
        var equals = given.IndexOf('=');
        if (equals >= 0)
        {
            value = given.Substring(equals + 1);
            given = given.Substring(0, equals);
        }
        var declared = Find(given, longOptions);
        var takesValue = declared.EndsWith('=');
        var name = takesValue ? declared.Substring(0, declared.Length - 1) : declared;
        if (takesValue && value is null)
        {
            if (at == arguments.Count)
            {
                throw new GetoptError($"option --{name} requires argument");
            }
            value = arguments[at++];
        }
        else if (!takesValue && value is not null)
        {
            throw new GetoptError($"option --{name} must not have an argument");
        }
        options.Add(new GivenOption("--" + name, value ?? ""));
        return at;
    }

    private static string Find(string given, string[] longOptions)
    {
        string? match = null;
        var matches = 0;
        foreach (var declared in longOptions)
        {
            if (!declared.StartsWith(given, StringComparison.Ordinal))
            {
                continue;
            }
            if (declared.Length == given.Length || (declared.Length == given.Length + 1 && declared[^1] == '='))
            {
                return declared;
            }
            match = declared;
            matches++;
        }
        return matches switch
        {
            0 => throw new GetoptError($"option --{given} not recognized"),
            1 => match!,
            _ => throw new GetoptError($"option --{given} not a unique prefix"),
        };
    }

    private static int TakeShort(IReadOnlyList<string> arguments, int at, string shortOptions, List<GivenOption> options)
    {
        var bundle = arguments[at++];
        for (var i = 1; i < bundle.Length; i++)
        {
            var letter = bundle[i];
            var declared = letter == ':' ? -1 : shortOptions.IndexOf(letter);
            if (declared < 0)
            {
                throw new GetoptError($"option -{letter} not recognized");
            }
            var takesValue = declared + 1 < shortOptions.Length && shortOptions[declared + 1] == ':';
            if (!takesValue)
            {
                options.Add(new GivenOption("-" + letter, ""));
                continue;
            }
            if (i + 1 < bundle.Length)
            {
                options.Add(new GivenOption("-" + letter, bundle.Substring(i + 1)));
            }
            else if (at < arguments.Count)
            {
                options.Add(new GivenOption("-" + letter, arguments[at++]));
            }
            else
            {
                throw new GetoptError($"option -{letter} requires argument");
            }
            break;
        }
        return at;
    }
}
