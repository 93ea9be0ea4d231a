using System.Globalization;

namespace Xm.Output;

/// <summary>The lines of <c>xm uptime</c>.</summary>
internal static class UptimeTable
{
    public static string Header => $"{PythonText.Left("Name", 33)} {PythonText.Right("ID", 4)} Uptime ";

    /// <summary><c>linux   2  1 day,  3:04:05</c></summary>
    public static string Row(DomainRow row, long seconds) =>
        $"{PythonText.Left(row.Name, 32)} {PythonText.Right(row.Id, 5)} {Span(seconds)}:{seconds % 60:00}";

    /// <summary><c> 12:34:56 up 1 day,  3:04, linux (2)</c></summary>
    public static string ShortRow(DomainRow row, long seconds, DateTimeOffset now) =>
        $"{now.ToString(" HH:mm:ss", CultureInfo.InvariantCulture)} up {Span(seconds)}, {row.Name} ({row.Id})";

    private static string Span(long seconds)
    {
        var days = seconds / 86400;
        var span = days > 0 ? $"{days} day{(days > 1 ? "s" : "")}, " : "";
        return $"{span}{PythonText.Right(seconds / 3600 % 24, 2)}:{seconds / 60 % 60:00}";
    }
}
