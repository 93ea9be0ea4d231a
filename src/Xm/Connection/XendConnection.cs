using Sxp;
using Xm.CommandLine;
using XmlRpc;

namespace Xm.Connection;

/// <summary>The connection over xend's Unix socket; opened by the first call.</summary>
internal sealed class XendConnection(ServerAddress address) : IXend
{
    private readonly XmlRpcClient _client = new(address.SocketPath);

    public SValue Call(string method, params ReadOnlySpan<SValue> arguments)
    {
        try
        {
            var result = _client.Call(method, arguments);
            RefuseUnknownMethod(method, result);
            return result;
        }
        catch (XmlRpcFaultException error)
        {
            throw new XendFault(error.Fault.Code, error.Fault.Text);
        }
        catch (XmlRpcConnectException error)
        {
            throw new XendUnreachable(error.Reason);
        }
        catch (XmlRpcHttpException error)
        {
            throw new XendCrashed($"Xend has probably crashed!  ProtocolError({error.Status}, {error.Reason}).");
        }
        catch (XmlRpcFormatException error) when (error.Offset < 0)
        {
            throw UnsendableText.In(arguments) ?? new CommandError(error.Message);
        }
        catch (XmlRpcException)
        {
            throw new XendCrashed("Xend has probably crashed!  Invalid or missing HTTP status code.");
        }
    }

    public void Dispose() => _client.Dispose();

    /// <summary>xend answers a method that it does not know with a struct, not with a fault.</summary>
    private static void RefuseUnknownMethod(string method, SValue result)
    {
        if (
            result is SStruct answer
            && answer.Value("Status") is SString { Value: "Failure" }
            && answer.Value("ErrorDescription") is not null
        )
        {
            throw new XendFault(1, $"method \"{method}\" is not supported");
        }
    }
}
