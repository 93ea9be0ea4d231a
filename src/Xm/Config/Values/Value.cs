using System.Globalization;
using System.Numerics;

namespace Xm.Config.Values;

/// <summary>A value of the configuration language: one of Python 2's types, as far as configuration files use them.</summary>
internal abstract record Value
{
    /// <summary>Python's name of the type, as its error messages show it.</summary>
    public abstract string TypeName { get; }

    /// <summary>Python's truth: zero, empty and None are false.</summary>
    public abstract bool IsTrue { get; }

    /// <summary>
    /// Only these types ever became settings of a domain; all others (True, None, tuples…) were silently left out by old xm.
    /// </summary>
    public virtual bool IsSetting => false;

    public static implicit operator Value(string text) => new StrValue(text);

    public static implicit operator Value(int number) => new IntValue(number);
}

/// <summary>A value that is known by its name: a type, a function, a module.</summary>
internal interface INamedValue
{
    string Name { get; }
}

/// <summary>A string (<c>str</c>).</summary>
internal sealed record StrValue(string Text) : Value
{
    public override string TypeName => "str";
    public override bool IsTrue => Text.Length > 0;
    public override bool IsSetting => true;
}

/// <summary>A <c>u'...'</c> string, which is no setting.</summary>
internal sealed record UnicodeValue(string Text) : Value
{
    public override string TypeName => "unicode";
    public override bool IsTrue => Text.Length > 0;
}

/// <summary>A 64-bit integer (<c>int</c>).</summary>
internal sealed record IntValue(long Number) : Value
{
    public override string TypeName => "int";
    public override bool IsTrue => Number != 0;
    public override bool IsSetting => true;

    public override string ToString() => Number.ToString(CultureInfo.InvariantCulture);
}

/// <summary>An integer that does not fit 64 bits, or was written with an L. It is no setting.</summary>
internal sealed record LongValue(BigInteger Number) : Value
{
    public override string TypeName => "long";
    public override bool IsTrue => !Number.IsZero;
}

/// <summary>A floating point number.</summary>
internal sealed record FloatValue(double Number) : Value
{
    public override string TypeName => "float";
    public override bool IsTrue => Number != 0;
    public override bool IsSetting => true;
}

/// <summary>True or False, which are no settings.</summary>
internal sealed record BoolValue(bool Truth) : Value
{
    private static readonly BoolValue True = new(true);
    private static readonly BoolValue False = new(false);

    public override string TypeName => "bool";
    public override bool IsTrue => Truth;

    public static BoolValue Of(bool truth) => truth ? True : False;
}

/// <summary>None.</summary>
internal sealed record NoneValue : Value
{
    public static NoneValue Instance { get; } = new();
    public override string TypeName => "NoneType";
    public override bool IsTrue => false;
}
