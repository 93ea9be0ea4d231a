using System.Collections.Immutable;
using System.Globalization;
using Xend.Devices;
using Xend.Domains;
using Xend.Operations.Plans;
using Xend.Requests;

namespace Xend.Operations;

/// <content>SCSI devices of the host, given to domains and taken back.</content>
public sealed partial class Toolstack
{
    public Task AttachScsiAsync(string reference, VscsiConfig added, Requester requester, CancellationToken cancellation) =>
        ChangeScsiAsync(
            reference,
            OperationKind.Attach,
            added.Id,
            string.Join(", ", added.Units.Select(unit => $"{unit.Physical} as {unit.Virtual}")),
            requester,
            (entry, address) => ScsiPlan.Attach(entry, address, added),
            cancellation
        );

    public Task DetachScsiAsync(
        string reference,
        uint adapter,
        IReadOnlyList<ScsiAddress> units,
        Requester requester,
        CancellationToken cancellation
    ) =>
        ChangeScsiAsync(
            reference,
            OperationKind.Detach,
            adapter,
            string.Join(", ", units),
            requester,
            (entry, address) => ScsiPlan.Detach(entry, address, adapter, units),
            cancellation
        );

    public async Task<IReadOnlyList<ScsiView>> ListScsiAsync(string reference, CancellationToken cancellation)
    {
        var entry = Resolve(reference);
        var adapters = entry.Config?.Devices.OfType<VscsiConfig>().ToList() ?? [];
        if (entry.Runtime.Id is null)
        {
            return
            [
                .. adapters.Select(adapter => new ScsiView(
                    adapter.Id,
                    adapter.IsHost,
                    null,
                    null,
                    [.. adapter.Units.Select(unit => new ScsiUnitView(null, null, $"{unit.Physical}", unit.Name, unit.Virtual))]
                )),
            ];
        }
        try
        {
            var attached = await AttachedAsync(entry, cancellation).ConfigureAwait(false);
            return await Task.WhenAll(
                    attached
                        .Where(address => ClassOf(address) == VscsiConfig.ClassName)
                        .OrderBy(address => address.DeviceId)
                        .Select(address => LookAtScsiAsync(address, cancellation))
                )
                .ConfigureAwait(false);
        }
        catch (Exception error) when (error is not XendError)
        {
            throw Failure.Explain(error, $"devices of {entry.Name}");
        }
    }

    private async Task<ScsiView> LookAtScsiAsync(DeviceAddress address, CancellationToken cancellation)
    {
        var store = _rooms.Host.Store;
        var units = new List<ScsiUnitView>();
        foreach (var found in await ScsiNodes.ReadAsync(store, address, cancellation).ConfigureAwait(false))
        {
            var said = await store
                .ReadAsync($"{address.FrontendPath}/{ScsiNodes.Key(found.Number)}/state", cancellation)
                .ConfigureAwait(false);
            units.Add(
                new ScsiUnitView(
                    State(found.Said),
                    State(said),
                    $"{found.Physical}",
                    DomainConfigReader.Printable(found.Name),
                    found.Virtual
                )
            );
        }
        return new ScsiView(
            address.DeviceId,
            await store.ReadAsync(address.BackendNode("feature-host"), cancellation).ConfigureAwait(false) == "1",
            State(await store.ReadAsync($"{address.FrontendPath}/state", cancellation).ConfigureAwait(false)),
            address.BackendPath,
            units
        );

        // The guest writes what it likes.
        static int? State(string? text) =>
            int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var state) && Enum.IsDefined((XenbusState)state)
                ? state
                : null;
    }

    private Task ChangeScsiAsync(
        string reference,
        OperationKind kind,
        uint adapter,
        string what,
        Requester requester,
        Func<DomainEntry, DeviceAddress?, ImmutableArray<Step>> plan,
        CancellationToken cancellation
    )
    {
        var entry = Resolve(reference);
        return RunAsync(
            entry,
            kind,
            requester,
            async turn =>
            {
                var current = DemandOwn(entry.Uuid, kind, kind == OperationKind.Attach ? "scsi-attach" : "scsi-detach");
                var address = await AddressOfAsync(current, VscsiConfig.ClassName, adapter, turn).ConfigureAwait(false);
                OperationLog.Asked(_rooms.Log, $"{kind} scsi {what}, {current.Name}", requester);
                await _lifecycle.RunAsync(kind, current, plan(current, address), turn).ConfigureAwait(false);
            },
            cancellation
        );
    }
}
