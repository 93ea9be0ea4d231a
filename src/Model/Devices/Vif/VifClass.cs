using System.Globalization;
using Sxp;

namespace Model.Devices;

/// <summary>The shape of network interfaces: <c>(vif (bridge eth0) (mac 00:16:3e:38:d4:07))</c>.</summary>
public sealed class VifClass : DeviceClass<VifConfig>
{
    private const string ScriptDirectory = "/etc/xen/scripts/";
    private const string UsualScript = "vif-bridge";

    public override string Name => "vif";

    public override bool HasDeviceId => true;

    public override VifConfig Read(SList body, DeviceReading reading)
    {
        var parts = reading.Parts;
        var (script, arguments) = parts.Read("script", (ScriptDirectory + UsualScript, ""), () => ReadScript(body, reading));
        return new VifConfig(
            reading.Uuid,
            reading.Id,
            parts.Read("mac", ReadMac(null, reading.Seed), () => ReadMac(DomainConfigReader.Text(body, "mac"), reading.Seed)),
            parts.Read("bridge", "", () => ReadBridge(body)),
            script,
            arguments,
            ReadText("ip"),
            parts.Read("vifname", "", () => ReadInterfaceName(body, "vifname")),
            ReadText("type"),
            parts.Read("model", "", () => ReadModel(DomainConfigReader.Text(body, "model") ?? "")),
            parts.Read("rate", "", () => ReadRate(DomainConfigReader.Text(body, "rate"))),
            ReadText("backend") is { Length: > 0 } backend ? backend : "0"
        );

        string ReadText(string key) => parts.Read(key, "", () => DomainConfigReader.Text(body, key) ?? "");
    }

    /// <summary>The script's path, and the words behind its name.</summary>
    private static (string Path, string Arguments) ReadScript(SList body, DeviceReading reading)
    {
        var script = DomainConfigReader.Text(body, "script") is { Length: > 0 } own ? own : reading.DefaultVifScript;
        var words = script.Trim().Split(' ', 2, StringSplitOptions.TrimEntries);
        if (words[0].Length == 0 || (words[0].Contains('/') && words[0][0] != '/') || words[0].Contains("..", StringComparison.Ordinal))
        {
            throw DomainConfigReader.Invalid(
                $"script: '{DomainConfigReader.Printable(script)}' is no script",
                $"The name of one in {ScriptDirectory}, or an absolute path."
            );
        }
        return (words[0].StartsWith('/') ? words[0] : ScriptDirectory + words[0], words.Length > 1 ? words[1] : "");
    }

    protected override SList Write(VifConfig vif) =>
        SList.Of(
            "vif",
            SList.Of("uuid", vif.Uuid.ToString()),
            SList.Of("devid", vif.Id),
            SList.Of("mac", vif.Mac),
            SList.Of("bridge", vif.Bridge),
            SList.Of("script", ScriptWords(vif)),
            SList.Of("ip", vif.Ip),
            SList.Of("vifname", vif.Name),
            SList.Of("type", vif.Type),
            SList.Of("model", vif.Model),
            SList.Of("rate", vif.Rate),
            SList.Of("backend", vif.Backend)
        );

    protected override SList Show(VifConfig vif, DeviceShowing showing)
    {
        List<SValue> items = ["vif"];
        AddIfSet(items, "bridge", vif.Bridge);
        items.Add(SList.Of("mac", vif.Mac));
        if (showing.IsActive)
        {
            items.Add(SList.Of("script", ScriptWords(vif)));
        }
        items.Add(SList.Of("uuid", vif.Uuid.ToString("D")));
        if (showing.IsActive)
        {
            items.Add(SList.Of("backend", BackendId(vif.Backend)));
        }
        AddIfSet(items, "ip", vif.Ip);
        AddIfSet(items, "type", vif.Type);
        AddIfSet(items, "vifname", vif.Name);
        AddIfSet(items, "rate", vif.Rate);
        AddIfSet(items, "model", vif.Model);
        return new SList(items);
    }

    protected override IEnumerable<DeviceMark> Marks(VifConfig vif)
    {
        yield return new($"vif/{vif.Id}", $"The device \"vif {vif.Id}\"");
        yield return new($"mac {vif.Mac}", $"The mac \"{vif.Mac}\"");
        if (vif.Name.Length > 0)
        {
            yield return new($"vifname {vif.Name}", $"The vifname \"{vif.Name}\"");
        }
    }

    private static string ScriptWords(VifConfig vif) =>
        vif.ScriptArguments.Length == 0 ? vif.Script : $"{vif.Script} {vif.ScriptArguments}";

    /// <summary>It becomes part of the device model's argument list, which knows which models there are.</summary>
    private static string ReadModel(string model) =>
        model.Length <= 32 && model.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '.')
            ? model
            : throw DomainConfigReader.Invalid(
                $"model: '{DomainConfigReader.Printable(model)}' is no model of a network card (rtl8139, e1000)."
            );

    private static string ReadMac(string? text, byte[] seed)
    {
        if (string.IsNullOrEmpty(text))
        {
            // 00:16:3e is Xen's own prefix; the next byte stays below 0x80, as the old tool kept it.
            return $"00:16:3e:{seed[0] & 0x7f:x2}:{seed[1]:x2}:{seed[2]:x2}";
        }
        var parts = text.Split(':');
        if (parts.Length != 6 || parts.Any(part => part.Length is 0 or > 2 || !part.All(char.IsAsciiHexDigit)))
        {
            throw DomainConfigReader.Invalid(
                "Cannot create a new virtual network interface - MAC address is not valid!",
                $"mac = {DomainConfigReader.Printable(text)}"
            );
        }
        return string.Join(':', parts.Select(part => part.PadLeft(2, '0').ToLowerInvariant()));
    }

    /// <summary>
    /// For vif-openvswitch VLANs may follow the name: <c>ovs0.10:20:30</c> is a port of VLAN 10 that is a trunk of 20 and 30.
    /// </summary>
    private static string ReadBridge(SList body)
    {
        var bridge = DomainConfigReader.Text(body, "bridge") ?? "";
        var name = bridge.Split('.', ':')[0];
        return
            bridge.Length <= 255
            && IsInterfaceName(name)
            && bridge[name.Length..].All(letter => letter is > ' ' and < (char)127 and not '/')
            ? bridge
            : throw NoInterfaceName("bridge", bridge);
    }

    private static string ReadInterfaceName(SList body, string key)
    {
        var name = DomainConfigReader.Text(body, key) ?? "";
        return IsInterfaceName(name) ? name : throw NoInterfaceName(key, name);
    }

    // IFNAMSIZ of linux/if.h is 16 with the NUL.
    private static bool IsInterfaceName(string name) =>
        name.Length <= 15 && name.All(letter => letter is > ' ' and < (char)127 and not '/');

    private static XendError NoInterfaceName(string key, string name) =>
        DomainConfigReader.Invalid($"{key}: '{DomainConfigReader.Printable(name)}' cannot be the name of an interface");

    /// <summary><c>N[G|M|K](B|b)/s[@N[m|u]s]</c> as <c>bytes,microseconds</c>; what cannot be read is unlimited, as of old.</summary>
    private static string ReadRate(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return "";
        }
        if (
            text.Contains(',')
            && text.Split(',') is [var bytesText, var microsText]
            && uint.TryParse(bytesText, NumberStyles.None, CultureInfo.InvariantCulture, out _)
            && uint.TryParse(microsText, NumberStyles.None, CultureInfo.InvariantCulture, out _)
        )
        {
            return text;
        }
        var parts = text.Split('@');
        var micros = parts.Length == 2 ? ReadInterval(parts[1]) : 50_000;
        if (parts.Length > 2 || micros is null || ReadBytesPerSecond(parts[0]) is not { } perSecond)
        {
            return "";
        }
        var bytes = (UInt128)perSecond * micros.Value / 1_000_000;
        return bytes == 0 || bytes > uint.MaxValue ? "4294967295,0" : $"{bytes},{micros}";
    }

    private static ulong? ReadBytesPerSecond(string text)
    {
        if (!text.EndsWith("/s", StringComparison.Ordinal) || text.Length < 4 || text[^3] is not ('B' or 'b'))
        {
            return null;
        }
        var scale = text[^4] switch
        {
            'G' => 1_000_000_000ul,
            'M' => 1_000_000ul,
            'K' => 1_000ul,
            _ => 1ul,
        };
        var digits = text[..^(scale == 1 ? 3 : 4)];
        if (!uint.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
        {
            return null;
        }
        return number * scale / (text[^3] == 'b' ? 8ul : 1ul);
    }

    private static uint? ReadInterval(string text)
    {
        var (suffix, scale) =
            text.EndsWith("us", StringComparison.Ordinal) ? (2, 1u)
            : text.EndsWith("ms", StringComparison.Ordinal) ? (2, 1_000u)
            : text.EndsWith('s') ? (1, 1_000_000u)
            : (0, 0u);
        return
            scale != 0
            && uint.TryParse(text[..^suffix], NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            && number <= uint.MaxValue / scale
            ? number * scale
            : null;
    }
}
