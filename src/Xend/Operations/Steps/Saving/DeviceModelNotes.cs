using System.Text.RegularExpressions;
using Sxp;
using Xend.Domains;
using XenStore;

namespace Xend.Operations.Steps;

/// <summary>
/// Where a device model has put parts of a guest's memory, which it keeps below <c>physmap</c> of its node: a new one looks there before
/// it reads its state. <c>(notes (physmap (f0000000/size 800000) ...))</c>.
/// </summary>
internal static partial class DeviceModelNotes
{
    private const string Physmap = "physmap";

    private const int MostNodes = 128;

    private const int LongestValue = 255;

    public static async Task<string> ReadAsync(IXenStore store, uint domainId, CancellationToken cancellation)
    {
        var root = $"{DomainNodes.DeviceModelPathOf(domainId)}/{Physmap}";
        var notes = new List<SValue>();
        foreach (var part in await store.ListAsync(root, cancellation).ConfigureAwait(false) ?? [])
        {
            foreach (var key in await store.ListAsync($"{root}/{part}", cancellation).ConfigureAwait(false) ?? [])
            {
                if (
                    notes.Count < MostNodes
                    && Node().IsMatch($"{part}/{key}")
                    && await store.ReadAsync($"{root}/{part}/{key}", cancellation).ConfigureAwait(false)
                        is { Length: <= LongestValue } value
                )
                {
                    notes.Add(SList.Of($"{part}/{key}", value));
                }
            }
        }
        return notes.Count == 0 ? "" : SxpWriter.OneLine(SList.Of("notes", new SList([Physmap, .. notes])));
    }

    /// <param name="store">Where to.</param>
    /// <param name="node">The device model's.</param>
    /// <param name="notes">Of a file, which may say anything.</param>
    /// <param name="cancellation">Gives up.</param>
    public static async Task WriteAsync(IXenStore store, string node, string notes, CancellationToken cancellation)
    {
        if (notes.Length == 0)
        {
            return;
        }
        foreach (var note in Parse(notes).Take(MostNodes))
        {
            await store.WriteAsync($"{node}/{Physmap}/{note.Key}", note.Value, cancellation).ConfigureAwait(false);
        }
    }

    private static IEnumerable<(string Key, string Value)> Parse(string notes)
    {
        try
        {
            return
            [
                .. ((SxpReader.Read(notes) as SList)?.Child(Physmap) ?? SList.Empty)
                    .Items.Skip(1)
                    .OfType<SList>()
                    .Where(note =>
                        note is { Count: 2, Name: { } name } && Node().IsMatch(name) && note[1].AsText() is { Length: <= LongestValue }
                    )
                    .Select(note => (note.Name!, note[1].AsText()!)),
            ];
        }
        catch (SxpException)
        {
            throw new XendError(ErrorCode.InvalidRequest, "not a valid guest state file: its notes cannot be read");
        }
    }

    [GeneratedRegex(@"^[0-9a-f]{1,16}/[a-z_]{1,32}\z")]
    private static partial Regex Node();
}
