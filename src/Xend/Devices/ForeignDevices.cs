using System.Globalization;

namespace Xend.Devices;

/// <summary>The devices that domains of other toolstacks have, by their backends in dom0.</summary>
internal static class ForeignDevices
{
    /// <param name="host">The host.</param>
    /// <param name="directories">Of dom0's backends: those in which a class has its devices.</param>
    /// <param name="nameOf">The name of another toolstack's domain; null for one of ours.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <returns>Each device with the name of the domain that has it.</returns>
    public static async Task<IReadOnlyList<(DeviceAddress Address, string Domain)>> FindAsync(
        HostServices host,
        IReadOnlyList<string> directories,
        Func<uint, string?> nameOf,
        CancellationToken cancellation
    )
    {
        var found = new List<(DeviceAddress, string)>();
        foreach (var directory in directories)
        {
            var backends = $"/local/domain/0/backend/{directory}";
            foreach (var domain in await host.Store.ListAsync(backends, cancellation).ConfigureAwait(false) ?? [])
            {
                if (Number(domain) is not { } id || nameOf(id) is not { } name)
                {
                    continue;
                }
                var devices = await host.Store.ListAsync($"{backends}/{domain}", cancellation).ConfigureAwait(false) ?? [];
                found.AddRange(devices.Select(Number).OfType<uint>().Select(device => (new DeviceAddress(directory, id, device), name)));
            }
        }
        return found;
    }

    private static uint? Number(string text) =>
        uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
