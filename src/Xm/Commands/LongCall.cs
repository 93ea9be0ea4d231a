using Sxp;
using Xm.Connection;
using Xm.Output;

namespace Xm.Commands;

/// <summary>
/// A call that takes long: meanwhile it is shown how far it is, and Ctrl-C gives it up, which xend undoes; the call ends with that error.
/// </summary>
/// <param name="call">The command's call.</param>
/// <param name="operation">As <c>xm tasks</c> names it.</param>
/// <param name="quiet">Shows nothing.</param>
internal sealed class LongCall(CommandCall call, string operation, bool quiet)
{
    /// <summary>What is shown is at least as old as this: short ones show nothing.</summary>
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(500);

    /// <summary>CR, and what erases the rest of a terminal's line.</summary>
    private const string Again = "\r\u001b[K";

    private readonly Lock _lock = new();
    private readonly ManualResetEventSlim _isOver = new();
    private readonly ProgressText _text = new();
    private string _shown = "";
    private int _looks;

    /// <exception cref="XendFault">As of <see cref="IXend.Call"/>.</exception>
    public SValue Run(string method, params SValue[] arguments)
    {
        // A connection does one call at a time.
        _ = call.Xend;
        var watcher = new Thread(Watch) { IsBackground = true, Name = "progress" };
        using var interrupt = call.Surroundings.OnInterrupt(Cancel);
        watcher.Start();
        try
        {
            return call.Xend.Call(method, arguments);
        }
        finally
        {
            _isOver.Set();
            watcher.Join();
            Show(text: null);
        }
    }

    private void Watch()
    {
        while (!_isOver.Wait(LookEvery) && !quiet)
        {
            try
            {
                if (Task() is { } task)
                {
                    Show(task.Value("step").AsText());
                }
            }
            catch (Exception error) when (error is XendFault or XendUnreachable or XendCrashed)
            {
                // The call itself tells what is wrong.
                return;
            }
        }
    }

    private void Cancel()
    {
        try
        {
            if (Task()?.Value("id").AsText() is { } id)
            {
                using var xend = call.OpenXend();
                xend.Call("xend.task.cancel", id);
            }
        }
        catch (Exception error) when (error is XendFault or XendUnreachable or XendCrashed)
        {
            // It cannot be given up any more, or has ended: the call says which.
        }
    }

    /// <summary>The operation of this process's call.</summary>
    private SList? Task()
    {
        using var xend = call.OpenXend();
        var mine = $"(pid {Environment.ProcessId})";
        return (xend.Call("xend.task.list") as SList ?? SList.Empty)
            .Items.OfType<SList>()
            .FirstOrDefault(task =>
                task.Value("operation").AsText() == operation
                && task.Value("requester").AsText()?.EndsWith(mine, StringComparison.Ordinal) == true
            );
    }

    /// <summary>
    /// On a terminal one line that changes; elsewhere a line for each step that lasts, when it is seen for the second time.
    /// </summary>
    private void Show(string? text)
    {
        lock (_lock)
        {
            if (call.Surroundings.OutIsTerminal)
            {
                if (text is { Length: > 0 })
                {
                    _shown = _text.Line(text, call.Surroundings.Time.GetElapsedTime(0));
                    call.Out.Write($"{Again}{_shown}");
                    call.Out.Flush();
                }
                else if (_shown.Length > 0)
                {
                    call.Out.Write(Again);
                    call.Out.Flush();
                }
            }
            else if (text is { Length: > 0 } && ProgressText.NameOf(text) is var name)
            {
                _looks = name == _shown ? _looks + 1 : 1;
                _shown = name;
                if (_looks == 2)
                {
                    call.Out.WriteLine($"{operation}: {name}");
                    call.Out.Flush();
                }
            }
        }
    }
}
