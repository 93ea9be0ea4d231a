namespace Linux.Interop;

/// <summary>
/// The system's clock, with the time zone that the C library goes by. .NET knows no rules of POSIX (<c>TZ=EST5EDT,M3.2.0,M11.1.0</c>) and
/// takes UTC for them.
/// </summary>
public sealed class HostClock : TimeProvider
{
    public static HostClock Instance { get; } = new();

    /// <summary>.NET has no zones that are further from UTC.</summary>
    private const int MostMinutes = 14 * 60;

    private HostClock() { }

    /// <summary>A zone with the offset of this moment; seconds of an offset are cut off.</summary>
    public override TimeZoneInfo LocalTimeZone
    {
        get
        {
            var offset = TimeSpan.FromMinutes(Math.Clamp((int)(OffsetAt(GetUtcNow()) / 60), -MostMinutes, MostMinutes));
            return TimeZoneInfo.CreateCustomTimeZone("local", offset, "local", "local");
        }
    }

    /// <summary>Seconds east of UTC at a moment.</summary>
    internal static unsafe long OffsetAt(DateTimeOffset moment)
    {
        var seconds = moment.ToUnixTimeSeconds();
        LibCRemainder.broken_down_time_t local;
        // The zone's file may be another one since the daemon began.
        LibCRemainder.tzset();
        return LibCRemainder.localtime_r(&seconds, &local) is null ? 0 : local.tm_gmtoff;
    }
}
