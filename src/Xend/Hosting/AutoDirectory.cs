using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;
using Sxp;

namespace Xend.Hosting;

/// <summary>The directory of configuration files whose guests start with the host: the stock xendomains script's XENDOMAINS_AUTO, /etc/xen/auto.</summary>
/// <remarks>Files are programs that xm works out, so it is xm that is asked: for a file's name, what is known of it, and to start it.</remarks>
/// <param name="xm">The program xm.</param>
/// <param name="output">Told what was started.</param>
/// <param name="errors">Told what could not be.</param>
internal sealed class AutoDirectory(string xm, TextWriter output, TextWriter errors)
{
    /// <summary>What xm domid says with this is unknown.</summary>
    private const int NoSuchDomain = 3;

    /// <summary>Starts what the directory names and does not run yet, in the order of the files' names. A failure is told and keeps no other from being started.</summary>
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
        if (known.Status == 0 && known.Output.Trim() != "None")
        {
            await output.WriteLineAsync($"xend: {file}: {name} runs already").ConfigureAwait(false);
            return null;
        }
        // One that xend keeps has its configuration there: what was changed since it was given counts.
        var started = await RunAsync(known.Status == 0 ? ["start", name] : ["create", "--quiet", $"--defconfig={file}"], cancellation).ConfigureAwait(false);
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
            return text.IndexOf('(') is >= 0 and var start && SxpReader.Read(text[start..]) is SList config ? config.Value("name")?.ToString() : null;
        }
        catch (SxpException)
        {
            return null;
        }
    }

    private async Task<Answer> RunAsync(IReadOnlyList<string> words, CancellationToken cancellation)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(xm, words) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            var said = process.StandardOutput.ReadToEndAsync(cancellation);
            var complaints = process.StandardError.ReadToEndAsync(cancellation);
            await process.WaitForExitAsync(cancellation).ConfigureAwait(false);
            return new Answer(process.ExitCode, await said.ConfigureAwait(false), await complaints.ConfigureAwait(false));
        }
        catch (Win32Exception error)
        {
            throw new XendError(ErrorCode.HostResource, $"{xm} cannot be run: {Marshal.GetPInvokeErrorMessage(error.NativeErrorCode)}", cause: error);
        }
    }

    private sealed record Answer(int Status, string Output, string Errors)
    {
        public string Complaint => Errors.Trim() is { Length: > 0 } words ? words : $"xm ended with {Status}";
    }
}
