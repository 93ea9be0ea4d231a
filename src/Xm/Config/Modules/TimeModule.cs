using System.Globalization;
using System.Text;
using Xm.Config.Evaluation;
using Xm.Config.Values;

namespace Xm.Config.Modules;

/// <summary>Module <c>time</c>; a time in parts is a tuple of nine.</summary>
internal static class TimeModule
{
    public static IEnumerable<(string, Value)> All() =>
        [
            .. Functions().Select(function => (function.Name, (Value)function)),
            ("sleep", new RefusedFunction("is refused: a configuration does not wait")),
        ];

    private static Builtin[] Functions() =>
        [
            new("asctime(t=None)", call => new StrValue(Format(Parts(call, 0), "%a %b %e %H:%M:%S %Y"))),
            new("clock()", call => new FloatValue(Now(call).TimeOfDay.TotalSeconds)),
            new("ctime(seconds=None)", call => new StrValue(Format(Local(call), "%a %b %e %H:%M:%S %Y"))),
            new("gmtime(seconds=None)", call => Tuple(Moment(call))),
            new("localtime(seconds=None)", call => Tuple(Local(call))),
            new("mktime(t)", call => new FloatValue((Parts(call, 0) - TimeSpan.Zero).ToUniversalTime().ToUnixTimeSeconds())),
            new("strftime(format, t=None)", call => call.Machine.NewText(Format(Parts(call, 1), call.Text(0)))),
            new("time()", call => new FloatValue((Now(call) - DateTimeOffset.UnixEpoch).TotalSeconds)),
        ];

    private static DateTimeOffset Now(Arguments call) => call.Machine.World.Time.GetUtcNow();

    private static DateTimeOffset Moment(Arguments call)
    {
        if (!call.Has(0))
        {
            return Now(call);
        }
        var seconds = call.Real(0);
        return seconds is > -6e10 and < 2.5e11
            ? DateTimeOffset.UnixEpoch.AddSeconds(Math.Floor(seconds))
            : throw Raised.Argument("timestamp out of range");
    }

    private static DateTimeOffset Local(Arguments call) => TimeZoneInfo.ConvertTime(Moment(call), call.Machine.World.Time.LocalTimeZone);

    private static TupleValue Tuple(DateTimeOffset time) =>
        new([time.Year, time.Month, time.Day, time.Hour, time.Minute, time.Second, ((int)time.DayOfWeek + 6) % 7, time.DayOfYear, 0]);

    private static DateTimeOffset Parts(Arguments call, int place)
    {
        var zone = call.Machine.World.Time.LocalTimeZone;
        if (!call.Has(place))
        {
            return TimeZoneInfo.ConvertTime(Now(call), zone);
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
        )
        {
            throw Raised.Argument("a part of the time is out of range");
        }
        var time = new DateTime(
            (int)parts[0],
            (int)parts[1],
            (int)parts[2],
            (int)parts[3],
            (int)parts[4],
            (int)Math.Min(parts[5], 59),
            DateTimeKind.Unspecified
        );
        return new DateTimeOffset(time, zone.GetUtcOffset(time));
    }

    private static string Format(DateTimeOffset time, string format)
    {
        var result = new StringBuilder();
        for (var at = 0; at < format.Length; at++)
        {
            result.Append(format[at] == '%' && at + 1 < format.Length ? Part(time, format[++at]) : format[at].ToString());
        }
        return result.ToString();
    }

    private static string Part(DateTimeOffset time, char code)
    {
        static string Two(int number) => number.ToString("00", CultureInfo.InvariantCulture);
        string As(string form) => time.ToString(form, CultureInfo.InvariantCulture);
        return code switch
        {
            'a' => As("ddd"),
            'A' => As("dddd"),
            'b' or 'h' => As("MMM"),
            'B' => As("MMMM"),
            'd' => Two(time.Day),
            'H' => Two(time.Hour),
            'I' => Two((time.Hour + 11) % 12 + 1),
            'j' => time.DayOfYear.ToString("000", CultureInfo.InvariantCulture),
            'm' => Two(time.Month),
            'M' => Two(time.Minute),
            'p' => time.Hour < 12 ? "AM" : "PM",
            'S' => Two(time.Second),
            'w' => ((int)time.DayOfWeek).ToString(CultureInfo.InvariantCulture),
            'U' => Two((time.DayOfYear + 6 - (int)time.DayOfWeek) / 7),
            'W' => Two((time.DayOfYear + 6 - ((int)time.DayOfWeek + 6) % 7) / 7),
            'y' => Two(time.Year % 100),
            'Y' => time.Year.ToString(CultureInfo.InvariantCulture),
            'Z' => time.Offset == TimeSpan.Zero ? "UTC" : "",
            'z' => (time.Offset < TimeSpan.Zero ? "-" : "+") + time.Offset.ToString("hhmm", CultureInfo.InvariantCulture),
            'e' => time.Day.ToString(CultureInfo.InvariantCulture).PadLeft(2),
            'n' => "\n",
            't' => "\t",
            '%' => "%",
            's' => time.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture),
            'c' => Format(time, "%a %b %e %H:%M:%S %Y"),
            'x' or 'D' => Format(time, "%m/%d/%y"),
            'X' or 'T' => Format(time, "%H:%M:%S"),
            'F' => Format(time, "%Y-%m-%d"),
            'R' => Format(time, "%H:%M"),
            _ => "%" + code,
        };
    }
}
