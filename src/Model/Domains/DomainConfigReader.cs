using System.Collections.Immutable;
using System.Globalization;
using System.Numerics;
using Sxp;

namespace Model.Domains;

/// <summary>
/// Reads the domain s-expression that clients send, <c>(vm ...)</c>, or that <c>xm list --long</c> printed, <c>(domain ...)</c>.
/// </summary>
/// <remarks>No client is trusted: every value is bounded and parsed strictly. Error sentences are old xend's where it had one.</remarks>
/// <param name="defaultVifScript">The vif script, with its words, of interfaces that name none: <c>vif-bridge bridge=xenbr1</c>.</param>
public sealed class DomainConfigReader(string defaultVifScript)
{
    public const uint MostVcpus = 512;

    /// <summary>For guests of some types xm puts these of the image beside it.</summary>
    private static readonly string[] KeysBesideImage = ["localtime", "cpuid"];

    /// <exception cref="XendError">Something is wrong with it: the first that is.</exception>
    public DomainConfig Read(SList source)
    {
        var config = Read(source, PartReader.Strict, out var devices);
        config = config with { Devices = [.. devices.Select(device => device.Device)] };
        CheckWritten(config);
        return config;
    }

    /// <summary>The same part by part, for whoever wants to hear of all that is wrong.</summary>
    /// <param name="source">The expression.</param>
    /// <param name="parts">How the parts are read.</param>
    /// <param name="devices">The devices that could be read, which the configuration does not have yet.</param>
    internal DomainConfig Read(SList source, PartReader parts, out ImmutableArray<PlacedDevice> devices)
    {
        if (source.Name is not ("vm" or "domain"))
        {
            throw Invalid("The configuration is not a domain: it must start with (vm ...).");
        }
        ConfigBounds.Check(source, parts);
        var plain = Plain(source);

        var name = parts.Read("name", "", () => ReadName(plain));
        var uuid = parts.Read("uuid", Guid.Empty, () => ReadUuid(plain));
        var (memory, maxMemory) = ReadMemory(plain, parts);
        // Where the number is wrong, nothing that goes by it is to be wrong for that.
        var vcpus = parts.Read("vcpus", MostVcpus, () => (uint)(ReadInteger(plain, "vcpus", 1, MostVcpus) ?? 1));
        var image = ReadImage(plain, parts);
        var restart = RestartPolicy.Read(plain, parts);

        var config = new DomainConfig
        {
            Name = name,
            Uuid = uuid,
            MemoryMib = memory,
            MaxMemoryMib = maxMemory,
            Vcpus = vcpus,
            OnlineVcpus = parts.Read("vcpu_avail", vcpus, () => ReadOnlineVcpus(plain, vcpus)),
            Cpus = parts.Read("cpus", [], () => CpuListReader.Read(plain.Child("cpus"), plain.Value("cpu"), vcpus)),
            CpuWeight = parts.Read("cpu_weight", null, () => ReadWeight(plain)),
            CpuCap = parts.Read("cpu_cap", null, () => ReadCap(plain, vcpus)),
            PoolName = ReadText("pool_name", "Pool-0"),
            Description = ReadText("description"),
            Features = ReadText("features"),
            Bootloader = ReadText("bootloader"),
            BootloaderArgs = ReadText("bootloader_args"),
            OnPoweroff = restart.OnPoweroff,
            OnReboot = restart.OnReboot,
            OnCrash = restart.OnCrash,
            OnXendStart = ReadWord(plain, parts, "on_xend_start", "ignore", "start"),
            OnXendStop = ReadWord(plain, parts, "on_xend_stop", "ignore", "shutdown", "suspend"),
            StartOrder = ReadStartOrder(plain, parts),
            ShadowMemoryMib = parts.Read("shadow_memory", 0u, () => ReadMib(plain, "shadow_memory") ?? 0),
            Image = image,
            Machine = new MachineOptionsReader(ImageBody(plain) ?? SList.Empty, parts).Read(),
        };
        devices = new DeviceConfigReader(uuid, defaultVifScript, parts).ReadPlaced(plain);
        return config;

        string ReadText(string key, string otherwise = "") => parts.Read(key, otherwise, () => Text(plain, key) ?? otherwise);
    }

    /// <summary>A value that is put together of several, as the command line is, is written down as one.</summary>
    internal static void CheckWritten(DomainConfig config) => ConfigBounds.Check(DomainConfigWriter.Write(config));

    private static (uint Memory, uint MaxMemory) ReadMemory(SList source, PartReader parts)
    {
        var memory = parts.Read("memory", 0u, () =>
            // xm leaves "memory" out where it is 0, as of old.
            ReadMib(source, "memory") is > 0 and var given
                ? given
                : throw Invalid("memory_dynamic_max must be greater than zero"));
        var maxMemory = parts.Read("maxmem", memory, () =>
            (ReadMib(source, "maxmem") ?? memory) is var most && most >= memory
                ? most
                : throw Invalid(
                    "memory_dynamic_max must be less than or equal to memory_static_max",
                    $"memory = {memory} MiB, maxmem = {most} MiB"
                )
        );
        return (memory, maxMemory);
    }

    private static string ReadName(SList source)
    {
        var name = Text(source, "name");
        if (string.IsNullOrEmpty(name))
        {
            throw Invalid("Missing VM Name");
        }
        return DomainName.Checked(name);
    }

    private static Guid ReadUuid(SList source)
    {
        var text = Text(source, "uuid");
        if (string.IsNullOrEmpty(text))
        {
            return Guid.NewGuid();
        }
        if (Guid.TryParseExact(text.Replace("-", "", StringComparison.Ordinal), "N", out var uuid) && uuid != Guid.Empty)
        {
            return uuid;
        }
        throw Invalid($"Invalid UUID: {Printable(text)}", "32 hexadecimal digits are needed, with or without dashes, not all zero.");
    }

    private static uint ReadOnlineVcpus(SList source, uint vcpus)
    {
        // A bit map of the vCPUs that are online at start: what xm makes of "vcpus" beside "maxvcpus".
        var text = Text(source, "vcpu_avail");
        if (string.IsNullOrEmpty(text))
        {
            return vcpus;
        }
        if (!BigInteger.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var map) || map.GetBitLength() > MostVcpus)
        {
            throw Invalid($"vcpu_avail: '{Printable(text)}' is not a bit map of at most {MostVcpus} vCPUs");
        }
        return Math.Clamp((uint)BigInteger.PopCount(map), 1, vcpus);
    }

    private static int? ReadWeight(SList source) =>
        ReadInteger(source, "cpu_weight", 1, 65535, "Cpu weight out of range, valid values are within range from 1 to 65535") is { } weight
            ? (int)weight
            : null;

    private static int? ReadCap(SList source, uint vcpus) =>
        ReadInteger(
            source,
            "cpu_cap",
            0,
            vcpus * 100,
            $"Cpu cap out of range, valid range is from 0 to {vcpus * 100} for specified number of vcpus"
        )
            is { } cap
            ? (int)cap
            : null;

    /// <summary>One of a few words; the first is the default.</summary>
    private static string ReadWord(SList source, PartReader parts, string key, params string[] words) =>
        parts.Read(key, words[0], () => Text(source, key) is not { Length: > 0 } text ? words[0]
            : words.Contains(text) ? text
            : throw Invalid($"{key}: '{Printable(text)}' is unknown; it can be {string.Join(", ", words)}"));

    private static StartOrder ReadStartOrder(SList source, PartReader parts) =>
        new(
            parts.Read("start_order", 0, () => (int)(ReadInteger(source, "start_order", -10000, 10000) ?? 0)),
            parts.Read("start_delay", 0u, () => (uint)(ReadInteger(source, "start_delay", 0, 3600) ?? 0)),
            parts.Read("start_wait", StartWait.Nothing, () =>
                (Text(source, "start_wait") ?? "") is var wait && StartWaits.Parse(wait) is { } known
                    ? known
                    : throw Invalid($"start_wait: '{Printable(wait)}' is none; it can be connected or shutdown-capable")
            )
        );

    /// <summary>What stands in <c>(image ...)</c>, <c>(linux (kernel ...) ...)</c>, with the machine's keys that stand beside it.</summary>
    private static SList? ImageBody(SList source) =>
        source.Child("image") is { Count: > 1 } image && image[1] is SList { Name: not null } body ? WithKeysBeside(body, source) : null;

    private static SList WithKeysBeside(SList body, SList source) =>
        new([.. body.Items, .. KeysBesideImage.Where(key => body.Child(key) is null).Select(source.Child).OfType<SList>()]);

    private static ImageConfig ReadImage(SList source, PartReader parts)
    {
        var body = parts.Read("image", SList.Of("linux"), () =>
            ImageBody(source) ?? throw Invalid("The configuration has no image: neither a kernel nor a bootloader is named.")
        );
        var builder = parts.Read("builder", "linux", () =>
            body.Name is "linux" or "hvm" or "pvh" ? body.Name : throw Invalid($"unknown image type: {Printable(body.Name!)}")
        );
        return new ImageConfig
        {
            Builder = builder,
            Kernel = ReadText("kernel") ?? "",
            Ramdisk = ReadText("ramdisk") ?? "",
            CommandLine = MergeCommandLine(ReadText("root"), ReadText("ip"), ReadText("args") ?? ""),
            Platform = body
                .Items.Skip(1)
                .OfType<SList>()
                .Where(child => child.Count > 1 && child.Name is { } key && key is not ("kernel" or "ramdisk" or "root" or "ip" or "args"))
                .Select(child => (child.Name!, child[1]))
                .ToImmutableArray(),
        };

        string? ReadText(string key) => parts.Read(key, null, () => Text(body, key));
    }

    /// <summary>root first, then ip, then the rest; each only where the rest does not say it already. As old xend merged them.</summary>
    private static string MergeCommandLine(string? root, string? ip, string args)
    {
        var line = args;
        if (!string.IsNullOrEmpty(ip) && !line.Contains("ip=", StringComparison.Ordinal))
        {
            line = $"ip={ip} {line}";
        }
        if (!string.IsNullOrEmpty(root) && !line.Contains("root=", StringComparison.Ordinal))
        {
            line = $"root={root} {line}";
        }
        return line.Trim();
    }

    private static uint? ReadMib(SList source, string key) => (uint?)ReadInteger(source, key, 0, 16 * 1024 * 1024);

    public static long? ReadInteger(SList source, string key, long least, long most, string? outOfRange = null)
    {
        long number;
        switch (source.Value(key))
        {
            case null or SNone or SString { Value: "" }:
                return null;
            case SInt integer:
                number = integer.Value;
                break;
            case SBool truth:
                number = truth.Value ? 1 : 0;
                break;
            // As a truth is written down.
            case SString { Value: "True" or "False" } word:
                number = word.Value == "True" ? 1 : 0;
                break;
            case SFloat real when Math.Abs(real.Value) < 1e15:
                number = (long)real.Value;
                break;
            case SString text
                when long.TryParse(
                    text.Value,
                    NumberStyles.AllowLeadingSign | NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite,
                    CultureInfo.InvariantCulture,
                    out var parsed
                ):
                number = parsed;
                break;
            case var other:
                throw Invalid($"{key}: a whole number is needed, not '{Printable(other.ToString())}'");
        }
        return number >= least && number <= most
            ? number
            : throw Invalid(outOfRange ?? $"{key}: {number} is out of range, {least} to {most} can be had");
    }

    /// <summary>The text of a child's value; numbers as text, null where there is none. Throws where it is a list.</summary>
    public static string? Text(SList source, string key) =>
        source.Value(key) switch
        {
            SString text => text.Value,
            SInt number => number.ToString(),
            SBool truth => truth.Value ? "1" : "0",
            SFloat real => real.Value.ToString(CultureInfo.InvariantCulture),
            null or SNone or SList { Count: 0 } => null,
            var other => throw Invalid($"{key}: a text is needed, not '{Printable(other.ToString())}'"),
        };

    /// <summary>
    /// The same as its notation would be read: a struct, as which old xm sends cpuid, is the list of its pairs; a key with None asks for
    /// nothing.
    /// </summary>
    private static SList Plain(SList source) =>
        new(
            source
                .Items.Select(item =>
                    item is SStruct members ? new SList(members.Members.Select(member => SList.Of(member.Key, member.Value))) : item
                )
                .Where(item => item is not SList { Count: > 1 } pair || pair[0] is not SString || pair[1] is not SNone)
                .Select(item => item is SList list ? Plain(list) : item)
        );

    public static XendError Invalid(string message, string? detail = null, string? hint = null) =>
        new(ErrorCode.InvalidRequest, message, detail, hint);

    /// <summary>At most 60 characters of a foreign text, without control characters, for an error.</summary>
    public static string Printable(string text)
    {
        var clean = string.Concat(text.Take(60).Select(letter => char.IsControl(letter) ? '?' : letter));
        return text.Length > 60 ? clean + "..." : clean;
    }
}
