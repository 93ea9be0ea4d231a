using System.Globalization;
using System.Text;
using Xm.Config.Values;

namespace Xm.CommandLine;

/// <summary>
/// Old xm's own option parser: options, bare words and <c>name=value</c> in any order (create, new, shutdown, reboot, migrate).
/// </summary>
/// <param name="specs">The options and variables, in the order of help.</param>
/// <param name="usage">The sentence behind a usage error.</param>
/// <param name="bareWord">The option that a bare word sets, or null where bare words are handed back.</param>
internal sealed class OptionParser(IReadOnlyList<OptionSpec> specs, string usage, string? bareWord = null)
{
    /// <summary>Parses the words. Returns those that set nothing declared, which may be variables of a configuration file.</summary>
    /// <exception cref="UsageError">An option is unknown, ambiguous, or lacks a value.</exception>
    /// <exception cref="CommandError">A value is no number or no yes or no.</exception>
    public List<string> Parse(IReadOnlyList<string> arguments, Settings settings)
    {
        var (shortOptions, longOptions) = Declared();
        var left = new List<string>();
        var rest = arguments;
        while (rest.Count > 0)
        {
            GetoptResult result;
            try
            {
                result = Getopt.Posix(rest, shortOptions, longOptions);
            }
            catch (GetoptError error)
            {
                throw new UsageError(error.Message) { Closing = usage };
            }
            foreach (var option in result.Options)
            {
                Specify(option.Key, option.Value, settings);
            }
            if (result.Words.Count == 0)
            {
                break;
            }
            var word = result.Words[0];
            if (!TakeWord(word, settings))
            {
                left.Add(word);
            }
            rest = result.Words.Skip(1).ToList();
        }
        return left;
    }

    /// <summary>The list of options that <c>--help</c> prints behind the usage line.</summary>
    public string OptionHelp() => Help("Options", variables: false);

    /// <summary>The list of variables that <c>--help_config</c> prints.</summary>
    public string VariableHelp() => Help("Values", variables: true);

    private bool TakeWord(string word, Settings settings)
    {
        var equals = word.IndexOf('=');
        if (equals >= 0)
        {
            return Specify(word.Substring(0, equals), word.Substring(equals + 1), settings);
        }
        if (bareWord is not null)
        {
            settings.Set(bareWord, word);
        }
        return bareWord is not null;
    }

    private bool Specify(string key, string value, Settings settings)
    {
        foreach (var spec in specs)
        {
            if (!spec.Answers(key))
            {
                continue;
            }
            switch (spec.Kind)
            {
                case OptionKind.Switch:
                    settings.Give(spec.Name, 1);
                    break;
                case OptionKind.Text:
                    settings.Give(spec.Name, value);
                    break;
                case OptionKind.Integer:
                    settings.Give(spec.Name, new IntValue(ParseInteger(value)));
                    break;
                case OptionKind.Boolean:
                    settings.Give(
                        spec.Name,
                        value switch
                        {
                            "y" or "yes" => 1,
                            "n" or "no" => 0,
                            _ => throw new CommandError("Invalid value:" + value),
                        }
                    );
                    break;
                case OptionKind.List:
                    settings.GiveAnother(spec.Name, value);
                    break;
            }
            return true;
        }
        return false;
    }

    private static long ParseInteger(string text) =>
        long.TryParse(
            text,
            NumberStyles.AllowLeadingSign | NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite,
            CultureInfo.InvariantCulture,
            out var number
        )
            ? number
            : throw new CommandError("Invalid value: " + text);

    private (string Short, string[] Long) Declared()
    {
        var letters = new StringBuilder();
        var names = new List<string>();
        foreach (var spec in specs)
        {
            if (spec.IsVariable)
            {
                continue;
            }
            var takesValue = spec.Kind != OptionKind.Switch;
            if (spec.Letter != '\0')
            {
                letters.Append(spec.Letter).Append(takesValue ? ":" : "");
            }
            names.Add(takesValue ? spec.Name + "=" : spec.Name);
        }
        return (letters.ToString(), names.ToArray());
    }

    private string Help(string title, bool variables)
    {
        var text = new StringBuilder();
        foreach (var spec in specs)
        {
            if (spec.IsVariable == variables)
            {
                text.Append(text.Length == 0 ? $"\n{title}:\n\n" : "").Append(Entry(spec)).Append('\n');
            }
        }
        return text.ToString();
    }

    private static string Entry(OptionSpec spec)
    {
        const int Column = 21;
        var value = spec.Argument.Length == 0 ? "" : "=" + spec.Argument;
        var keys =
            spec.IsVariable ? spec.Name + value
            : spec.Letter != '\0' ? $"-{spec.Letter}{value}, --{spec.Name}{value}"
            : $"--{spec.Name}{value}";
        var lines = Wrapping.Wrap(spec.Use, 55);
        if (keys.Length >= Column)
        {
            lines.Insert(0, "");
        }
        return keys.PadRight(Column) + string.Join("\n" + new string(' ', Column), lines);
    }
}
