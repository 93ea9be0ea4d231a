namespace XenStore.Wire;

/// <summary>The type of a message, as numbered by <c>enum xsd_sockmsg_type</c> in Xen's public/io/xs_wire.h.</summary>
public enum XenStoreMessageType : uint
{
    Control = 0,
    Directory = 1,
    Read = 2,
    GetPermissions = 3,
    Watch = 4,
    Unwatch = 5,
    TransactionStart = 6,
    TransactionEnd = 7,
    Introduce = 8,
    Release = 9,
    GetDomainPath = 10,
    Write = 11,
    MakeDirectory = 12,
    Remove = 13,
    SetPermissions = 14,
    WatchEvent = 15,
    Error = 16,
    IsDomainIntroduced = 17,
    Resume = 18,
    SetTarget = 19,
    ResetWatches = 21,
    DirectoryPart = 22,
}

/// <summary>The names that Xen's documentation and tools use for the message types.</summary>
public static class XenStoreMessageTypeName
{
    /// <summary>The name in docs/misc/xenstore.txt: READ, GET_PERMS, TRANSACTION_END...</summary>
    public static string WireName(this XenStoreMessageType type) =>
        type switch
        {
            XenStoreMessageType.Control => "CONTROL",
            XenStoreMessageType.Directory => "DIRECTORY",
            XenStoreMessageType.Read => "READ",
            XenStoreMessageType.GetPermissions => "GET_PERMS",
            XenStoreMessageType.Watch => "WATCH",
            XenStoreMessageType.Unwatch => "UNWATCH",
            XenStoreMessageType.TransactionStart => "TRANSACTION_START",
            XenStoreMessageType.TransactionEnd => "TRANSACTION_END",
            XenStoreMessageType.Introduce => "INTRODUCE",
            XenStoreMessageType.Release => "RELEASE",
            XenStoreMessageType.GetDomainPath => "GET_DOMAIN_PATH",
            XenStoreMessageType.Write => "WRITE",
            XenStoreMessageType.MakeDirectory => "MKDIR",
            XenStoreMessageType.Remove => "RM",
            XenStoreMessageType.SetPermissions => "SET_PERMS",
            XenStoreMessageType.WatchEvent => "WATCH_EVENT",
            XenStoreMessageType.Error => "ERROR",
            XenStoreMessageType.IsDomainIntroduced => "IS_DOMAIN_INTRODUCED",
            XenStoreMessageType.Resume => "RESUME",
            XenStoreMessageType.SetTarget => "SET_TARGET",
            XenStoreMessageType.ResetWatches => "RESET_WATCHES",
            XenStoreMessageType.DirectoryPart => "DIRECTORY_PART",
            _ => $"type {(uint)type}",
        };
}
