using System.Globalization;
using Sxp;
using Xm.Host;

namespace Xm.Output;

/// <summary>The lines of <c>xm why</c>.</summary>
internal static class WhyText
{
    /// <summary>Whether an operation that ended has something to tell: it failed, or xend did it of its own accord.</summary>
    public static bool Tells(SList task) => Text(task, "error").Length > 0 || Text(task, "why").Length > 0;

    /// <summary>Whether it was done to the domain of this name or UUID.</summary>
    public static bool Concerns(SList task, string domain) => Text(task, "domain") == domain || Text(task, "uuid") == domain;

    /// <summary>
    /// <c>2026-11-30 10:20:30 destroy of web1, by xend: the guest ended: crash</c>, and below it why the operation failed, if it did.
    /// </summary>
    public static string Of(SList task, Surroundings surroundings)
    {
        var why = Text(task, "why") is { Length: > 0 } reason ? $": {reason}" : "";
        var line =
            $"{Moment(task.Value("ended"), surroundings)} {Text(task, "operation")} of {Text(task, "domain")}, "
            + $"by {Text(task, "requester")}{why}\n";
        return Text(task, "error") is not { Length: > 0 } error
            ? line
            : line + string.Concat(error.Split('\n').Select(part => $"    {part}\n"));
    }

    /// <summary>Why a domain does not run, as far as its restart is concerned; null where it is not.</summary>
    public static string? Waits(string domain, SList vm, Surroundings surroundings) =>
        vm.Child("xend_restart") is not { } note ? null
        : Text(note, "state") == "waiting"
            ? $"{domain} is started again at {Moment(note.Value("until"), surroundings)}: {Text(note, "reason")}"
        : $"{domain} is not started again by xend: {Text(note, "reason")}";

    /// <summary>Seconds since 1970 as the date and the time here.</summary>
    private static string Moment(SValue? seconds, Surroundings surroundings) =>
        double.TryParse(seconds.AsText(), NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            ? TimeZoneInfo
                .ConvertTime(DateTimeOffset.FromUnixTimeMilliseconds((long)(number * 1000)), surroundings.Time.LocalTimeZone)
                .ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture)
            : "(unknown time)";

    private static string Text(SList list, string key) => list.Value(key).AsText() ?? "";
}
