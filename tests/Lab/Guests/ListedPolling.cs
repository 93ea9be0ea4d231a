using Sxp;
using XmlRpc;

namespace Lab.Guests;

/// <summary>Looks every 20 ms whether guests are in the list.</summary>
internal static class ListedPolling
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(20);

    /// <param name="socket">xend's socket, on this machine.</param>
    /// <param name="names">The guests.</param>
    /// <param name="stop">Ends the looking.</param>
    /// <returns>How often was looked, and who was missing when.</returns>
    public static Task<(int Looks, IReadOnlyList<string> Absences)> RunAsync(string socket, IReadOnlyList<string> names, CancellationToken stop) => Task.Run(
        async () =>
        {
            using var xend = new XmlRpcClient(socket);
            var absences = new List<string>();
            var looks = 0;
            while (!stop.IsCancellationRequested)
            {
                var listed = ((SList)xend.Call("xend.domains", 0)).Items.Select(name => name.ToString()).ToHashSet();
                looks++;
                absences.AddRange(names.Where(name => !listed.Contains(name)).Select(name => $"{name} at look {looks}"));
                await Task.Delay(Interval, CancellationToken.None);
            }
            return (looks, (IReadOnlyList<string>)absences);
        });
}
