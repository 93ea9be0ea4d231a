using Serilog;
using Xend.Operations;
using Xend.Relocation;
using Xend.Requests;

namespace Xend.Hosting;

/// <summary>What the daemon is there for: the request handler and all that stands behind it.</summary>
/// <remarks>Disposing it lets go of everything and harms no guest. It must take well under a second.</remarks>
public interface IDaemonCore : IAsyncDisposable
{
    IToolstack Toolstack { get; }

    /// <summary>The options in force.</summary>
    CurrentOptions Options { get; }

    /// <summary>Starts the domains that are to run with the daemon. Failures are logged.</summary>
    Task StartGuestsAsync(CancellationToken cancellation);

    /// <summary>Does what guests are to do when the daemon stops, without waiting for them. Failures are logged.</summary>
    Task ApplyStopPoliciesAsync(CancellationToken cancellation);

    /// <summary>Who answers other hosts.</summary>
    IRelocationService Arrivals { get; }

    /// <summary>Whether the policies are at a guest whose memory is being written, which takes as long as it takes.</summary>
    bool IsSuspending { get; }

    /// <summary>Takes back what the option network-script made of the host's network. A failure is logged.</summary>
    Task StopNetworkAsync(CancellationToken cancellation);

    /// <summary>Takes over options that were read anew (SIGHUP). Guests and requests under way go on.</summary>
    void Apply(XendOptions options);
}

/// <summary>What the core is made from.</summary>
/// <param name="Options">The configuration as read at start.</param>
/// <param name="Paths">Where things are on this host.</param>
/// <param name="Log">The daemon's log; <see cref="Logging.XendLog.For"/> gives a part of the daemon its name in it.</param>
public sealed record DaemonContext(XendOptions Options, XendPaths Paths, ILogger Log);

/// <summary>Makes the core: opens hypervisor and store and takes the running guests back. A failure is a <see cref="XendError"/>.</summary>
public delegate Task<IDaemonCore> DaemonCoreFactory(DaemonContext context, CancellationToken cancellation);
