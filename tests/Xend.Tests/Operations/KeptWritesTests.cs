using System.Collections.Concurrent;
using Simulation.Xen;
using Xend.Persistence;
using Xend.Tests.Operations.Sweeps;

namespace Xend.Tests.Operations;

/// <summary>How often each operation writes what has to last: each write costs the disk's time.</summary>
public sealed class KeptWritesTests
{
    [Fact]
    public async Task Nothing_is_written_that_is_not_another_than_before()
    {
        await using var host = await SimulatedHost.StartAsync(clock: new ShiftedClock());
        var files = new CountedFiles();
        host.Files = files;
        await using var xend = await host.StartXendAsync();

        await xend.Toolstack.CreateAsync(Guests.Small("small"), Guests.Root, default);
        Assert.Equal(["record"], files.TakeWritten());
        await xend.Toolstack.UnpauseAsync("small", Guests.Root, default);
        await xend.Toolstack.PauseAsync("small", Guests.Root, default);
        Assert.Empty(files.TakeWritten());
        await xend.Toolstack.SetPauseFlagAsync("small", true, default);
        Assert.Equal(["record"], files.TakeWritten());
        await xend.Toolstack.SetPauseFlagAsync("small", true, default);
        Assert.Empty(files.TakeWritten());

        await xend.Toolstack.NewAsync(Guests.Small("kept"), Guests.Root, default);
        Assert.Equal(["configuration"], files.TakeWritten());
        await xend.Toolstack.StartAsync("kept", paused: false, Guests.Root, default);
        // The start time is in the configuration too, as of old.
        Assert.Equal(["configuration", "record"], files.TakeWritten());
        await xend.Toolstack.RenameAsync("kept", "other", Guests.Root, default);
        Assert.Equal(["configuration", "record"], files.TakeWritten());
        await xend.Toolstack.DestroyAsync("other", Guests.Root, default);
        Assert.Equal(["record"], files.TakeWritten());
    }

    private sealed class CountedFiles : IDurableFiles
    {
        private readonly DurableFiles _real = new();
        private readonly ConcurrentQueue<string> _written = [];

        public List<string> TakeWritten()
        {
            var taken = _written.ToList();
            _written.Clear();
            return taken;
        }

        public void CreateDirectory(string path) => _real.CreateDirectory(path);

        public void Write(string path, ReadOnlySpan<byte> contents)
        {
            _written.Enqueue(path.Contains("config.sxp", StringComparison.Ordinal) ? "configuration" : "record");
            _real.Write(path, contents);
        }

        public void Rename(string from, string to) => _real.Rename(from, to);

        public void Delete(string path) => _real.Delete(path);

        public void DeleteDirectory(string path) => _real.DeleteDirectory(path);

        public void FlushDirectory(string path) => _real.FlushDirectory(path);
    }
}
