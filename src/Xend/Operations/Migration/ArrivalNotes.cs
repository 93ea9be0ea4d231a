namespace Xend.Operations.Migration;

/// <summary>What the journal has of a guest that comes from another host.</summary>
internal static class ArrivalNotes
{
    /// <summary>What its hand-over is called.</summary>
    public const string Session = "session";

    /// <summary>Whether it is in the daemon's keeping: 1 or 0.</summary>
    public const string StaysManaged = "managed";
}
