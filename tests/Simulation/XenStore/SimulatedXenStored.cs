using System.Text;
using XenStore;
using XenStore.Wire;

namespace Simulation;

/// <summary>xenstored in memory, speaking the wire protocol: the real client is used with it.</summary>
/// <remarks>
/// Nothing runs by itself: a request is carried out within the client's write, one after another, so what happens depends on the
/// order of requests alone. Semantics are those of Xen 4.17's C xenstored, or of oxenstored where
/// <see cref="SimulatedXenStoredOptions.Flavour"/> says so.
/// </remarks>
public sealed class SimulatedXenStored
{
    private readonly SimulatedXenStoredOptions _options;
    private readonly Lock _gate = new();
    private readonly StoreTree _store = new();
    private readonly StoreWatchTable _watches;
    private readonly StoreDomainRequests _domains;
    private readonly StoreRequests _served;
    private readonly Dictionary<SimulatedStoreStream, StoreSession> _sessions = [];
    private readonly List<Action> _events = [];
    private long _requests;
    private bool _refusesConnections;

    public SimulatedXenStored(SimulatedXenStoredOptions? options = null)
    {
        _options = options ?? new();
        _watches = new(_store);
        _domains = new(_options);
        _served = new(_options, _store, _watches, _events);
    }

    /// <summary>Asked about each request; null lets it pass. Called with the store locked: it must not use the store.</summary>
    public Func<SimulatedRequest, SimulatedFault?>? Fault { get; set; }

    /// <summary>The domains that were introduced and not released.</summary>
    public IReadOnlyDictionary<uint, SimulatedIntroduction> Introduced
    {
        get
        {
            lock (_gate)
            {
                return new SortedDictionary<uint, SimulatedIntroduction>(_domains.Introduced);
            }
        }
    }

    /// <summary>Watches set, on all connections.</summary>
    public int WatchCount
    {
        get
        {
            lock (_gate)
            {
                return _watches.Count;
            }
        }
    }

    /// <summary>Transactions open, on all connections.</summary>
    public int OpenTransactions
    {
        get
        {
            lock (_gate)
            {
                return _sessions.Values.Sum(session => session.Transactions.Count);
            }
        }
    }

    /// <summary>A connection, as dom0 on the socket or as a guest on its ring (with its rights and quotas).</summary>
    public Stream Connect(uint domain = 0)
    {
        lock (_gate)
        {
            if (_refusesConnections)
            {
                throw new IOException("the simulated xenstored does not run");
            }

            var stream = new SimulatedStoreStream(Received, Closed);
            _sessions.Add(stream, new(domain, stream));
            return stream;
        }
    }

    /// <summary>How a client connects.</summary>
    public IXenStoreTransport Transport(uint domain = 0) => new XenStoreStreamTransport("the simulated xenstored", _ =>
        {
            try
            {
                return Task.FromResult(Connect(domain));
            }
            catch (IOException refused)
            {
                return Task.FromException<Stream>(refused);
            }
        });

    /// <summary>A new client.</summary>
    public XenStoreClient Client(uint domain = 0, XenStoreClientOptions? options = null) => new(Transport(domain), options);

    /// <summary>All nodes from a path down, one a line, sorted: <c>path = value (permissions)</c>. Equal stores give equal texts.</summary>
    public string Dump(string from = "/")
    {
        lock (_gate)
        {
            var text = new StringBuilder();
            if (_store.Find(from) is { } node)
            {
                Dump(text, from, node);
            }

            return text.ToString();
        }
    }

    /// <summary>Fires @introduceDomain or @releaseDomain.</summary>
    public void FireSpecial(string name)
    {
        lock (_gate)
        {
            _watches.FireSpecial(name);
        }
    }

    /// <summary>Xen said that a domain shut down: an introduced one is told to the watchers once.</summary>
    public void DomainShutdown(uint domain)
    {
        lock (_gate)
        {
            if (_domains.Introduced.TryGetValue(domain, out var known) && !known.IsShutdown)
            {
                _domains.Introduced[domain] = known with { IsShutdown = true };
                _watches.FireSpecial("@releaseDomain");
            }
        }
    }

    /// <summary>
    /// Xen said that a domain is gone: an introduced one loses its connections and the nodes it owns, and watchers are told.
    /// </summary>
    public void DomainDestroyed(uint domain)
    {
        lock (_gate)
        {
            if (_domains.Introduced.ContainsKey(domain))
            {
                Release(domain);
                FireEvents();
            }
        }
    }

    /// <summary>Drops every connection, as when the daemon dies. The nodes stay, as with one that keeps them on disk.</summary>
    /// <param name="andRefuse">Refuses new ones until <see cref="Restart"/>.</param>
    public void DropConnections(bool andRefuse = false)
    {
        lock (_gate)
        {
            _refusesConnections = andRefuse;
            foreach (var session in _sessions.Values.ToArray())
            {
                Drop(session);
            }
        }
    }

    /// <summary>Takes connections again.</summary>
    public void Restart()
    {
        lock (_gate)
        {
            _refusesConnections = false;
        }
    }

    private static void Dump(StringBuilder text, string path, StoreNode node)
    {
        text.Append(path).Append(" = ");
        foreach (var letter in node.Value)
        {
            _ = letter is >= 0x20 and < 0x7f and not (byte)'\\' ? text.Append((char)letter) : text.Append($"\\x{letter:x2}");
        }

        text.Append(" (").Append(node.Permissions).Append(")\n");
        foreach (var (name, child) in node.Children)
        {
            Dump(text, path == "/" ? "/" + name : $"{path}/{name}", child);
        }
    }

    private void Received(SimulatedStoreStream stream, ReadOnlyMemory<byte> bytes)
    {
        lock (_gate)
        {
            if (_sessions.TryGetValue(stream, out var session))
            {
                session.Received(bytes.Span);
                Serve(session);
            }
        }
    }

    private void Closed(SimulatedStoreStream stream)
    {
        lock (_gate)
        {
            if (_sessions.TryGetValue(stream, out var session))
            {
                Drop(session);
            }
        }
    }

    private void Drop(StoreSession session)
    {
        session.IsClosed = true;
        _sessions.Remove(session.Stream);
        _watches.RemoveAll(session);
        session.Transactions.Clear();
        session.Stream.End();
    }

    private void Serve(StoreSession session)
    {
        while (!session.IsHeld && !session.IsClosed && session.TryTake(out var message, out _))
        {
            var fault = Fault?.Invoke(Describe(session, message));
            if (fault?.Until is { IsCompleted: false } until)
            {
                session.IsHeld = true;
                until.ContinueWith(_ => Resume(session, message, fault), TaskScheduler.Default);
                return;
            }

            Carry(session, message, fault);
        }

        if (!session.IsClosed && !session.IsHeld && !session.TryTake(out _, out var tooLong) && tooLong)
        {
            // What the real daemons do to a client that announces more than 4096 bytes.
            Drop(session);
        }
    }

    private void Resume(StoreSession session, StoreMessage message, SimulatedFault fault)
    {
        lock (_gate)
        {
            if (!session.IsClosed)
            {
                session.IsHeld = false;
                Carry(session, message, fault);
                Serve(session);
            }
        }
    }

    private SimulatedRequest Describe(StoreSession session, StoreMessage message)
    {
        var hasPath =
            message.Type
            is not (
                XenStoreMessageType.TransactionStart
                or XenStoreMessageType.TransactionEnd
                or XenStoreMessageType.Introduce
                or XenStoreMessageType.Release
                or XenStoreMessageType.Resume
                or XenStoreMessageType.SetTarget
                or XenStoreMessageType.IsDomainIntroduced
                or XenStoreMessageType.GetDomainPath
                or XenStoreMessageType.ResetWatches
            );
        var nul = Array.IndexOf(message.Payload, (byte)0);
        var path =
            hasPath && nul > 0 ? StoreNodeRequests.Absolute(session, Encoding.Latin1.GetString(message.Payload, 0, nul)) : string.Empty;
        return new(++_requests, session.Domain, message.Type, path, message.Transaction);
    }

    private void Carry(StoreSession session, StoreMessage message, SimulatedFault? fault)
    {
        var answer = fault switch
        {
            { Word: { } word } => StoreAnswer.Failed(word),
            { CarriesOut: false } => StoreAnswer.Failed("EIO"),
            _ => Answer(session, message),
        };
        if (fault is { Word: not null } && message.Type == XenStoreMessageType.TransactionEnd)
        {
            // Whatever the answer, the transaction is over.
            session.Transactions.Remove(message.Transaction);
        }

        if (fault is { Drops: true })
        {
            Drop(session);
            FireEvents();
            return;
        }

        if (_options.Flavour == XenStoredFlavour.C && message.Type != XenStoreMessageType.Watch)
        {
            FireEvents();
        }

        if (answer.Error is { } error)
        {
            session.Send(XenStoreMessageType.Error, message.Request, message.Transaction, Encoding.ASCII.GetBytes(error + '\0'));
        }
        else
        {
            session.Send(message.Type, message.Request, message.Transaction, answer.Payload);
        }

        FireEvents();
    }

    private StoreAnswer Answer(StoreSession session, StoreMessage message) =>
        message.Type switch
        {
            XenStoreMessageType.Introduce
            or XenStoreMessageType.Release
            or XenStoreMessageType.Resume
            or XenStoreMessageType.SetTarget
            or XenStoreMessageType.IsDomainIntroduced => session.IsPrivileged
                ? _domains.Carry(message, () => _events.Add(() => _watches.FireSpecial("@introduceDomain")), Release, Aim)
                : StoreAnswer.Failed("EACCES"),
            _ => _served.Carry(session, message),
        };

    private void FireEvents()
    {
        foreach (var fire in _events)
        {
            fire();
        }

        _events.Clear();
    }

    private void Aim(uint domain, uint target)
    {
        foreach (var session in _sessions.Values.Where(session => session.Domain == domain))
        {
            session.Target = target;
        }
    }

    /// <summary>The nodes a domain owned go with it; C xenstored tells the watches of these, oxenstored does not.</summary>
    private void Release(uint domain)
    {
        _domains.Introduced.Remove(domain);
        foreach (var session in _sessions.Values.Where(session => session.Domain == domain).ToArray())
        {
            Drop(session);
        }

        foreach (var path in _store.TopmostOwnedBy(domain).ToArray())
        {
            var removed = _store.Find(path);
            _store.Remove(path);
            if (_options.Flavour == XenStoredFlavour.C)
            {
                _events.Add(() => _watches.Fire(new(path, removed)));
            }
        }

        _events.Add(() => _watches.FireSpecial("@releaseDomain"));
    }
}
