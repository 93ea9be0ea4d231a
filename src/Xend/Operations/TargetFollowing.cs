using System.Globalization;
using Xend.Domains;
using Xend.Hypervisor;
using Xend.Operations.Create;

namespace Xend.Operations;

/// <summary>Another tool (xl mem-set) may set the memory of a guest of ours: what the guest is to have is then what that tool said.</summary>
internal sealed class TargetFollowing(OperationRooms rooms, DomainQueues queues)
{
    /// <summary>Told by the limit in Xen, which goes with the target, so that xenstore is asked only where something changed.</summary>
    public static bool HasChanged(DomainEntry entry, DomainInfo info) =>
        entry is { State: DomainState.Running, Config: { } config } && info is { Shutdown: null, Dying: false, Hvm: false } && info.MaxMemoryKib != LimitMemory.LimitKib(config);

    public async Task FollowAsync(DomainEntry entry, uint id, CancellationToken cancellation)
    {
        try
        {
            var target = await rooms.Host.Store.ReadAsync($"{DomainNodes.PathOf(id)}/memory/target", cancellation).ConfigureAwait(false);
            if (!ulong.TryParse(target, NumberStyles.None, CultureInfo.InvariantCulture, out var kib)
                || kib / 1024 is not (> 0 and var mib) || mib == entry.Config!.MemoryMib || mib > entry.Config.MaxMemoryMib)
            {
                return;
            }
            await queues.RunAsync(entry.Uuid, entry.Name, "follow", Requester.Daemon, _ => Task.FromResult(Keep(entry, (uint)mib)), cancellation).ConfigureAwait(false);
        }
        catch (Exception error)
        {
            // The next look tries again.
            OperationLog.LookFailed(rooms.Log, error);
        }
    }

    private bool Keep(DomainEntry seen, uint mib)
    {
        // Unless it was set here meanwhile.
        if (rooms.Registry.Find(seen.Uuid) is not { Config: { } config } || !ReferenceEquals(config, seen.Config)
            || rooms.Registry.Update(seen.Uuid, known => known.WithConfig(known.Config! with { MemoryMib = mib })) is not { } followed)
        {
            return false;
        }
        OperationLog.TargetFollowed(rooms.Log, seen.Name, mib);
        rooms.Keep(followed);
        return true;
    }
}
