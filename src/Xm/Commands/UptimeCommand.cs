using System.Globalization;
using Xm.Host;
using Xm.Output;

namespace Xm.Commands;

/// <summary><c>xm uptime</c></summary>
internal sealed class UptimeCommand : Command
{
    public override int Run(CommandCall call)
    {
        var (options, names) = call.Options("s", "short");
        var isShort = options.Count > 0;
        var rows = call.Xend.Domains(names).Select(DomainRow.Of).ToList();
        if (names.Count == 0)
        {
            rows = rows.OrderBy(row => row.Order).ThenBy(row => row.Name, StringComparer.Ordinal).ToList();
        }
        if (!isShort)
        {
            call.Out.WriteLine(UptimeTable.Header);
        }
        foreach (var row in rows)
        {
            var seconds = Seconds(row, call.Surroundings);
            call.Out.WriteLine(
                isShort ? UptimeTable.ShortRow(row, seconds, call.Surroundings.Time.GetLocalNow()) : UptimeTable.Row(row, seconds)
            );
        }
        return 0;
    }

    /// <summary>Domain 0 is as old as the host's kernel; a domain that does not run has no age.</summary>
    private static long Seconds(DomainRow row, Surroundings surroundings)
    {
        if (row.Id.Length == 0)
        {
            return 0;
        }
        var age =
            row.Id == "0" ? HostAge(surroundings)
            : row.StartTime is { } start ? surroundings.Time.GetUtcNow().ToUnixTimeMilliseconds() / 1000.0 - start
            : 0;
        return double.IsFinite(age) && age is > 0 and < 1e12 ? (long)Math.Round(age, MidpointRounding.AwayFromZero) : 0;
    }

    private static double HostAge(Surroundings surroundings)
    {
        try
        {
            var text = File.ReadAllText(surroundings.HostFile("/proc/uptime")).Split(' ')[0];
            return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds) ? seconds : 0;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // No /proc here, as in a chroot: the other domains are shown all the same.
            return 0;
        }
    }
}
