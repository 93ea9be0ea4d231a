using System.Diagnostics;
using System.Net.Sockets;
using System.Text;

namespace Lab.Host;

/// <summary>
/// A stock Debian Xen host in an emulator, booted once for a test collection. Commands, files, terminals and streams go through one
/// OpenSSH connection, commands and files by an agent at its end; a command costs about a tenth of a second.
/// </summary>
public class LabHost : IAsyncLifetime
{
    /// <summary>The emulated host shares few cores with much else: what takes a second may take twenty.</summary>
    public static readonly TimeSpan DefaultLimit = TimeSpan.FromSeconds(180);

    private readonly LabOptions _options;
    private readonly SemaphoreSlim _forwarding = new(1);
    private readonly Dictionary<string, string> _forwards = [];
    private readonly SemaphoreSlim _starting = new(1);
    private Emulator? _emulator;
    private Agent? _agent;

    public LabHost()
        : this(new LabOptions()) { }

    protected LabHost(LabOptions options) => _options = options;

    public LabOptions Options => _options;

    private Emulator Emulator => _emulator ?? throw new InvalidOperationException("The host is not booted.");

    /// <summary>Whether the emulator ended by itself: it has faults of its own. boot.sh, which tells, looks once a second.</summary>
    public async Task<bool> HasDiedAsync()
    {
        for (var looks = 0; looks < 30 && _emulator is { HasEnded: false } && !await AnswersAsync(); looks++)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(200));
        }
        return _emulator is { HasEnded: true };
    }

    public async Task InitializeAsync() => _emulator = await Emulator.StartAsync(_options);

    /// <summary>Boots a new host where the emulator has died, so that the test in which it did is the only one to suffer.</summary>
    public async Task ReplaceIfDeadAsync()
    {
        // boot.sh tells a second late; the agent is gone at once.
        if (_emulator is not { HasEnded: true } && (_agent is not { HasEnded: true } || !await HasDiedAsync()))
        {
            return;
        }

        await DisposeAsync();
        _forwards.Clear();
        await InitializeAsync();
    }

    public async Task DisposeAsync()
    {
        if (_agent is not null)
        {
            await _agent.DisposeAsync();
        }

        _agent = null;
        if (_emulator is not null)
        {
            await _emulator.DisposeAsync();
        }

        _emulator = null;
        GC.SuppressFinalize(this);
    }

    /// <summary>Runs a shell command as root in dom0.</summary>
    /// <param name="command">A line for bash.</param>
    /// <param name="limit">After this the command is killed and <see cref="TimeoutException"/> thrown.</param>
    /// <param name="input">What the command reads from standard input.</param>
    /// <exception cref="LabException">The way to dom0 failed; the console's last lines are in the message.</exception>
    public async Task<CommandResult> RunAsync(
        string command,
        TimeSpan? limit = null,
        byte[]? input = null,
        CancellationToken cancellationToken = default
    )
    {
        var (result, output) = await RunBytesAsync(command, limit ?? DefaultLimit, input, cancellationToken);
        return result with { Stdout = Encoding.UTF8.GetString(output) };
    }

    /// <summary>Runs a command that has to exit with 0; returns its standard output.</summary>
    public async Task<string> RunOkAsync(
        string command,
        TimeSpan? limit = null,
        byte[]? input = null,
        CancellationToken cancellationToken = default
    ) => (await RunAsync(command, limit, input, cancellationToken)).MustSucceed().Stdout;

    public async Task<byte[]> ReadFileAsync(string path)
    {
        var (result, output) = await RunBytesAsync($"cat {Quote(path)}", DefaultLimit, null, default);
        result.MustSucceed();
        return output;
    }

    public async Task<string> ReadTextAsync(string path) => Encoding.UTF8.GetString(await ReadFileAsync(path));

    /// <summary>Writes a file, making its directory where there is none.</summary>
    public async Task WriteFileAsync(string path, byte[] content, string mode = "0644") =>
        await RunOkAsync(
            $"mkdir -p {Quote(Path.GetDirectoryName(path)!)} && cat >{Quote(path)} && chmod {mode} {Quote(path)}",
            input: content
        );

    public Task WriteTextAsync(string path, string content, string mode = "0644") =>
        WriteFileAsync(path, Encoding.UTF8.GetBytes(content), mode);

    /// <summary>A command on a terminal of its own, to type at: a console, an interactive program.</summary>
    public Terminal OpenTerminal(string command) => new(StartSsh(["-tt", "dom0", $"export TERM=vt100; {command}"]), command);

    /// <summary>
    /// A stream to a Unix socket in dom0, opened as root. Where nobody listens there, the stream is at its end at once.
    /// </summary>
    public async Task<Stream> OpenUnixStreamAsync(string socketPath, CancellationToken cancellationToken = default)
    {
        var local = new UnixDomainSocketEndPoint(await ForwardUnixSocketAsync(socketPath));
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(local, cancellationToken);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
        return new NetworkStream(socket, ownsSocket: true);
    }

    /// <summary>
    /// A stream to a TCP port of dom0's own address (127.0.0.1). Where nobody listens there, the stream is at its end at once.
    /// </summary>
    public Task<Stream> OpenTcpStreamAsync(int port, CancellationToken cancellationToken = default) =>
        OpenUnixStreamAsync($"127.0.0.1:{port}", cancellationToken);

    /// <summary>A Unix socket on this machine whose connections end at the given one, or at HOST:PORT, in dom0. Returns its path.</summary>
    public async Task<string> ForwardUnixSocketAsync(string socketPath)
    {
        await _forwarding.WaitAsync();
        try
        {
            if (_forwards.TryGetValue(socketPath, out var known))
            {
                return known;
            }

            var local = Path.Combine(Emulator.RunDirectory, $"s{_forwards.Count}");
            using var ssh = StartSsh(["-O", "forward", "-L", $"{local}:{socketPath}", "dom0"]);
            ssh.StandardInput.Close();
            var words = await ssh.StandardError.ReadToEndAsync();
            await ssh.WaitForExitAsync();
            if (ssh.ExitCode != 0)
            {
                throw ChannelFailed($"forward to {socketPath}", words);
            }

            return _forwards[socketPath] = local;
        }
        finally
        {
            _forwarding.Release();
        }
    }

    /// <summary>The end of the host's serial console and of what its boot said.</summary>
    public string ConsoleTail() => Emulator.Tail();

    /// <summary>The text as one word for a shell.</summary>
    public static string Quote(string text) => $"'{text.Replace("'", "'\\''")}'";

    /// <summary>What is on the host, section by section, as snapshot.py tells it.</summary>
    internal async Task<IReadOnlyDictionary<string, string[]>> TakeSnapshotAsync()
    {
        using var backstop = new CancellationTokenSource(DefaultLimit);
        try
        {
            return await (await AgentAsync()).TakeSnapshotAsync(backstop.Token);
        }
        catch (OperationCanceledException)
        {
            throw new LabException($"No snapshot of dom0 within {DefaultLimit.TotalSeconds:0} s.\n{Emulator.Tail()}");
        }
    }

    private async Task<(CommandResult Result, byte[] Output)> RunBytesAsync(
        string command,
        TimeSpan limit,
        byte[]? input,
        CancellationToken cancellationToken
    )
    {
        // dom0 keeps the limit itself, so that the command ends there too; ours is for a host that does not answer at all.
        using var backstop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        backstop.CancelAfter(limit + TimeSpan.FromSeconds(30));
        Agent.Answer answer;
        try
        {
            answer = await (await AgentAsync()).RunAsync(command, limit, input, backstop.Token);
        }
        catch (OperationCanceledException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw new LabException($"dom0 did not answer to '{command}' within {limit.TotalSeconds + 30:0} s.\n{Emulator.Tail()}");
        }
        catch (LabException e)
        {
            throw ChannelFailed(command, e.Message);
        }

        var words = Encoding.UTF8.GetString(answer.Stderr);
        if (answer.IsLate)
        {
            throw new TimeoutException(
                $"'{command}' ran longer than {limit.TotalSeconds:0.###} s in dom0.\nstdout:\n{Encoding.UTF8.GetString(answer.Stdout)}\nstderr:\n{words}"
            );
        }

        return (new CommandResult(command, "", words, answer.Status), answer.Stdout);
    }

    // A test may have ended the agent together with what it meant to end: the next command gets a new one.
    private async Task<Agent> AgentAsync()
    {
        await _starting.WaitAsync();
        try
        {
            if (_agent is { HasEnded: true })
            {
                await _agent.DisposeAsync();
                _agent = null;
            }
            return _agent ??= await Agent.StartAsync(StartSsh);
        }
        finally
        {
            _starting.Release();
        }
    }

    private async Task<bool> AnswersAsync()
    {
        using var ssh = StartSsh(["dom0", "true"]);
        ssh.StandardInput.Close();
        await ssh.WaitForExitAsync();
        return ssh.ExitCode == 0;
    }

    private LabException ChannelFailed(string command, string words) =>
        new($"The way to dom0 failed at '{command}': {words}\n{Emulator.Tail()}");

    private Process StartSsh(IEnumerable<string> words)
    {
        var start = new ProcessStartInfo("ssh")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.ArgumentList.Add("-F");
        start.ArgumentList.Add(Path.Combine(Emulator.RunDirectory, "ssh.config"));
        foreach (var word in words)
        {
            start.ArgumentList.Add(word);
        }

        return Process.Start(start)!;
    }
}
