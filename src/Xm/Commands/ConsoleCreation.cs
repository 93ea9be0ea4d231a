using Xm.CommandLine;
using Xm.Connection;
using Xm.Host;

namespace Xm.Commands;

/// <summary>
/// <c>xm create -c</c>: the domain is made on a thread of its own while this one goes to the console as soon as there is one. So a boot
/// loader's menu can be used, and the domain does not run before somebody listens.
/// </summary>
internal sealed class ConsoleCreation(CommandCall call, DomainCreation creation)
{
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(200);

    private readonly ManualResetEventSlim _listening = new();
    private readonly TaskCompletionSource<long> _id = new();

    public int Run()
    {
        // A domain of that name may be running already: its console is none of ours.
        var other = Look(null);
        creation.LineEnd = call.Surroundings.OutIsTerminal ? "\r\n" : "\n";
        creation.Created = id =>
        {
            _id.TrySetResult(id);
            _listening.Wait();
        };
        var making = Task.Factory.StartNew(Make, TaskCreationOptions.LongRunning);
        try
        {
            return Listen(making, other);
        }
        finally
        {
            _listening.Set();
            Task.WaitAny(making);
        }
    }

    private int Make()
    {
        using var xend = call.OpenXend();
        return creation.Run(xend);
    }

    private int Listen(Task<int> making, long? other)
    {
        if (WaitForId(making, other) is not { } id)
        {
            return making.GetAwaiter().GetResult();
        }
        int status;
        bool wasStopped;
        using (var console = OpenConsole(making, id))
        {
            _listening.Set();
            // A domain that could not be completed takes its console with it; the user is told why once the terminal is his again.
            making.ContinueWith(_ => console.Stop(), CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
            status = console.Wait();
            wasStopped = console.WasStopped;
        }
        var made = making.GetAwaiter().GetResult();
        return made != 0 ? made
            : wasStopped || creation.Name is not { } name ? status
            : new GuestConsole(call, name, 0).Follow(id, status);
    }

    private IForegroundProgram OpenConsole(Task<int> making, long id)
    {
        try
        {
            return ConsoleCommand.Open(call, id, 0);
        }
        catch (XendFault fault)
        {
            // Where the domain went because making it has failed, that is what the user must see.
            _listening.Set();
            making.GetAwaiter().GetResult();
            throw new CommandError(fault.Text);
        }
    }

    /// <summary>
    /// The id of the domain, as soon as xend knows one: while a boot loader runs, the domain exists but is not made yet. Null where making
    /// it has failed.
    /// </summary>
    private long? WaitForId(Task<int> making, long? other)
    {
        while (Task.WaitAny([making, _id.Task], LookInterval) < 0)
        {
            if (Look(other) is { } id)
            {
                return id;
            }
        }
        return _id.Task.IsCompleted ? _id.Task.Result : null;
    }

    private long? Look(long? other)
    {
        try
        {
            var id = creation.Name is { } name ? call.Xend.Domain(name).Id() : null;
            return id == other ? null : id;
        }
        catch (XendFault)
        {
            // It is not there yet, or never will be: the other thread learns which.
            return null;
        }
    }
}
