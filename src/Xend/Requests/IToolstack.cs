namespace Xend.Requests;

/// <summary>The one request handler, by areas. Every interface of the daemon is a translation to and from it and owns no logic.</summary>
/// <remarks>
/// Requests are typed: reading a wire format is the interface's work. A domain is referred to by name, id or UUID, looked for in that
/// order. Reads answer from the snapshot at once; what changes a domain waits in that domain's own queue. Every failure is a
/// <see cref="XendError"/>.
/// </remarks>
public interface IToolstack : IDomainRequests, IDeviceRequests, IPciRequests, IHostRequests, ITaskRequests, IAuditRequests;
