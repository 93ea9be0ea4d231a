using System.Globalization;

namespace Xm.Host;

/// <summary>A time zone as a rule: <c>std offset [dst [offset] [,start[/time],end[/time]]]</c>, POSIX.1-2017, chapter 8.3.</summary>
internal sealed class PosixTimeZone
{
    private const int Hour = 3600;
    private const int Day = 24 * Hour;

    /// <summary>Largest hour of an offset (RFC 8536 allows as much for the times of rules).</summary>
    private const int MostHours = 167;

    /// <summary>Day and second of a year at which clocks are changed.</summary>
    /// <param name="Form">M: week and weekday of a month; J: day from 1, 29 February never counted; \0: day from 0.</param>
    private readonly record struct Change(char Form, int Month, int Week, int Weekday, int Day, int Seconds);

    private readonly Change _start;
    private readonly Change _end;

    private PosixTimeZone((string, int) standard, (string, int)? daylight, Change start, Change end) =>
        (Standard, Daylight, _start, _end) = (standard, daylight, start, end);

    public (string Name, int Offset) Standard { get; }

    /// <summary>Null where clocks are never changed.</summary>
    public (string Name, int Offset)? Daylight { get; }

    /// <summary>Null where the text is no rule: it may be the name of a zone in the host's database.</summary>
    public static PosixTimeZone? Parse(string text)
    {
        var rest = text.AsSpan();
        if (!TryName(ref rest, out var name) || !TryTime(ref rest, out var offset))
        {
            return null;
        }
        var standard = (name, -offset);
        if (rest.IsEmpty)
        {
            return new PosixTimeZone(standard, null, default, default);
        }
        if (!TryName(ref rest, out var summer))
        {
            return null;
        }
        var summerOffset = standard.Item2 + Hour;
        if (!rest.IsEmpty && rest[0] != ',')
        {
            if (!TryTime(ref rest, out offset))
            {
                return null;
            }
            summerOffset = -offset;
        }
        // Without dates those of the United States hold, as in the C library.
        rest = rest.IsEmpty ? ",M3.2.0,M11.1.0" : rest;
        return TryChange(ref rest, out var start) && TryChange(ref rest, out var end) && rest.IsEmpty
            ? new PosixTimeZone(standard, (summer, summerOffset), start, end)
            : null;
    }

    public ZoneMoment At(DateTime utc)
    {
        var isDaylight = false;
        if (Daylight is { } summer)
        {
            // Each change is told in the time that holds before it.
            var year = utc.AddSeconds(Standard.Offset).Year;
            var start = Moment(_start, year).AddSeconds(-Standard.Offset);
            var end = Moment(_end, year).AddSeconds(-summer.Offset);
            isDaylight = start < end ? utc >= start && utc < end : utc >= start || utc < end;
        }
        var (name, offset) = isDaylight ? Daylight!.Value : Standard;
        return new ZoneMoment(offset, isDaylight, name);
    }

    private static DateTime Moment(Change change, int year)
    {
        var first = new DateTime(year, 1, 1);
        var day = change.Form switch
        {
            'M' => WeekdayOf(change, year),
            'J' => first.AddDays(change.Day - 1 + (DateTime.IsLeapYear(year) && change.Day >= 60 ? 1 : 0)),
            _ => first.AddDays(change.Day),
        };
        return day.AddSeconds(change.Seconds);
    }

    /// <summary>The first, second, ... such weekday of the month; the fifth is the last that there is.</summary>
    private static DateTime WeekdayOf(Change change, int year)
    {
        var first = new DateTime(year, change.Month, 1);
        var day = 1 + (change.Weekday - (int)first.DayOfWeek + 7) % 7 + 7 * (change.Week - 1);
        return first.AddDays(day - 1 - (day > DateTime.DaysInMonth(year, change.Month) ? 7 : 0));
    }

    /// <summary>Three letters or more, or anything but blanks within angle brackets.</summary>
    private static bool TryName(ref ReadOnlySpan<char> rest, out string name)
    {
        var isQuoted = !rest.IsEmpty && rest[0] == '<';
        var length = isQuoted ? rest.IndexOf('>') - 1 : 0;
        while (!isQuoted && length < rest.Length && char.IsAsciiLetter(rest[length]))
        {
            length++;
        }
        name = length < 1 ? "" : rest.Slice(isQuoted ? 1 : 0, length).ToString();
        if (name.Length < 3 || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '+' or '-'))
        {
            return false;
        }
        rest = rest[(isQuoted ? length + 2 : length)..];
        return true;
    }

    /// <summary><c>[+-]hh[:mm[:ss]]</c> in seconds.</summary>
    private static bool TryTime(ref ReadOnlySpan<char> rest, out int seconds)
    {
        seconds = 0;
        var sign = !rest.IsEmpty && rest[0] == '-' ? -1 : 1;
        rest = !rest.IsEmpty && rest[0] is '+' or '-' ? rest[1..] : rest;
        var unit = Hour;
        if (!TryNumber(ref rest, 0, MostHours, out var hours))
        {
            return false;
        }
        seconds = hours * unit;
        while (unit > 1 && !rest.IsEmpty && rest[0] == ':')
        {
            rest = rest[1..];
            unit /= 60;
            if (!TryNumber(ref rest, 0, 59, out var part))
            {
                return false;
            }
            seconds += part * unit;
        }
        seconds *= sign;
        return true;
    }

    private static bool TryNumber(ref ReadOnlySpan<char> rest, int least, int most, out int number)
    {
        var length = 0;
        while (length < rest.Length && length < 4 && char.IsAsciiDigit(rest[length]))
        {
            length++;
        }
        var isNumber = int.TryParse(rest[..length], NumberStyles.None, CultureInfo.InvariantCulture, out number);
        rest = rest[length..];
        return isNumber && number >= least && number <= most;
    }

    private static bool TryChange(ref ReadOnlySpan<char> rest, out Change change)
    {
        change = default;
        if (rest.Length < 2 || rest[0] != ',')
        {
            return false;
        }
        rest = rest[1..];
        var form = rest[0] is 'M' or 'J' ? rest[0] : '\0';
        rest = form == '\0' ? rest : rest[1..];
        int month = 0,
            week = 0,
            weekday = 0,
            day = 0,
            seconds = 2 * Hour;
        var isWell =
            form == 'M'
                ? TryNumber(ref rest, 1, 12, out month)
                    && TryDot(ref rest)
                    && TryNumber(ref rest, 1, 5, out week)
                    && TryDot(ref rest)
                    && TryNumber(ref rest, 0, 6, out weekday)
                : TryNumber(ref rest, form == 'J' ? 1 : 0, 365, out day);
        if (isWell && !rest.IsEmpty && rest[0] == '/')
        {
            rest = rest[1..];
            isWell = TryTime(ref rest, out seconds) && Math.Abs(seconds) <= 7 * Day;
        }
        change = new Change(form, month, week, weekday, day, seconds);
        return isWell;
    }

    private static bool TryDot(ref ReadOnlySpan<char> rest)
    {
        var isDot = !rest.IsEmpty && rest[0] == '.';
        rest = isDot ? rest[1..] : rest;
        return isDot;
    }
}
