using System.Globalization;
using XenStore;

namespace Xend.Devices;

/// <summary>What a backend of the class says of its functions: num_devs, and dev-N, key-N and their like for each.</summary>
internal static class PciNodes
{
    private const string Backends = "/local/domain/0/backend/pci";

    /// <summary>More than any toolstack writes.</summary>
    private const int MostEntries = 256;

    /// <summary>The nodes of one function.</summary>
    public static IEnumerable<(string Key, string Value)> Of(PciFunctionConfig function, int number)
    {
        yield return (Key("dev", number), function.Address.ToString());
        yield return (Key("vdevfn", number), Place(function.VirtualSlot));
        yield return (Key("key", number), function.Key.Length > 0 ? function.Key : function.Address.ToString());
        yield return (Key("uuid", number), function.Uuid.ToString());
        yield return (Key("opts", number), Options(function));
        yield return (Key("state", number), DeviceNodes.State(XenbusState.Initialising));
    }

    private static string Place(int place) => place.ToString("x2", CultureInfo.InvariantCulture);

    public static string Count(int count) => count.ToString(CultureInfo.InvariantCulture);

    /// <summary>All that is kept of one function: ours, and vdev-N, which pciback writes.</summary>
    public static IReadOnlyList<string> Keys { get; } = ["dev", "vdevfn", "key", "uuid", "opts", "state", "vdev"];

    /// <summary>The functions of a backend, whoever wrote it; a number with none that can be read is passed over.</summary>
    public static async Task<IReadOnlyList<PciEntry>> ReadAsync(
        IXenStoreOperations store,
        DeviceAddress address,
        CancellationToken cancellation
    )
    {
        var count = await CountAsync(store, address, cancellation).ConfigureAwait(false);
        var entries = await Task.WhenAll(Enumerable.Range(0, count).Select(ReadOneAsync)).ConfigureAwait(false);
        return [.. entries.OfType<PciEntry>()];

        async Task<PciEntry?> ReadOneAsync(int number)
        {
            var values = await Task.WhenAll(
                    new[] { "dev", "state" }.Select(key => store.ReadAsync(address.BackendNode(Key(key, number)), cancellation))
                )
                .ConfigureAwait(false);
            return PciAddress.Parse(values[0]) is { } function ? new PciEntry(number, function, values[1]) : null;
        }
    }

    /// <summary>Writes where the guest sees functions.</summary>
    public static Task PlaceAsync(
        IXenStore store,
        DeviceAddress address,
        IReadOnlyDictionary<PciAddress, int> places,
        CancellationToken cancellation
    ) =>
        store.TransactAsync(
            async nodes =>
            {
                foreach (var entry in await ReadAsync(nodes, address, cancellation).ConfigureAwait(false))
                {
                    if (places.TryGetValue(entry.Function, out var place))
                    {
                        await nodes
                            .WriteAsync(address.BackendNode(Key("vdevfn", entry.Number)), Place(place), cancellation)
                            .ConfigureAwait(false);
                    }
                }
                return true;
            },
            cancellation
        );

    /// <summary>num_devs; 0 where it says nothing that there is.</summary>
    public static async Task<int> CountAsync(IXenStoreOperations store, DeviceAddress address, CancellationToken cancellation)
    {
        var said = await store.ReadAsync(address.BackendNode("num_devs"), cancellation).ConfigureAwait(false);
        return int.TryParse(said, NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? Math.Min(count, MostEntries) : 0;
    }

    /// <summary>The functions that any domain's backend has, by the domain's id.</summary>
    public static async Task<ILookup<PciAddress, uint>> AllAsync(IXenStoreOperations store, CancellationToken cancellation)
    {
        var found = new List<(PciAddress Function, uint Domain)>();
        foreach (var text in await store.ListAsync(Backends, cancellation).ConfigureAwait(false) ?? [])
        {
            if (uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var domain))
            {
                var address = new DeviceAddress(PciConfig.ClassName, domain, 0);
                found.AddRange(
                    (await ReadAsync(store, address, cancellation).ConfigureAwait(false)).Select(entry => (entry.Function, domain))
                );
            }
        }
        return found.ToLookup(entry => entry.Function, entry => entry.Domain);
    }

    public static string Key(string name, int number) => string.Create(CultureInfo.InvariantCulture, $"{name}-{number}");

    /// <summary>What is not given is as old xend had it: messages are translated, power is not managed.</summary>
    private static string Options(PciFunctionConfig function)
    {
        return $"msitranslate={Value("msitranslate", true)},power_mgmt={Value("power_mgmt", false)}";

        string Value(string name, bool otherwise) =>
            function.Options.Where(option => option.Name == name).Select(option => option.IsOn).FirstOrDefault(otherwise) ? "1" : "0";
    }
}

/// <summary>One function in a backend.</summary>
/// <param name="Number">Its N.</param>
/// <param name="Function">Which it is.</param>
/// <param name="Said">state-N; null where there is none.</param>
internal sealed record PciEntry(int Number, PciAddress Function, string? Said)
{
    /// <summary>pciback serves it to the guest.</summary>
    public bool IsServed => Said == DeviceNodes.State(XenbusState.Initialised) || Said == DeviceNodes.State(XenbusState.Connected);

    /// <summary>xend wants it to go.</summary>
    public bool IsToGo => Said == DeviceNodes.State(XenbusState.Closing);

    /// <summary>pciback has not looked at it yet.</summary>
    public bool IsNew => Said == DeviceNodes.State(XenbusState.Initialising);
}
