using XenStore.Wire;

namespace Simulation;

/// <summary>A request as a fault hook sees it, before it is carried out.</summary>
/// <param name="Number">1 for the first request that reached the store, on whatever connection.</param>
/// <param name="DomainId">Who asks.</param>
/// <param name="Type">What for.</param>
/// <param name="Path">The absolute path, or an empty string for requests without one.</param>
/// <param name="TransactionId">The transaction, or 0.</param>
public readonly record struct SimulatedRequest(long Number, uint DomainId, XenStoreMessageType Type, string Path, uint TransactionId);

/// <summary>What goes wrong with a request.</summary>
public sealed record SimulatedFault
{
    private SimulatedFault() { }

    /// <summary>The connection is dropped, and the request is not carried out.</summary>
    public static SimulatedFault DropBefore { get; } = new() { Drops = true };

    /// <summary>The request is carried out, and the connection is dropped instead of a reply.</summary>
    public static SimulatedFault DropAfter { get; } = new() { Drops = true, CarriesOut = true };

    internal string? Word { get; private init; }

    internal bool Drops { get; private init; }

    internal bool CarriesOut { get; private init; }

    internal Task? Until { get; private init; }

    /// <summary>The request is not carried out but answered with an error: EIO, EQUOTA, ENOSPC, EAGAIN...</summary>
    public static SimulatedFault Error(string word) => new() { Word = word };

    /// <summary>
    /// The request, and all that follow on its connection, wait. Then it is carried out, and the hook is not asked again.
    /// </summary>
    public static SimulatedFault Delay(Task until) => new() { Until = until, CarriesOut = true };
}
