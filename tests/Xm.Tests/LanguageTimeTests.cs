namespace Xm.Tests;

/// <summary>Local time by a TZ that is a rule; the values are those of Python 2.7 with the C library of Debian.</summary>
public class LanguageTimeTests
{
    [Theory]
    [InlineData("JST-9", "('JST', 'JST') -32400 -32400 0")]
    [InlineData("EST5EDT,M3.2.0,M11.1.0", "('EST', 'EDT') 18000 14400 1")]
    [InlineData("EST5EDT", "('EST', 'EDT') 18000 14400 1")]
    [InlineData("<+0330>-3:30", "('+0330', '+0330') -12600 -12600 0")]
    [InlineData("NZST-12NZDT,M9.5.0,M4.1.0/3", "('NZST', 'NZDT') -43200 -46800 1")]
    [InlineData("XXX3YYY,J60/2,J300/3", "('XXX', 'YYY') 10800 7200 1")]
    [InlineData("AAA-1BBB,59/2,299", "('AAA', 'BBB') -3600 -7200 1")]
    public void The_zone_is_known_by_its_rule(string zone, string expected) =>
        Assert.Equal(expected, Text(zone, "'%s %d %d %d' % (time.tzname, time.timezone, time.altzone, time.daylight)"));

    [Theory]
    [InlineData("JST-9", 1720000000, "(2024, 7, 3, 18, 46, 40, 2, 185, 0) JST 1720000000.0")]
    [InlineData("EST5EDT,M3.2.0,M11.1.0", 0, "(1969, 12, 31, 19, 0, 0, 2, 365, 0) EST 0.0")]
    [InlineData("EST5EDT,M3.2.0,M11.1.0", 1720000000, "(2024, 7, 3, 5, 46, 40, 2, 185, 1) EDT 1720000000.0")]
    [InlineData("EST5EDT,M3.2.0,M11.1.0", 1710054000, "(2024, 3, 10, 3, 0, 0, 6, 70, 1) EDT 1710054000.0")]
    [InlineData("EST5EDT,M3.2.0,M11.1.0", 1710053999, "(2024, 3, 10, 1, 59, 59, 6, 70, 0) EST 1710053999.0")]
    [InlineData("EST5EDT,M3.2.0,M11.1.0", 1730613599, "(2024, 11, 3, 1, 59, 59, 6, 308, 1) EDT 1730613599.0")]
    [InlineData("EST5EDT,M3.2.0,M11.1.0", 1730613600, "(2024, 11, 3, 1, 0, 0, 6, 308, 0) EST 1730613600.0")]
    [InlineData("<+0330>-3:30", 0, "(1970, 1, 1, 3, 30, 0, 3, 1, 0) +0330 0.0")]
    [InlineData("NZST-12NZDT,M9.5.0,M4.1.0/3", 1700000000, "(2023, 11, 15, 11, 13, 20, 2, 319, 1) NZDT 1700000000.0")]
    [InlineData("NZST-12NZDT,M9.5.0,M4.1.0/3", 1720000000, "(2024, 7, 3, 21, 46, 40, 2, 185, 0) NZST 1720000000.0")]
    [InlineData("XXX3YYY,J60/2,J300/3", 1710053999, "(2024, 3, 10, 4, 59, 59, 6, 70, 1) YYY 1710053999.0")]
    [InlineData("XXX3YYY,J60/2,J300/3", 1730613599, "(2024, 11, 3, 2, 59, 59, 6, 308, 0) XXX 1730613599.0")]
    [InlineData("AAA-1BBB,59/2,299", 1710053999, "(2024, 3, 10, 8, 59, 59, 6, 70, 1) BBB 1710053999.0")]
    [InlineData("AAA-1BBB,59/2,299", 1730613599, "(2024, 11, 3, 6, 59, 59, 6, 308, 0) AAA 1730613599.0")]
    [InlineData("no rule", 1720000000, "(2024, 7, 3, 9, 46, 40, 2, 185, 0) UTC 1720000000.0")]
    public void A_moment_is_shown_in_the_zone(string zone, long seconds, string expected) =>
        Assert.Equal(
            expected,
            Text(zone, $"'%s %s %s' % ((lambda t: (tuple(t), time.strftime('%Z', t), time.mktime(t)))(time.localtime({seconds})))")
        );

    [Theory]
    [InlineData("time.mktime((2024, 7, 1, 0, 0, 0, 0, 0, -1))", "1719806400.0")]
    [InlineData("time.mktime((2024, 7, 1, 0, 0, 0, 0, 0, 0))", "1719810000.0")]
    [InlineData("time.localtime(1720000000).tm_hour", "5")]
    [InlineData("time.ctime(1720000000)", "Wed Jul  3 05:46:40 2024")]
    [InlineData("time.strftime('%z')", "-0500")]
    [InlineData("time.strftime('%Z', time.gmtime(1720000000))", "EST")]
    public void Parts_and_names_are_those_of_the_zone(string expression, string expected) =>
        Assert.Equal(expected, Text("EST5EDT,M3.2.0,M11.1.0", $"str({expression})"));

    private static string Text(string zone, string expression)
    {
        var result = LanguageHost.Run("import time\na = " + expression, zone: zone);
        Assert.Empty(result.Problems);
        return ((Config.Values.StrValue)result.Names["a"]).Text;
    }
}
