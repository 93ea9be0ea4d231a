using System.Globalization;

namespace Xend.Host;

/// <summary>A target of one unit that xend makes for a guest: its names tell whose it is, without any other note.</summary>
/// <param name="DomainId">The domain.</param>
/// <param name="DeviceId">The adapter.</param>
/// <param name="Number">That of the unit in the backend: N of dev-N.</param>
public readonly record struct ScsiTarget(uint DomainId, byte DeviceId, byte Number)
{
    /// <summary>
    /// A name of kind 3 (locally assigned, NAA of SPC-4), which is one of xend's by the digits behind that; then domain, adapter and unit.
    /// </summary>
    private const string Prefix = "naa.30e4d15c";

    /// <summary>The same for the initiator, of which there is one: the guest.</summary>
    private const string InitiatorPrefix = "naa.30e4d15d";

    /// <summary>LIO's numbers of adapters are 32 bits, and other tools take the lowest that are free: ours have the highest bit.</summary>
    private const uint FirstAdapter = 0x80000000;

    public string Name => Prefix + Digits;

    public string Initiator => InitiatorPrefix + Digits;

    /// <summary>The directory below core of the adapter that holds the device, one for each.</summary>
    public string Adapter => string.Create(CultureInfo.InvariantCulture, $"pscsi_{FirstAdapter + Code}");

    /// <summary>The device's own directory in it.</summary>
    public string Store => string.Create(CultureInfo.InvariantCulture, $"xend-{DomainId}-{DeviceId}-{Number}");

    /// <summary>What a backend calls it (p-dev): the target, and the unit in it.</summary>
    public string Unit => Name + ":0";

    private uint Code => (DomainId << 16) | ((uint)DeviceId << 8) | Number;

    private string Digits => Code.ToString("x8", CultureInfo.InvariantCulture);

    /// <summary>The target of that name; null for one that xend did not make.</summary>
    public static ScsiTarget? FromName(string name) =>
        name.StartsWith(Prefix, StringComparison.Ordinal)
        && name.Length == Prefix.Length + 8
        && uint.TryParse(name.AsSpan(Prefix.Length), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code)
            ? FromCode(code)
            : null;

    /// <summary>The target whose adapter has that name; null for one that xend did not make.</summary>
    public static ScsiTarget? FromAdapter(string name) =>
        name.StartsWith("pscsi_", StringComparison.Ordinal)
        && uint.TryParse(name.AsSpan("pscsi_".Length), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
        && number >= FirstAdapter
            ? FromCode(number - FirstAdapter)
            : null;

    private static ScsiTarget FromCode(uint code) => new(code >> 16, (byte)(code >> 8), (byte)code);

    public override string ToString() => Store;
}
