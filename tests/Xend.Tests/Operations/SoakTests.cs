using Simulation.Xen;

namespace Xend.Tests.Operations;

/// <summary>Alone on the machine, for it measures the memory of its own process.</summary>
[CollectionDefinition("Alone", DisableParallelization = true)]
public sealed class AloneCollection;

/// <summary>Many guests one after another: nothing may be left of any, on the host or in the daemon.</summary>
[Collection("Alone")]
public sealed class SoakTests
{
    /// <summary>Until then buffers, pools and caches fill.</summary>
    private const int WarmUp = 300;

    /// <summary>
    /// As many as show a leak of about a kilobyte a guest, in a quarter of a minute. LONG=1: ten thousand, which show a tenth of that.
    /// </summary>
    private static readonly int Cycles = Environment.GetEnvironmentVariable("LONG") == "1" ? 10_000 : 800;

    [Fact]
    public async Task Guests_one_after_another_leave_nothing_on_the_host_or_in_the_daemon()
    {
        await using var host = await SimulatedHost.StartAsync();
        host.Machine.AddFile("/images/a.img");
        await using var xend = await host.StartXendAsync();
        await CyclesAsync(xend.Toolstack, WarmUp);
        var (dump, descriptors, memory, watches) = (host.Dump(), Descriptors(), Memory(), host.Store.WatchCount);
        await CyclesAsync(xend.Toolstack, Cycles - WarmUp);
        Assert.Equal(dump, host.Dump());
        // The last guest's watch is taken away by the look after its end.
        await Eventually.TrueAsync(
            () => host.Store.WatchCount <= watches,
            () => $"{watches} watches after {WarmUp} guests, {host.Store.WatchCount} after {Cycles}"
        );
        Assert.Equal(0, host.Store.OpenTransactions);
        // The runtime opens one now and then by itself; what leaks by the guest is hundreds.
        Assert.InRange(Descriptors(), 0, descriptors + Cycles / 100);
        var after = Memory();
        Assert.True(after <= memory * 1.05, $"{memory} bytes were in use after {WarmUp} guests, {after} after {Cycles}");
        Assert.Empty(await xend.Toolstack.AuditAsync(fix: false, Guests.Root, default));
    }

    private static async Task CyclesAsync(Xend.Operations.Toolstack xend, int count)
    {
        for (var cycle = 0; cycle < count; cycle++)
        {
            await xend.CreateAsync(Guests.Linux(uname: "file:/images/a.img"), Guests.Root, default);
            await xend.DestroyAsync("linux", Guests.Root, default);
        }
    }

    private static int Descriptors() => Directory.GetFiles("/proc/self/fd").Length;

    private static long Memory()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return GC.GetTotalMemory(forceFullCollection: true);
    }
}
