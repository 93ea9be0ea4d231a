using System.Text;
using LibXc.Interop.Abi;

namespace LibXc.Interop;

/// <content>The host and the hypervisor itself.</content>
public sealed unsafe partial class XenControl
{
    // XENVER_* of xen/include/public/version.h.
    private const int VersionNumber = 0;
    private const int ExtraVersion = 1;
    private const int CompileInfo = 2;
    private const int Capabilities = 3;
    private const int Changeset = 4;
    private const int PlatformParameters = 5;
    private const int PageSize = 7;
    private const int CommandLine = 9;

    private const int RingChunk = 32 * 1024;

    /// <summary>Xen's largest ring (conring_size=) is far smaller; a bound, for the ring may grow while it is read.</summary>
    private const int LongestRing = 64 * 1024 * 1024;

    public PhysicalInfoData GetPhysicalInfo()
    {
        using var call = Begin("xc_physinfo", "the host");
        PhysicalInfoData data;
        call.Check(Library.xc_physinfo(call.Handle, &data));
        return data;
    }

    public XenVersion GetVersion()
    {
        var number = AskVersion(VersionNumber, null);
        return new XenVersion(number >> 16, number & 0xFFFF);
    }

    /// <summary>What follows the version: ".7-pre".</summary>
    public string GetExtraVersion() => AskText(ExtraVersion, 16);

    /// <summary>Guest types that Xen can run, each followed by a space.</summary>
    public string GetCapabilities() => AskText(Capabilities, 1024);

    public string GetChangeset() => AskText(Changeset, 64);

    /// <summary>Xen's own command line.</summary>
    public string GetCommandLine() => AskText(CommandLine, 1024);

    public CompileInfoData GetCompileInfo()
    {
        CompileInfoData data;
        AskVersion(CompileInfo, &data);
        return data;
    }

    /// <summary>The start of the hypervisor's part of a guest's virtual addresses.</summary>
    public ulong GetVirtualStart()
    {
        ulong start;
        AskVersion(PlatformParameters, &start);
        return start;
    }

    public int GetPageSize() => AskVersion(PageSize, null);

    /// <summary>All of Xen's console ring.</summary>
    /// <param name="clear">Forgets what was read, so that the next reading starts after it.</param>
    public string ReadConsoleRing(bool clear)
    {
        var chunk = new byte[RingChunk];
        var ring = new MemoryStream();
        uint index = 0;
        uint count;
        do
        {
            using var call = Begin("xc_readconsolering", "Xen's console");
            count = RingChunk;
            fixed (byte* start = chunk)
            {
                call.Check(Library.xc_readconsolering(call.Handle, start, &count, clear ? 1 : 0, 1, &index));
            }

            ring.Write(chunk, 0, (int)Math.Min(count, RingChunk));
        } while (count > 0 && ring.Length < LongestRing);
        // The ring may begin in the middle of a wrapped line; a zero byte is none of Xen's text.
        return Encoding.UTF8.GetString(ring.GetBuffer(), 0, (int)ring.Length).Replace("\0", "", StringComparison.Ordinal);
    }

    /// <summary>Presses keys on Xen's console.</summary>
    public void SendDebugKeys(string keys)
    {
        var text = Encoding.ASCII.GetBytes(keys + "\0");
        using var call = Begin("xc_send_debug_keys", "Xen's console");
        fixed (byte* start = text)
        {
            call.Check(Library.xc_send_debug_keys(call.Handle, start));
        }
    }

    private string AskText(int command, int size)
    {
        Span<byte> text = stackalloc byte[size];
        text.Clear();
        fixed (byte* start = text)
        {
            AskVersion(command, start);
        }

        return CText.Of(text);
    }

    private int AskVersion(int command, void* into)
    {
        using var call = Begin("xc_version", "the host");
        return call.Check(Library.xc_version(call.Handle, command, into));
    }
}
