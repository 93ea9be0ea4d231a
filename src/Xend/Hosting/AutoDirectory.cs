using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;
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
/// The stock script's XENDOMAINS_SAVE: a guest that has a file of its name there is to be restored from it, and not to be started anew.
/// Empty for none.
/// </param>
/// <param name="output">Told what was started.</param>
/// <param name="errors">Told what could not be.</param>
internal sealed class AutoDirectory(string xm, string saved, TextWriter output, TextWriter errors)
{
    /// <summary>A guest that takes longer to be started is given up, so that it holds the host up no more.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);

    /// <summary>A program that xm left behind may hold its output open.</summary>
    private static readonly TimeSpan OutputLimit = TimeSpan.FromSeconds(2);

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
        var described = await RunAsync(["create", "--quiet", "--dryrun", $"--defconfig={file}"], cancellation).ConfigureAwait(false);
        if (described.Status != 0)
        {
            return described.Complaint;
        }
        if (NameIn(described.Output) is not { } name)
        {
            return "xm finds no name in it";
        }
        var known = await RunAsync(["domid", name], cancellation).ConfigureAwait(false);
        if (known.Status is not (0 or NoSuchDomain))
        {
            return known.Complaint;
        }
        var id = known.Output.Trim();
        var isKept = known.Status == 0 && id == "None";
        // A name that is a number is also taken for an id, of another domain.
        if (known.Status == 0 && !isKept && (await RunAsync(["domname", id], cancellation).ConfigureAwait(false)).Output.Trim() == name)
        {
            await output.WriteLineAsync($"xend: {file}: {name} runs already").ConfigureAwait(false);
            return null;
        }
        if (saved.Length > 0 && File.Exists(Path.Combine(saved, name)))
        {
            await output.WriteLineAsync($"xend: {file}: {name} is saved in {saved}, and is left to who restores it").ConfigureAwait(false);
            return null;
        }
        // One that xend keeps has its configuration there: what was changed since it was given counts. Any other is made of what was
        // described:
        // without the console and the viewer at which nobody sits.
        var started = isKept
            ? await RunAsync(["start", name], cancellation).ConfigureAwait(false)
            : await RunAsync(["create", "--quiet", "--config=/dev/stdin"], cancellation, described.Output).ConfigureAwait(false);
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

    private async Task<Answer> RunAsync(IReadOnlyList<string> words, CancellationToken cancellation, string input = "")
    {
        try
        {
            using var process = new Process
            {
                StartInfo = new ProcessStartInfo(xm, words)
                {
                    RedirectStandardInput = true,
                    RedirectStandardOutput = true,
                    RedirectStandardError = true,
                },
            };
            process.Start();
            var said = process.StandardOutput.ReadToEndAsync(cancellation);
            var complaints = process.StandardError.ReadToEndAsync(cancellation);
            await WriteAsync(process, input).ConfigureAwait(false);
            if (!await EndsAsync(process, cancellation).ConfigureAwait(false))
            {
                process.Kill(entireProcessTree: true);
                return new Answer(1, "", $"xm {words[0]} has not ended within {Limit.TotalMinutes:0} minutes");
            }
            await Task.WhenAny(Task.WhenAll(said, complaints), Task.Delay(OutputLimit, cancellation)).ConfigureAwait(false);
            return new Answer(
                process.ExitCode,
                said.IsCompletedSuccessfully ? await said.ConfigureAwait(false) : "",
                complaints.IsCompletedSuccessfully ? await complaints.ConfigureAwait(false) : ""
            );
        }
        catch (Win32Exception error)
        {
            throw new XendError(
                ErrorCode.HostResource,
                $"{xm} cannot be run: {Marshal.GetPInvokeErrorMessage(error.NativeErrorCode)}",
                cause: error
            );
        }
    }

    private static async Task WriteAsync(Process process, string input)
    {
        try
        {
            await process.StandardInput.WriteAsync(input).ConfigureAwait(false);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It has ended, and says why.
        }
    }

    private static async Task<bool> EndsAsync(Process process, CancellationToken cancellation)
    {
        try
        {
            await process.WaitForExitAsync(cancellation).WaitAsync(Limit, cancellation).ConfigureAwait(false);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    private sealed record Answer(int Status, string Output, string Errors)
    {
        public string Complaint => Errors.Trim() is { Length: > 0 } words ? words : $"xm ended with {Status}";
    }
}
