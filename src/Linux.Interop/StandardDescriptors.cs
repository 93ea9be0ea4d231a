namespace Linux.Interop;

/// <summary>The descriptors 0, 1 and 2, each of which the caller of a program may have closed.</summary>
/// <remarks>
/// The kernel gives the lowest free number to what is opened next. Without this, a socket would become stdout, and what is meant for people
/// would be printed into it.
/// </remarks>
public sealed class StandardDescriptors
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

    /// <summary>Whether the caller had closed it.</summary>
    /// <param name="descriptor">0, 1 or 2.</param>
    public bool WasClosed(int descriptor) => _wasClosed[descriptor];
}
