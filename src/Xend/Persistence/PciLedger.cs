using System.Text;
using Sxp;

namespace Xend.Persistence;

/// <summary>
/// Which functions of PCI devices were taken from a driver of dom0 for a guest, in a file a function: the driver gets them back.
/// </summary>
/// <remarks>The files lie where a reboot of the machine removes them: after one the drivers have their devices anyway.</remarks>
public sealed class PciLedger(string directory, IDurableFiles files)
{
    private const string Suffix = ".pci";

    public void Note(PciNote note) =>
        AtomicFile.Write(
            files,
            FileOf(note.Function),
            Encoding.UTF8.GetBytes(
                SxpWriter.OneLine(
                    note.Driver is { } driver
                        ? SList.Of("pci", SList.Of("driver", driver), SList.Of("domain", note.Domain))
                        : SList.Of("pci", SList.Of("domain", note.Domain))
                ) + "\n"
            )
        );

    public void Forget(PciNote note) => files.Delete(FileOf(note.Function));

    /// <summary>Removes what a daemon that died was about to write.</summary>
    public void ForgetUnfinished()
    {
        if (!Directory.Exists(directory))
        {
            return;
        }
        foreach (var file in Directory.EnumerateFiles(directory, $"*{Suffix}{AtomicFile.TemporarySuffix}"))
        {
            files.Delete(file);
        }
    }

    /// <summary>All notes that can be read.</summary>
    public IReadOnlyList<PciNote> ReadAll() =>
        Directory.Exists(directory)
            ? [.. Directory.EnumerateFiles(directory, $"*{Suffix}").Order(StringComparer.Ordinal).Select(Read).OfType<PciNote>()]
            : [];

    private static PciNote? Read(string file)
    {
        try
        {
            return
                PciAddress.Parse(Path.GetFileNameWithoutExtension(file)) is { } function
                && SxpReader.Read(File.ReadAllText(file)) is SList { Name: "pci" } note
                ? new PciNote(function, note.Value("driver").AsText(), note.Value("domain").AsText() ?? "")
                : null;
        }
        catch (Exception error) when (error is SxpException or IOException)
        {
            return null;
        }
    }

    private string FileOf(PciAddress function) => Path.Combine(directory, function + Suffix);
}

/// <param name="Function">The function.</param>
/// <param name="Driver">The driver that had it; null where none had.</param>
/// <param name="Domain">The name of the domain that it was taken for.</param>
public sealed record PciNote(PciAddress Function, string? Driver, string Domain);
