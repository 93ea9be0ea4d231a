using Sxp;
using Xend.Domains;

namespace Xend.Persistence;

/// <summary>
/// What is written of a domain is read before it is kept, so that no file is found unreadable only when the next daemon needs it.
/// </summary>
internal static class ReadBack
{
    /// <param name="domain">The name of the domain, for the error.</param>
    /// <param name="text">What is to be written.</param>
    /// <param name="read">The reader of such files.</param>
    /// <exception cref="XendError">The reader refuses the text.</exception>
    public static void Check(string domain, string text, Func<string, DomainEntry> read)
    {
        try
        {
            read(text);
        }
        catch (Exception error) when (error is XendError or SxpException)
        {
            throw new XendError(
                ErrorCode.InvalidRequest,
                $"The configuration of {domain} cannot be kept.",
                $"It could not be read again: {error.Message}",
                cause: error
            );
        }
    }
}
