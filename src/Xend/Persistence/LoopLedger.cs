using System.Globalization;
using System.Text;
using Sxp;

namespace Xend.Persistence;

/// <summary>
/// Which loop devices were made for which guests' disks, in a file a disk: what tells a forgotten one from one that the administrator made.
/// </summary>
/// <remarks>The files lie where a reboot of the machine removes them, as it detaches the loop devices.</remarks>
public sealed class LoopLedger(string directory, IDurableFiles files)
{
    public void Note(LoopNote note) =>
        AtomicFile.Write(
            files,
            FileOf(note.DomainId, note.DeviceId),
            Encoding.UTF8.GetBytes(
                SxpWriter.OneLine(
                    SList.Of("loop", SList.Of("device", note.Loop), SList.Of("file", note.File), SList.Of("domain", note.Domain))
                ) + "\n"
            )
        );

    public void Forget(LoopNote note) => files.Delete(FileOf(note.DomainId, note.DeviceId));

    /// <summary>Removes what a daemon that died was about to write for a domain.</summary>
    public void ForgetUnfinished(uint domainId)
    {
        if (!Directory.Exists(directory))
        {
            return;
        }
        foreach (var file in Directory.EnumerateFiles(directory, $"{domainId}-*.loop{AtomicFile.TemporarySuffix}"))
        {
            files.Delete(file);
        }
    }

    /// <summary>All notes that can be read.</summary>
    public IReadOnlyList<LoopNote> ReadAll() =>
        Directory.Exists(directory)
            ? [.. Directory.EnumerateFiles(directory, "*.loop").Order(StringComparer.Ordinal).Select(Read).OfType<LoopNote>()]
            : [];

    private static LoopNote? Read(string file)
    {
        try
        {
            return
                Path.GetFileNameWithoutExtension(file).Split('-') is [var domain, var device]
                && uint.TryParse(domain, NumberStyles.None, CultureInfo.InvariantCulture, out var domainId)
                && uint.TryParse(device, NumberStyles.None, CultureInfo.InvariantCulture, out var deviceId)
                && SxpReader.Read(File.ReadAllText(file)) is SList { Name: "loop" } note
                && note.Value("device")?.ToString() is { } loop
                && note.Value("file")?.ToString() is { } path
                ? new LoopNote(domainId, deviceId, loop, path, note.Value("domain")?.ToString() ?? "")
                : null;
        }
        catch (Exception error) when (error is SxpException or IOException)
        {
            return null;
        }
    }

    private string FileOf(uint domainId, uint deviceId) => Path.Combine(directory, $"{domainId}-{deviceId}.loop");
}

/// <param name="DomainId">The domain whose disk it was made for.</param>
/// <param name="DeviceId">The disk.</param>
/// <param name="Loop">/dev/loop3.</param>
/// <param name="File">The file behind it.</param>
/// <param name="Domain">The domain's name.</param>
public sealed record LoopNote(uint DomainId, uint DeviceId, string Loop, string File, string Domain);
