using System.Text.Json;

namespace Xend.DeviceModel;

/// <content>Devices that come and go.</content>
public sealed partial class QmpClient
{
    private const string Controller = "lsi53c895a";

    /// <summary>The one that came with the first disk, where the guest was started without.</summary>
    private const string AddedController = "scsi-hot";

    public async Task PlugDiskAsync(
        string id,
        int position,
        BlockSource source,
        bool isBlockDevice,
        bool isReadOnly,
        CancellationToken cancellation
    )
    {
        await OpenDiskAsync(id, source, isBlockDevice, isReadOnly, isShared: false, cancellation).ConfigureAwait(false);
        var bus = await FindScsiBusAsync(cancellation).ConfigureAwait(false);
        await ExecuteAsync(
                "device_add",
                json =>
                {
                    json.WriteString("driver", "scsi-hd");
                    json.WriteString("id", id);
                    json.WriteString("drive", id);
                    json.WriteString("bus", bus);
                    json.WriteNumber("scsi-id", position);
                },
                AnswerLimit,
                cancellation
            )
            .ConfigureAwait(false);
    }

    public async Task TryImageAsync(BlockSource source, bool isBlockDevice, CancellationToken cancellation)
    {
        const string Tried = "tried";
        try
        {
            // A daemon that died while it tried one has left it open.
            await RemoveDiskAsync(Tried, cancellation).ConfigureAwait(false);
        }
        catch (QmpException none) when (none.Reason.Contains("Failed to find", StringComparison.Ordinal))
        {
            // As it should be.
        }
        await OpenDiskAsync(Tried, source, isBlockDevice, isReadOnly: true, isShared: true, cancellation).ConfigureAwait(false);
        await RemoveDiskAsync(Tried, CancellationToken.None).ConfigureAwait(false);
    }

    private Task OpenDiskAsync(
        string id,
        BlockSource source,
        bool isBlockDevice,
        bool isReadOnly,
        bool isShared,
        CancellationToken cancellation
    ) =>
        ExecuteAsync(
            "blockdev-add",
            json =>
            {
                json.WriteString("driver", source.Format.DriverOf());
                json.WriteString("node-name", id);
                json.WriteBoolean("read-only", isReadOnly);
                json.WriteStartObject("file");
                json.WriteString("driver", isBlockDevice ? "host_device" : "file");
                json.WriteString("filename", source.Path);
                if (isShared)
                {
                    json.WriteString("locking", "off");
                }
                json.WriteEndObject();
            },
            AnswerLimit,
            cancellation
        );

    public Task AddNetworkAsync(uint deviceId, string tap, CancellationToken cancellation) =>
        ExecuteAsync(
            "netdev_add",
            [("type", "tap"), ("id", NetworkOf(deviceId)), ("ifname", tap), ("script", "no"), ("downscript", "no")],
            AnswerLimit,
            cancellation
        );

    public Task PlugNicAsync(uint deviceId, string id, string model, string mac, CancellationToken cancellation) =>
        ExecuteAsync(
            "device_add",
            [("driver", model), ("id", id), ("netdev", NetworkOf(deviceId)), ("mac", mac)],
            AnswerLimit,
            cancellation
        );

    public Task PlugUsbAsync(HostUsbDevice device, CancellationToken cancellation) =>
        ExecuteAsync(
            "device_add",
            json =>
            {
                json.WriteString("driver", "usb-host");
                json.WriteString("id", device.Id);
                switch (device)
                {
                    case HostUsbDevice.At at:
                        json.WriteNumber("hostbus", at.Bus);
                        json.WriteNumber("hostaddr", at.Address);
                        break;
                    case HostUsbDevice.Of of:
                        json.WriteNumber("vendorid", of.Vendor);
                        json.WriteNumber("productid", of.Product);
                        break;
                }
            },
            AnswerLimit,
            cancellation
        );

    public Task PlugPciAsync(string id, PciAddress function, string? place, CancellationToken cancellation) =>
        ExecuteAsync(
            "device_add",
            [
                ("driver", "xen-pci-passthrough"),
                ("id", id),
                ("hostaddr", function.ToString()),
                .. place is null ? Array.Empty<(string, string)>() : [("addr", place)],
            ],
            AnswerLimit,
            cancellation
        );

    public async Task<IReadOnlyDictionary<string, int>> ListPciAsync(CancellationToken cancellation)
    {
        var answer = await ExecuteAsync("query-pci", AnswerLimit, cancellation).ConfigureAwait(false);
        var places = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var device in Items(answer).SelectMany(bus => Items(bus, "devices")))
        {
            if (
                Text(device, "qdev_id") is { Length: > 0 } id
                && Number(device, "slot") is >= 0 and < PciAddress.MostSlots and var slot
                && Number(device, "function") is >= 0 and < PciAddress.MostFunctions and var function
            )
            {
                places[id] = (slot << 3) | function;
            }
        }
        return places;
    }

    public async Task<IReadOnlySet<string>> ListPluggedAsync(CancellationToken cancellation) =>
        (await ListAsync("/machine/peripheral", cancellation).ConfigureAwait(false)).Select(device => device.Name).ToHashSet();

    public Task UnplugAsync(string id, CancellationToken cancellation) =>
        ExecuteAsync("device_del", [("id", id)], AnswerLimit, cancellation);

    public Task RemoveNetworkAsync(uint deviceId, CancellationToken cancellation) =>
        ExecuteAsync("netdev_del", [("id", NetworkOf(deviceId))], AnswerLimit, cancellation);

    public Task RemoveDiskAsync(string id, CancellationToken cancellation) =>
        ExecuteAsync("blockdev-del", [("node-name", id)], AnswerLimit, cancellation);

    private static string NetworkOf(uint deviceId) => $"net{deviceId}";

    private async Task<string> FindScsiBusAsync(CancellationToken cancellation)
    {
        if (
            (await ListAsync("/machine/peripheral-anon", cancellation).ConfigureAwait(false)).Any(device =>
                device.Type == $"child<{Controller}>"
            )
        )
        {
            return "scsi.0";
        }
        if (!(await ListPluggedAsync(cancellation).ConfigureAwait(false)).Contains(AddedController))
        {
            await ExecuteAsync("device_add", [("driver", Controller), ("id", AddedController)], AnswerLimit, cancellation)
                .ConfigureAwait(false);
        }
        return $"{AddedController}.0";
    }

    private async Task<IReadOnlyList<(string Name, string Type)>> ListAsync(string path, CancellationToken cancellation)
    {
        var answer = await ExecuteAsync("qom-list", [("path", path)], AnswerLimit, cancellation).ConfigureAwait(false);
        return [.. Items(answer).Select(item => (Text(item, "name") ?? "", Text(item, "type") ?? ""))];
    }

    private static IEnumerable<JsonElement> Items(JsonElement element) =>
        element.ValueKind == JsonValueKind.Array ? element.EnumerateArray() : [];

    private static IEnumerable<JsonElement> Items(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) ? Items(value) : [];

    private static int? Number(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number)
            ? number
            : null;
}
