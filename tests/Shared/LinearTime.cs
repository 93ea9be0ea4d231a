using System.Runtime.InteropServices;

namespace Shared;

/// <summary>Whether work takes time in proportion to its input. It is the thread's own processor time: a busy machine adds none.</summary>
internal static class LinearTime
{
    private const int CLOCK_THREAD_CPUTIME_ID = 3;

    /// <summary>
    /// Fails where input of four times the length takes much more than four times as long. What is quadratic takes sixteen times.
    /// </summary>
    public static void Assert(Action small, Action large)
    {
        small();
        var smallTime = Least(small);
        var largeTime = Least(large);
        Xunit.Assert.True(largeTime < smallTime * 12 + TimeSpan.FromMilliseconds(50), $"{smallTime} against {largeTime}");
    }

    private static TimeSpan Least(Action work) =>
        Enumerable
            .Range(0, 3)
            .Min(_ =>
            {
                var start = Now();
                work();
                return Now() - start;
            });

    private static TimeSpan Now()
    {
        if (clock_gettime(CLOCK_THREAD_CPUTIME_ID, out var time) != 0)
        {
            throw new InvalidOperationException("there is no clock of the thread's processor time");
        }
        return TimeSpan.FromSeconds(time.Seconds) + TimeSpan.FromTicks(time.Nanoseconds / TimeSpan.NanosecondsPerTick);
    }

    [DllImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int clock_gettime(int clock, out TimeSpec time);

    private struct TimeSpec
    {
        public long Seconds;
        public long Nanoseconds;
    }
}
