namespace XenStore;

/// <summary>
/// Counts the requests of one flow of control and of whatever that starts, by any client. Of flows that run side by side each counts its
/// own.
/// </summary>
public sealed class XenStoreRequestCount
{
    private static readonly AsyncLocal<XenStoreRequestCount?> Current = new();

    private long _requests;

    private XenStoreRequestCount() { }

    /// <summary>How many were sent so far.</summary>
    public long Requests => Interlocked.Read(ref _requests);

    /// <summary>Counts what the calling method, and all that it calls and starts, sends from now on.</summary>
    public static XenStoreRequestCount Begin() => Current.Value = new XenStoreRequestCount();

    internal static void RequestSent()
    {
        if (Current.Value is { } count)
        {
            Interlocked.Increment(ref count._requests);
        }
    }
}
