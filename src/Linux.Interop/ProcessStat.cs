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
            return Parse(File.ReadAllText($"/proc/{process.ToString(CultureInfo.InvariantCulture)}/stat"));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Reads the line; null where it is none.</summary>
    public static ProcessStat? Parse(string line)
    {
        // The name may hold anything, brackets and spaces too.
        var fields = line[(line.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return
            fields.Length > StartField
            && int.TryParse(fields[ParentField], NumberStyles.None, CultureInfo.InvariantCulture, out var parent)
            && ulong.TryParse(fields[UserField], NumberStyles.None, CultureInfo.InvariantCulture, out var user)
            && ulong.TryParse(fields[KernelField], NumberStyles.None, CultureInfo.InvariantCulture, out var kernel)
            && ulong.TryParse(fields[StartField], NumberStyles.None, CultureInfo.InvariantCulture, out var started)
            ? new ProcessStat(fields[0][0], parent, user + kernel, started)
            : null;
    }
}
