using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Xend.Hosting;

/// <summary>Runs xm, whose work guest files and their programs are.</summary>
/// <param name="path">The program.</param>
internal sealed class XmProcess(string path)
{
    /// <summary>A guest that takes longer is given up, so that it holds the host up no more.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);

    /// <summary>A program that xm left behind may hold its output open.</summary>
    private static readonly TimeSpan OutputLimit = TimeSpan.FromSeconds(2);

    /// <param name="words">The command and its words.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <param name="input">What it reads.</param>
    /// <param name="limit">How long it may take; null for the usual.</param>
    public async Task<XmAnswer> RunAsync(
        IReadOnlyList<string> words,
        CancellationToken cancellation,
        string input = "",
        TimeSpan? limit = null
    )
    {
        try
        {
            using var process = new Process
            {
                StartInfo = new ProcessStartInfo(path, words)
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
            if (!await EndsAsync(process, limit ?? Limit, cancellation).ConfigureAwait(false))
            {
                process.Kill(entireProcessTree: true);
                return new XmAnswer(1, "", $"xm {words[0]} has not ended within {Limit.TotalMinutes:0} minutes");
            }
            await Task.WhenAny(Task.WhenAll(said, complaints), Task.Delay(OutputLimit, cancellation)).ConfigureAwait(false);
            return new XmAnswer(
                process.ExitCode,
                said.IsCompletedSuccessfully ? await said.ConfigureAwait(false) : "",
                complaints.IsCompletedSuccessfully ? await complaints.ConfigureAwait(false) : ""
            );
        }
        catch (Win32Exception error)
        {
            throw new XendError(
                ErrorCode.HostResource,
                $"{path} cannot be run: {Marshal.GetPInvokeErrorMessage(error.NativeErrorCode)}",
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

    private static async Task<bool> EndsAsync(Process process, TimeSpan limit, CancellationToken cancellation)
    {
        try
        {
            await process.WaitForExitAsync(cancellation).WaitAsync(limit, cancellation).ConfigureAwait(false);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }
}

/// <summary>How it ended, and what it said.</summary>
internal sealed record XmAnswer(int Status, string Output, string Errors)
{
    public string Complaint => Errors.Trim() is { Length: > 0 } words ? words : $"xm ended with {Status}";
}
