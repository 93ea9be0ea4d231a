using System.Globalization;

namespace Linux.Interop;

/// <summary>What /proc/PID/stat says of a process (proc_pid_stat(5)).</summary>
/// <param name="State">One letter: R, S, D, Z...</param>
/// <param name="Parent">The parent's process id.</param>
/// <param name="ProcessorTicks">Processor time in user mode and in the kernel, in clock ticks (100 a second on Linux for x86).</param>
/// <param name="Started">Clock ticks from the boot of the host to its start; with the id it names a process for ever.</param>
public sealed record ProcessStat(char State, int Parent, ulong ProcessorTicks, ulong Started)
{
    // Counted from the state; the page counts from the id, and has two more.
    private const int ParentField = 1,
        UserField = 11,
        KernelField = 12,
        StartField = 19;

    /// <summary>A process that has ended and waits for its parent's notice.</summary>
    public bool IsDead => State is 'Z' or 'X';

    /// <summary>Null where there is no such process, or no permission to look at it.</summary>
    public static ProcessStat? Of(int process)
    {
        try
        {
            return Parse(File.ReadAllBytes($"/proc/{process.ToString(CultureInfo.InvariantCulture)}/stat"));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Reads the line; null where it is none.</summary>
    public static ProcessStat? Parse(ReadOnlySpan<byte> line)
    {
        // The name may hold anything, brackets and spaces too.
        var rest = line[(line.LastIndexOf((byte)')') + 1)..].TrimStart((byte)' ');
        var state = rest.IsEmpty ? '?' : (char)rest[0];
        var (parent, user, kernel, started) = (0ul, 0ul, 0ul, 0ul);
        for (var field = 0; field <= StartField; field++)
        {
            var end = rest.IndexOf((byte)' ');
            if (end < 0 || !Read(field, rest[..end], ref parent, ref user, ref kernel, ref started))
            {
                return null;
            }
            rest = rest[(end + 1)..];
        }
        return new ProcessStat(state, (int)parent, user + kernel, started);
    }

    private static bool Read(int field, ReadOnlySpan<byte> text, ref ulong parent, ref ulong user, ref ulong kernel, ref ulong started) =>
        field switch
        {
            ParentField => TryRead(text, out parent),
            UserField => TryRead(text, out user),
            KernelField => TryRead(text, out kernel),
            StartField => TryRead(text, out started),
            _ => true,
        };

    private static bool TryRead(ReadOnlySpan<byte> text, out ulong number) =>
        ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
