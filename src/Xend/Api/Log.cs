using Serilog;
using Xend.Operations;

namespace Xend.Api;

/// <summary>What the interfaces write into the log.</summary>
internal static class Log
{
    public static void Listening(this ILogger log, string path) =>
        log.Information("Opening Unix domain socket XML-RPC server on {Path:l}.", path);

    public static void StaleSocketRemoved(this ILogger log, string path) =>
        log.Debug("Removed {Path:l}: a socket that nobody listened at any more.", path);

    public static void Called(this ILogger log, string method, Requester requester, bool changes)
    {
        if (changes)
        {
            log.Debug("{Method:l} asked by {Requester:l}.", method, requester.ToString());
        }
        else
        {
            log.Verbose("{Method:l} asked by {Requester:l}.", method, requester.ToString());
        }
    }

    public static void Answered(this ILogger log, string method, Requester requester, TimeSpan after) =>
        log.Debug("{Method:l} of {Requester:l} done after {Milliseconds} ms.", method, requester.ToString(), (long)after.TotalMilliseconds);

    public static void Refused(this ILogger log, string method, Requester requester, XendError error) =>
        log.Information("{Method:l} of {Requester:l} failed: {Reason:l}", method, requester.ToString(), error.Text);

    public static void Broken(this ILogger log, Exception error, string method, string id) =>
        log.Error(error, "{Method:l} failed for an internal reason, id {Id:l}.", method, id);

    public static void PeerRefused(this ILogger log, uint userId, int processId) =>
        log.Warning("Refused a connection of uid {UserId}, pid {ProcessId}: root only.", userId, processId);

    public static void BadRequest(this ILogger log, int status, string sentence, Requester requester) =>
        log.Debug("Request of {Requester:l} refused with {Status}: {Sentence:l}", requester.ToString(), status, sentence);
}
