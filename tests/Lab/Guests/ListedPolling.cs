using System.Collections.Concurrent;
using Sxp;
using XmlRpc;

namespace Lab.Guests;

/// <summary>Looks every 20 ms which guests are in the list, and under which ids.</summary>
internal sealed class ListedPolling : IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(20);

    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentQueue<string> _absences = [];
    private readonly ConcurrentDictionary<string, string> _later = new();
    private readonly IReadOnlyDictionary<string, string> _first;
    private readonly Task _looking;
    private int _looks;

    /// <param name="socket">xend's socket, on this machine.</param>
    /// <param name="first">The guests, each with the id that it has.</param>
    public ListedPolling(string socket, IReadOnlyDictionary<string, string> first)
    {
        _first = first;
        _looking = Task.Run(() => LookAsync(socket));
    }

    public int Looks => _looks;

    /// <summary>Who was missing when, before it had been seen with another id.</summary>
    public IEnumerable<string> Absences => _absences;

    /// <summary>Whether the guest is one of those.</summary>
    public bool IsOwed(string name) => _first.ContainsKey(name);

    /// <summary>Whether the guest has been seen with another id than the first.</summary>
    public bool HasRestarted(string name) => _later.ContainsKey(name);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _looking;
        _stop.Dispose();
    }

    private async Task LookAsync(string socket)
    {
        using var xend = new XmlRpcClient(socket);
        while (!_stop.IsCancellationRequested)
        {
            var listed = ((SList)xend.Call("xend.domains", 1))
                .Items.Cast<SList>()
                .ToDictionary(domain => domain.Value("name")!.ToString()!, domain => domain.Value("domid")?.ToString());
            _looks++;
            foreach (var (name, id) in _first)
            {
                if (!listed.TryGetValue(name, out var now))
                {
                    if (!_later.ContainsKey(name))
                    {
                        _absences.Enqueue($"{name} at look {_looks}");
                    }
                }
                else if (now is not null && now != id)
                {
                    _later.TryAdd(name, now);
                }
            }
            await Task.Delay(Interval, CancellationToken.None);
        }
    }
}
