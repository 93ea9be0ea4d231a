using Serilog;
using Xend.Build.Bootloaders;
using Xend.Devices;
using Xend.Domains;
using Xend.Memory;
using Xend.Persistence;

namespace Xend.Operations;

/// <summary>The parts of the daemon that operations share.</summary>
public sealed record OperationRooms(
    HostServices Host,
    HostMemory Memory,
    DeviceClaims Claims,
    DomainStore Domains,
    IJournal Journal,
    ILogger Log
)
{
    /// <summary>Which loop devices were made for guests.</summary>
    public required LoopLedger Loops { get; init; }

    /// <summary>Which guests of other hosts are this host's.</summary>
    public required ArrivalLedger Arrivals { get; init; }

    /// <summary>Which drivers of dom0 lent their PCI devices.</summary>
    public required PciDrivers PciDrivers { get; init; }

    /// <summary>
    /// Nothing of the domain is left on the host: a managed one is suspended from now on where it has a checkpoint, else halted; any other
    /// is forgotten.
    /// </summary>
    /// <param name="uuid">The domain.</param>
    /// <param name="note">Why it is not started again; null where nothing is to be said.</param>
    internal async Task EndAsync(Guid uuid, RestartNote? note = null)
    {
        Claims.Release(uuid);
        await PciDrivers.GiveBackAsync().ConfigureAwait(false);
        if (Domains.Find(uuid) is not { Managed: true })
        {
            Domains.Remove(uuid);
            return;
        }
        // It goes on as what it was, and what waits for its next start waits on.
        var isSuspended = Domains.Files.HasCheckpoint(uuid);
        Domains.Change(uuid, entry =>
            entry.WithoutLife().WithNext() with
            {
                Next = isSuspended ? entry.Next : null,
                State = isSuspended ? DomainState.Suspended : DomainState.Halted,
                RestartCount = 0,
                RestartsInARow = 0,
                ShortLivesInARow = 0,
                PausedByAdmin = false,
                EndsForGood = false,
                Note = note ?? (entry.Note?.State == RestartState.GaveUp ? entry.Note : null),
            }
        );
    }
}

/// <summary>What the steps of one operation on one domain work with.</summary>
public sealed class OperationContext(OperationRooms rooms, DomainEntry domain, IJournalEntry journal)
{
    private readonly Lock _lock = new();
    private ImageConfig? _image;

    public HostServices Host => rooms.Host;

    public HostMemory Memory => rooms.Memory;

    public DeviceClaims Claims => rooms.Claims;

    public DomainStore Domains => rooms.Domains;

    public LoopLedger Loops => rooms.Loops;

    public PciDrivers PciDrivers => rooms.PciDrivers;

    public ILogger Log => rooms.Log;

    /// <summary>What was done so far; survives the daemon's death.</summary>
    public IJournalEntry Journal => journal;

    public Guid Uuid => domain.Uuid;

    public string Name => domain.Name;

    /// <summary>The configuration. Domains of other toolstacks have none, and no step that needs one is planned for them.</summary>
    public DomainConfig Config => domain.Config ?? throw new InvalidOperationException($"{domain.Name} has no configuration");

    /// <summary>What is loaded: as configured, until a boot loader has chosen.</summary>
    public ImageConfig Image
    {
        get => _image ?? Config.Image;
        set => _image = value;
    }

    /// <summary>The boot loader of this operation, from its start until the guest's own console is there.</summary>
    public IBootloaderSession? Bootloader { get; set; }

    /// <summary>The ids, ports and frames that the steps find out for each other.</summary>
    public DomainRuntime Runtime { get; private set; } = domain.Runtime;

    /// <summary>The guest was asked to suspend itself, and was not let go on since.</summary>
    public bool IsSuspensionAsked { get; set; }

    /// <summary>The promise of memory while the domain is built.</summary>
    public Memory.MemoryPromise? MemoryPromise { get; set; }

    /// <summary>The id; a step that needs it stands behind the one that creates the domain.</summary>
    public uint DomainId => Runtime.Id ?? throw new InvalidOperationException($"{domain.Name} has no id yet");

    public DeviceOwner Owner => new(DomainId, Uuid, Name, Config.Type);

    /// <summary>The id of a running domain that can serve this one, by name, id or UUID; null where there is none.</summary>
    public uint? DomainNamed(string reference) =>
        Domains.Resolve(reference) is { Runtime: { Id: > 0 and { } id, InMaking: false } } other && other.Uuid != Uuid ? id : null;

    /// <summary>Where a managed domain's memory is while it is suspended.</summary>
    public string Checkpoint => Domains.Files.CheckpointOf(Uuid);

    /// <summary>The domain as it is known now.</summary>
    public DomainEntry? Entry => Domains.Find(Uuid);

    /// <inheritdoc cref="DomainStore.Change"/>
    public DomainEntry? Change(Func<DomainEntry, DomainEntry> change) => Domains.Change(Uuid, change);

    /// <summary>The domain is gone from the host.</summary>
    public Task EndAsync() => rooms.EndAsync(Uuid);

    /// <summary>The domain's old self is gone, and steps that follow make a new one.</summary>
    public void ForgetRuntime()
    {
        Runtime = DomainRuntime.None;
        Change(entry => entry.WithoutLife());
    }

    /// <summary>Shows what is being done to those who ask for the tasks.</summary>
    public void ShowSteps(string steps) =>
        Domains.ShowOperation(Uuid, operation => operation is null ? null : operation with { Step = steps });

    /// <summary>Changes what is known of the life that is being made, or of the one that it has.</summary>
    public void Learn(Func<DomainRuntime, DomainRuntime> change)
    {
        lock (_lock)
        {
            Runtime = change(Runtime) with { InMaking = Runtime.InMaking || Runtime.Id is null };
            Change(entry => entry with { Runtime = Runtime });
        }
    }
}
