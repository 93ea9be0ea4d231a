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
    /// <summary>No value of a configuration is longer.</summary>
    private const int LongestValue = 4096;

    private const int MostDevices = 256;

    public const uint MostVcpus = 512;

    private static readonly string[] KeysBesideImage = ["localtime", "cpuid"];

    public DomainConfig Read(SList source)
    {
        if (source.Name is not ("vm" or "domain"))
        {
            throw Invalid("The configuration is not a domain: it must start with (vm ...).");
        }
        CheckBounds(source);
        source = Plain(source);

        var name = ReadName(source);
        var uuid = ReadUuid(source);
        // xm leaves "memory" out where it is 0, as of old.
        var memory = ReadMib(source, "memory") ?? 0;
        if (memory == 0)
        {
            throw Invalid("memory_dynamic_max must be greater than zero");
        }
        var maxMemory = ReadMib(source, "maxmem") ?? memory;
        if (maxMemory < memory)
        {
            throw Invalid(
                "memory_dynamic_max must be less than or equal to memory_static_max",
                $"memory = {memory} MiB, maxmem = {maxMemory} MiB"
            );
        }
        var vcpus = (uint)(ReadInteger(source, "vcpus", 1, MostVcpus) ?? 1);
        var image = ImageOf(source);
        var restart = RestartPolicy.Read(source);

        var config = new DomainConfig
        {
            Name = name,
            Uuid = uuid,
            MemoryMib = memory,
            MaxMemoryMib = maxMemory,
            Vcpus = vcpus,
            OnlineVcpus = ReadOnlineVcpus(source, vcpus),
            Cpus = CpuListReader.Read(source.Child("cpus"), source.Value("cpu"), vcpus),
            CpuWeight = ReadWeight(source),
            CpuCap = ReadCap(source, vcpus),
            PoolName = Text(source, "pool_name") ?? "Pool-0",
            Description = Text(source, "description") ?? "",
            Features = Text(source, "features") ?? "",
            Bootloader = Text(source, "bootloader") ?? "",
            BootloaderArgs = Text(source, "bootloader_args") ?? "",
            OnPoweroff = restart.OnPoweroff,
            OnReboot = restart.OnReboot,
            OnCrash = restart.OnCrash,
            OnXendStart = ReadWord(source, "on_xend_start", "ignore", "start"),
            OnXendStop = ReadWord(source, "on_xend_stop", "ignore", "shutdown", "suspend"),
            StartOrder = ReadStartOrder(source),
            ShadowMemoryMib = ReadMib(source, "shadow_memory") ?? 0,
            Image = ReadImage(image),
            Machine = new MachineOptionsReader(image).Read(),
            Devices = new DeviceConfigReader(uuid, defaultVifScript).ReadAll(source),
        };
        // A value that is put together of several, as the command line is, is written down as one.
        CheckBounds(DomainConfigWriter.Write(config));
        return config;
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
    private static string ReadWord(SList source, string key, params string[] words)
    {
        var text = Text(source, key);
        return string.IsNullOrEmpty(text) ? words[0]
            : words.Contains(text) ? text
            : throw Invalid($"{key}: '{Printable(text)}' is unknown; it can be {string.Join(", ", words)}");
    }

    private static StartOrder ReadStartOrder(SList source)
    {
        var wait = Text(source, "start_wait") ?? "";
        return new StartOrder(
            (int)(ReadInteger(source, "start_order", -10000, 10000) ?? 0),
            (uint)(ReadInteger(source, "start_delay", 0, 3600) ?? 0),
            StartWaits.Parse(wait) ?? throw Invalid($"start_wait: '{Printable(wait)}' is none; it can be connected or shutdown-capable")
        );
    }

    /// <summary>The image, with the machine's keys that stand beside it: for guests of some types xm puts them there only.</summary>
    private static SList ImageOf(SList source)
    {
        if (source.Child("image") is not { Count: > 1 } image || image[1] is not SList { Name: not null } body)
        {
            throw Invalid("The configuration has no image: neither a kernel nor a bootloader is named.");
        }
        var beside = KeysBesideImage.Where(key => body.Child(key) is null).Select(source.Child).OfType<SList>();
        return new SList([.. body.Items, .. beside]);
    }

    private static ImageConfig ReadImage(SList body)
    {
        var builder = body.Name;
        if (builder is not ("linux" or "hvm" or "pvh"))
        {
            throw Invalid($"unknown image type: {Printable(builder ?? "")}");
        }
        var root = Text(body, "root");
        var ip = Text(body, "ip");
        var args = Text(body, "args") ?? "";
        return new ImageConfig
        {
            Builder = builder,
            Kernel = Text(body, "kernel") ?? "",
            Ramdisk = Text(body, "ramdisk") ?? "",
            CommandLine = MergeCommandLine(root, ip, args),
            Platform = body
                .Items.Skip(1)
                .OfType<SList>()
                .Where(child => child.Count > 1 && child.Name is { } key && key is not ("kernel" or "ramdisk" or "root" or "ip" or "args"))
                .Select(child => (child.Name!, child[1]))
                .ToImmutableArray(),
        };
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

    /// <summary>Refuses what is too long, too deep or not text, for it could not be read again when it is written down.</summary>
    public static void CheckBounds(SValue value, int depth = 0)
    {
        switch (value)
        {
            case SString { Value: var text } when text.Length > LongestValue:
                throw Invalid($"A value of the configuration is longer than {LongestValue} characters: '{Printable(text)}'");
            case SString { Value: var text } when text.Any(letter => char.IsControl(letter) && letter is not ('\t' or '\n')):
                throw Invalid($"A value of the configuration has a control character: '{Printable(text)}'");
            case SList when depth > 32:
                throw Invalid("The configuration is nested too deeply.");
            case SList list:
                if (list.Children("device").Take(MostDevices + 1).Count() > MostDevices)
                {
                    throw Invalid($"The configuration has more than {MostDevices} devices.");
                }
                foreach (var item in list.Items)
                {
                    CheckBounds(item, depth + 1);
                }
                break;
            case SStruct when depth > 32:
                throw Invalid("The configuration is nested too deeply.");
            case SStruct members:
                foreach (var (key, member) in members.Members)
                {
                    CheckBounds(key, depth + 1);
                    CheckBounds(member, depth + 1);
                }
                break;
        }
    }

    public static XendError Invalid(string message, string? detail = null) => new(ErrorCode.InvalidRequest, message, detail);

    /// <summary>At most 60 characters of a foreign text, without control characters, for an error.</summary>
    public static string Printable(string text)
    {
        var clean = string.Concat(text.Take(60).Select(letter => char.IsControl(letter) ? '?' : letter));
        return text.Length > 60 ? clean + "..." : clean;
    }
}
