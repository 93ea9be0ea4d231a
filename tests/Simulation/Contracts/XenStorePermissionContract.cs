using System.Collections.Immutable;
using XenStore;

namespace Simulation.Contracts;

/// <summary>Permissions, as dom0 sees and sets them.</summary>
internal static class XenStorePermissionContract
{
    private static ImmutableArray<XenStorePermission> Several { get; } =
    [new(0, XenStoreAccess.Read), new(7, XenStoreAccess.Both), new(8, XenStoreAccess.Write), new(9, XenStoreAccess.None)];

    public static IEnumerable<XenStoreContractCase> Cases =>
        [
            new("The permissions of a missing node are null", async stage =>
                ContractExpect.Equal(null, await stage.Store.GetPermissionsAsync(stage.Root), "permissions")
            ),
            new("Permissions that are set are read", async stage =>
            {
                await stage.Store.WriteAsync(stage.At("a"), "v");
                await stage.Store.SetPermissionsAsync(stage.At("a"), new(Several));
                ContractExpect.Equal("r0,b7,w8,n9", (await stage.Store.GetPermissionsAsync(stage.At("a")))?.ToString(), "permissions");
            }),
            new("A node that dom0 makes has all the permissions of its parent", async stage =>
            {
                await stage.Store.MakeDirectoryAsync(stage.At("a"));
                await stage.Store.SetPermissionsAsync(stage.At("a"), new(Several));
                await stage.Store.WriteAsync(stage.At("a/b/c"), "v");
                await stage.Store.MakeDirectoryAsync(stage.At("a/d"));
                foreach (var path in (string[])["a/b", "a/b/c", "a/d"])
                {
                    ContractExpect.Equal("r0,b7,w8,n9", (await stage.Store.GetPermissionsAsync(stage.At(path)))?.ToString(), path);
                }
            }),
            new("Permissions are not passed on to what exists already", async stage =>
            {
                await stage.Store.WriteAsync(stage.At("a/b"), "v");
                var before = await stage.Store.GetPermissionsAsync(stage.At("a/b"));
                await stage.Store.SetPermissionsAsync(stage.At("a"), XenStorePermissions.OwnedAndReadBy(0, 7));
                ContractExpect.Equal(before, await stage.Store.GetPermissionsAsync(stage.At("a/b")), "permissions of the child");
            }),
            new("A write does not change permissions", async stage =>
            {
                await stage.Store.WriteAsync(stage.At("a"), "v");
                await stage.Store.SetPermissionsAsync(stage.At("a"), XenStorePermissions.OwnedAndReadBy(0, 7));
                await stage.Store.WriteAsync(stage.At("a"), "w");
                ContractExpect.Equal("n0,r7", (await stage.Store.GetPermissionsAsync(stage.At("a")))?.ToString(), "permissions");
            }),
            new("Setting the permissions of a missing node is an error", async stage =>
            {
                var refusal = await ContractExpect.ThrowsAsync<XenStoreException>(
                    () => stage.Store.SetPermissionsAsync(stage.At("a"), XenStorePermissions.Dom0Only),
                    "setting the permissions of a missing node"
                );
                ContractExpect.Equal("ENOENT", refusal.Error, "error");
                ContractExpect.Equal("SET_PERMS", refusal.Request, "request");
                ContractExpect.Equal(stage.At("a"), refusal.Path, "path");
            }),
            new("A node has at least one permission", async stage =>
            {
                await stage.Store.WriteAsync(stage.At("a"), "v");
                var refusal = await ContractExpect.ThrowsAsync<XenStoreException>(
                    () => stage.Store.SetPermissionsAsync(stage.At("a"), new([])),
                    "setting no permissions"
                );
                ContractExpect.Equal("EINVAL", refusal.Error, "error");
            }),
        ];
}
