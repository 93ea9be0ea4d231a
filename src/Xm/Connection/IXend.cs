using Sxp;

namespace Xm.Connection;

/// <summary>A connection to xend. Its methods and their arguments are those that xm has always called.</summary>
internal interface IXend : IDisposable
{
    /// <exception cref="XendFault">xend refused.</exception>
    /// <exception cref="XendUnreachable">There is no xend.</exception>
    /// <exception cref="XendCrashed">There is no answer that could be understood.</exception>
    SValue Call(string method, params ReadOnlySpan<SValue> arguments);
}
