namespace Xend.Host;

/// <summary>Unix sockets of dom0, as files at which somebody listens, or did.</summary>
public interface IUnixSockets
{
    /// <summary>Whether somebody listens at a socket. In doubt somebody does.</summary>
    bool IsServed(string path);

    /// <summary>Removes a socket at which nobody listens any more; whatever else is at the path stays.</summary>
    /// <returns>Why it could not be removed; null where nothing is left to be done.</returns>
    string? RemoveDead(string path);
}
