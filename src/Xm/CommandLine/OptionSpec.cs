namespace Xm.CommandLine;

/// <summary>How a value given on the command line is taken.</summary>
internal enum OptionKind
{
    /// <summary>No value; sets 1.</summary>
    Switch,

    /// <summary>A string, as it stands.</summary>
    Text,

    /// <summary>An integer, else <c>Invalid value: abc</c>.</summary>
    Integer,

    /// <summary>y, yes, n or no, else <c>Invalid value:true</c>.</summary>
    Boolean,

    /// <summary>A string that is added to a list; may be repeated.</summary>
    List,
}

/// <summary>One option or variable of a command with old xm's own option parser.</summary>
/// <param name="Name">The setting that it sets, and its long name.</param>
/// <param name="Kind">How its value is taken.</param>
/// <param name="Argument">What help calls the value; empty where it shows none.</param>
/// <param name="Default">The value where it is not given: null is None, and an empty list where <paramref name="Kind"/> is a list.</param>
/// <param name="Use">The sentence in help.</param>
/// <param name="Letter">The short option, or '\0'.</param>
/// <param name="IsVariable">Given as <c>name=value</c>, not with dashes.</param>
internal sealed record OptionSpec(
    string Name,
    OptionKind Kind,
    string Argument,
    object? Default,
    string Use,
    char Letter = '\0',
    bool IsVariable = false
)
{
    public static OptionSpec Switch(string name, char letter, string use) => new(name, OptionKind.Switch, "", 0, use, letter);

    public static OptionSpec Text(string name, char letter, string argument, string? value, string use) =>
        new(name, OptionKind.Text, argument, value, use, letter);

    public static OptionSpec Variable(string name, OptionKind kind, string argument, object? value, string use) =>
        new(name, kind, argument, value, use, IsVariable: true);

    /// <summary>The words that set it: <c>-q</c> and <c>--quiet</c>, or the variable's name.</summary>
    public bool Answers(string key)
    {
        if (IsVariable)
        {
            return key == Name;
        }
        return key.Length == 2 && key[0] == '-' && key[1] == Letter
            || key.Length == Name.Length + 2
                && key.StartsWith("--", StringComparison.Ordinal)
                && key.EndsWith(Name, StringComparison.Ordinal);
    }
}
