using System.Text;
using XenStore;

namespace Simulation.Contracts;

/// <summary>Reading, writing, listing and removing nodes.</summary>
internal static class XenStoreNodeContract
{
    private const int PayloadMax = 4096;

    public static IEnumerable<XenStoreContractCase> Cases =>
        [
            // A case is its promise and how it is tried.
            new("A missing node reads as null", async stage =>
            {
                ContractExpect.Equal(null, await stage.Store.ReadAsync(stage.Root), "value of a missing node");
                ContractExpect.Equal(null, await stage.Store.ReadBytesAsync(stage.At("a/b/c")), "bytes of a node with missing parents");
            }),
            new("A missing node lists as null", async stage =>
                ContractExpect.True(await stage.Store.ListAsync(stage.Root) is null, "the list of a missing node was not null")
            ),
            new("What is written is read", async stage =>
            {
                await stage.Store.WriteAsync(stage.At("name"), "Köln");
                ContractExpect.Equal("Köln", await stage.Store.ReadAsync(stage.At("name")), "value");
                ContractExpect.Equal("Köln", await stage.Other.ReadAsync(stage.At("name")), "value on another connection");
            }),
            new("A second write replaces the first", async stage =>
            {
                await stage.Store.WriteAsync(stage.At("state"), "connected");
                await stage.Store.WriteAsync(stage.At("state"), "6");
                ContractExpect.Equal("6", await stage.Store.ReadAsync(stage.At("state")), "value");
            }),
            new("An empty value is not a missing node", async stage =>
            {
                await stage.Store.WriteAsync(stage.At("empty"), string.Empty);
                ContractExpect.Equal(string.Empty, await stage.Store.ReadAsync(stage.At("empty")), "value");
            }),
            new("A value may hold any byte", async stage =>
            {
                var bytes = Enumerable.Range(0, 256).Select(number => (byte)number).ToArray();
                await stage.Store.WriteBytesAsync(stage.At("binary"), bytes);
                ContractExpect.Sequence(bytes, await stage.Store.ReadBytesAsync(stage.At("binary")), "bytes");
            }),
            new("A value of only NULs keeps them all", async stage =>
            {
                await stage.Store.WriteBytesAsync(stage.At("nuls"), new byte[3]);
                ContractExpect.Sequence(new byte[3], await stage.Store.ReadBytesAsync(stage.At("nuls")), "bytes");
            }),
            new("A value may be 2048 bytes long", async stage =>
            {
                var value = new string('x', 2048);
                await stage.Store.WriteAsync(stage.At("long"), value);
                ContractExpect.Equal(value, await stage.Store.ReadAsync(stage.At("long")), "value");
            }),
            new("A write that fills a message is taken whole or refused as too big", async stage =>
            {
                // oxenstored's quota-maxsize (2048) is for dom0 too.
                var path = stage.At("full");
                var value = new string('x', PayloadMax - path.Length - 1);
                try
                {
                    await stage.Store.WriteAsync(path, value);
                    ContractExpect.Equal(value, await stage.Store.ReadAsync(path), "value");
                }
                catch (XenStoreException refusal)
                {
                    ContractExpect.Equal("E2BIG", refusal.Error, "error");
                    ContractExpect.Equal(null, await stage.Store.ReadAsync(path), "value after the refusal");
                }
            }),
            new("A write of one byte too much is refused and does no harm", async stage =>
            {
                var path = stage.At("over");
                var refusal = await ContractExpect.ThrowsAsync<XenStoreException>(
                    () => stage.Store.WriteAsync(path, new string('x', PayloadMax - path.Length)),
                    "a write of 4097 bytes"
                );
                ContractExpect.Equal("E2BIG", refusal.Error, "error");
                ContractExpect.Equal(null, await stage.Store.ReadAsync(path), "value after the refusal");
            }),
            new("A path may be 1024 bytes long", async stage =>
            {
                var path = stage.At(new string('n', 1024 - stage.Root.Length - 1));
                await stage.Store.WriteAsync(path, "deep");
                ContractExpect.Equal("deep", await stage.Store.ReadAsync(path), "value");
            }),
            new("A path that cannot be is refused", async stage =>
            {
                string[] paths =
                [
                    string.Empty,
                    "relative",
                    stage.Root + "/",
                    "/" + stage.Root,
                    stage.At("a//b"),
                    stage.At("a b"),
                    stage.At("a.b"),
                    stage.At("a\0b"),
                    stage.At("é"),
                    "@releaseDomain",
                    stage.At(new string('n', 3072)),
                ];
                foreach (var path in paths)
                {
                    var refusal = await ContractExpect.ThrowsAsync<XenStoreException>(
                        () => stage.Store.WriteAsync(path, "v"),
                        $"a write to '{path}'"
                    );
                    ContractExpect.Equal("EINVAL", refusal.Error, $"error for '{path}'");
                }

                ContractExpect.Equal(null, await stage.Store.ReadAsync(stage.Root), "the root of the case afterwards");
            }),
            new("A write makes the parents with empty values", async stage =>
            {
                await stage.Store.WriteAsync(stage.At("a/b/c"), "v");
                ContractExpect.Equal(string.Empty, await stage.Store.ReadAsync(stage.At("a/b")), "parent");
                ContractExpect.Equal(string.Empty, await stage.Store.ReadAsync(stage.At("a")), "grandparent");
            }),
            new("A node may have a value and children", async stage =>
            {
                await stage.Store.WriteAsync(stage.At("a"), "value");
                await stage.Store.WriteAsync(stage.At("a/b"), "child");
                ContractExpect.Equal("value", await stage.Store.ReadAsync(stage.At("a")), "value");
                ContractExpect.Sequence(["b"], await stage.Store.ListAsync(stage.At("a")), "children");
            }),
            new("A list names the children and not what is below them", async stage =>
            {
                await stage.Store.WriteAsync(stage.At("a/b"), "1");
                await stage.Store.WriteAsync(stage.At("c"), "2");
                await stage.Store.WriteAsync(stage.At("d-e_f@G"), "3");
                var names = await stage.Store.ListAsync(stage.Root);
                ContractExpect.Sequence(["a", "c", "d-e_f@G"], names?.Order(StringComparer.Ordinal), "children");
            }),
            new("The list of a leaf is empty", async stage =>
            {
                await stage.Store.WriteAsync(stage.At("leaf"), "v");
                ContractExpect.Sequence([], await stage.Store.ListAsync(stage.At("leaf")), "children");
            }),
            new("The root is listed", async stage =>
            {
                await stage.Store.WriteAsync(stage.At("leaf"), "v");
                var top = stage.Root.Split('/')[1];
                ContractExpect.True((await stage.Store.ListAsync("/"))?.Contains(top) == true, $"/ has no child {top}");
            }),
            new("A list of 2000 children is whole", async stage =>
            {
                var names = Enumerable.Range(0, 2000).Select(number => $"child-{number:0000}").ToArray();
                await Task.WhenAll(names.Select(name => stage.Store.WriteAsync(stage.At(name), "v")));
                ContractExpect.Sequence(names, (await stage.Store.ListAsync(stage.Root))?.Order(StringComparer.Ordinal), "children");
                await stage.Store.TransactAsync(async inside =>
                    ContractExpect.Sequence(
                        names,
                        (await inside.ListAsync(stage.Root))?.Order(StringComparer.Ordinal),
                        "children in a transaction"
                    )
                );
            }),
            new("Lists around the size of a message are whole", async stage =>
            {
                // 64 names of 63 bytes and their NULs are 4096 bytes; in parts there is less room, for the generation.
                for (var last = 60; last <= 66; last++)
                {
                    var names = Enumerable.Range(0, 64).Select(number => $"{number:00}".PadRight(number == 63 ? last : 63, 'n')).ToArray();
                    await stage.Store.RemoveAsync(stage.Root);
                    await Task.WhenAll(names.Select(name => stage.Store.MakeDirectoryAsync(stage.At(name))));
                    ContractExpect.Sequence(
                        names,
                        (await stage.Store.ListAsync(stage.Root))?.Order(StringComparer.Ordinal),
                        $"children with {last}"
                    );
                }
            }),
            new("Making a directory leaves an existing node as it is", async stage =>
            {
                await stage.Store.MakeDirectoryAsync(stage.At("a/b"));
                ContractExpect.Equal(string.Empty, await stage.Store.ReadAsync(stage.At("a/b")), "value of a new directory");
                await stage.Store.WriteAsync(stage.At("a/b"), "kept");
                await stage.Store.MakeDirectoryAsync(stage.At("a/b"));
                ContractExpect.Equal("kept", await stage.Store.ReadAsync(stage.At("a/b")), "value");
            }),
            new("Removing a node removes all below it and nothing beside it", async stage =>
            {
                await stage.Store.WriteAsync(stage.At("a/b/c"), "1");
                await stage.Store.WriteAsync(stage.At("ab"), "2");
                await stage.Store.RemoveAsync(stage.At("a"));
                ContractExpect.Equal(null, await stage.Store.ReadAsync(stage.At("a/b/c")), "node below");
                ContractExpect.Equal(null, await stage.Store.ReadAsync(stage.At("a")), "node");
                ContractExpect.Equal("2", await stage.Store.ReadAsync(stage.At("ab")), "node beside");
            }),
            new("Removing what is not there is no error", async stage =>
            {
                await stage.Store.RemoveAsync(stage.At("a"));
                await stage.Store.RemoveAsync(stage.At("a/b/c"));
                await stage.Store.WriteAsync(stage.At("a"), "1");
                await stage.Store.RemoveAsync(stage.At("a/b"));
            }),
            new("The whole store cannot be removed", async stage =>
            {
                await stage.Store.WriteAsync(stage.At("a"), "1");
                await ContractExpect.ThrowsAsync<XenStoreException>(() => stage.Store.RemoveAsync("/"), "removal of /");
                ContractExpect.Equal("1", await stage.Store.ReadAsync(stage.At("a")), "value");
            }),
            new("Text that is not UTF-8 is read all the same", async stage =>
            {
                await stage.Store.WriteBytesAsync(stage.At("broken"), new byte[] { 0xff, (byte)'a', 0xc3 });
                var text = await stage.Store.ReadAsync(stage.At("broken"));
                ContractExpect.Equal(Encoding.UTF8.GetString([0xff, (byte)'a', 0xc3]), text, "value");
            }),
        ];
}
