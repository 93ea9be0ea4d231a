using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Xend.Api.XmlRpc;

/// <summary>What one client may use up, so that a broken one harms nobody else. Old xend had none of these.</summary>
internal sealed record ServerLimits
{
    /// <summary>Bytes of a request's body. A domain's configuration is a few KiB.</summary>
    public long Body { get; init; } = 1024 * 1024;

    /// <summary>Each waiting client holds one, and about 60 KiB while it sends.</summary>
    public int Connections { get; init; } = 256;

    /// <summary>For a request's head to be complete.</summary>
    public TimeSpan Head { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>For the next request of a connection to begin.</summary>
    public TimeSpan KeepAlive { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>A body that comes slower than this is not waited for, in bytes per second after <see cref="Grace"/>.</summary>
    public double BodyRate { get; init; } = 1024;

    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(5);

    public void Apply(KestrelServerLimits limits)
    {
        limits.MaxRequestBodySize = Body;
        limits.MaxConcurrentConnections = Connections;
        limits.MaxRequestHeaderCount = 64;
        limits.MaxRequestHeadersTotalSize = 16 * 1024;
        limits.MaxRequestLineSize = 8 * 1024;
        limits.MaxRequestBufferSize = 64 * 1024;
        limits.RequestHeadersTimeout = Head;
        limits.KeepAliveTimeout = KeepAlive;
        limits.MinRequestBodyDataRate = new MinDataRate(BodyRate, Grace);
        limits.MinResponseDataRate = new MinDataRate(BodyRate, Grace);
    }
}
