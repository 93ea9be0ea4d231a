using System.Collections.Immutable;

namespace Sxp;

/// <summary>One value of an s-expression: an atom or a list of values.</summary>
/// <remarks>The kinds are those of old xend, which kept Python values inside its expressions.</remarks>
public abstract record SValue
{
    /// <summary>The value as xend prints it on one line; a string as it is, without quotes.</summary>
    public sealed override string ToString() => this is SString text ? text.Value : SxpWriter.OneLine(this);

    public static implicit operator SValue(string text) => new SString(text);

    public static implicit operator SValue(long number) => new SInt(number);

    public static implicit operator SValue(int number) => new SInt(number);

    public static implicit operator SValue(double number) => new SFloat(number);

    public static implicit operator SValue(bool truth) => new SBool(truth);
}

/// <summary>A string atom. Whether it was quoted in the source is not kept; the writer decides again.</summary>
public sealed record SString(string Value) : SValue;

/// <summary>An integer.</summary>
public sealed record SInt(long Value) : SValue;

/// <summary>A floating point number, printed as Python 2's <c>str()</c> prints it (12 significant digits).</summary>
public sealed record SFloat(double Value) : SValue;

/// <summary>True or False.</summary>
public sealed record SBool(bool Value) : SValue;

/// <summary>Python's None.</summary>
public sealed record SNone : SValue
{
    public static SNone Instance { get; } = new();
}

/// <summary>A list. By convention its first element, if a string, names it: <c>(name linux)</c>.</summary>
public sealed record SList(ImmutableArray<SValue> Items) : SValue
{
    public static SList Empty { get; } = new(ImmutableArray<SValue>.Empty);

    public SList(IEnumerable<SValue> items)
        : this(items.ToImmutableArray()) { }

    /// <summary>A named list: <c>SList.Of("name", "linux")</c> is <c>(name linux)</c>.</summary>
    public static SList Of(params SValue[] items) => new(items.ToImmutableArray());

    public int Count => Items.Length;

    public SValue this[int index] => Items[index];

    /// <summary>The string at the head, or null where the list is empty or starts with something else.</summary>
    public string? Name => Items.Length > 0 && Items[0] is SString head ? head.Value : null;

    /// <summary>The first child list of that name, or null.</summary>
    public SList? Child(string name) => Items.OfType<SList>().FirstOrDefault(child => child.Name == name);

    /// <summary>All child lists of that name, in order.</summary>
    public IEnumerable<SList> Children(string name) => Items.OfType<SList>().Where(child => child.Name == name);

    /// <summary>The single value of the child <c>(name value)</c>, or null where there is no such child or it has no value.</summary>
    public SValue? Value(string name) => Child(name) is { Count: > 1 } child ? child[1] : null;

    public bool Equals(SList? other) => other is not null && Items.SequenceEqual(other.Items);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (var item in Items)
        {
            hash.Add(item);
        }
        return hash.ToHashCode();
    }
}
