using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Xm.Config.Evaluation;
using Xm.Config.Values;

namespace Xm.Config.Modules;

/// <summary>A regular expression that was compiled from Python's spelling.</summary>
internal sealed record RegexValue(
    string Pattern,
    int Flags,
    Regex Regex,
    Regex Anchored,
    int Groups,
    IReadOnlyDictionary<string, int> Names
) : Value
{
    public override string TypeName => "regular expression";
    public override bool IsTrue => true;

    public bool Equals(RegexValue? other) => ReferenceEquals(this, other);

    public override int GetHashCode() => Pattern.GetHashCode();

    public override string ToString() => Pattern;
}

/// <summary>Where a regular expression matched.</summary>
internal sealed record MatchValue(RegexValue Expression, Match Match, Value Subject) : Value
{
    public override string TypeName => "match";
    public override bool IsTrue => true;

    public bool Equals(MatchValue? other) => ReferenceEquals(this, other);

    public override int GetHashCode() => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(this);

    public override string ToString() => Match.Value;
}

/// <summary>Compiles regular expressions and runs them within limits.</summary>
internal static class Patterns
{
    public const int IgnoreCase = 2;
    public const int Multiline = 8;
    public const int DotAll = 16;
    public const int Unicode = 32;
    public const int Verbose = 64;

    private const int MaxPattern = 2000;

    /// <summary>What a millisecond of matching is charged.</summary>
    private const int StepsOfMillisecond = 5000;

    private static readonly TimeSpan LongestMatch = TimeSpan.FromSeconds(1);

    /// <summary>An expression that is spelled .NET's way already.</summary>
    public static Regex Compile(Machine machine, string pattern, int flags)
    {
        machine.Budget.Step(1000 + pattern.Length * 10L);
        var options =
            RegexOptions.CultureInvariant
            | ((flags & IgnoreCase) != 0 ? RegexOptions.IgnoreCase : 0)
            | ((flags & Multiline) != 0 ? RegexOptions.Multiline : 0)
            | ((flags & DotAll) != 0 ? RegexOptions.Singleline : 0)
            | ((flags & Verbose) != 0 ? RegexOptions.IgnorePatternWhitespace : 0);
        try
        {
            return new Regex(pattern, options | RegexOptions.NonBacktracking, LongestMatch);
        }
        catch (NotSupportedException)
        {
            // References back and looks around need the other engine, which the time limit holds.
            return new Regex(pattern, options, LongestMatch);
        }
    }

    public static RegexValue FromPython(Machine machine, string pattern, int flags)
    {
        if (pattern.Length > MaxPattern)
        {
            throw new Refused($"this regular expression is too long: it may have {MaxPattern} characters");
        }
        var translation = new PatternTranslation(pattern, flags);
        var text = translation.Translate();
        var end = (translation.Flags & Verbose) != 0 ? "\n)" : ")";
        try
        {
            return new RegexValue(
                pattern,
                translation.Flags,
                Compile(machine, text, translation.Flags),
                Compile(machine, "\\A(?:" + text + end, translation.Flags),
                translation.Groups,
                translation.Names
            );
        }
        catch (ArgumentException)
        {
            throw Raised.Of("re.error", $"this is no regular expression: {machine.Texts.Repr(new StrValue(pattern))}");
        }
    }

    /// <summary>Runs a match and charges its time.</summary>
    public static T Run<T>(Machine machine, Func<T> match)
    {
        var watch = Stopwatch.StartNew();
        T result;
        try
        {
            result = match();
        }
        catch (RegexMatchTimeoutException)
        {
            throw new Refused("this regular expression takes more than a second to match");
        }
        machine.Budget.Step(10 + (long)watch.Elapsed.TotalMilliseconds * StepsOfMillisecond);
        return result;
    }

    /// <summary>A group by number or name.</summary>
    public static int GroupOf(RegexValue expression, Value group)
    {
        var number = Text.Is(group)
            ? expression.Names.GetValueOrDefault(Text.Of(group), -1)
            : (int)Math.Clamp(Number.Index(group), -1, int.MaxValue);
        return number >= 0 && number <= expression.Groups ? number : throw Raised.Index("no such group");
    }

    /// <summary>The group as a .NET group: they are named by their numbers.</summary>
    public static Group GroupAt(Match match, int number) =>
        number == 0 ? match : match.Groups[number.ToString(CultureInfo.InvariantCulture)];
}
