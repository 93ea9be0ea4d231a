using Sxp;
using Xm.Connection;

namespace Xm.Tests;

/// <summary>A xend that answers what the test wants and remembers what it was asked.</summary>
internal sealed class FakeXend : IXend
{
    private readonly Dictionary<string, Func<SValue[], SValue>> _answers = new();
    private readonly List<string> _calls = [];

    /// <summary>The calls as text: <c>xend.domain linux 0</c>.</summary>
    public IReadOnlyList<string> Calls
    {
        get
        {
            lock (_calls)
            {
                return _calls.ToArray();
            }
        }
    }

    public FakeXend Answer(string method, SValue value) => Answer(method, _ => value);

    public FakeXend Answer(string method, Func<SValue[], SValue> answer)
    {
        _answers[method] = answer;
        return this;
    }

    public FakeXend Refuse(string method, int code, string text) => Answer(method, _ => throw new XendFault(code, text));

    public SValue Call(string method, params ReadOnlySpan<SValue> arguments)
    {
        var values = arguments.ToArray();
        lock (_calls)
        {
            _calls.Add(string.Join(' ', values.Select(SxpWriter.OneLine).Prepend(method)));
        }
        return _answers.TryGetValue(method, out var answer) ? answer(values) : SNone.Instance;
    }

    public void Dispose() { }

    /// <summary>A domain as <c>xend.domain</c> answers it.</summary>
    public static SList Domain(
        string name,
        int? id,
        int memory = 256,
        int vcpus = 2,
        string state = "-b----",
        double time = 92.5,
        double? start = null
    )
    {
        var items = new List<SValue> { "domain" };
        if (id is not null)
        {
            items.Add(SList.Of("domid", id.Value));
        }
        items.Add(SList.Of("name", name));
        items.Add(SList.Of("memory", memory));
        items.Add(SList.Of("vcpus", vcpus));
        if (id is not null)
        {
            items.Add(SList.Of("state", state));
            items.Add(SList.Of("cpu_time", time));
            items.Add(SList.Of("online_vcpus", vcpus));
        }
        if (start is not null)
        {
            items.Add(SList.Of("start_time", start.Value));
        }
        return new SList(items);
    }
}
