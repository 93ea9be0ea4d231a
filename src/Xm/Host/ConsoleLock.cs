using System.Globalization;

namespace Xm.Host;

/// <summary>A process that has a domain's console open.</summary>
/// <param name="Process">Its process id.</param>
/// <param name="CommandLine">Its words.</param>
internal sealed record ConsoleHolder(int Process, string CommandLine);

/// <summary>
/// The lock by which xenconsole keeps others from a domain's console: flock(2) on /var/lock/xenconsole.DOMID, all consoles of the domain
/// alike (tools/console/client/main.c of Xen 4.17). Who comes second gets an error number from it, and no hint who came first.
/// </summary>
internal sealed class ConsoleLock(Surroundings surroundings, long domain)
{
    private const int MaxCommandLine = 200;

    /// <summary>One that was told to end a moment ago may take so long.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(50);

    private readonly string _name = "xenconsole." + domain.ToString(CultureInfo.InvariantCulture);

    /// <summary>Who has the console and does not let go of it; null where it is free.</summary>
    public ConsoleHolder? WaitForHolder()
    {
        var giveUp = surroundings.Time.GetUtcNow() + Patience;
        while (Holder() is { } holder)
        {
            if (surroundings.Time.GetUtcNow() >= giveUp)
            {
                return holder;
            }
            surroundings.Pause(LookInterval);
        }
        return null;
    }

    private ConsoleHolder? Holder()
    {
        // xenconsole removes the file when it ends well. Where it did not, the file alone locks nothing.
        if (!File.Exists(surroundings.HostFile("/var/lock/" + _name)))
        {
            return null;
        }
        try
        {
            foreach (var directory in Directory.EnumerateDirectories(surroundings.HostFile("/proc")))
            {
                if (
                    int.TryParse(Path.GetFileName(directory), NumberStyles.None, CultureInfo.InvariantCulture, out var process)
                    && HasOpen(directory)
                )
                {
                    return new ConsoleHolder(process, CommandLine(directory));
                }
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // Without /proc nobody can be named: xenconsole says for itself that it cannot lock.
        }
        return null;
    }

    /// <summary>Whether the process has the lock's file open; by name, for /var/lock is a link of another place on some systems.</summary>
    private bool HasOpen(string process)
    {
        try
        {
            return Directory
                .EnumerateFileSystemEntries(Path.Combine(process, "fd"))
                .Any(descriptor => new FileInfo(descriptor).LinkTarget is { } target && Path.GetFileName(target) == _name);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // It has ended in the meantime.
            return false;
        }
    }

    private static string CommandLine(string process)
    {
        try
        {
            var words = File.ReadAllText(Path.Combine(process, "cmdline")).TrimEnd('\0').Replace('\0', ' ');
            var printable = string.Concat(words.Select(c => char.IsControl(c) ? '?' : c));
            return printable.Length <= MaxCommandLine ? printable : printable[..MaxCommandLine];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return "its words cannot be read";
        }
    }
}
