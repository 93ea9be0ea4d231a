using System.Text;
using Sxp;

namespace Model.Devices;

/// <summary>
/// The shape of channels: <c>(channel (name org.example.a) (connection pty))</c>,
/// <c>(channel (name b) (connection socket) (path /run/b))</c>.
/// Old xend had none; the keys are those of xl's channel.
/// </summary>
public sealed class ChannelClass : DeviceClass<ChannelConfig>
{
    private const int LongestName = 255;

    /// <summary>sun_path of linux/un.h is 108 bytes, with the zero at the end.</summary>
    private const int LongestPath = 107;

    private const string Pty = "pty";

    private const string Socket = "socket";

    public override string Name => ChannelConfig.ClassName;

    public override bool HasDeviceId => true;

    /// <summary>0 is the console that every guest has.</summary>
    public override uint FirstId => 1;

    public override ChannelConfig Read(SList body, DeviceReading reading)
    {
        var parts = reading.Parts;
        parts.Check("backend", () => RefuseOtherBackends(DomainConfigReader.Text(body, "backend") ?? "0", "channels"));
        var connection = parts.Read("connection", Pty, () => ReadConnection(DomainConfigReader.Text(body, "connection") ?? ""));
        return new ChannelConfig(
            reading.Uuid,
            reading.Id,
            parts.Read("name", $"channel{reading.Id}", () => ReadName(DomainConfigReader.Text(body, "name") ?? "")),
            parts.Read("path", null, () => ReadPath(DomainConfigReader.Text(body, "path") ?? "", connection))
        );
    }

    protected override SList Write(ChannelConfig device) =>
        new(["channel", SList.Of("uuid", device.Uuid.ToString()), SList.Of("devid", device.Id), .. Shape(device)]);

    protected override SList Show(ChannelConfig device, DeviceShowing showing)
    {
        List<SValue> items = ["channel", SList.Of("uuid", device.Uuid.ToString()), .. Shape(device)];
        if (showing.Terminals?.GetValueOrDefault(device.Id) is { } terminal)
        {
            items.Add(SList.Of("tty", terminal));
        }
        return new SList(items);
    }

    protected override IEnumerable<DeviceMark> Marks(ChannelConfig device)
    {
        yield return new($"channel/{device.Id}", $"The device \"channel {device.Id}\"");
        yield return new($"channel name {device.Name}", $"The channel \"{device.Name}\"");
        if (device.SocketPath is { } path)
        {
            yield return new($"channel socket {path}", $"The socket \"{path}\"");
        }
    }

    private static IEnumerable<SValue> Shape(ChannelConfig device)
    {
        yield return SList.Of("name", device.Name);
        yield return SList.Of("connection", device.SocketPath is null ? Pty : Socket);
        if (device.SocketPath is { } path)
        {
            yield return SList.Of("path", path);
        }
    }

    private static string ReadConnection(string text) =>
        text is Pty or Socket ? text
        : text.Length == 0
            ? throw DomainConfigReader.Invalid(
                "A channel has no connection",
                hint: "connection=pty has a terminal in dom0, connection=socket,path=FILE a socket."
            )
        : throw DomainConfigReader.Invalid(
            $"'{DomainConfigReader.Printable(text)}' is no connection of a channel",
            $"There are {Pty} and {Socket}."
        );

    private static string ReadName(string text) =>
        text.Length is > 0 and <= LongestName && IsPlain(text) ? text
        : text.Length == 0
            ? throw DomainConfigReader.Invalid("A channel has no name", hint: "name=NAME is what the guest's programs look for.")
        : throw DomainConfigReader.Invalid(
            $"'{DomainConfigReader.Printable(text)}' cannot be the name of a channel",
            $"A name has {LongestName} characters at most, and no control characters."
        );

    private static string? ReadPath(string text, string connection) =>
        (connection, text) switch
        {
            (Pty, "") => null,
            (Pty, _) => throw DomainConfigReader.Invalid(
                $"A channel to a pty has no path: '{DomainConfigReader.Printable(text)}'",
                hint: "Write connection=socket, or leave path out."
            ),
            (_, "") => throw DomainConfigReader.Invalid(
                "The socket of a channel has no path",
                hint: "path=FILE is where it is made in dom0."
            ),
            _ when IsPath(text) => text,
            _ => throw DomainConfigReader.Invalid(
                $"'{DomainConfigReader.Printable(text)}' cannot be the path of a channel's socket",
                $"An absolute path is needed, of {LongestPath} bytes at most, without control characters and without '.', '..' or nothing "
                    + "between its slashes."
            ),
        };

    /// <summary>In one form only, so that the same path is the same text.</summary>
    private static bool IsPath(string text) =>
        text is ['/', .., not '/'] && IsPlain(text) && Encoding.UTF8.GetByteCount(text) <= LongestPath && Path.GetFullPath(text) == text;

    private static bool IsPlain(string text) => !text.Any(letter => char.IsControl(letter) || char.IsSurrogate(letter));
}
