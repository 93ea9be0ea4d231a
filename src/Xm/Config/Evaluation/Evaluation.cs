using Xm.Config.Language;
using Xm.Config.Values;

namespace Xm.Config.Evaluation;

/// <summary>What became of a configuration file.</summary>
/// <param name="Names">All names of the top level with their last values.</param>
/// <param name="Positions">Where each of them was given its last value; names that were there before the file are not among them.</param>
/// <param name="Problems">What failed, in the order of the file: at most one, unless all were asked for.</param>
/// <param name="Warnings">What is no error and yet most likely not what was meant.</param>
internal sealed record EvaluationResult(
    IReadOnlyDictionary<string, Value> Names,
    IReadOnlyDictionary<string, Position> Positions,
    IReadOnlyList<ConfigError> Problems,
    IReadOnlyList<ConfigWarning> Warnings
);

/// <summary>A remark on a place of the file.</summary>
internal sealed record ConfigWarning(Position At, string Message);

/// <summary>The names of the top level, and where they were given their values.</summary>
internal sealed class GlobalNames(Dictionary<string, Value> names)
{
    public Dictionary<string, Value> Values { get; } = names;

    public Dictionary<string, Position> Positions { get; } = new(StringComparer.Ordinal);

    /// <summary>The names as a dictionary of the language, which is kept in step; null until it is asked for.</summary>
    public DictValue? View { get; set; }

    public void Set(string name, Value value, Position at)
    {
        if (View is not null && !(Values.TryGetValue(name, out var before) && ReferenceEquals(before, value)))
        {
            Values[name] = value;
            View.Items.Set(new StrValue(name), value);
        }
        Values[name] = value;
        Positions[name] = at;
    }

    public bool Remove(string name)
    {
        Positions.Remove(name);
        var had = Values.Remove(name);
        if (had)
        {
            View?.Items.Remove(new StrValue(name));
        }
        return had;
    }
}
