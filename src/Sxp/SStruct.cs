using System.Collections.Immutable;

namespace Sxp;

/// <summary>Named values in order. XML-RPC calls it a struct; old xend answered Python dictionaries in a few places.</summary>
/// <remarks>S-expression text has no notation for it: the writer prints the list of its <c>(name value)</c> pairs.</remarks>
public sealed record SStruct(ImmutableArray<KeyValuePair<string, SValue>> Members) : SValue
{
    /// <summary>A struct of the given members: <c>SStruct.Of(("weight", 256), ("cap", 0))</c>.</summary>
    public static SStruct Of(params (string Name, SValue Value)[] members) =>
        new(members.Select(member => KeyValuePair.Create(member.Name, member.Value)).ToImmutableArray());

    /// <summary>The first member of that name, or null.</summary>
    public SValue? Value(string name)
    {
        foreach (var member in Members)
        {
            if (member.Key == name)
            {
                return member.Value;
            }
        }
        return null;
    }

    public bool Equals(SStruct? other) => other is not null && Members.SequenceEqual(other.Members);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (var member in Members)
        {
            hash.Add(member.Key);
            hash.Add(member.Value);
        }
        return hash.ToHashCode();
    }
}
