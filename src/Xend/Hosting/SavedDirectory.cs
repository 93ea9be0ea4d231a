using System.Buffers.Binary;
using System.Text;
using Linux.Interop;
using Sxp;

namespace Xend.Hosting;

/// <summary>
/// The directory of guests that were saved when the host went down, the stock xendomains script's XENDOMAINS_SAVE: each goes on, and its
/// file is removed then.
/// </summary>
/// <param name="xm">The program xm.</param>
/// <param name="directory">Empty for none.</param>
/// <param name="output">Told what goes on.</param>
/// <param name="errors">Told what does not.</param>
internal sealed class SavedDirectory(XmProcess xm, string directory, TextWriter output, TextWriter errors)
{
    private const int MostConfigurationBytes = 4 * 1024 * 1024;

    /// <summary>How a file of ours begins; the stock script looks for the same.</summary>
    private static ReadOnlySpan<byte> Signature => "LinuxGuestRecord"u8;

    /// <summary>In the order of the files' names. A failure is told, keeps the file, and no other from going on.</summary>
    /// <returns>How many could not go on.</returns>
    public async Task<int> RestoreAsync(CancellationToken cancellation)
    {
        var failures = 0;
        foreach (var file in Files())
        {
            try
            {
                if (await GoOnAsync(file, cancellation).ConfigureAwait(false) is { } complaint)
                {
                    failures++;
                    await errors.WriteLineAsync($"xend: {file}: {complaint}").ConfigureAwait(false);
                    continue;
                }
                await output.WriteLineAsync($"xend: {file}: {Path.GetFileName(file)} goes on").ConfigureAwait(false);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                failures++;
                await errors.WriteLineAsync($"xend: {file}: {FileFailure.Reason(error)}").ConfigureAwait(false);
            }
        }
        return failures;
    }

    /// <summary>Returns why it does not, or null.</summary>
    private async Task<string?> GoOnAsync(string file, CancellationToken cancellation)
    {
        // A managed guest's link leads to its checkpoint, in the directory of its UUID: xend removes that itself.
        if (ManagedAt(file) is { } managed)
        {
            // Where that is gone, it goes on already, or somebody threw it away.
            var resumed = File.Exists(file)
                ? await xm.RunAsync(["resume", "--quiet", managed.ToString()], cancellation, limit: Timeout.InfiniteTimeSpan)
                    .ConfigureAwait(false)
                : new XmAnswer(0, "", "");
            if (resumed.Status == 0)
            {
                File.Delete(file);
            }
            return resumed.Status == 0 ? null : resumed.Complaint;
        }
        var name = NameIn(file);
        // However long it takes: xend has limits of its own, and a guest that came after all would leave a file behind its disks.
        var restored = await xm.RunAsync(["restore", "--quiet", "--paused", file], cancellation, limit: Timeout.InfiniteTimeSpan)
            .ConfigureAwait(false);
        if (restored.Status != 0)
        {
            return restored.Complaint;
        }
        // Once it runs its disks are ahead of its file, which must not be there then, whenever the power goes.
        File.Delete(file);
        PosixFile.FlushDirectory(directory);
        var unpaused = await xm.RunAsync(["unpause", name], cancellation).ConfigureAwait(false);
        return unpaused.Status == 0 ? null : unpaused.Complaint;
    }

    private IReadOnlyList<string> Files()
    {
        if (directory.Length == 0 || !Directory.Exists(directory))
        {
            return [];
        }
        try
        {
            return [.. Directory.EnumerateFiles(directory).Where(IsOurs).Order(StringComparer.Ordinal)];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new XendError(ErrorCode.HostResource, $"{directory} cannot be read: {FileFailure.Reason(error)}", cause: error);
        }
    }

    /// <summary>The guest's UUID, or its name; the file's, where it has none to be read, which xm restore tells then.</summary>
    private static string NameIn(string file)
    {
        using var stream = File.OpenRead(file);
        Span<byte> begin = stackalloc byte[Signature.Length + sizeof(int)];
        if (
            stream.ReadAtLeast(begin, begin.Length, throwOnEndOfStream: false) == begin.Length
            && BinaryPrimitives.ReadInt32BigEndian(begin[Signature.Length..]) is > 0 and < MostConfigurationBytes and var length
        )
        {
            var text = new byte[length];
            var read = stream.ReadAtLeast(text, length, throwOnEndOfStream: false);
            try
            {
                if (
                    SxpReader.Read(Encoding.UTF8.GetString(text.AsSpan(0, read))) is SList config
                    && (config.Value("uuid") ?? config.Value("name")) is { } name
                )
                {
                    return name.ToString()!;
                }
            }
            catch (SxpException)
            {
                // No configuration.
            }
        }
        return Path.GetFileName(file);
    }

    /// <summary>Whatever cannot be read is nobody's here; a link of a managed guest is ours, wherever it leads.</summary>
    private static bool IsOurs(string file)
    {
        if (ManagedAt(file) is not null)
        {
            return true;
        }
        try
        {
            using var stream = File.OpenRead(file);
            Span<byte> begin = stackalloc byte[Signature.Length];
            return stream.ReadAtLeast(begin, begin.Length, throwOnEndOfStream: false) == begin.Length && begin.SequenceEqual(Signature);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>The managed guest to whose checkpoint a link leads; null where it is none.</summary>
    private static Guid? ManagedAt(string file) =>
        new FileInfo(file).LinkTarget is { } target && Guid.TryParse(Path.GetFileName(Path.GetDirectoryName(target)), out var domain)
            ? domain
            : null;
}
