namespace Xend.Hotplug;

/// <summary>
/// Which scripts run side by side. The stock block script takes one lock for all disks, so of five started together the last one waits for
/// four.
/// </summary>
internal sealed class ScriptCrowd
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, int> _running = new(StringComparer.Ordinal);

    /// <summary>Counts a script in until the place is disposed of.</summary>
    public Place Enter(string path)
    {
        lock (_lock)
        {
            var position = _running.GetValueOrDefault(path) + 1;
            _running[path] = position;
            return new Place(this, path, position);
        }
    }

    private void Leave(string path)
    {
        lock (_lock)
        {
            if (--_running[path] == 0)
            {
                _running.Remove(path);
            }
        }
    }

    /// <param name="crowd">Where it is counted.</param>
    /// <param name="path">The script.</param>
    /// <param name="position">1 for one that runs alone, 2 for one that started while another ran.</param>
    public sealed class Place(ScriptCrowd crowd, string path, int position) : IDisposable
    {
        public int Position => position;

        public void Dispose() => crowd.Leave(path);
    }
}
