using System.Collections.Immutable;

namespace Xend.DeviceModel;

/// <summary>An argument list that is being made.</summary>
internal sealed class ArgumentList
{
    private readonly ImmutableArray<string>.Builder _arguments = ImmutableArray.CreateBuilder<string>();

    public void Add(params ReadOnlySpan<string> arguments) => _arguments.AddRange(arguments);

    public ImmutableArray<string> ToImmutable() => _arguments.ToImmutable();

    /// <summary>A value inside of an option's list, where a comma ends it unless it is doubled.</summary>
    public static string Value(string text) => text.Replace(",", ",,", StringComparison.Ordinal);
}
