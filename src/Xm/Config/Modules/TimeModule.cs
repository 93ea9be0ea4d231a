using System.Globalization;
using System.Text;
using Xm.Config.Evaluation;
using Xm.Config.Values;
using Xm.Host;

namespace Xm.Config.Modules;

/// <summary>Module <c>time</c>; a time in parts is a tuple of nine, whose parts have names, too.</summary>
internal static class TimeModule
{
    private static readonly string[] PartNames =
    [
        "tm_year",
        "tm_mon",
        "tm_mday",
        "tm_hour",
        "tm_min",
        "tm_sec",
        "tm_wday",
        "tm_yday",
        "tm_isdst",
    ];

    /// <summary>A time as clocks on the wall show it, with what the C library keeps beside it.</summary>
    /// <param name="Weekday">From 0, a Monday.</param>
    /// <param name="Daylight">1 in summer time, 0 not, -1 where nobody knows.</param>
    /// <param name="Offset">Seconds east of UTC; 0 for parts that the file gives.</param>
    private readonly record struct Parts(DateTime Time, int Weekday, int YearDay, int Daylight, int Offset, string Zone);

    public static IEnumerable<(string, Value)> All(Machine machine)
    {
        var zone = Zone(machine);
        var summer = zone.DaylightOffset(machine.World.Time.GetUtcNow().Year);
        return
        [
            .. Functions().Select(function => (function.Name, (Value)function)),
            ("altzone", new IntValue(-summer)),
            ("daylight", new IntValue(zone.HasDaylight ? 1 : 0)),
            ("timezone", new IntValue(-zone.StandardOffset)),
            ("tzname", new TupleValue([zone.StandardName, zone.DaylightName])),
            ("sleep", new RefusedFunction("is refused: a configuration does not wait")),
        ];
    }

    private static Builtin[] Functions() =>
        [
            new("asctime(t=None)", call => new StrValue(Format(Given(call, 0), "%a %b %e %H:%M:%S %Y"))),
            new("clock()", call => new FloatValue(Now(call).TimeOfDay.TotalSeconds)),
            new("ctime(seconds=None)", call => new StrValue(Format(Local(call, Moment(call)), "%a %b %e %H:%M:%S %Y"))),
            new("gmtime(seconds=None)", call => Tuple(Of(Moment(call), new ZoneMoment(0, false, "UTC")))),
            new("localtime(seconds=None)", call => Tuple(Local(call, Moment(call)))),
            new("mktime(t)", call => new FloatValue(Seconds(Zone(call.Machine), Given(call, 0)))),
            new("strftime(format, t=None)", call => call.Machine.NewText(Format(Given(call, 1), call.Text(0)))),
            new("time()", call => new FloatValue((Now(call) - DateTime.UnixEpoch).TotalSeconds)),
            new("tzset()", _ => NoneValue.Instance),
        ];

    private static LocalZone Zone(Machine machine) => new(machine.World.Variable("TZ"), machine.World.Time.LocalTimeZone);

    private static DateTime Now(Arguments call) => call.Machine.World.Time.GetUtcNow().UtcDateTime;

    private static DateTime Moment(Arguments call)
    {
        if (!call.Has(0))
        {
            return Now(call);
        }
        var seconds = call.Real(0);
        return seconds is > -6e10 and < 2.5e11
            ? DateTime.UnixEpoch.AddSeconds(Math.Floor(seconds))
            : throw Raised.Argument("timestamp out of range");
    }

    private static Parts Local(Arguments call, DateTime utc) => Of(utc, Zone(call.Machine).At(utc));

    private static Parts Of(DateTime utc, ZoneMoment zone)
    {
        var time = utc.AddSeconds(zone.Offset);
        return new Parts(time, ((int)time.DayOfWeek + 6) % 7, time.DayOfYear, zone.IsDaylight ? 1 : 0, zone.Offset, zone.Name);
    }

    private static TupleValue Tuple(Parts parts)
    {
        var time = parts.Time;
        return new TupleValue([
            time.Year,
            time.Month,
            time.Day,
            time.Hour,
            time.Minute,
            time.Second,
            parts.Weekday,
            parts.YearDay,
            parts.Daylight,
        ])
        {
            Names = PartNames,
        };
    }

    /// <summary>The parts that the file gives, or the time that it is.</summary>
    private static Parts Given(Arguments call, int place)
    {
        if (!call.Has(place))
        {
            return Local(call, Now(call));
        }
        var parts = (call[place] as TupleValue)?.Items.Select(part => Number.Index(part)).ToArray();
        if (parts is not { Length: 9 })
        {
            throw Raised.Type("argument must be 9-item sequence");
        }
        if (
            parts[0] is < 1 or > 9998
            || parts[1] is < 1 or > 12
            || parts[2] < 1
            || parts[2] > DateTime.DaysInMonth((int)parts[0], (int)parts[1])
            || parts[3] is < 0 or > 23
            || parts[4] is < 0 or > 59
            || parts[5] is < 0 or > 61
            || parts[7] is < 0 or > 366
        )
        {
            throw Raised.Argument("a part of the time is out of range");
        }
        var time = new DateTime((int)parts[0], (int)parts[1], (int)parts[2], (int)parts[3], (int)parts[4], (int)Math.Min(parts[5], 59));
        var zone = Zone(call.Machine);
        var daylight = Math.Clamp((int)Math.Clamp(parts[8], -1, 1), -1, 1);
        return new Parts(
            time,
            (int)((parts[6] % 7 + 7) % 7),
            Math.Max(1, (int)parts[7]),
            daylight,
            Offset: 0,
            daylight > 0 ? zone.DaylightName : zone.StandardName
        );
    }

    /// <summary>Seconds since 1970, by the time that the parts say they are in.</summary>
    private static double Seconds(LocalZone zone, Parts parts)
    {
        var standard = parts.Time.AddSeconds(-zone.StandardOffset);
        var summer = parts.Time.AddSeconds(-zone.DaylightOffset(parts.Time.Year));
        // In the hour that comes twice the C library takes the later one where it is told nothing.
        var isSummer = parts.Daylight switch
        {
            > 0 => zone.HasDaylight,
            0 => false,
            _ => zone.At(standard).IsDaylight && zone.At(summer).IsDaylight,
        };
        return ((isSummer ? summer : standard) - DateTime.UnixEpoch).TotalSeconds;
    }

    private static string Format(Parts time, string format)
    {
        var result = new StringBuilder();
        for (var at = 0; at < format.Length; at++)
        {
            result.Append(format[at] == '%' && at + 1 < format.Length ? Part(time, format[++at]) : format[at].ToString());
        }
        return result.ToString();
    }

    private static string Part(Parts parts, char code)
    {
        static string Two(int number) => number.ToString("00", CultureInfo.InvariantCulture);
        var time = parts.Time;
        var names = CultureInfo.InvariantCulture.DateTimeFormat;
        var sunday = (parts.Weekday + 1) % 7;
        return code switch
        {
            'a' => names.AbbreviatedDayNames[sunday],
            'A' => names.DayNames[sunday],
            'b' or 'h' => names.AbbreviatedMonthNames[time.Month - 1],
            'B' => names.MonthNames[time.Month - 1],
            'C' => Two(time.Year / 100),
            'd' => Two(time.Day),
            'H' => Two(time.Hour),
            'I' => Two((time.Hour + 11) % 12 + 1),
            'j' => parts.YearDay.ToString("000", CultureInfo.InvariantCulture),
            'k' => time.Hour.ToString(CultureInfo.InvariantCulture).PadLeft(2),
            'l' => ((time.Hour + 11) % 12 + 1).ToString(CultureInfo.InvariantCulture).PadLeft(2),
            'm' => Two(time.Month),
            'M' => Two(time.Minute),
            'p' => time.Hour < 12 ? "AM" : "PM",
            'S' => Two(time.Second),
            'u' => (parts.Weekday + 1).ToString(CultureInfo.InvariantCulture),
            'w' => sunday.ToString(CultureInfo.InvariantCulture),
            'U' => Two((parts.YearDay + 6 - sunday) / 7),
            'V' => Two(ISOWeek.GetWeekOfYear(time)),
            'G' => ISOWeek.GetYear(time).ToString(CultureInfo.InvariantCulture),
            'W' => Two((parts.YearDay + 6 - parts.Weekday) / 7),
            'y' => Two(time.Year % 100),
            'Y' => time.Year.ToString(CultureInfo.InvariantCulture),
            'Z' => parts.Zone,
            'z' => (parts.Offset < 0 ? "-" : "+") + Two(Math.Abs(parts.Offset) / 3600) + Two(Math.Abs(parts.Offset) / 60 % 60),
            'e' => time.Day.ToString(CultureInfo.InvariantCulture).PadLeft(2),
            'n' => "\n",
            't' => "\t",
            '%' => "%",
            's' => ((long)(time.AddSeconds(-parts.Offset) - DateTime.UnixEpoch).TotalSeconds).ToString(CultureInfo.InvariantCulture),
            'c' => Format(parts, "%a %b %e %H:%M:%S %Y"),
            'x' or 'D' => Format(parts, "%m/%d/%y"),
            'X' or 'T' => Format(parts, "%H:%M:%S"),
            'r' => Format(parts, "%I:%M:%S %p"),
            'F' => Format(parts, "%Y-%m-%d"),
            'R' => Format(parts, "%H:%M"),
            _ => "%" + code,
        };
    }
}
