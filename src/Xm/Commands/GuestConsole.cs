using Sxp;
using Xm.Connection;

namespace Xm.Commands;

/// <summary>
/// A guest's console on xm's terminal. A reboot of the guest is no end of it: the console of the domain that follows under that name is
/// opened.
/// </summary>
internal sealed class GuestConsole(CommandCall call, string name, int number)
{
    /// <summary>The letters of a domain's state that say that it will run no more: shut down, crashed, dying.</summary>
    private static readonly char[] Ended = ['s', 'c', 'd'];

    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(200);

    /// <summary>How long a domain that has ended may take to be made anew or to be gone.</summary>
    private static readonly TimeSpan RestartLimit = TimeSpan.FromMinutes(2);

    /// <summary>
    /// Opens the console of a domain and stays until the user leaves it or the guest is gone. Returns xenconsole's last exit status.
    /// </summary>
    public int Run(long id)
    {
        using var console = ConsoleCommand.Open(call, id, number);
        var status = console.Wait();
        return console.WasStopped ? status : Follow(id, status);
    }

    /// <summary>Goes on after a first xenconsole has ended with that status.</summary>
    public int Follow(long id, int status)
    {
        while (Successor(id) is { } next)
        {
            call.Out.WriteLine($"Domain {name} has restarted: this is the console of domain {next}.");
            id = next;
            try
            {
                using var console = ConsoleCommand.Open(call, id, number);
                status = console.Wait();
                if (console.WasStopped)
                {
                    return status;
                }
            }
            catch (XendFault)
            {
                // It was gone again before it had a console.
                return status;
            }
        }
        return status;
    }

    /// <summary>
    /// The id of the domain that has taken the place of an ended one. Null where there is none, and where the domain runs: then the user
    /// has left its
    /// console.
    /// </summary>
    private long? Successor(long id)
    {
        var time = call.Surroundings.Time;
        var limit = time.GetUtcNow() + RestartLimit;
        while (time.GetUtcNow() < limit)
        {
            try
            {
                var domain = call.Xend.Domain(name);
                if (domain.Id() is { } found && found != id)
                {
                    return found;
                }
                if (domain.Id() == id && domain.Value("state").AsText() is { } state && state.IndexOfAny(Ended) < 0)
                {
                    return null;
                }
            }
            catch (Exception error) when (error is XendFault or XendUnreachable or XendCrashed)
            {
                return null;
            }
            call.Surroundings.Pause(LookInterval);
        }
        return null;
    }
}
