using Sxp;

namespace Model.Devices;

/// <summary>
/// The shape of directories of dom0 that a guest mounts: <c>(9pfs (tag share) (path /srv/x) (security_model none))</c>. Old xend had none;
/// the keys are those of xl's p9.
/// </summary>
public sealed class P9Class : DeviceClass<P9Config>
{
    /// <summary>PATH_MAX of Linux, with the zero at the end.</summary>
    private const int LongestPath = 4095;

    public override string Name => P9Config.ClassName;

    public override bool HasDeviceId => true;

    public override P9Config Read(SList body, DeviceReading reading)
    {
        var parts = reading.Parts;
        parts.Check("backend", () => RefuseOtherBackends(DomainConfigReader.Text(body, "backend") ?? "0", "directories"));
        return new P9Config(
            reading.Uuid,
            reading.Id,
            parts.Read("tag", $"tag{reading.Id}", () => ReadTag(DomainConfigReader.Text(body, "tag") ?? "")),
            parts.Read("path", "/", () => ReadPath(DomainConfigReader.Text(body, "path") ?? "")),
            parts.Read("security_model", "none", () => ReadSecurityModel(DomainConfigReader.Text(body, "security_model") ?? "none"))
        );
    }

    protected override SList Write(P9Config device) =>
        new(["9pfs", SList.Of("uuid", device.Uuid.ToString()), SList.Of("devid", device.Id), .. Shape(device)]);

    protected override SList Show(P9Config device, DeviceShowing showing) =>
        new(["9pfs", SList.Of("uuid", device.Uuid.ToString()), .. Shape(device)]);

    protected override IEnumerable<DeviceMark> Marks(P9Config device) =>
        [new($"9pfs/{device.Id}", $"The device \"9pfs {device.Id}\""), new($"9pfs tag {device.Tag}", $"The tag \"{device.Tag}\"")];

    private static IEnumerable<SValue> Shape(P9Config device) =>
        [SList.Of("tag", device.Tag), SList.Of("path", device.Path), SList.Of("security_model", device.SecurityModel)];

    private static string ReadTag(string text) =>
        P9Config.IsTag(text) ? text
        : text.Length == 0 ? throw DomainConfigReader.Invalid("9pfs: the directory has no tag", hint: "tag=NAME is what the guest mounts.")
        : throw DomainConfigReader.Invalid(
            $"9pfs: '{DomainConfigReader.Printable(text)}' cannot be a tag",
            $"A tag is a letter, and letters, digits, '.', '_' and '-' behind it: {P9Config.LongestTag} characters at most."
        );

    private static string ReadPath(string text) =>
        text is ['/', ..] && text.Length <= LongestPath && !text.Any(char.IsControl) ? text
        : text.Length == 0 ? throw DomainConfigReader.Invalid("9pfs: no directory is named", hint: "path=DIRECTORY names one of dom0.")
        : throw DomainConfigReader.Invalid(
            $"9pfs: '{DomainConfigReader.Printable(text)}' cannot be a directory of dom0",
            $"An absolute path is needed, of {LongestPath} characters at most, without control characters."
        );

    private static string ReadSecurityModel(string text) =>
        P9Config.SecurityModels.Contains(text)
            ? text
            : throw DomainConfigReader.Invalid(
                $"9pfs: security_model '{DomainConfigReader.Printable(text)}' is unknown",
                $"There are {string.Join(", ", P9Config.SecurityModels)}."
            );
}
