using System.Buffers.Binary;
using XenStore.Wire;

namespace Simulation;

/// <summary>What the simulated xenstored knows of one connection. Used under the store's gate only.</summary>
internal sealed class StoreSession(uint domain, SimulatedStoreStream stream)
{
    private const int HeaderSize = 16;
    private readonly List<byte> _input = [];

    public uint Domain { get; } = domain;

    public SimulatedStoreStream Stream { get; } = stream;

    public bool IsPrivileged => Domain == 0;

    /// <summary>The domain this one acts as too (SET_TARGET).</summary>
    public uint? Target { get; set; }

    public Dictionary<uint, StoreTransaction> Transactions { get; } = [];

    public uint LastTransactionId { get; set; }

    public int WatchCount { get; set; }

    /// <summary>A delayed request holds up what follows it.</summary>
    public bool IsHeld { get; set; }

    public bool IsClosed { get; set; }

    public void Received(ReadOnlySpan<byte> bytes) => _input.AddRange(bytes);

    /// <summary>The next whole message.</summary>
    /// <returns>False where it is not there yet.</returns>
    public bool TryTake(out StoreMessage message, out bool tooLong)
    {
        message = default;
        tooLong = false;
        if (_input.Count < HeaderSize)
        {
            return false;
        }

        var bytes = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_input);
        var length = BinaryPrimitives.ReadUInt32LittleEndian(bytes[12..]);
        if (length > 4096)
        {
            tooLong = true;
            return false;
        }

        if (bytes.Length < HeaderSize + (int)length)
        {
            return false;
        }

        message = new(
            (XenStoreMessageType)BinaryPrimitives.ReadUInt32LittleEndian(bytes),
            BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]),
            BinaryPrimitives.ReadUInt32LittleEndian(bytes[8..]),
            bytes.Slice(HeaderSize, (int)length).ToArray()
        );
        _input.RemoveRange(0, HeaderSize + (int)length);
        return true;
    }

    public void Send(XenStoreMessageType type, uint request, uint transaction, ReadOnlySpan<byte> payload)
    {
        var message = payload.Length <= 496 ? stackalloc byte[HeaderSize + payload.Length] : new byte[HeaderSize + payload.Length];
        BinaryPrimitives.WriteUInt32LittleEndian(message, (uint)type);
        BinaryPrimitives.WriteUInt32LittleEndian(message[4..], request);
        BinaryPrimitives.WriteUInt32LittleEndian(message[8..], transaction);
        BinaryPrimitives.WriteUInt32LittleEndian(message[12..], (uint)payload.Length);
        payload.CopyTo(message[HeaderSize..]);
        Stream.Send(message);
    }
}

/// <summary>One request off the wire.</summary>
internal readonly record struct StoreMessage(XenStoreMessageType Type, uint Request, uint Transaction, byte[] Payload);

/// <summary>A watch in the simulated store.</summary>
/// <param name="Session">Whose.</param>
/// <param name="Path">The absolute path.</param>
/// <param name="Given">The path as it was given: events for a relative one are relative too.</param>
/// <param name="Token">The client's name for it.</param>
internal sealed record StoreWatch(StoreSession Session, string Path, string Given, string Token);
