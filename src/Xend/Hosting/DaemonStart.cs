using System.Net.Sockets;
using System.Text;
using Linux.Interop;

namespace Xend.Hosting;

/// <summary>Starts the daemon in the background: this program again, with --foreground, in a session of its own.</summary>
/// <remarks>
/// .NET cannot fork. The child says by the protocol of sd_notify when it is ready, or why it cannot be; what it writes to stderr goes to
/// xend-debug.log.
/// </remarks>
internal sealed class DaemonStart(XendPaths paths)
{
    /// <summary>Adopting hundreds of guests on a slow machine is counted in seconds, not minutes.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    /// <summary>Returns when the daemon serves.</summary>
    /// <param name="executable">This program.</param>
    /// <param name="arguments">What makes it the daemon.</param>
    /// <param name="cancellation">Stops the waiting, not the daemon.</param>
    /// <returns>Its process id.</returns>
    /// <exception cref="XendError">It cannot be started, or ended; with its own sentence.</exception>
    public async Task<int> RunAsync(string executable, IReadOnlyList<string> arguments, CancellationToken cancellation)
    {
        var address = Path.Combine(paths.RunDirectory, $"start-{Environment.ProcessId}.notify");
        try
        {
            Directory.CreateDirectory(paths.RunDirectory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            using var notifications = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
            File.Delete(address);
            notifications.Bind(new UnixDomainSocketEndPoint(address));
            using var debugLog = OpenDebugLog();
            using var child = ChildProcess.Spawn(
                new ChildStart
                {
                    Path = executable,
                    Arguments = arguments,
                    Environment = EnvironmentWith(address),
                    WorkingDirectory = "/",
                    Output = ChildOutput.To(debugLog.SafeFileHandle),
                    Error = ChildOutput.WithOutput,
                    NewSession = true,
                    Outlives = true,
                }
            );
            await WaitUntilReadyAsync(child, notifications, cancellation).ConfigureAwait(false);
            return child.Id;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or SocketException or NativeCallException)
        {
            throw new XendError(
                ErrorCode.HostResource,
                "xend cannot be started in the background.",
                error is NativeCallException ? error.Message : null,
                cause: error
            );
        }
        finally
        {
            DeleteQuietly(address);
        }
    }

    private async Task WaitUntilReadyAsync(ChildProcess child, Socket notifications, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(Limit);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(limit.Token);
        var end = child.WaitAsync(limit.Token);
        // The child's last datagram is in the socket before its end is seen, so it is read below.
        _ = end.ContinueWith(
            _ => ended.Cancel(),
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default
        );
        var buffer = new byte[4096];
        var status = "";
        try
        {
            while (true)
            {
                var length = await notifications.ReceiveAsync(buffer, SocketFlags.None, ended.Token).ConfigureAwait(false);
                if (Take(buffer.AsSpan(0, length), ref status))
                {
                    return;
                }
            }
        }
        catch (OperationCanceledException) when (!end.IsCompletedSuccessfully)
        {
            cancellation.ThrowIfCancellationRequested();
            throw new XendError(
                ErrorCode.Timeout,
                $"xend was not ready within {Limit.TotalSeconds:0} s; process {child.Id} is still trying.",
                hint: $"See {paths.DebugLog}."
            );
        }
        catch (OperationCanceledException)
        {
            while (notifications.Available > 0)
            {
                Take(buffer.AsSpan(0, notifications.Receive(buffer)), ref status);
            }
            throw new XendError(
                ErrorCode.HostResource,
                status.Length > 0 ? status : $"xend ended at once: {await end.ConfigureAwait(false)}.",
                hint: $"More is in {paths.DebugLog}."
            );
        }
    }

    /// <summary>True where the daemon says that it is ready.</summary>
    private static bool Take(ReadOnlySpan<byte> datagram, ref string status)
    {
        var lines = Encoding.UTF8.GetString(datagram).Split('\n');
        if (Array.Find(lines, line => line.StartsWith(ServiceNotifier.StatusKey, StringComparison.Ordinal)) is { } first)
        {
            var details = lines.Where(line => line.StartsWith(ServiceNotifier.DetailKey, StringComparison.Ordinal));
            status = string.Join(
                '\n',
                [first[ServiceNotifier.StatusKey.Length..], .. details.Select(line => line[ServiceNotifier.DetailKey.Length..])]
            );
        }
        return lines.Contains(ServiceNotifier.ReadyLine);
    }

    private FileStream OpenDebugLog()
    {
        FileStream log;
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(paths.DebugLog)!);
            log = new FileStream(paths.DebugLog, FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // A log that cannot be written stops nothing.
            return new FileStream("/dev/null", FileMode.Open, FileAccess.Write);
        }
        try
        {
            log.Write(
                Encoding.ASCII.GetBytes(
                    string.Create(
                        System.Globalization.CultureInfo.InvariantCulture,
                        $"Xend started at {DateTime.Now:ddd MMM d HH:mm:ss yyyy}.\n"
                    )
                )
            );
        }
        catch (IOException)
        {
            // A full disk: the daemon starts all the same.
        }
        return log;
    }

    private static Dictionary<string, string> EnvironmentWith(string address)
    {
        var environment = new Dictionary<string, string>();
        foreach (System.Collections.DictionaryEntry pair in Environment.GetEnvironmentVariables())
        {
            environment[(string)pair.Key] = (string?)pair.Value ?? "";
        }
        environment["NOTIFY_SOCKET"] = address;
        return environment;
    }

    private static void DeleteQuietly(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // An empty socket file more in a directory that is emptied at boot.
        }
    }
}
