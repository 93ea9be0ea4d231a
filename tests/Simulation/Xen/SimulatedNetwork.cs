using System.Buffers;
using System.Collections.Concurrent;
using System.IO.Pipelines;
using Xend.Relocation;

namespace Simulation.Xen;

/// <summary>Hosts that reach each other, and connections that can be cut.</summary>
public sealed class SimulatedNetwork
{
    private readonly ConcurrentDictionary<string, IRelocationService> _hosts = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<Cable, bool> _cables = [];
    private int _written;

    /// <summary>So many writes get through, on all connections together; at the next something happens. Null for never.</summary>
    public int? StrikeAfter { get; set; }

    /// <summary>What happens then; null for a cut of the connection.</summary>
    public Action? Strike { get; set; }

    /// <summary>How many writes there were.</summary>
    public int Written => _written;

    /// <summary>Nobody can be reached any more, until it is false again.</summary>
    public bool IsDown { get; set; }

    /// <summary>A host that takes guests from now on.</summary>
    public void Add(string name, IRelocationService service) => _hosts[name] = service;

    /// <summary>Its daemon is gone, and its connections with it.</summary>
    public void Remove(string name)
    {
        _hosts.TryRemove(name, out _);
        foreach (var cable in _cables.Keys.Where(cable => cable.From == name || cable.To == name))
        {
            cable.Cut();
        }
    }

    /// <summary>The other hosts, seen from one.</summary>
    public IRelocationPeers SeenFrom(string name) => new Peers(this, name);

    private void Write(Cable cable)
    {
        if (Interlocked.Increment(ref _written) - 1 != StrikeAfter)
        {
            return;
        }
        if (Strike is { } act)
        {
            act();
        }
        else
        {
            cable.Cut();
        }
    }

    private sealed class Peers(SimulatedNetwork network, string name) : IRelocationPeers
    {
        public Task<RelocationChannel> ConnectAsync(PeerAddress address, CancellationToken cancellation)
        {
            if (network.IsDown || !network._hosts.TryGetValue(address.Host, out var service))
            {
                throw new RelocationException($"can't connect: {address}: Connection refused");
            }
            var cable = new Cable(network, name, address.Host);
            network._cables[cable] = true;
            _ = Task.Run(
                async () =>
                {
                    await using var channel = new RelocationChannel(cable.Far, name);
                    try
                    {
                        await RelocationTalk.RunAsync(channel, service, CancellationToken.None);
                    }
                    catch (RelocationException)
                    {
                        // It was cut, or is over.
                    }
                },
                CancellationToken.None
            );
            return Task.FromResult(new RelocationChannel(cable.Near, address.ToString()));
        }
    }

    /// <summary>Two streams, each the other's end.</summary>
    private sealed class Cable
    {
        private readonly Pipe _there = new();
        private readonly Pipe _back = new();

        public Cable(SimulatedNetwork network, string from, string to)
        {
            (From, To) = (from, to);
            Near = new End(this, network, _back.Reader, _there.Writer);
            Far = new End(this, network, _there.Reader, _back.Writer);
        }

        public string From { get; }

        public string To { get; }

        public Stream Near { get; }

        public Stream Far { get; }

        public bool IsCut { get; private set; }

        public void Cut()
        {
            IsCut = true;
            _there.Writer.CancelPendingFlush();
            _back.Writer.CancelPendingFlush();
            _there.Reader.CancelPendingRead();
            _back.Reader.CancelPendingRead();
        }
    }

    private sealed class End(Cable cable, SimulatedNetwork network, PipeReader reader, PipeWriter writer) : DuplexStream
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Demand();
            var result = await reader.ReadAsync(cancellationToken);
            Demand();
            var count = (int)Math.Min(buffer.Length, result.Buffer.Length);
            var part = result.Buffer.Slice(0, count);
            part.CopyTo(buffer.Span);
            reader.AdvanceTo(part.End);
            return count;
        }

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Demand();
            network.Write(cable);
            Demand();
            await writer.WriteAsync(buffer, cancellationToken);
        }

        protected override void Dispose(bool disposing)
        {
            writer.Complete();
            base.Dispose(disposing);
        }

        private void Demand()
        {
            if (cable.IsCut)
            {
                throw new IOException("Connection reset by peer");
            }
        }
    }
}
