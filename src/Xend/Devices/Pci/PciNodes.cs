using System.Globalization;
using XenStore;

namespace Xend.Devices;

/// <summary>What a backend of the class says of its functions: num_devs, and dev-N, key-N and their like for each.</summary>
internal static class PciNodes
{
    /// <summary>The nodes of one function.</summary>
    public static IEnumerable<(string Key, string Value)> Of(PciFunctionConfig function, int number)
    {
        yield return (Key("dev", number), function.Address.ToString());
        yield return (Key("vdevfn", number), function.VirtualSlot.ToString("x2", CultureInfo.InvariantCulture));
        yield return (Key("key", number), function.Key.Length > 0 ? function.Key : function.Address.ToString());
        yield return (Key("uuid", number), function.Uuid.ToString());
        yield return (Key("opts", number), Options(function));
        yield return (Key("state", number), DeviceNodes.State(XenbusState.Initialising));
    }

    public static string Count(int count) => count.ToString(CultureInfo.InvariantCulture);

    /// <summary>The functions of a backend, whoever wrote it; a number with none that can be read is passed over.</summary>
    public static async Task<IReadOnlyList<PciAddress>> FunctionsAsync(
        IXenStoreOperations store,
        DeviceAddress address,
        CancellationToken cancellation
    )
    {
        var said = await store.ReadAsync(address.BackendNode("num_devs"), cancellation).ConfigureAwait(false);
        if (!int.TryParse(said, NumberStyles.None, CultureInfo.InvariantCulture, out var count))
        {
            return [];
        }
        var names = await Task.WhenAll(
                Enumerable
                    .Range(0, Math.Min(count, PciConfig.MostFunctions))
                    .Select(number => store.ReadAsync(address.BackendNode(Key("dev", number)), cancellation))
            )
            .ConfigureAwait(false);
        return [.. names.Select(PciAddress.Parse).OfType<PciAddress>()];
    }

    private static string Key(string name, int number) => string.Create(CultureInfo.InvariantCulture, $"{name}-{number}");

    /// <summary>What is not given is as old xend had it: messages are translated, power is not managed.</summary>
    private static string Options(PciFunctionConfig function)
    {
        return $"msitranslate={Value("msitranslate", true)},power_mgmt={Value("power_mgmt", false)}";

        string Value(string name, bool otherwise) =>
            function.Options.Where(option => option.Name == name).Select(option => option.IsOn).FirstOrDefault(otherwise) ? "1" : "0";
    }
}
