namespace Model.Domains;

/// <summary>What <c>device_model</c> may say: a program, or a name of old for whatever the running Xen has.</summary>
public static class DeviceModelName
{
    /// <summary>Whether the running Xen's own is meant: a name of it in whatever directory, or none.</summary>
    public static bool IsStock(string configured) =>
        Path.GetFileName(configured) is "qemu-dm" or "qemu-dm.debug" or "qemu-system-i386" or "qemu-system-x86_64" or "xen-qemu-system-i386"
        || configured.Length == 0;

    /// <summary>Refuses what names no program on any host.</summary>
    /// <exception cref="XendError">It is neither such a name nor an absolute path.</exception>
    public static void Check(string configured)
    {
        if (!IsStock(configured) && !configured.StartsWith('/'))
        {
            throw DomainConfigReader.Invalid(
                $"device model '{DomainConfigReader.Printable(configured)}' not found",
                "There is no such program: an absolute path is needed, or qemu-dm for that of the running Xen."
            );
        }
    }
}
