using System.Buffers.Binary;
using System.Text;
using System.Threading.Channels;
using Simulation;
using XenStore.Wire;

namespace XenStore.Tests;

/// <summary>A xenstored that does what a test says: expect this message, answer that, drop the connection.</summary>
internal sealed class ScriptedXenStored
{
    private readonly Channel<ScriptedConnection> _connections = Channel.CreateUnbounded<ScriptedConnection>();

    public ScriptedXenStored() => Transport = new XenStoreStreamTransport("a script", _ =>
        {
            var connection = new ScriptedConnection();
            _connections.Writer.TryWrite(connection);
            return Task.FromResult<Stream>(connection.ClientEnd);
        });

    public IXenStoreTransport Transport { get; }

    /// <summary>A client that connects to the script, and is not patient.</summary>
    public XenStoreClient Client(int attempts = 3, TimeSpan? requestTimeout = null) =>
        new(
            Transport,
            new()
            {
                ConnectTimeout = TimeSpan.FromSeconds(5),
                RequestTimeout = requestTimeout ?? TimeSpan.FromSeconds(30),
                TransactionAttempts = attempts,
            }
        );

    public Task<ScriptedConnection> AcceptAsync() => _connections.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(20));
}

/// <summary>One connection to the script.</summary>
internal sealed class ScriptedConnection
{
    private readonly Channel<ScriptedMessage> _messages = Channel.CreateUnbounded<ScriptedMessage>();
    private readonly List<byte> _input = [];

    public ScriptedConnection() => ClientEnd = new(Received, _ => _messages.Writer.TryComplete());

    public SimulatedStoreStream ClientEnd { get; }

    /// <summary>The next request, which must be of a type.</summary>
    public async Task<ScriptedMessage> ExpectAsync(XenStoreMessageType type)
    {
        var message = await _messages.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(20));
        Assert.Equal(type, message.Type);
        return message;
    }

    public void Answer(ScriptedMessage request, string payload) => Send((uint)request.Type, request.Id, request.Transaction, payload);

    public void Fail(ScriptedMessage request, string error) =>
        Send((uint)XenStoreMessageType.Error, request.Id, request.Transaction, error);

    public void Event(string path, string token) => Send((uint)XenStoreMessageType.WatchEvent, 0, 0, $"{path}\0{token}\0");

    public void Send(uint type, uint id, uint transaction, string payload) => Raw(Bytes(type, id, transaction, payload));

    public void Raw(ReadOnlySpan<byte> bytes) => ClientEnd.Send(bytes);

    public void Drop() => ClientEnd.End();

    public static byte[] Bytes(uint type, uint id, uint transaction, string payload, uint? length = null)
    {
        var body = Encoding.Latin1.GetBytes(payload);
        var message = new byte[16 + body.Length];
        BinaryPrimitives.WriteUInt32LittleEndian(message, type);
        BinaryPrimitives.WriteUInt32LittleEndian(message.AsSpan(4), id);
        BinaryPrimitives.WriteUInt32LittleEndian(message.AsSpan(8), transaction);
        BinaryPrimitives.WriteUInt32LittleEndian(message.AsSpan(12), length ?? (uint)body.Length);
        body.CopyTo(message, 16);
        return message;
    }

    private void Received(SimulatedStoreStream stream, ReadOnlyMemory<byte> bytes)
    {
        lock (_input)
        {
            _input.AddRange(bytes.Span);
            while (_input.Count >= 16)
            {
                var all = _input.ToArray();
                var length = (int)BinaryPrimitives.ReadUInt32LittleEndian(all.AsSpan(12));
                if (all.Length < 16 + length)
                {
                    return;
                }

                _messages.Writer.TryWrite(
                    new(
                        (XenStoreMessageType)BinaryPrimitives.ReadUInt32LittleEndian(all),
                        BinaryPrimitives.ReadUInt32LittleEndian(all.AsSpan(4)),
                        BinaryPrimitives.ReadUInt32LittleEndian(all.AsSpan(8)),
                        Encoding.Latin1.GetString(all, 16, length)
                    )
                );
                _input.RemoveRange(0, 16 + length);
            }
        }
    }
}

/// <summary>A request as the script got it; the payload byte for byte.</summary>
internal sealed record ScriptedMessage(XenStoreMessageType Type, uint Id, uint Transaction, string Payload);
