using LibXc.Interop;

namespace Xend.Build;

/// <summary>What a helper process said beside its answers: passed on, and remembered for the error. The caller has it locked.</summary>
/// <param name="context">What the lines are of, in the daemon's log.</param>
/// <param name="sink">Takes each; null for none.</param>
internal sealed class HelperLog(string context, Action<XenLogLine>? sink)
{
    /// <summary>The lines that an error carries where libxc told nothing grave.</summary>
    private const int LastLines = 6;

    private readonly Queue<string> _lastLines = [];
    private readonly List<string> _graveLines = [];

    public void Add(XenLogLevel level, string text)
    {
        if (_lastLines.Count == LastLines)
        {
            _lastLines.Dequeue();
        }

        _lastLines.Enqueue(text);
        if (level >= XenLogLevel.Warning && _graveLines.Count < LastLines)
        {
            _graveLines.Add(text);
        }

        sink?.Invoke(new XenLogLine(level, null, context, text));
    }

    /// <summary>What an error is to carry; null where nothing was said.</summary>
    public string? Detail()
    {
        IReadOnlyCollection<string> lines = _graveLines.Count > 0 ? _graveLines : _lastLines;
        return lines.Count > 0 ? string.Join("; ", lines) : null;
    }
}
