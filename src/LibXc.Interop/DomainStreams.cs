using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace LibXc.Interop;

/// <summary>What libxenguest asks of its caller while it saves a domain. Called on the thread that saves.</summary>
public interface IDomainSaver
{
    /// <summary>Has the guest suspend itself, and returns when Xen lists it as shut down for that; false where it does not.</summary>
    bool Suspend();

    /// <summary>
    /// Has the device model tell, or no longer tell, which pages it writes; false where it cannot. Asked of every HVM and PVH guest,
    /// whether it runs meanwhile or not.
    /// </summary>
    bool TrackPages(bool isOn);

    /// <summary>A round over the memory of a guest that runs is over.</summary>
    /// <param name="round">Which, from 0.</param>
    /// <param name="dirtyPages">What the guest wrote meanwhile; negative where that is not known yet.</param>
    void EndRound(uint round, long dirtyPages);
}

/// <param name="StoreFrame">Of the store's ring: a machine frame of PV, a guest frame of HVM and PVH.</param>
/// <param name="ConsoleFrame">Of the console's ring, alike.</param>
public readonly record struct RestoredFrames(ulong StoreFrame, ulong ConsoleFrame);

/// <summary>xc_domain_save and xc_domain_restore: struct save_callbacks and restore_callbacks of xenguest.h.</summary>
public static unsafe class DomainStreams
{
    /// <summary>All in one, once the guest is suspended: no XCFLAGS_LIVE.</summary>
    private const uint AtOnce = 0;

    /// <summary>XCFLAGS_LIVE: in rounds, while the guest runs, and the rest once it is suspended.</summary>
    private const uint Live = 1;

    /// <summary>XGS_POLICY_STOP_AND_COPY.</summary>
    private const int Stop = 1;

    /// <summary>XGS_POLICY_CONTINUE_PRECOPY.</summary>
    private const int GoOn = 0;

    /// <summary>The library's own measure: as many rounds, or so few pages left.</summary>
    private const uint MostRounds = 5;

    private const long FewPages = 50;

    /// <summary>XC_STREAM_PLAIN: no checkpoints that follow each other.</summary>
    private const int Plain = 0;

    private const int NoDescriptor = -1;

    /// <summary>Writes a domain's memory and vCPUs to a descriptor. The domain is suspended afterwards.</summary>
    /// <param name="xen">The interface.</param>
    /// <param name="descriptor">Open for writing, blocking.</param>
    /// <param name="domainId">The domain.</param>
    /// <param name="isLive">Most of it is written while the guest runs.</param>
    /// <param name="saver">What is asked meanwhile. What it throws is thrown here.</param>
    /// <exception cref="XenCallException">It could not be saved.</exception>
    public static void Save(XenControl xen, int descriptor, uint domainId, bool isLive, IDomainSaver saver)
    {
        var asked = new Asked(saver);
        var handle = GCHandle.Alloc(asked);
        try
        {
            var callbacks = new SaveCallbacks
            {
                Suspend = &OnSuspend,
                PrecopyPolicy = &OnRound,
                SwitchLogDirty = &OnSwitchLogDirty,
                Data = GCHandle.ToIntPtr(handle),
            };
            using var call = xen.Begin("xc_domain_save", XenControl.Named(domainId));
            var flags = isLive ? Live : AtOnce;
            var result = xen.Libraries.Guest.xc_domain_save(call.Handle, descriptor, domainId, flags, &callbacks, Plain, NoDescriptor);
            asked.Throw();
            call.CheckZero(result);
        }
        finally
        {
            handle.Free();
        }
    }

    /// <summary>Fills an empty domain from what <see cref="Save"/> wrote.</summary>
    /// <param name="xen">The interface.</param>
    /// <param name="descriptor">Open for reading, at the stream's begin; afterwards at its end.</param>
    /// <param name="domainId">The domain, with its vCPUs and its limit of memory.</param>
    /// <param name="storePort">The domain's port of the store.</param>
    /// <param name="consolePort">The domain's port of the console.</param>
    /// <exception cref="XenCallException">It could not be restored; the domain is of no use.</exception>
    public static RestoredFrames Restore(XenControl xen, int descriptor, uint domainId, uint storePort, uint consolePort)
    {
        nuint store = 0,
            console = 0;
        // Dereferenced even where nothing is to be called.
        var callbacks = new RestoreCallbacks { StaticDataDone = &OnStaticDataDone };
        using var call = xen.Begin("xc_domain_restore", XenControl.Named(domainId));
        call.CheckZero(
            xen.Libraries.Guest.xc_domain_restore(
                call.Handle,
                descriptor,
                domainId,
                storePort,
                &store,
                0,
                consolePort,
                &console,
                0,
                Plain,
                &callbacks,
                NoDescriptor
            )
        );
        return new RestoredFrames(store, console);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnSuspend(nint data) => Of(data).Ask(saver => saver.Suspend()) ? 1 : 0;

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnSwitchLogDirty(uint domainId, uint enable, nint data) =>
        Of(data).Ask(saver => saver.TrackPages(enable != 0)) ? 0 : -1;

    /// <summary>Called before and after each round.</summary>
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnRound(PrecopyStatistics statistics, nint data)
    {
        Of(data)
            .Ask(saver =>
            {
                saver.EndRound(statistics.Iteration, statistics.DirtyCount);
                return true;
            });
        return statistics.Iteration >= MostRounds || statistics.DirtyCount is >= 0 and < FewPages ? Stop : GoOn;
    }

    /// <summary>What a stream of Xen before 4.14 lacks (CPUID, MSRs) is made up by nobody here: it is refused.</summary>
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int OnStaticDataDone(uint missing, nint data) => missing == 0 ? 0 : -1;

    private static Asked Of(nint data) => (Asked)GCHandle.FromIntPtr(data).Target!;

    /// <summary>An exception that passed through C frames would end the process: it is kept until they are left.</summary>
    private sealed class Asked(IDomainSaver saver)
    {
        private Exception? _error;

        public bool Ask(Func<IDomainSaver, bool> what)
        {
            try
            {
                return what(saver);
            }
            catch (Exception error)
            {
                _error = error;
                return false;
            }
        }

        public void Throw()
        {
            if (_error is { } error)
            {
                System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(error);
            }
        }
    }

    [StructLayout(LayoutKind.Sequential)]
    internal struct SaveCallbacks
    {
        public delegate* unmanaged[Cdecl]<nint, int> Suspend;
        public delegate* unmanaged[Cdecl]<PrecopyStatistics, nint, int> PrecopyPolicy;
        public nint Postcopy;
        public nint Checkpoint;
        public nint WaitCheckpoint;
        public delegate* unmanaged[Cdecl]<uint, uint, nint, int> SwitchLogDirty;
        public nint Data;
    }

    /// <summary>struct precopy_stats, passed by value.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct PrecopyStatistics
    {
        public uint Iteration;
        public ulong TotalWritten;
        public long DirtyCount;
    }

    [StructLayout(LayoutKind.Sequential)]
    internal struct RestoreCallbacks
    {
        public delegate* unmanaged[Cdecl]<uint, nint, int> StaticDataDone;
        public nint Suspend;
        public nint Postcopy;
        public nint Checkpoint;
        public nint WaitCheckpoint;
        public nint RestoreResults;
        public nint Data;
    }
}
