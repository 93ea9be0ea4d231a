using XmlRpc;

namespace Xend.Api.XmlRpc;

/// <summary>Failures as faults of the legacy interface. The numbers are those of Xen 4.1's XMLRPCServer and XendError.</summary>
internal static class Faults
{
    public const int Internal = 1;

    public const int General = 2;

    public const int NoSuchDomain = 3;

    /// <summary>The fault of a failure. The text of an unknown domain is just what it was called by: xm makes the sentence.</summary>
    public static XmlRpcFault Of(XendError error) =>
        error.Code switch
        {
            ErrorCode.NoSuchDomain => new XmlRpcFault(NoSuchDomain, error.Message),
            ErrorCode.Internal => new XmlRpcFault(Internal, error.Text),
            _ => new XmlRpcFault(General, error.Text),
        };
}
