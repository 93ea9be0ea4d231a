using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;

namespace Xend.DeviceModel;

/// <summary>
/// One connection of the QEMU machine protocol: a line of JSON each way, with events in between that nobody here waits for.
/// </summary>
public sealed partial class QmpClient : IQmpSession
{
    /// <summary>No answer to what is asked here is longer.</summary>
    private const int LongestLine = 1024 * 1024;

    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(10);

    /// <summary>It writes back what it has of the guest's disks first.</summary>
    private static readonly TimeSpan StateLimit = TimeSpan.FromSeconds(120);

    /// <summary>The guest may have locked the tray, and a disc be slow.</summary>
    private static readonly TimeSpan MediumLimit = TimeSpan.FromSeconds(40);

    private readonly Stream _stream;
    private readonly TimeProvider _clock;
    private readonly byte[] _buffer = new byte[16 * 1024];
    private readonly MemoryStream _line = new();
    private int _start;
    private int _end;

    private QmpClient(Stream stream, TimeProvider clock)
    {
        _stream = stream;
        _clock = clock;
    }

    /// <summary>Connects to the socket and takes part in the greeting.</summary>
    public static async Task<QmpClient> ConnectAsync(string path, TimeProvider clock, CancellationToken cancellation)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellation).ConfigureAwait(false);
        }
        catch (SocketException)
        {
            socket.Dispose();
            throw new QmpException("connect", $"nobody listens at {path}");
        }
        return await OpenAsync(new NetworkStream(socket, ownsSocket: true), clock, cancellation).ConfigureAwait(false);
    }

    /// <summary>On a connection that is made already.</summary>
    public static async Task<QmpClient> OpenAsync(Stream stream, TimeProvider clock, CancellationToken cancellation)
    {
        var client = new QmpClient(stream, clock);
        try
        {
            using var greeting = await client.ReadAsync("greeting", AnswerLimit, cancellation).ConfigureAwait(false);
            if (!greeting.RootElement.TryGetProperty("QMP", out _))
            {
                throw new QmpException("greeting", "what listens there does not speak QMP");
            }
            await client.ExecuteAsync("qmp_capabilities", AnswerLimit, cancellation).ConfigureAwait(false);
            return client;
        }
        catch
        {
            await client.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public async Task<VncAddress?> QueryVncAsync(CancellationToken cancellation)
    {
        var answer = await ExecuteAsync("query-vnc", AnswerLimit, cancellation).ConfigureAwait(false);
        return
            answer.ValueKind == JsonValueKind.Object
            && Text(answer, "service") is { } service
            && Text(answer, "host") is { } host
            && int.TryParse(service, NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            ? new VncAddress(host, port)
            : null;
    }

    public async Task<IReadOnlyDictionary<string, string>> QueryTerminalsAsync(CancellationToken cancellation)
    {
        const string Pty = "pty:";
        var answer = await ExecuteAsync("query-chardev", AnswerLimit, cancellation).ConfigureAwait(false);
        var terminals = new Dictionary<string, string>();
        if (answer.ValueKind != JsonValueKind.Array)
        {
            return terminals;
        }
        foreach (var device in answer.EnumerateArray())
        {
            if (
                Text(device, "label") is { } label
                && Text(device, "filename") is { } file
                && file.StartsWith(Pty, StringComparison.Ordinal)
            )
            {
                terminals[label] = file[Pty.Length..];
            }
        }
        return terminals;
    }

    public Task StopAsync(CancellationToken cancellation) => ExecuteAsync("stop", AnswerLimit, cancellation);

    public Task ContinueAsync(CancellationToken cancellation) => ExecuteAsync("cont", AnswerLimit, cancellation);

    public Task TrackPagesAsync(bool isOn, CancellationToken cancellation) =>
        ExecuteAsync("xen-set-global-dirty-log", json => json.WriteBoolean("enable", isOn), AnswerLimit, cancellation);

    /// <remarks>Not live: it would give up its disks then, and could not go on.</remarks>
    public Task SaveStateAsync(string path, CancellationToken cancellation) =>
        ExecuteAsync(
            "xen-save-devices-state",
            json =>
            {
                json.WriteString("filename", path);
                json.WriteBoolean("live", false);
            },
            StateLimit,
            cancellation
        );

    public Task EjectAsync(uint deviceId, CancellationToken cancellation) =>
        ExecuteAsync("eject", [("id", CdDrive.IdOf(deviceId))], MediumLimit, cancellation);

    public Task InsertAsync(uint deviceId, string path, CancellationToken cancellation) =>
        ExecuteAsync(
            "blockdev-change-medium",
            [("id", CdDrive.IdOf(deviceId)), ("filename", path), ("format", "raw")],
            MediumLimit,
            cancellation
        );

    public ValueTask DisposeAsync() => _stream.DisposeAsync();

    private Task<JsonElement> ExecuteAsync(string command, TimeSpan limit, CancellationToken cancellation) =>
        ExecuteAsync(command, (Action<Utf8JsonWriter>?)null, limit, cancellation);

    private Task<JsonElement> ExecuteAsync(
        string command,
        (string Name, string Value)[] arguments,
        TimeSpan limit,
        CancellationToken cancellation
    ) =>
        ExecuteAsync(
            command,
            json =>
            {
                foreach (var (name, value) in arguments)
                {
                    json.WriteString(name, value);
                }
            },
            limit,
            cancellation
        );

    /// <summary>Sends a command and waits for its answer.</summary>
    private async Task<JsonElement> ExecuteAsync(
        string command,
        Action<Utf8JsonWriter>? arguments,
        TimeSpan limit,
        CancellationToken cancellation
    )
    {
        try
        {
            await _stream.WriteAsync(Command(command, arguments), cancellation).ConfigureAwait(false);
        }
        catch (IOException)
        {
            throw new QmpException(command, "the device model closed the connection");
        }
        while (true)
        {
            using var answer = await ReadAsync(command, limit, cancellation).ConfigureAwait(false);
            var root = answer.RootElement;
            if (root.TryGetProperty("return", out var result))
            {
                return result.Clone();
            }
            if (root.TryGetProperty("error", out var error))
            {
                throw new QmpException(command, Text(error, "desc") ?? "it was refused without a reason");
            }
            // An event.
        }
    }

    private static byte[] Command(string command, Action<Utf8JsonWriter>? arguments)
    {
        var bytes = new MemoryStream();
        using (var writer = new Utf8JsonWriter(bytes))
        {
            writer.WriteStartObject();
            writer.WriteString("execute", command);
            if (arguments is not null)
            {
                writer.WriteStartObject("arguments");
                arguments(writer);
                writer.WriteEndObject();
            }
            writer.WriteEndObject();
        }
        bytes.WriteByte((byte)'\n');
        return bytes.ToArray();
    }

    private async Task<JsonDocument> ReadAsync(string command, TimeSpan limit, CancellationToken cancellation)
    {
        using var timeout = new CancellationTokenSource(limit, _clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellation);
        try
        {
            var document = JsonDocument.Parse(await ReadLineAsync(command, either.Token).ConfigureAwait(false));
            if (document.RootElement.ValueKind == JsonValueKind.Object)
            {
                return document;
            }
            document.Dispose();
            throw new QmpException(command, "the answer is no object");
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new QmpException(command, $"no answer within {limit.TotalSeconds:0} s");
        }
        catch (JsonException)
        {
            throw new QmpException(command, "the answer is not JSON");
        }
        catch (IOException)
        {
            throw new QmpException(command, "the device model closed the connection");
        }
    }

    private async Task<ReadOnlyMemory<byte>> ReadLineAsync(string command, CancellationToken cancellation)
    {
        _line.SetLength(0);
        while (true)
        {
            var rest = _buffer.AsMemory(_start, _end - _start);
            var newline = rest.Span.IndexOf((byte)'\n');
            _line.Write(newline < 0 ? rest.Span : rest.Span[..newline]);
            if (_line.Length > LongestLine)
            {
                throw new QmpException(command, "the answer is too long");
            }
            if (newline >= 0)
            {
                _start += newline + 1;
                return _line.ToArray();
            }
            _start = 0;
            _end = await _stream.ReadAsync(_buffer, cancellation).ConfigureAwait(false);
            if (_end == 0)
            {
                throw new QmpException(command, "the device model closed the connection");
            }
        }
    }

    private static string? Text(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;
}
