using Xm.Config.Values;

namespace Xm.CommandLine;

/// <summary>
/// The settings of one command: what its table declares by default, then what its configuration file says, and above all what
/// the command line says.
/// </summary>
internal sealed class Settings
{
    private readonly Dictionary<string, Value> _values = new(StringComparer.Ordinal);
    private readonly HashSet<string> _given = new(StringComparer.Ordinal);

    public Settings(IEnumerable<OptionSpec> specs)
    {
        foreach (var spec in specs)
        {
            _values[spec.Name] = spec.Default switch
            {
                string text => new StrValue(text),
                int number => new IntValue(number),
                _ => spec.Kind == OptionKind.List ? new ListValue([]) : NoneValue.Instance,
            };
        }
    }

    /// <summary>The value, or None where the name was never declared nor set.</summary>
    public Value this[string name] => _values.GetValueOrDefault(name, NoneValue.Instance);

    public bool IsTrue(string name) => this[name].IsTrue;

    /// <summary>Whether the command line has set it.</summary>
    public bool IsGiven(string name) => _given.Contains(name);

    /// <summary>Sets a value from the command line, which no file overrides.</summary>
    public void Give(string name, Value value)
    {
        _given.Add(name);
        _values[name] = value;
    }

    /// <summary>Adds to a list from the command line. The first one replaces what the table declares.</summary>
    public void GiveAnother(string name, string element)
    {
        var list = _given.Add(name) || _values[name] is not ListValue given ? new ListValue([]) : given;
        list.Items.Add(element);
        _values[name] = list;
    }

    /// <summary>Sets a value from the file, unless the command line has set it.</summary>
    public void SetFromFile(string name, Value value)
    {
        if (!_given.Contains(name))
        {
            _values[name] = value;
        }
    }

    /// <summary>Sets a value that xm itself works out.</summary>
    public void Set(string name, Value value) => _values[name] = value;

    /// <summary>A setting that must be a string; None is null.</summary>
    /// <exception cref="CommandError">It is something else.</exception>
    public string? Text(string name) =>
        this[name] switch
        {
            StrValue text => text.Text,
            NoneValue => null,
            var other => throw new CommandError($"{name} must be a string, not {Describe(other)}.") { Setting = name },
        };

    /// <summary>A setting that must be a list of strings.</summary>
    /// <remarks>A plain string is taken letter by letter, as Python did; what reads the letters then refuses them.</remarks>
    /// <exception cref="CommandError">It is something else.</exception>
    public IEnumerable<string> Texts(string name)
    {
        switch (this[name])
        {
            case StrValue text:
                foreach (var letter in text.Text)
                {
                    yield return letter.ToString();
                }
                break;
            case ListValue list:
                foreach (var item in list.Items)
                {
                    yield return item is StrValue element
                        ? element.Text
                        : throw new CommandError($"{name} must be a list of strings, but one element is {Describe(item)}.")
                        {
                            Setting = name,
                        };
                }
                break;
            case var other when other.IsTrue:
                throw new CommandError($"{name} must be a list of strings, not {Describe(other)}.") { Setting = name };
        }
    }

    /// <summary>A value in the words of an error message.</summary>
    public static string Describe(Value value) =>
        value switch
        {
            IntValue number => $"the number {number}",
            _ => $"of type {value.TypeName}",
        };
}
