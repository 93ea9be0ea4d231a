using System.Globalization;
using Xm.CommandLine;
using Xm.Config.Values;

namespace Xm.Config.Lint;

/// <summary>What values a variable is meant to have, for the documentation.</summary>
internal enum ValueKind
{
    /// <summary>A string; a number does as well where only xend reads it.</summary>
    Text,

    /// <summary>0 or 1.</summary>
    Flag,

    /// <summary>A whole number within a range.</summary>
    Number,

    /// <summary>One of a few words.</summary>
    Word,

    /// <summary>A list of strings, each with parts of its own.</summary>
    Texts,

    /// <summary>A string, or a list of them.</summary>
    TextOrTexts,

    /// <summary>A list of numbers.</summary>
    Numbers,
}

/// <summary>What a guest file is meant to set a variable to.</summary>
/// <param name="Name">The variable.</param>
/// <param name="Kind">The kind of its values.</param>
/// <param name="Least">The least of a number.</param>
/// <param name="Most">The most of a number.</param>
/// <param name="Words">The words that can be had.</param>
internal sealed record VariableRule(string Name, ValueKind Kind, long Least = 0, long Most = 0, params string[] Words)
{
    /// <summary>Only fully virtualized domains have what it sets.</summary>
    public bool IsForHvm { get; init; }

    /// <summary>What replaced it, for a variable that should be used no more.</summary>
    public string? Successor { get; init; }

    /// <summary>It is accepted, and does nothing with today's Xen.</summary>
    public bool HasNoEffect { get; init; }

    /// <summary>It is passed on as of old, and xend refuses a domain that has it: such devices cannot be connected yet.</summary>
    public bool IsRefused { get; init; }

    /// <summary>The values in words, for the documentation.</summary>
    public string Values =>
        Kind switch
        {
            ValueKind.Flag => "0 or 1",
            ValueKind.Number => $"{Least} to {Most}",
            ValueKind.Word => string.Join(", ", Words),
            ValueKind.Texts => "list of strings",
            ValueKind.TextOrTexts => "string, or list of strings",
            ValueKind.Numbers => "list of numbers",
            _ => "string",
        };

    /// <summary>
    /// For which kind of value xm cannot even ask xend, or null. What a value may be is xend's to say, by the rules of what is sent.
    /// </summary>
    public string? Problem(Value value) =>
        (Kind, value) switch
        {
            _ when !value.IsTrue => null,
            (ValueKind.Texts, ListValue list) => list.Items.FirstOrDefault(item => item is not StrValue) is { } odd
                ? $"{Name} must be a list of strings, but one element is {Settings.Describe(odd)}."
                : null,
            (ValueKind.Texts, _) => $"{Name} must be a list of strings, not {Shown(value)}.",
            (ValueKind.Numbers, not ListValue) => $"{Name} must be a list of numbers, not {Settings.Describe(value)}.",
            _ => null,
        };

    /// <summary>A number as xend reads it: also from a string.</summary>
    public static long? Whole(Value value) =>
        value switch
        {
            IntValue number => number.Number,
            StrValue text
                when long.TryParse(
                    text.Text,
                    NumberStyles.AllowLeadingSign | NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite,
                    CultureInfo.InvariantCulture,
                    out var number
                ) => number,
            _ => null,
        };

    public static string Shown(Value value) =>
        value switch
        {
            StrValue { Text.Length: <= 60 } text => $"'{text.Text}'",
            IntValue number => number.ToString(),
            _ => Settings.Describe(value),
        };
}
