using System.Collections.Immutable;
using Sxp;

namespace Xend.Api.XmlRpc;

/// <summary>A call's arguments, read as loosely as old clients send them: flags as numbers, numbers as strings, the last ones missing.</summary>
internal sealed class Arguments(string method, ImmutableArray<SValue> values)
{
    public int Count => values.Length;

    /// <summary>A domain by name, id or UUID; ids come as numbers and as strings.</summary>
    public string Domain(int index) => values[index].AsText() is { Length: > 0 } reference
        ? reference
        : throw Wrong(index, "a domain's name, id or UUID");

    public string Text(int index, string otherwise) => Given(index) is not { } value ? otherwise : value.AsText() ?? throw Wrong(index, "a string");

    public bool Flag(int index, bool otherwise) => Given(index) is not { } value ? otherwise : value.AsFlag() ?? throw Wrong(index, "true or false");

    /// <summary>A state's name or number, as text.</summary>
    public string State(int index, string otherwise) => Text(index, otherwise);

    public SList Expression(int index) => values[index] as SList ?? throw Wrong(index, "an s-expression");

    /// <summary>A time in whole seconds, at most a day.</summary>
    public TimeSpan Seconds(int index, int otherwise) => Given(index) is not { } value ? TimeSpan.FromSeconds(otherwise)
        : int.TryParse(value.AsText(), System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var seconds) && seconds <= 86400
            ? TimeSpan.FromSeconds(seconds)
            : throw Wrong(index, "a number of seconds");

    /// <summary>The argument, or null where it is missing or nil.</summary>
    private SValue? Given(int index) => index < values.Length && values[index] is not SNone ? values[index] : null;

    private XendError Wrong(int index, string expected) =>
        new(ErrorCode.InvalidRequest, $"{method}: argument {index + 1} must be {expected}.");
}
