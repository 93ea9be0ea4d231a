using System.Globalization;
using Sxp;

namespace Xend.Operations.Migration;

/// <summary>What a host says of a guest that is to go to another.</summary>
/// <param name="Configuration">The guest's, old xend's form.</param>
/// <param name="Major">Xen's version here.</param>
/// <param name="Minor">Likewise.</param>
/// <param name="Capabilities">The processor's, as Xen tells them: eight words.</param>
/// <param name="ChangesHome">It is in the other's keeping from then on.</param>
internal sealed record MigrationOffer(SList Configuration, int Major, int Minor, IReadOnlyList<uint> Capabilities, bool ChangesHome)
{
    public SList Write() =>
        SList.Of(
            "offer",
            SList.Of("xen", Major, Minor),
            new SList(["caps", .. Capabilities.Select(SValue (word) => word.ToString("x8", CultureInfo.InvariantCulture))]),
            SList.Of("change_home", ChangesHome ? 1 : 0),
            Configuration
        );

    /// <summary>Null where it is none.</summary>
    public static MigrationOffer? Read(SList message) =>
        message.Child("domain") is { } configuration
        && message.Child("xen") is { Items: [_, var major, var minor] }
        && int.TryParse(major.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var majorNumber)
        && int.TryParse(minor.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var minorNumber)
            ? new MigrationOffer(
                configuration,
                majorNumber,
                minorNumber,
                [.. (message.Child("caps")?.Items.Skip(1) ?? []).Select(Word)],
                message.Value("change_home")?.ToString() == "1"
            )
            : null;

    private static uint Word(SValue value) =>
        uint.TryParse(value.ToString(), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var word) ? word : 0;
}
