using System.Collections.Immutable;
using System.Globalization;
using Xend.Devices;
using Xend.Domains;
using Xend.Operations.Plans;
using Xend.Operations.Steps;
using Xend.Requests;

namespace Xend.Operations;

/// <content>Devices that come, go and change, and where they are.</content>
public sealed partial class Toolstack
{
    /// <summary>A guest can fill its own directories; no class of devices has as many nodes.</summary>
    private const int MostNodes = 64;

    public async Task WaitForDevicesAsync(string reference, CancellationToken cancellation)
    {
        // Creating connects them, so a domain that has come so far has them; one that is under way is waited for.
        var entry = Resolve(reference);
        await _queues
            .RunAsync(entry.Uuid, entry.Name, OperationKind.WaitForDevices, Requester.Daemon, _ => Task.FromResult(true), cancellation)
            .ConfigureAwait(false);
        Resolve(reference);
    }

    public async Task<AttachedDevice> AttachDeviceAsync(
        string reference,
        Func<DeviceNeighbours, DeviceConfig> device,
        Requester requester,
        CancellationToken cancellation
    )
    {
        var entry = Resolve(reference);
        AttachedDevice? attached = null;
        await RunAsync(
                entry,
                OperationKind.Attach,
                requester,
                async turn =>
                {
                    var current = DemandOwn(entry.Uuid, OperationKind.Attach, "block-attach");
                    var taken = await AttachedAsync(current, turn).ConfigureAwait(false);
                    var wanted = device(
                        new DeviceNeighbours(current.Uuid, current.Config!.Devices, name =>
                            taken.Where(address => ClassOf(address) == name).Select(address => address.DeviceId).ToHashSet()
                        )
                    );
                    OperationLog.Asked(_rooms.Log, $"attach {wanted.Class} {wanted.Id} to {current.Name}", requester);
                    var plan = DevicePlan.Attach(current, wanted, SeesEmulatedOnly(current), IsServed(current));
                    await _lifecycle.RunAsync(OperationKind.Attach, current, plan, turn).ConfigureAwait(false);
                    attached = new AttachedDevice(wanted.Class, wanted.Id, current.Runtime.Id);
                },
                cancellation
            )
            .ConfigureAwait(false);
        return attached!;
    }

    public Task ConfigureDeviceAsync(string reference, DeviceConfig device, Requester requester, CancellationToken cancellation)
    {
        var entry = Resolve(reference);
        if (device is not VbdConfig wanted)
        {
            throw new XendError(
                ErrorCode.InvalidRequest,
                $"Refusing to reconfigure device {DomainConfigReader.Printable(device.Class)}",
                "Only the disc in a CD drive can be changed while a guest runs."
            );
        }
        return RunAsync(
            entry,
            OperationKind.ChangeDisc,
            requester,
            turn =>
            {
                var current = Demand(entry.Uuid, OperationKind.ChangeDisc);
                OperationLog.Asked(_rooms.Log, $"configure {wanted.Name} of {entry.Name}", requester);
                return _lifecycle.RunAsync(OperationKind.ChangeDisc, current, DiscPlan.For(current, wanted), turn);
            },
            cancellation
        );
    }

    public Task DetachDeviceAsync(
        string reference,
        string deviceClass,
        uint id,
        bool force,
        Requester requester,
        CancellationToken cancellation
    )
    {
        var entry = Resolve(reference);
        return RunAsync(
            entry,
            OperationKind.Detach,
            requester,
            async turn =>
            {
                var current = DemandOwn(entry.Uuid, OperationKind.Detach, "block-detach");
                var address = await AddressOfAsync(current, deviceClass, id, turn).ConfigureAwait(false);
                var configured = current.Config!.Devices.Any(known => known.Class == deviceClass && known.Id == id);
                if (address is null && !configured)
                {
                    throw new XendError(
                        ErrorCode.InvalidRequest,
                        $"Device {id} not connected",
                        $"{current.Name} has no such {deviceClass}."
                    );
                }
                OperationLog.Asked(_rooms.Log, $"detach {deviceClass} {id} from {current.Name}", requester);
                var plan = DevicePlan.Detach(current, address, deviceClass, id, force, SeesEmulatedOnly(current));
                await _lifecycle.RunAsync(OperationKind.Detach, current, plan, turn).ConfigureAwait(false);
            },
            cancellation
        );
    }

    public async Task<IReadOnlyList<DeviceNodesView>> ListDeviceNodesAsync(
        string reference,
        string deviceClass,
        CancellationToken cancellation
    )
    {
        var entry = Resolve(reference);
        if (entry.Runtime.Id is not { } id)
        {
            return [];
        }
        try
        {
            var store = _rooms.Host.Store;
            var directory = $"{DomainNodes.PathOf(id)}/device/{BackendClasses.FrontendDirectoryOf(deviceClass)}";
            var views = new List<DeviceNodesView>();
            foreach (var device in await store.ListAsync(directory, cancellation).ConfigureAwait(false) ?? [])
            {
                if (!uint.TryParse(device, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
                {
                    continue;
                }
                var keys = await store.ListAsync($"{directory}/{device}", cancellation).ConfigureAwait(false) ?? [];
                var values = await Task.WhenAll(
                        keys.Take(MostNodes).Select(key => store.ReadAsync($"{directory}/{device}/{key}", cancellation))
                    )
                    .ConfigureAwait(false);
                views.Add(
                    new DeviceNodesView(
                        number,
                        [
                            .. keys.Zip(values, (key, value) =>
                                (Key: DomainConfigReader.Printable(key), DomainConfigReader.Printable(value ?? ""))
                            ),
                        ]
                    )
                );
            }
            // As configured, which is the order in which they were made; a store may list them in any.
            var configured = entry.Config?.Devices.Where(device => device.Class == deviceClass).Select(device => device.Id).ToList() ?? [];
            return
            [
                .. views.OrderBy(view => configured.IndexOf(view.Id) is >= 0 and var place ? place : int.MaxValue).ThenBy(view => view.Id),
            ];
        }
        catch (Exception error) when (error is not XendError)
        {
            throw Failure.Explain(error, $"devices of {entry.Name}");
        }
    }

    public VncView GetVnc(string reference)
    {
        var entry = Resolve(reference);
        if (entry is not { Config: { } config, Runtime.Vnc: { } vnc })
        {
            throw new XendError(
                ErrorCode.WrongState,
                $"Domain '{entry.Name}' has no VNC display",
                entry.Runtime.Id is null ? "It does not run." : null,
                "Give it one: vnc = 1 for an HVM guest, vfb = ['vnc=1'] for others."
            );
        }
        return new VncView(vnc.Host, vnc.Port, VncPassword.Of(DeviceModel.QemuArguments.DisplayOf(config), _rooms.Host.Options));
    }

    /// <summary>What is attached to a domain, whoever did it; nothing where it does not run.</summary>
    private async Task<IReadOnlyList<DeviceAddress>> AttachedAsync(DomainEntry entry, CancellationToken cancellation) =>
        entry.Runtime.Id is { } id ? await BackendRemoval.FindAsync(_rooms.Host, id, cancellation).ConfigureAwait(false) : [];

    /// <summary>Where a domain has a device; null where it has none of that number, or does not run.</summary>
    private async Task<DeviceAddress?> AddressOfAsync(DomainEntry entry, string deviceClass, uint id, CancellationToken cancellation) =>
        (await AttachedAsync(entry, cancellation).ConfigureAwait(false))
            .Where(known => ClassOf(known) == deviceClass && known.DeviceId == id)
            .Select(known => (DeviceAddress?)known)
            .FirstOrDefault();

    private bool SeesEmulatedOnly(DomainEntry entry) =>
        entry.Runtime.Id is { } id && PvDrivers.AreMissing(_rooms.Host.Hypervisor, id, entry);

    private bool IsServed(DomainEntry entry) => entry.Runtime.DeviceModel is { } process && _rooms.Host.DeviceModels.IsAlive(process);

    private static string ClassOf(DeviceAddress address) => BackendClasses.In(address.Class).Name;

    /// <summary>A domain of ours that may be asked for it; other toolstacks keep books of their own on their domains' devices.</summary>
    private DomainEntry DemandOwn(Guid domain, OperationKind kind, string command)
    {
        var entry = Demand(domain, kind);
        return entry.Config is not null
            ? entry
            : throw new XendError(
                ErrorCode.WrongState,
                $"{entry.Name} was created by another toolstack.",
                hint: $"Use that one's command (xl {command} {entry.Name} ...)."
            );
    }
}
