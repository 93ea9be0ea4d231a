using System.Globalization;
using System.Text;
using XenStore;
using XenStore.Wire;

namespace Simulation;

/// <summary>The requests about nodes.</summary>
internal sealed class StoreNodeRequests(StoreTree store, SimulatedXenStoredOptions options, Action<StoreEvent> happened)
{
    private const int PayloadMax = 4096;

    /// <summary>quota-maxsize of oxenstored.conf, which is for dom0 too.</summary>
    private const int OCamlValueMax = 2048;

    private bool IsOCaml => options.Flavour == XenStoredFlavour.OCaml;

    public StoreAnswer Carry(StoreSession session, StoreMessage message, StoreTransaction? transaction)
    {
        var nul = Array.IndexOf(message.Payload, (byte)0);
        if (nul < 0)
        {
            return StoreAnswer.Failed("EINVAL");
        }

        var path = Absolute(session, Encoding.Latin1.GetString(message.Payload, 0, nul));
        var rest = message.Payload.AsSpan(nul + 1);
        var takesMore =
            message.Type is XenStoreMessageType.Write or XenStoreMessageType.SetPermissions or XenStoreMessageType.DirectoryPart;
        if (!IsValid(path, options.Flavour) || (!takesMore && !rest.IsEmpty))
        {
            return StoreAnswer.Failed("EINVAL");
        }

        var access = new StoreAccess(session, transaction?.View ?? store, transaction, happened);
        return message.Type switch
        {
            XenStoreMessageType.Read => access.Find(path, XenStoreAccess.Read, out var node) ?? StoreAnswer.Bytes(node!.Value),
            XenStoreMessageType.Directory => access.Find(path, XenStoreAccess.Read, out var node) ?? List(node!),
            XenStoreMessageType.DirectoryPart when IsOCaml => StoreAnswer.Failed("ENOSYS"),
            XenStoreMessageType.DirectoryPart => access.Find(path, XenStoreAccess.Read, out var node) ?? ListPart(node!, rest),
            XenStoreMessageType.GetPermissions => access.Find(path, XenStoreAccess.Read, out var node) ?? ShowPermissions(node!),
            XenStoreMessageType.Write => Write(access, path, rest.ToArray()),
            XenStoreMessageType.MakeDirectory => Write(access, path, null),
            XenStoreMessageType.Remove => Remove(access, path),
            _ => SetPermissions(access, path, rest.ToArray()),
        };
    }

    public static string Absolute(StoreSession session, string path) =>
        path.Length == 0 || path[0] is '/' or '@'
            ? path
            : string.Create(CultureInfo.InvariantCulture, $"/local/domain/{session.Domain}/{path}");

    /// <summary>The limits the daemons come with, not counting <c>/local/domain/N/</c>: 2048 bytes, or 1024 in oxenstored.conf.</summary>
    public static bool IsValid(string path, XenStoredFlavour flavour)
    {
        if (!XenStorePath.IsNode(path))
        {
            return false;
        }

        var names = path.Split('/', 5);
        var prefix =
            names is ["", "local", "domain", var domain, _] && StoreArguments.Number(domain) is not null
                ? path.Length - names[4].Length
                : 0;
        return path.Length - prefix <= (flavour == XenStoredFlavour.OCaml ? 1024 : 2048);
    }

    private static byte[] Names(StoreNode node) => Encoding.ASCII.GetBytes(string.Concat(node.Children.Keys.Select(name => name + '\0')));

    private static StoreAnswer ShowPermissions(StoreNode node) => StoreAnswer.Text(string.Join('\0', node.Permissions.Entries));

    /// <summary>oxenstored does not bound what it sends to a socket.</summary>
    private StoreAnswer List(StoreNode node)
    {
        var names = Names(node);
        return names.Length > PayloadMax && !IsOCaml ? StoreAnswer.Failed("E2BIG") : StoreAnswer.Bytes(names);
    }

    private static StoreAnswer ListPart(StoreNode node, ReadOnlySpan<byte> argument)
    {
        if (argument.IsEmpty || argument[^1] != 0 || StoreArguments.Number(Encoding.ASCII.GetString(argument[..^1])) is not { } offset)
        {
            return StoreAnswer.Failed("EINVAL");
        }

        var generation = Encoding.ASCII.GetBytes(node.Generation.ToString(CultureInfo.InvariantCulture) + '\0');
        var names = Names(node);
        var part = offset >= names.Length ? [] : names.AsSpan((int)offset);
        var room = PayloadMax - generation.Length - 1;
        if (part.Length <= room)
        {
            return StoreAnswer.Bytes([.. generation, .. part, 0]);
        }

        return StoreAnswer.Bytes([.. generation, .. part[..(part[..room].LastIndexOf((byte)0) + 1)]]);
    }

    private StoreAnswer Write(StoreAccess access, string path, byte[]? value)
    {
        var found = access.Find(path, XenStoreAccess.Write, out var node);
        if (found is { Error: not "ENOENT" } refusal)
        {
            return refusal;
        }

        if (node is not null && value is null)
        {
            return StoreAnswer.Ok;
        }

        if (IsOCaml && value?.Length > OCamlValueMax)
        {
            return StoreAnswer.Failed("E2BIG");
        }

        if (!access.Session.IsPrivileged)
        {
            if (value?.Length > options.GuestValueBytes)
            {
                return StoreAnswer.Failed(IsOCaml ? "E2BIG" : "ENOSPC");
            }

            if (node is null && access.Tree.OwnedBy(access.Session.Domain) + access.MissingLevels(path) > options.GuestNodes)
            {
                return StoreAnswer.Failed(IsOCaml ? "EQUOTA" : "ENOSPC");
            }
        }

        access.Change(tree => tree.Write(path, value, access.Session.Domain), new(path));
        return StoreAnswer.Ok;
    }

    private StoreAnswer Remove(StoreAccess access, string path)
    {
        if (access.Find(path, XenStoreAccess.Write, out var node) is { } refusal)
        {
            var parentExists = access.Tree.Find(StoreTree.Parent(path)) is not null;
            return refusal.Error == "ENOENT" && (parentExists || IsOCaml) ? StoreAnswer.Ok : refusal;
        }

        if (path == "/")
        {
            return StoreAnswer.Failed("EINVAL");
        }

        access.Removing(path, node!);
        access.Change(tree => tree.Remove(path), new(path, Removed: node));
        return StoreAnswer.Ok;
    }

    private StoreAnswer SetPermissions(StoreAccess access, string path, byte[] argument)
    {
        if (StoreArguments.Strings(argument) is not { } texts || XenStorePermissions.FromWire(texts) is not { } permissions)
        {
            return StoreAnswer.Failed("EINVAL");
        }

        if (access.Find(path, XenStoreAccess.Write, out var node) is { } refusal)
        {
            return refusal;
        }

        if (!StoreRights.Owns(access.Session, node!))
        {
            return StoreAnswer.Failed("EACCES");
        }

        if (!access.Session.IsPrivileged && permissions.Entries[0].DomainId != node!.Owner)
        {
            return StoreAnswer.Failed(IsOCaml ? "EACCES" : "EPERM");
        }

        access.Change(tree => tree.SetPermissions(path, permissions), new(path, Before: node));
        return StoreAnswer.Ok;
    }
}
