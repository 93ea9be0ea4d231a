using Sxp;
using Xend.Devices;
using Xend.Domains;
using Xend.Memory;
using Xend.Operations.Steps;
using Xend.Persistence;

namespace Xend.Operations.Migration;

/// <summary>
/// Whether this host could take another one's guest. Looks at everything, changes nothing, and tells all that is in its way.
/// </summary>
internal sealed class Rehearsal(OperationRooms rooms)
{
    /// <summary>Of hw_caps, as Xen tells a processor's features.</summary>
    private const int Words = 8;

    /// <summary>A journal for what is only looked at.</summary>
    public static IJournalEntry Unwritten => NoJournal.Instance;

    /// <returns>The configuration, null where it cannot be read; and a sentence for each blocker.</returns>
    public async Task<(DomainConfig? Config, IReadOnlyList<string> Blockers)> RunAsync(MigrationOffer offer, CancellationToken cancellation)
    {
        var blockers = new List<string>();
        CompareXen(offer, blockers);
        CompareProcessors(offer, blockers);
        if (Read(offer, blockers) is not { } config)
        {
            return (null, blockers);
        }
        if (!CheckName(config, blockers))
        {
            return (config, blockers);
        }
        // Under a UUID of its own: a guest of that UUID may be being made meanwhile, and its claims are none of ours.
        var stranger = config with { Uuid = Guid.NewGuid() };
        foreach (var step in ChecksOf(config))
        {
            await CheckAsync(stranger, step, blockers, cancellation).ConfigureAwait(false);
        }
        await CheckDevicesAsync(stranger, blockers, cancellation).ConfigureAwait(false);
        CheckMemory(config, blockers);
        return (config, blockers);
    }

    /// <summary>libxenguest reads what the same or an older Xen wrote.</summary>
    private void CompareXen(MigrationOffer offer, List<string> blockers)
    {
        var here = rooms.Host.Hypervisor.GetXenInfo();
        if ((offer.Major, offer.Minor).CompareTo((here.Major, here.Minor)) > 0)
        {
            blockers.Add(
                $"Xen is {here.Major}.{here.Minor} there and {offer.Major}.{offer.Minor} here: guests go to the same or a newer one"
            );
        }
    }

    private void CompareProcessors(MigrationOffer offer, List<string> blockers)
    {
        var here = rooms.Host.Hypervisor.GetPhysicalInfo().HardwareCapabilities;
        var missing = Enumerable
            .Range(0, Math.Min(Words, Math.Min(here.Length, offer.Capabilities.Count)))
            .Where(word => (offer.Capabilities[word] & ~here[word]) != 0)
            .Select(word => $"word {word}: {offer.Capabilities[word] & ~here[word]:x8}")
            .ToList();
        if (missing.Count > 0)
        {
            blockers.Add($"the processor there lacks features that this one has (hw_caps of xm info, {string.Join(", ", missing)})");
        }
    }

    private static DomainConfig? Read(MigrationOffer offer, List<string> blockers)
    {
        try
        {
            var config = new DomainConfigReader(defaultVifScript: "vif-bridge").Read(offer.Configuration);
            if (config.Machine.NoMigrate)
            {
                blockers.Add($"{config.Name} says nomigrate");
            }
            return config;
        }
        catch (Exception error) when (error is XendError or SxpException)
        {
            blockers.Add($"its configuration cannot be read there: {error.Message}");
            return null;
        }
    }

    private bool CheckName(DomainConfig config, List<string> blockers)
    {
        var holder = rooms.Domains.Find(config.Uuid);
        if (holder is not null and not { Managed: true, State: DomainState.Halted })
        {
            blockers.Add($"{holder.Name} there has the same UUID, and is {holder.State.Describe()}");
            return false;
        }
        if (rooms.Domains.Entries.Values.FirstOrDefault(entry => entry.Name == config.Name && entry.Uuid != config.Uuid) is { } named)
        {
            blockers.Add($"there is another domain {config.Name} there, which is {named.State.Describe()}");
        }
        return true;
    }

    private static IEnumerable<Step> ChecksOf(DomainConfig config)
    {
        if (config.Type != GuestType.Pv)
        {
            yield return new CheckHardware();
        }
        yield return new CheckVcpus();
        if (BackendClasses.NeedDeviceModel(config))
        {
            yield return new CheckDeviceModel();
        }
    }

    /// <summary>One after the other, each alone, so that each that cannot be is told.</summary>
    private async Task CheckDevicesAsync(DomainConfig config, List<string> blockers, CancellationToken cancellation)
    {
        foreach (var device in BackendClasses.Make(config))
        {
            var alone = config with { Devices = [device.Config] };
            try
            {
                await CheckAsync(alone, new CheckDevices([device]), blockers, cancellation).ConfigureAwait(false);
            }
            finally
            {
                rooms.Claims.Release(config.Uuid);
            }
        }
    }

    private void CheckMemory(DomainConfig config, List<string> blockers)
    {
        var (need, available) = (MemoryNeed.For(config).TotalKib, rooms.Memory.Sum().AvailableKib);
        if (need > available)
        {
            blockers.Add($"there is too little memory there: {need} KiB are needed, and {available} KiB can be had");
        }
    }

    private async Task CheckAsync(DomainConfig config, Step step, List<string> blockers, CancellationToken cancellation)
    {
        var entry = new DomainEntry
        {
            Uuid = config.Uuid,
            Name = config.Name,
            Config = config,
            State = DomainState.Creating,
        };
        try
        {
            await step.DoAsync(new OperationContext(rooms, entry, NoJournal.Instance), cancellation).ConfigureAwait(false);
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            blockers.Add(Failure.Explain(error, $"rehearse {config.Name}").Message);
        }
    }

    /// <summary>Nothing is done, so nothing is written down.</summary>
    private sealed class NoJournal : IJournalEntry
    {
        public static NoJournal Instance { get; } = new();

        public void StepStarts(string step) { }

        public void DomainCreated(uint domainId) { }

        public void Remember(string name, string value) { }

        public void KeepForNextStart() { }

        public void Dispose() { }
    }
}
