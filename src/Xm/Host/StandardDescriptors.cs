namespace Xm.Host;

/// <summary>The descriptors 0, 1 and 2, each of which the caller may have closed.</summary>
/// <remarks>
/// The kernel gives the lowest free number to what is opened next. Without this, the socket to xend would become stdout, and xm would print
/// its table into it.
/// </remarks>
internal sealed class StandardDescriptors
{
    private readonly bool[] _wasClosed = new bool[3];

    private StandardDescriptors() { }

    /// <summary>Puts /dev/null where there is nothing. To be called before anything else is opened.</summary>
    public static StandardDescriptors Fill()
    {
        var found = new StandardDescriptors();
        while (true)
        {
            var handle = File.OpenHandle("/dev/null", FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
            var number = (int)handle.DangerousGetHandle();
            if (number >= found._wasClosed.Length)
            {
                handle.Dispose();
                return found;
            }
            found._wasClosed[number] = true;
            // It stays open as long as the process.
            handle.SetHandleAsInvalid();
        }
    }

    /// <summary>The stream of descriptor 1 or 2, for a sink to open.</summary>
    /// <exception cref="IOException">The caller had closed it (EBADF).</exception>
    public Stream Open(int descriptor) =>
        _wasClosed[descriptor] ? throw new IOException("closed", Errno.BadDescriptor)
        : descriptor == 1 ? StandardStream.Output()
        : StandardStream.Errors();
}
