using System.Text;

namespace Xend.Hosting.Logging;

/// <summary>The end of a log file, for <c>xm log</c>.</summary>
public static class LogTail
{
    /// <summary>
    /// At most the last <paramref name="bytes"/> of the file, from the beginning of a line; empty where there is no file.
    /// </summary>
    /// <exception cref="XendError">The file is there and cannot be read.</exception>
    public static string Read(string path, int bytes = 1024 * 1024)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var whole = file.Length <= bytes;
            if (!whole)
            {
                file.Seek(-bytes, SeekOrigin.End);
            }
            var buffer = new byte[Math.Min(file.Length, bytes)];
            var text = buffer.AsSpan(0, file.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false));
            if (!whole && text.IndexOf((byte)'\n') is var newline and >= 0)
            {
                text = text[(newline + 1)..];
            }
            return Encoding.UTF8.GetString(text);
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            return "";
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new XendError(ErrorCode.HostResource, $"The log {path} cannot be read.", cause: error);
        }
    }
}
