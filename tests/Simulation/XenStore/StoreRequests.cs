using XenStore;
using XenStore.Wire;

namespace Simulation;

/// <summary>The requests of a connection about nodes, transactions and watches.</summary>
/// <param name="options">Which daemon is simulated.</param>
/// <param name="store">The nodes.</param>
/// <param name="watches">The watches.</param>
/// <param name="events">What the requests made happen, to be told when it is time.</param>
internal sealed class StoreRequests(SimulatedXenStoredOptions options, StoreTree store, StoreWatchTable watches, List<Action> events)
{
    private readonly StoreNodeRequests _nodes = new(store, options, happened => events.Add(() => watches.Fire(happened)));

    public StoreAnswer Carry(StoreSession session, StoreMessage message)
    {
        StoreTransaction? transaction = null;
        var ignoresTransaction = message.Type is XenStoreMessageType.Watch or XenStoreMessageType.Unwatch;
        if (message.Transaction != 0 && !ignoresTransaction && !session.Transactions.TryGetValue(message.Transaction, out transaction))
        {
            return StoreAnswer.Failed(options.Flavour == XenStoredFlavour.OCaml ? "EIO" : "ENOENT");
        }

        switch (message.Type)
        {
            case XenStoreMessageType.Read
            or XenStoreMessageType.Directory
            or XenStoreMessageType.DirectoryPart
            or XenStoreMessageType.Write
            or XenStoreMessageType.MakeDirectory
            or XenStoreMessageType.Remove
            or XenStoreMessageType.GetPermissions
            or XenStoreMessageType.SetPermissions:
                return _nodes.Carry(session, message, transaction);
            case XenStoreMessageType.TransactionStart:
                return transaction is null ? Begin(session) : StoreAnswer.Failed("EBUSY");
            case XenStoreMessageType.TransactionEnd:
                return transaction is null ? StoreAnswer.Failed("ENOENT") : End(session, message, transaction);
            case XenStoreMessageType.Watch:
                return SetWatch(session, message);
            case XenStoreMessageType.Unwatch:
                return StoreArguments.Strings(message.Payload) is [var path, var token]
                    ? watches.Remove(session, StoreNodeRequests.Absolute(session, path), token)
                        ? StoreAnswer.Ok
                        : StoreAnswer.Failed("ENOENT")
                    : StoreAnswer.Failed("EINVAL");
            case XenStoreMessageType.ResetWatches:
                watches.RemoveAll(session);
                session.Transactions.Clear();
                return StoreAnswer.Ok;
            case XenStoreMessageType.GetDomainPath:
                return StoreArguments.Single(message.Payload) is { } id && StoreArguments.Number(id) is { } number
                    ? StoreAnswer.Text($"/local/domain/{number}")
                    : StoreAnswer.Failed("EINVAL");
            default:
                return StoreAnswer.Failed("ENOSYS");
        }
    }

    private StoreAnswer Begin(StoreSession session)
    {
        if (!session.IsPrivileged && session.Transactions.Count >= options.GuestTransactions)
        {
            return StoreAnswer.Failed(options.Flavour == XenStoredFlavour.OCaml ? "EQUOTA" : "ENOSPC");
        }

        session.Transactions.Add(++session.LastTransactionId, new(store));
        return StoreAnswer.Number(session.LastTransactionId);
    }

    private StoreAnswer End(StoreSession session, StoreMessage message, StoreTransaction transaction)
    {
        var word = StoreArguments.Single(message.Payload);
        if (word is not ("T" or "F"))
        {
            return StoreAnswer.Failed("EINVAL");
        }

        session.Transactions.Remove(message.Transaction);
        if (word == "T")
        {
            if (transaction.Commit() is not { } done)
            {
                return StoreAnswer.Failed("EAGAIN");
            }

            events.AddRange(done.Select(happened => new Action(() => watches.Fire(happened))));
        }

        return StoreAnswer.Ok;
    }

    private StoreAnswer SetWatch(StoreSession session, StoreMessage message)
    {
        if (StoreArguments.Strings(message.Payload) is not [var given, var token])
        {
            return StoreAnswer.Failed("EINVAL");
        }

        var path = StoreNodeRequests.Absolute(session, given);
        if (!XenStorePath.IsSpecial(path) && !StoreNodeRequests.IsValid(path, options.Flavour))
        {
            return StoreAnswer.Failed("EINVAL");
        }

        if (!session.IsPrivileged && session.WatchCount >= options.GuestWatches)
        {
            return StoreAnswer.Failed(options.Flavour == XenStoredFlavour.OCaml ? "EQUOTA" : "E2BIG");
        }

        var watch = new StoreWatch(session, path, given, token);
        if (!watches.Add(watch))
        {
            return StoreAnswer.Failed("EEXIST");
        }

        events.Add(() => StoreWatchTable.Tell(watch, watch.Path));
        return StoreAnswer.Ok;
    }
}
