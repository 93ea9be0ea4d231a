using XenStore;

namespace Simulation.Contracts;

/// <summary>Watches.</summary>
/// <remarks>
/// xenstored may fire a watch more often than needed, and one change may be told before or after the reply to the request.
/// </remarks>
internal static class XenStoreWatchContract
{
    public static IEnumerable<XenStoreContractCase> Cases =>
        [
            // A case is its promise and how it is tried.
            new("A watch fires when it is set, also on a missing node", async stage =>
            {
                await using var watch = await Ear.SetAsync(stage.Store, stage.Root);
                ContractExpect.Equal(stage.Root, watch.First, "first event");
            }),
            new("A watch fires on the write of its node", async stage =>
            {
                await using var watch = await Ear.SetAsync(stage.Store, stage.At("a"));
                await stage.Other.WriteAsync(stage.At("a"), "v");
                await watch.HearsAsync(stage.At("a"));
                await stage.Other.WriteAsync(stage.At("a"), "v");
                await watch.HearsAsync(stage.At("a"));
            }),
            new("A watch fires on its own connection's changes", async stage =>
            {
                await using var watch = await Ear.SetAsync(stage.Store, stage.At("a"));
                await stage.Store.WriteAsync(stage.At("a"), "v");
                await watch.HearsAsync(stage.At("a"));
            }),
            new("A watch fires on changes below with the path that changed", async stage =>
            {
                await using var watch = await Ear.SetAsync(stage.Store, stage.Root);
                await stage.Other.WriteAsync(stage.At("a/b/c"), "v");
                await watch.HearsAsync(stage.At("a/b/c"));
                await stage.Other.MakeDirectoryAsync(stage.At("d"));
                await watch.HearsAsync(stage.At("d"));
                await stage.Other.SetPermissionsAsync(stage.At("d"), XenStorePermissions.OwnedAndReadBy(0, 5));
                await watch.HearsAsync(stage.At("d"));
                await stage.Other.RemoveAsync(stage.At("a/b"));
                await watch.HearsAsync(stage.At("a/b"));
            }),
            new("A watch fires when a parent of its node is removed", async stage =>
            {
                await stage.Store.WriteAsync(stage.At("a/b/c"), "v");
                await using var watch = await Ear.SetAsync(stage.Store, stage.At("a/b/c"));
                await stage.Other.RemoveAsync(stage.At("a"));
                await watch.HearsAsync(stage.At("a/b/c"));
            }),
            new("A watch does not fire on what is beside its node", async stage =>
            {
                await stage.Store.WriteAsync(stage.At("a"), "v");
                await using var watch = await Ear.SetAsync(stage.Store, stage.At("a"));
                await stage.Other.WriteAsync(stage.At("ab"), "v");
                await stage.Other.WriteAsync(stage.At("b/a"), "v");
                await stage.Other.WriteAsync(stage.At("a/end"), "v");
                await watch.HearsAsync(stage.At("a/end"), only: path => XenStorePath.IsSameOrBelow(path, stage.At("a")));
            }),
            new("A transaction fires watches when it is committed and not before", async stage =>
            {
                await using var watch = await Ear.SetAsync(stage.Store, stage.Root);
                await stage
                    .Other.TransactAsync(async inside =>
                    {
                        await inside.WriteAsync(stage.At("inside"), "v");
                        await stage.Other.WriteAsync(stage.Root, "outside");
                        await watch.HearsAsync(stage.Root, only: path => path != stage.At("inside"));
                        throw new OperationCanceledException();
                    })
                    .ContinueWith(static _ => { }, TaskScheduler.Default);
                await stage.Other.TransactAsync(inside => inside.WriteAsync(stage.At("committed"), "v"));
                await watch.HearsAsync(stage.At("committed"), only: path => path != stage.At("inside"));
            }),
            new("Each of two watches on one path is told", async stage =>
            {
                await using var one = await Ear.SetAsync(stage.Store, stage.Root);
                await using var two = await Ear.SetAsync(stage.Store, stage.Root);
                await stage.Other.WriteAsync(stage.At("a"), "v");
                await one.HearsAsync(stage.At("a"));
                await two.HearsAsync(stage.At("a"));
            }),
            new("A watch that is disposed ends, and the other on its path goes on", async stage =>
            {
                await using var kept = await Ear.SetAsync(stage.Store, stage.Root);
                var ended = await stage.Store.WatchAsync(stage.Root);
                await ended.DisposeAsync();
                await foreach (var path in ended.ReadAllAsync())
                {
                    throw new ContractBrokenException($"a disposed watch gave {path}");
                }

                await stage.Other.WriteAsync(stage.At("a"), "v");
                await kept.HearsAsync(stage.At("a"));
            }),
            new("A reader that waits is released when the watch is disposed", async stage =>
            {
                var watch = await stage.Store.WatchAsync(stage.Root);
                var reading = Task.Run(async () =>
                {
                    await foreach (var _ in watch.ReadAllAsync()) { }
                });
                await watch.DisposeAsync();
                await reading;
            }),
            new("The special paths can be watched and fire when set", async stage =>
            {
                foreach (var special in (string[])["@introduceDomain", "@releaseDomain"])
                {
                    await using var watch = await Ear.SetAsync(stage.Store, special);
                    ContractExpect.Equal(special, watch.First, "first event");
                }
            }),
            new("A path that cannot be is not watched", async stage =>
            {
                foreach (var path in (string[])["relative", stage.Root + "/", string.Empty, "@", "@a b"])
                {
                    var refusal = await ContractExpect.ThrowsAsync<XenStoreException>(
                        () => stage.Store.WatchAsync(path),
                        $"watching '{path}'"
                    );
                    ContractExpect.Equal("EINVAL", refusal.Error, $"error for '{path}'");
                }
            }),
            new("After a flood of changes the reader knows that there were some", async stage =>
            {
                await using var watch = await Ear.SetAsync(stage.Store, stage.Root);
                for (var batch = 0; batch < 20; batch++)
                {
                    await Task.WhenAll(
                        Enumerable.Range(0, 100).Select(number => stage.Other.WriteAsync(stage.At($"{batch}-{number}"), "v"))
                    );
                }

                // Told by its own path, or by the watched one where too many waited.
                await watch.HearsAsync(path => path == stage.At("19-99") || path == stage.Root, "the end of the flood");
                await stage.Other.WriteAsync(stage.At("last"), "v");
                await watch.HearsAsync(path => path == stage.At("last") || path == stage.Root, "a change after the flood");
            }),
        ];

    /// <summary>A watch with its reader. The event at setting is taken.</summary>
    private sealed class Ear : IAsyncDisposable
    {
        private readonly IXenStoreWatch _watch;
        private readonly IAsyncEnumerator<string> _paths;

        private Ear(IXenStoreWatch watch)
        {
            _watch = watch;
            _paths = watch.ReadAllAsync().GetAsyncEnumerator();
        }

        public string First { get; private set; } = string.Empty;

        public static async Task<Ear> SetAsync(IXenStore store, string path)
        {
            var ear = new Ear(await store.WatchAsync(path));
            ContractExpect.True(await ear._paths.MoveNextAsync(), "the watch ended before its first event");
            ear.First = ear._paths.Current;
            return ear;
        }

        public Task HearsAsync(string path, Predicate<string>? only = null) => HearsAsync(heard => heard == path, path, only);

        public async Task HearsAsync(Predicate<string> wanted, string what, Predicate<string>? only = null)
        {
            while (await _paths.MoveNextAsync())
            {
                if (only?.Invoke(_paths.Current) == false)
                {
                    throw new ContractBrokenException($"the watch fired on {_paths.Current}, while {what} was expected");
                }

                if (wanted(_paths.Current))
                {
                    return;
                }
            }

            throw new ContractBrokenException($"the watch ended before it fired on {what}");
        }

        public async ValueTask DisposeAsync()
        {
            await _watch.DisposeAsync();
            await _paths.DisposeAsync();
        }
    }
}
