using System.Globalization;
using XenStore;

namespace Simulation.Contracts;

/// <summary>Transactions.</summary>
internal static class XenStoreTransactionContract
{
    public static IEnumerable<XenStoreContractCase> Cases =>
        [
            // A case is its promise and how it is tried.
            new("A transaction sees what it wrote and nobody else does before the commit", async stage =>
            {
                await stage.Store.TransactAsync(async inside =>
                {
                    await inside.WriteAsync(stage.At("a"), "new");
                    ContractExpect.Equal("new", await inside.ReadAsync(stage.At("a")), "inside");
                    ContractExpect.Equal(null, await stage.Store.ReadAsync(stage.At("a")), "beside, on the same connection");
                    ContractExpect.Equal(null, await stage.Other.ReadAsync(stage.At("a")), "beside, on another connection");
                });
                ContractExpect.Equal("new", await stage.Other.ReadAsync(stage.At("a")), "after the commit");
            }),
            new("A transaction gives back what its body returns", async stage =>
            {
                await stage.Store.WriteAsync(stage.At("a"), "41");
                var sum = await stage.Store.TransactAsync(async inside => Number(await inside.ReadAsync(stage.At("a"))) + 1);
                ContractExpect.Equal(42, sum, "result");
            }),
            new("All kinds of changes are part of a transaction", async stage =>
            {
                await stage.Store.WriteAsync(stage.At("gone/below"), "v");
                await stage.Store.TransactAsync(async inside =>
                {
                    await inside.RemoveAsync(stage.At("gone"));
                    await inside.MakeDirectoryAsync(stage.At("made"));
                    await inside.SetPermissionsAsync(stage.At("made"), XenStorePermissions.OwnedAndReadBy(0, 3));
                    await inside.WriteAsync(stage.At("made/below"), "v");
                    ContractExpect.Sequence(["made"], await inside.ListAsync(stage.Root), "list inside");
                    ContractExpect.Sequence(["gone"], await stage.Other.ListAsync(stage.Root), "list outside");
                });
                ContractExpect.Sequence(["made"], await stage.Other.ListAsync(stage.Root), "list afterwards");
                ContractExpect.Equal("n0,r3", (await stage.Other.GetPermissionsAsync(stage.At("made/below")))?.ToString(), "permissions");
            }),
            new("A body that throws leaves nothing behind", async stage =>
            {
                await ContractExpect.ThrowsAsync<FormatException>(
                    () =>
                        stage.Store.TransactAsync(async inside =>
                        {
                            await inside.WriteAsync(stage.At("a"), "never");
                            throw new FormatException();
                        }),
                    "the transaction"
                );
                ContractExpect.Equal(null, await stage.Store.ReadAsync(stage.At("a")), "value");
            }),
            new("A transaction reads the same until its end whatever others write", async stage =>
            {
                await stage.Store.WriteAsync(stage.At("a"), "old");
                var rounds = 0;
                await stage.Store.TransactAsync(async inside =>
                {
                    var before = await inside.ReadAsync(stage.At("a"));
                    if (rounds++ == 0)
                    {
                        await stage.Other.WriteAsync(stage.At("a"), "newer");
                    }

                    ContractExpect.Equal(before, await inside.ReadAsync(stage.At("a")), "second look");
                });
            }),
            new("A transaction is done again where what it read was changed", async stage =>
            {
                await stage.Store.WriteAsync(stage.At("a"), "1");
                var rounds = 0;
                await stage.Store.TransactAsync(async inside =>
                {
                    var value = await inside.ReadAsync(stage.At("a"));
                    if (rounds++ == 0)
                    {
                        await stage.Other.WriteAsync(stage.At("a"), "2");
                    }

                    await inside.WriteAsync(stage.At("copy"), value!);
                });
                ContractExpect.Equal(2, rounds, "rounds");
                ContractExpect.Equal("2", await stage.Store.ReadAsync(stage.At("copy")), "value");
            }),
            new("Two clients that count together lose no count", async stage =>
            {
                await stage.Store.WriteAsync(stage.At("count"), "0");
                await Task.WhenAll(CountAsync(stage.Store), CountAsync(stage.Other));
                ContractExpect.Equal("200", await stage.Store.ReadAsync(stage.At("count")), "count");

                async Task CountAsync(IXenStore store)
                {
                    for (var round = 0; round < 100; round++)
                    {
                        await store.TransactAsync(async inside =>
                        {
                            var count = Number(await inside.ReadAsync(stage.At("count")));
                            await inside.WriteAsync(stage.At("count"), (count + 1).ToString(CultureInfo.InvariantCulture));
                        });
                    }
                }
            }),
            new("Callers on one connection have transactions of their own", async stage =>
            {
                await stage.Store.WriteAsync(stage.At("count"), "0");
                await Task.WhenAll(
                    Enumerable
                        .Range(0, 8)
                        .Select(_ =>
                            stage.Store.TransactAsync(async inside =>
                            {
                                var count = Number(await inside.ReadAsync(stage.At("count")));
                                await inside.WriteAsync(stage.At("count"), (count + 1).ToString(CultureInfo.InvariantCulture));
                            })
                        )
                );
                ContractExpect.Equal("8", await stage.Store.ReadAsync(stage.At("count")), "count");
            }),
            new("Writes in a transaction that are not awaited one by one are kept in order", async stage =>
            {
                await stage.Store.TransactAsync(inside =>
                    Task.WhenAll(
                        inside.WriteAsync(stage.At("a"), "1"),
                        inside.RemoveAsync(stage.At("a")),
                        inside.WriteAsync(stage.At("a/b"), "2"),
                        inside.WriteAsync(stage.At("a"), "3")
                    )
                );
                ContractExpect.Equal("3", await stage.Store.ReadAsync(stage.At("a")), "a");
                ContractExpect.Equal("2", await stage.Store.ReadAsync(stage.At("a/b")), "a/b");
            }),
            new("A transaction that is over takes no more requests", async stage =>
            {
                IXenStoreOperations? kept = null;
                await stage.Store.TransactAsync(inside =>
                {
                    kept = inside;
                    return Task.CompletedTask;
                });
                await ContractExpect.ThrowsAsync<InvalidOperationException>(() => kept!.WriteAsync(stage.At("a"), "late"), "a late write");
                ContractExpect.Equal(null, await stage.Store.ReadAsync(stage.At("a")), "value");
            }),
            new("An error inside a transaction is the caller's", async stage =>
            {
                var refusal = await ContractExpect.ThrowsAsync<XenStoreException>(
                    () =>
                        stage.Store.TransactAsync(async inside =>
                        {
                            await inside.WriteAsync(stage.At("a"), "never");
                            await inside.SetPermissionsAsync(stage.At("missing"), XenStorePermissions.Dom0Only);
                        }),
                    "the transaction"
                );
                ContractExpect.Equal("ENOENT", refusal.Error, "error");
                ContractExpect.Equal(null, await stage.Store.ReadAsync(stage.At("a")), "value");
            }),
        ];

    private static int Number(string? text) => int.Parse(text!, CultureInfo.InvariantCulture);
}
