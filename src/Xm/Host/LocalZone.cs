namespace Xm.Host;

/// <summary>What clocks on the wall show at a moment.</summary>
/// <param name="Offset">Seconds east of UTC.</param>
internal readonly record struct ZoneMoment(int Offset, bool IsDaylight, string Name);

/// <summary>
/// The time zone that the C library would use: what TZ says as a rule of POSIX (<c>EST5EDT,M3.2.0,M11.1.0</c>), else the host's. .NET reads
/// no such rules and takes UTC instead.
/// </summary>
internal sealed class LocalZone
{
    private readonly TimeZoneInfo _zone;
    private readonly PosixTimeZone? _rule;

    /// <param name="variable">TZ; null where it is not set.</param>
    /// <param name="zone">The host's, or what .NET made of a name of the zone database in TZ.</param>
    public LocalZone(string? variable, TimeZoneInfo zone)
    {
        _zone = zone;
        _rule = string.IsNullOrEmpty(variable) ? null : PosixTimeZone.Parse(variable);
    }

    public bool HasDaylight => _rule is not null ? _rule.Daylight is not null : _zone.SupportsDaylightSavingTime;

    /// <summary>Seconds east of UTC, without what is added in summer.</summary>
    public int StandardOffset => _rule?.Standard.Offset ?? (int)_zone.BaseUtcOffset.TotalSeconds;

    public string StandardName => _rule?.Standard.Name ?? Short(_zone.StandardName);

    /// <summary>Seconds east of UTC in the summer of the year.</summary>
    public int DaylightOffset(int year) =>
        _rule is not null ? (_rule.Daylight ?? _rule.Standard).Offset
        : _zone.SupportsDaylightSavingTime
            ? Enumerable
                .Range(1, 12)
                .Max(month => (int)_zone.GetUtcOffset(new DateTime(year, month, 1, 0, 0, 0, DateTimeKind.Utc)).TotalSeconds)
        : StandardOffset;

    public string DaylightName =>
        _rule is not null ? (_rule.Daylight ?? _rule.Standard).Name
        : HasDaylight ? Short(_zone.DaylightName)
        : StandardName;

    public ZoneMoment At(DateTime utc)
    {
        if (_rule is not null)
        {
            return _rule.At(utc);
        }
        var moment = DateTime.SpecifyKind(utc, DateTimeKind.Utc);
        var isDaylight = _zone.IsDaylightSavingTime(moment);
        return new ZoneMoment((int)_zone.GetUtcOffset(moment).TotalSeconds, isDaylight, isDaylight ? DaylightName : StandardName);
    }

    /// <summary>.NET spells a few names out, which the C library never does.</summary>
    private string Short(string name) => name.Contains(' ') ? (_zone.BaseUtcOffset == TimeSpan.Zero ? "UTC" : _zone.Id) : name;
}
