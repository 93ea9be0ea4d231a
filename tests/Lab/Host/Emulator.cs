using System.Diagnostics;
using System.Text;

namespace Lab.Host;

/// <summary>
/// boot.sh and, under it, the emulator. It ends with its standard input, so that it never outlives the process that started it.
/// </summary>
internal sealed class Emulator : IAsyncDisposable
{
    private static readonly TimeSpan BootLimit = TimeSpan.FromMinutes(20); // making the image included
    private readonly Process _boot;
    private readonly StringBuilder _words = new();

    private Emulator(Process boot, string runDirectory)
    {
        _boot = boot;
        RunDirectory = runDirectory;
    }

    /// <summary>Where boot.sh keeps ssh.config, ssh.socket and console.log of this host.</summary>
    public string RunDirectory { get; }

    public bool HasEnded => _boot.HasExited;

    /// <summary>boot.sh's messages, then the end of the serial console.</summary>
    public string Tail()
    {
        string words;
        lock (_words)
        {
            words = _words.ToString();
        }

        var console = Path.Combine(RunDirectory, "console.log");
        var lines = File.Exists(console) ? File.ReadLines(console).TakeLast(30) : [];
        return $"{words}--- the console's last lines:\n{string.Join('\n', lines)}";
    }

    public static async Task<Emulator> StartAsync(LabOptions options)
    {
        // Short: the paths of Unix sockets below it have to fit in 108 bytes.
        var run = Directory.CreateTempSubdirectory("xen-lab.").FullName;
        var start = new ProcessStartInfo("bash")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        List<string> words =
        [
            Path.Combine(LabOptions.Directory, "boot.sh"),
            "--run",
            run,
            "--suite",
            options.Suite,
            "--xenstored",
            options.XenStored == XenStoreDaemon.C ? "xenstored" : "oxenstored",
            "--memory",
            $"{options.MemoryMiB}",
        ];
        if (options.Publish is not null)
        {
            words.AddRange(["--publish", options.Publish]);
        }

        if (options.Link is var (own, other))
        {
            words.AddRange(["--link", $"{own}:{other}"]);
        }

        words.ForEach(start.ArgumentList.Add);

        var emulator = new Emulator(Process.Start(start)!, run);
        try
        {
            await emulator.WaitUntilReadyAsync();
            return emulator;
        }
        catch
        {
            await emulator.DisposeAsync();
            throw;
        }
    }

    private async Task WaitUntilReadyAsync()
    {
        _boot.ErrorDataReceived += (_, e) =>
        {
            lock (_words)
            {
                _words.Append(e.Data).Append('\n');
            }
        };
        _boot.BeginErrorReadLine();
        using var limit = new CancellationTokenSource(BootLimit);
        try
        {
            while (await _boot.StandardOutput.ReadLineAsync(limit.Token) is { } line)
            {
                if (line.StartsWith("ready ", StringComparison.Ordinal))
                {
                    return;
                }
            }
        }
        catch (OperationCanceledException)
        {
            throw new LabException($"The emulated host was not ready after {BootLimit}.\n{Tail()}");
        }
        await _boot.WaitForExitAsync();
        throw new LabException($"The emulated host did not start.\n{Tail()}");
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            _boot.StandardInput.Close();
        }
        catch (IOException)
        {
            // boot.sh is gone already.
        }
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        try
        {
            await _boot.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            _boot.Kill(entireProcessTree: true);
            await _boot.WaitForExitAsync(CancellationToken.None);
        }
        _boot.Dispose();
        Directory.Delete(RunDirectory, recursive: true);
    }
}
