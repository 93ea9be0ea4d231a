using Serilog;
using Sxp;
using Xend.Operations;
using Xend.Requests;
using XmlRpc;

namespace Xend.Api.XmlRpc;

/// <summary>From the bytes of a call to the bytes of an answer. Whatever goes wrong on the way becomes a fault.</summary>
internal sealed class Dispatcher(IToolstack toolstack, CurrentOptions options, ILogger log, TimeProvider clock)
{
    /// <summary>Carries a call out.</summary>
    /// <exception cref="XmlRpcFormatException">The bytes are no call.</exception>
    public async Task<byte[]> AnswerAsync(ReadOnlyMemory<byte> request, Requester requester, CancellationToken stopping)
    {
        var call = XmlRpcReader.ReadCall(request.Span);
        try
        {
            // The answer is made here as well: one that cannot be written is an internal error like any other.
            return XmlRpcWriter.ToBytes(await RunAsync(call, requester, stopping).ConfigureAwait(false));
        }
        catch (XendError error)
        {
            log.Refused(Shorten(call.Method), requester, error);
            return XmlRpcWriter.ToBytes(Faults.Of(error));
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            return XmlRpcWriter.ToBytes(new XmlRpcFault(Faults.General, "xend is stopping; this was given up."));
        }
        catch (Exception error)
        {
            var id = Guid.NewGuid().ToString("N")[..8];
            log.Broken(error, Shorten(call.Method), id);
            return XmlRpcWriter.ToBytes(
                new XmlRpcFault(
                    Faults.Internal,
                    $"{Shorten(call.Method)} failed for an internal reason: see /var/log/xen/xend.log, error {id}."
                )
            );
        }
    }

    private async Task<XmlRpcResponse> RunAsync(XmlRpcCall call, Requester requester, CancellationToken stopping)
    {
        if (MethodTable.Find(call.Method) is not { } method)
        {
            // Not a fault: old xend's last resort was its Xen-API object, which answers so.
            return new XmlRpcResult(
                SStruct.Of(("Status", "Failure"), ("ErrorDescription", SList.Of("MESSAGE_METHOD_UNKNOWN", Shorten(call.Method))))
            );
        }
        if (call.Params.Length < method.Required || call.Params.Length > method.Most)
        {
            var expected = method.Required == method.Most ? $"{method.Most}" : $"{method.Required} to {method.Most}";
            return new XmlRpcFault(Faults.Internal, $"{method.Name} takes {expected} arguments; {call.Params.Length} were given.");
        }
        log.Called(method.Name, requester, method.Changes);
        var begun = clock.GetTimestamp();
        var value = await method
            .Run(new Call(toolstack, options.Value, requester, new Arguments(method.Name, call.Params), stopping))
            .ConfigureAwait(false);
        if (method.Changes)
        {
            log.Answered(method.Name, requester, clock.GetElapsedTime(begun));
        }
        return XmlRpcResult.AsXendSends(value);
    }

    private static string Shorten(string method) => method.Length <= 80 ? method : method[..77] + "...";
}
