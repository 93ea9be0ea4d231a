using System.Runtime.InteropServices;
using System.Text;

namespace Linux.Interop.Tests;

public sealed class HostClockTests
{
    private static readonly DateTimeOffset January = new(2026, 1, 15, 12, 0, 0, TimeSpan.Zero);
    private static readonly DateTimeOffset July = new(2026, 7, 15, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("JST-9", 9, 9)]
    [InlineData("EST5EDT,M3.2.0,M11.1.0", -5, -4)]
    [InlineData("UTC0", 0, 0)]
    public void The_zone_is_the_C_librarys(string zone, int winter, int summer)
    {
        var before = Environment.GetEnvironmentVariable("TZ");
        SetZone(zone);
        try
        {
            Assert.Equal((winter * 3600L, summer * 3600L), (HostClock.OffsetAt(January), HostClock.OffsetAt(July)));
            Assert.Equal(HostClock.OffsetAt(DateTimeOffset.UtcNow), (long)HostClock.Instance.LocalTimeZone.BaseUtcOffset.TotalSeconds);
        }
        finally
        {
            SetZone(before);
        }
    }

    [DllImport("libc")]
    private static extern int setenv(byte[] name, byte[] value, int overwrite);

    [DllImport("libc")]
    private static extern int unsetenv(byte[] name);

    /// <summary>Of the C library, which .NET's environment is a copy of.</summary>
    private static void SetZone(string? zone) =>
        _ = zone is null ? unsetenv("TZ\0"u8.ToArray()) : setenv("TZ\0"u8.ToArray(), Encoding.UTF8.GetBytes(zone + "\0"), 1);
}
