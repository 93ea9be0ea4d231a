using Sxp;

namespace Xend.Hosting;

/// <summary>
/// The directory of configuration files whose guests start with the host: the stock xendomains script's XENDOMAINS_AUTO, /etc/xen/auto.
/// </summary>
/// <remarks>
/// Files are programs that xm works out, so it is xm that is asked: for a file's name, what is known of it, and to start it.
/// </remarks>
/// <param name="xm">The program xm.</param>
/// <param name="saved">
/// The stock script's XENDOMAINS_SAVE: a guest that has a file of its name there could not be restored, and is not to be started anew.
/// Empty for none.
/// </param>
/// <param name="output">Told what was started.</param>
/// <param name="errors">Told what could not be.</param>
internal sealed class AutoDirectory(XmProcess xm, string saved, TextWriter output, TextWriter errors)
{
    /// <summary>What xm domid says with this is unknown.</summary>
    private const int NoSuchDomain = 3;

    /// <summary>
    /// Starts what the directory names and does not run yet, in the order of the files' names. A failure is told and keeps no other from
    /// being started.
    /// </summary>
    /// <returns>How many could not be started.</returns>
    public async Task<int> StartAsync(string directory, CancellationToken cancellation)
    {
        var failures = 0;
        foreach (var file in Files(directory))
        {
            if (await StartFileAsync(file, cancellation).ConfigureAwait(false) is { } complaint)
            {
                failures++;
                await errors.WriteLineAsync($"xend: {file}: {complaint}").ConfigureAwait(false);
            }
        }
        return failures;
    }

    /// <summary>As a shell's * has them. A directory that is not there has none.</summary>
    private static IReadOnlyList<string> Files(string directory)
    {
        if (directory.Length == 0)
        {
            return [];
        }
        try
        {
            return [.. Directory.EnumerateFiles(directory).Where(file => Path.GetFileName(file)[0] != '.').Order(StringComparer.Ordinal)];
        }
        catch (DirectoryNotFoundException)
        {
            return [];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new XendError(ErrorCode.HostResource, $"{directory} cannot be read: {FileFailure.Reason(error)}", cause: error);
        }
    }

    /// <summary>Returns why it could not, or null.</summary>
    private async Task<string?> StartFileAsync(string file, CancellationToken cancellation)
    {
        var described = await xm.RunAsync(["create", "--quiet", "--dryrun", $"--defconfig={file}"], cancellation).ConfigureAwait(false);
        if (described.Status != 0)
        {
            return described.Complaint;
        }
        if (NameIn(described.Output) is not { } name)
        {
            return "xm finds no name in it";
        }
        var known = await xm.RunAsync(["domid", name], cancellation).ConfigureAwait(false);
        if (known.Status is not (0 or NoSuchDomain))
        {
            return known.Complaint;
        }
        var id = known.Output.Trim();
        var isKept = known.Status == 0 && id == "None";
        // A name that is a number is also taken for an id, of another domain.
        if (known.Status == 0 && !isKept && (await xm.RunAsync(["domname", id], cancellation).ConfigureAwait(false)).Output.Trim() == name)
        {
            await output.WriteLineAsync($"xend: {file}: {name} runs already").ConfigureAwait(false);
            return null;
        }
        if (saved.Length > 0 && File.Exists(Path.Combine(saved, name)))
        {
            await output.WriteLineAsync($"xend: {file}: {name} is saved in {saved}, and is not started anew").ConfigureAwait(false);
            return null;
        }
        // One that xend keeps has its configuration there: what was changed since it was given counts. Any other is made of what was
        // described:
        // without the console and the viewer at which nobody sits.
        var started = isKept
            ? await xm.RunAsync(["start", name], cancellation).ConfigureAwait(false)
            : await xm.RunAsync(["create", "--quiet", "--config=/dev/stdin"], cancellation, described.Output).ConfigureAwait(false);
        if (started.Status != 0)
        {
            return started.Complaint;
        }
        await output.WriteLineAsync($"xend: {file}: {name} is started").ConfigureAwait(false);
        return null;
    }

    private static string? NameIn(string text)
    {
        try
        {
            return text.IndexOf('(') is >= 0 and var start && SxpReader.Read(text[start..]) is SList config
                ? config.Value("name")?.ToString()
                : null;
        }
        catch (SxpException)
        {
            return null;
        }
    }
}
