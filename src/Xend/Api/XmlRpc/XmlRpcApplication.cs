using System.Buffers;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Serilog;
using Xend.Operations;
using XmlRpc;

namespace Xend.Api.XmlRpc;

/// <summary>HTTP on one side, calls on the other: POST only, the path is not looked at, faults are 200 like any answer.</summary>
/// <param name="dispatcher">Carries the calls out.</param>
/// <param name="log">The daemon's log.</param>
/// <param name="ownUserId">The daemon's own user, which is root on a host; root and it are served.</param>
/// <param name="stopping">The daemon stops.</param>
internal sealed class XmlRpcApplication(Dispatcher dispatcher, ILogger log, uint ownUserId, CancellationToken stopping)
    : IHttpApplication<HttpContext>
{
    private const string Interface = "xmlrpc";

    public HttpContext CreateContext(IFeatureCollection contextFeatures) => new DefaultHttpContext(contextFeatures);

    /// <summary>Called when the answer is complete.</summary>
    public void DisposeContext(HttpContext context, Exception? exception) => context.Features.Get<Answers>()?.Given.Release();

    public async Task ProcessRequestAsync(HttpContext context)
    {
        var peer = context.Features.Get<Peer>();
        var requester = peer is null
            ? new Requester(uint.MaxValue, 0, Interface)
            : new Requester(peer.Credentials.UserId, peer.Credentials.ProcessId, Interface);
        if (requester.UserId != 0 && requester.UserId != ownUserId)
        {
            log.PeerRefused(requester.UserId, requester.ProcessId);
            await RefuseAsync(context, StatusCodes.Status403Forbidden, "xend serves root only.", requester).ConfigureAwait(false);
            return;
        }
        if (!HttpMethods.IsPost(context.Request.Method))
        {
            context.Response.Headers.Allow = "POST";
            await RefuseAsync(context, StatusCodes.Status405MethodNotAllowed, "XML-RPC calls are POST requests.", requester)
                .ConfigureAwait(false);
            return;
        }
        try
        {
            var request = await ReadBodyAsync(context.Request).ConfigureAwait(false);
            var answer = await dispatcher.AnswerAsync(request, requester, stopping).ConfigureAwait(false);
            await WriteAsync(context.Response, StatusCodes.Status200OK, "text/xml", answer).ConfigureAwait(false);
        }
        catch (BadHttpRequestException error)
        {
            await RefuseAsync(context, error.StatusCode, Sentence(error.StatusCode), requester).ConfigureAwait(false);
        }
        catch (XmlRpcFormatException error)
        {
            await RefuseAsync(context, StatusCodes.Status400BadRequest, $"This is no XML-RPC call: {error.Message}", requester)
                .ConfigureAwait(false);
        }
        catch (Exception error) when (error is IOException or ConnectionResetException or OperationCanceledException)
        {
            // The client went away. What it asked for was carried out; there is nobody to tell.
            context.Abort();
        }
    }

    private static async Task<ReadOnlyMemory<byte>> ReadBodyAsync(HttpRequest request)
    {
        var body = new ArrayBufferWriter<byte>(request.ContentLength is { } length and > 0 and < 64 * 1024 ? (int)length : 4096);
        while (true)
        {
            var read = await request.Body.ReadAsync(body.GetMemory(1)).ConfigureAwait(false);
            if (read == 0)
            {
                return body.WrittenMemory;
            }
            body.Advance(read);
        }
    }

    private async Task RefuseAsync(HttpContext context, int status, string sentence, Requester requester)
    {
        log.BadRequest(status, sentence, requester);
        context.Response.Headers.Connection = "close";
        await WriteAsync(context.Response, status, "text/plain", System.Text.Encoding.UTF8.GetBytes(sentence + "\n")).ConfigureAwait(false);
    }

    private static async Task WriteAsync(HttpResponse response, int status, string type, byte[] content)
    {
        response.StatusCode = status;
        response.ContentType = type;
        response.ContentLength = content.Length;
        await response.Body.WriteAsync(content).ConfigureAwait(false);
    }

    private static string Sentence(int status) =>
        status switch
        {
            StatusCodes.Status413PayloadTooLarge => "The request is too large.",
            StatusCodes.Status408RequestTimeout => "The request came too slowly.",
            _ => "The request is not understood.",
        };
}
