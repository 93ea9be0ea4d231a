using Xend.Devices;
using Xend.Domains;
using Xend.Operations.Create;
using Xend.Operations.Destroy;
using Xend.Persistence;

namespace Xend.Operations;

/// <summary>The operations that make and unmake a domain. The caller has the domain's turn already.</summary>
public sealed class Lifecycle(OperationRooms rooms, Runner runner)
{
    /// <summary>Runs the plan that creates a domain whose entry is in the registry. Where it fails the entry is removed.</summary>
    public async Task CreateAsync(DomainEntry entry, CancellationToken cancellation)
    {
        try
        {
            using var journal = rooms.Journal.Open("create", entry.Uuid, entry.Name);
            await CreateAsync(entry, journal, cancellation).ConfigureAwait(false);
        }
        catch
        {
            Forget(entry.Uuid);
            throw;
        }
    }

    private async Task CreateAsync(DomainEntry entry, IJournalEntry journal, CancellationToken cancellation)
    {
        try
        {
            var plan = CreatePlan.For(entry.Config!);
            await runner.RunAsync($"create {entry.Name}", plan, new OperationContext(rooms, entry, journal), cancellation).ConfigureAwait(false);
        }
        catch
        {
            Forget(entry.Uuid);
            throw;
        }
    }

    /// <summary>Takes a domain away with all that it holds, and forgets it.</summary>
    public async Task DestroyAsync(DomainEntry entry, CancellationToken cancellation)
    {
        rooms.Registry.Update(entry.Uuid, known => known with { State = DomainState.Destroying });
        using var journal = rooms.Journal.Open("destroy", entry.Uuid, entry.Name);
        await TakeAwayAsync("destroy", entry, journal, cancellation).ConfigureAwait(false);
        Forget(entry.Uuid);
    }

    /// <summary>Replaces an ended domain by a new one of the same configuration, name and UUID. It never leaves the list.</summary>
    public async Task RestartAsync(DomainEntry entry, CancellationToken cancellation)
    {
        // Written down first: a daemon that starts after this one died then knows that the guest is owed.
        if (rooms.Registry.Update(entry.Uuid, known => known with { State = DomainState.Restarting, RestartCount = known.RestartCount + 1 }) is { } restarting)
        {
            rooms.Records.Save(restarting);
        }
        using var journal = rooms.Journal.Open("restart", entry.Uuid, entry.Name);
        await TakeAwayAsync("restart", entry, journal, cancellation).ConfigureAwait(false);
        await RecreateAsync(entry.Uuid, journal, cancellation).ConfigureAwait(false);
    }

    /// <summary>The second half of a restart: nothing of the old domain is left.</summary>
    public async Task RecreateAsync(Guid uuid, IJournalEntry journal, CancellationToken cancellation)
    {
        if (rooms.Registry.Update(uuid, known => known with { Runtime = DomainRuntime.None, RebootWanted = false, ShutdownAsked = null, DeviceModelLost = false }) is not { } fresh)
        {
            return;
        }
        await CreateAsync(fresh, journal, cancellation).ConfigureAwait(false);
        if (rooms.Registry.Find(uuid) is { PausedByAdmin: false, Runtime.Id: { } id })
        {
            rooms.Host.Hypervisor.UnpauseDomain(id);
        }
    }

    /// <summary>Removes what an operation left behind that an earlier daemon did not end.</summary>
    public async Task CleanUpAsync(Guid uuid, string name, uint domainId, IJournalEntry journal)
    {
        var entry = new DomainEntry { Uuid = uuid, Name = name, Runtime = new DomainRuntime(domainId), State = DomainState.Destroying };
        await DeviceRemoval.LetEarlierScriptsEndAsync(rooms.Host, domainId).ConfigureAwait(false);
        await TakeAwayAsync("clean up", entry, journal, CancellationToken.None).ConfigureAwait(false);
    }

    private async Task TakeAwayAsync(string operation, DomainEntry entry, IJournalEntry journal, CancellationToken cancellation)
    {
        if (entry.Runtime.Id is not { } id)
        {
            return;
        }
        var devices = await FindDevicesAsync(id, cancellation).ConfigureAwait(false);
        journal.DomainCreated(id);
        await runner.RunAsync(
            $"{operation} {entry.Name}", DestroyPlan.For(id, entry.Uuid, MayBeServed(entry), devices), new OperationContext(rooms, entry, journal), cancellation).ConfigureAwait(false);
    }

    /// <summary>What a dead daemon or another toolstack left may have a device model, whatever it is.</summary>
    private static bool MayBeServed(DomainEntry entry) => entry.Config is not { } config || CreatePlan.NeedsDeviceModel(config);

    // Without xenstored nothing can be found, but the domain itself can still be ended.
    private async Task<IReadOnlyList<FoundDevice>> FindDevicesAsync(uint domainId, CancellationToken cancellation)
    {
        try
        {
            return await DeviceRemoval.FindAsync(rooms.Host, domainId, cancellation).ConfigureAwait(false);
        }
        catch (XenStore.XenStoreConnectionException gone)
        {
            OperationLog.StepComplains(rooms.Log, $"devices of domain {domainId}", gone.Message);
            return [];
        }
    }

    private void Forget(Guid uuid)
    {
        rooms.Claims.Release(uuid);
        rooms.Registry.Remove(uuid);
        rooms.Records.Delete(uuid);
    }
}
