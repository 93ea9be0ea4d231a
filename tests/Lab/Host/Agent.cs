using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Lab.Host;

/// <summary>
/// The one process in dom0 that runs the tests' commands and takes their snapshots (agent.py): a session of sshd for each would cost
/// more than most commands do.
/// </summary>
internal sealed class Agent : IAsyncDisposable
{
    private static readonly string[] Parts = ["snapshot.py", "agent.py"];

    private readonly Process _ssh;
    private readonly Task _reading;
    private readonly SemaphoreSlim _writing = new(1);
    private readonly ConcurrentDictionary<long, TaskCompletionSource<Answer>> _waiting = new();
    private long _requests;

    private Agent(Process ssh)
    {
        _ssh = ssh;
        _reading = ReadAnswersAsync();
    }

    public bool HasEnded => _reading.IsCompleted;

    /// <param name="startSsh">Starts ssh with the given words; its three streams are pipes.</param>
    public static async Task<Agent> StartAsync(Func<IEnumerable<string>, Process> startSsh)
    {
        foreach (var part in Parts)
        {
            using var copy = startSsh(["dom0", $"mkdir -p /run/lab && cat >/run/lab/{part}"]);
            await using (var file = File.OpenRead(Path.Combine(LabOptions.Directory, "Agent", part)))
            {
                await file.CopyToAsync(copy.StandardInput.BaseStream);
            }
            copy.StandardInput.Close();
            var words = await copy.StandardError.ReadToEndAsync();
            await copy.WaitForExitAsync();
            if (copy.ExitCode != 0)
            {
                throw new LabException($"{part} could not be brought into dom0: {words}");
            }
        }

        return new Agent(startSsh(["dom0", "exec python3 -u -B /run/lab/agent.py"]));
    }

    /// <summary>Runs a shell command. Where the token is cancelled it is killed.</summary>
    /// <exception cref="LabException">The way to dom0 is gone.</exception>
    public async Task<Answer> RunAsync(string command, TimeSpan limit, byte[]? input, CancellationToken cancellationToken)
    {
        var id = Interlocked.Increment(ref _requests);
        try
        {
            var request = new Request(id)
            {
                Run = command,
                Limit = limit.TotalSeconds,
                Input = input ?? [],
            };
            return await AskAsync(request, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            await WriteAsync(new Request(Interlocked.Increment(ref _requests)) { Cancel = id });
            throw;
        }
    }

    public async Task<IReadOnlyDictionary<string, string[]>> TakeSnapshotAsync(CancellationToken cancellationToken) =>
        (await AskAsync(new Request(Interlocked.Increment(ref _requests)) { Snapshot = true }, cancellationToken)).Sections;

    public async ValueTask DisposeAsync()
    {
        _ssh.Kill();
        await _reading;
        await _ssh.WaitForExitAsync();
        _ssh.Dispose();
    }

    private async Task<Answer> AskAsync(Request request, CancellationToken cancellationToken)
    {
        var answer = new TaskCompletionSource<Answer>(TaskCreationOptions.RunContinuationsAsynchronously);
        _waiting[request.Id] = answer;
        try
        {
            await WriteAsync(request);
            if (HasEnded)
            {
                throw Gone();
            }
            return await answer.Task.WaitAsync(cancellationToken);
        }
        finally
        {
            _waiting.TryRemove(request.Id, out _);
        }
    }

    private async Task WriteAsync(Request request)
    {
        var line = JsonSerializer.SerializeToUtf8Bytes(request);
        await _writing.WaitAsync();
        try
        {
            await _ssh.StandardInput.BaseStream.WriteAsync((byte[])[.. line, (byte)'\n']);
            await _ssh.StandardInput.BaseStream.FlushAsync();
        }
        catch (IOException)
        {
            throw Gone();
        }
        finally
        {
            _writing.Release();
        }
    }

    private async Task ReadAnswersAsync()
    {
        var complaints = _ssh.StandardError.ReadToEndAsync();
        while (await _ssh.StandardOutput.ReadLineAsync() is { } line)
        {
            var answer = JsonSerializer.Deserialize<Answer>(line)!;
            if (_waiting.TryRemove(answer.Id, out var waiting))
            {
                waiting.SetResult(answer);
            }
        }
        await complaints;
        foreach (var waiting in _waiting.Values)
        {
            waiting.TrySetException(Gone());
        }
    }

    private static LabException Gone() => new("The agent in dom0 has ended.");

    /// <summary>One line to agent.py.</summary>
    private sealed record Request([property: JsonPropertyName("id")] long Id)
    {
        [JsonPropertyName("run")]
        public string? Run { get; init; }

        [JsonPropertyName("limit")]
        public double Limit { get; init; }

        [JsonPropertyName("input")]
        public byte[]? Input { get; init; }

        [JsonPropertyName("snapshot"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
        public bool Snapshot { get; init; }

        [JsonPropertyName("cancel"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
        public long Cancel { get; init; }
    }

    /// <summary>One line from agent.py.</summary>
    /// <param name="IsLate">The command ran longer than its limit and was killed.</param>
    public sealed record Answer(
        [property: JsonPropertyName("id")] long Id,
        [property: JsonPropertyName("status")] int Status,
        [property: JsonPropertyName("stdout")] byte[] Stdout,
        [property: JsonPropertyName("stderr")] byte[] Stderr,
        [property: JsonPropertyName("late")] bool IsLate,
        [property: JsonPropertyName("sections")] Dictionary<string, string[]> Sections
    );
}
