using System.Text.RegularExpressions;

namespace Model.Devices;

/// <summary>A directory of dom0 that the guest mounts by its tag, over 9pfs.</summary>
/// <param name="Uuid">The device's own UUID.</param>
/// <param name="Id">Its number.</param>
/// <param name="Tag">What the guest mounts: <c>mount -t 9p -o trans=xen TAG /mnt</c>.</param>
/// <param name="Path">The directory.</param>
/// <param name="SecurityModel">How owners and modes of the guest's files are kept in dom0: one of <see cref="SecurityModels"/>.</param>
public sealed partial record P9Config(Guid Uuid, uint Id, string Tag, string Path, string SecurityModel) : DeviceConfig(ClassName, Uuid, Id)
{
    public const string ClassName = "9pfs";

    /// <summary>MAX_TAG_LEN of qemu's hw/9pfs/9p.h is 32, with the zero at the end.</summary>
    public const int LongestTag = 31;

    /// <summary>What qemu's fsdev option security_model takes for a directory.</summary>
    public static IReadOnlyList<string> SecurityModels { get; } = ["none", "passthrough", "mapped-xattr", "mapped-file"];

    /// <summary>Whether a text can be a tag: qemu takes it for the name of an option group too (id_wellformed), else it ends.</summary>
    public static bool IsTag(string text) => text.Length <= LongestTag && Name().IsMatch(text);

    [GeneratedRegex(@"^[A-Za-z][A-Za-z0-9._-]*\z")]
    private static partial Regex Name();
}
