using System.Text;

namespace Xend.Hotplug;

/// <summary>
/// The file to which the stock scripts send their standard error (xen-hotplug-common.sh): what they have to complain of is there, and not
/// in what their caller can catch.
/// </summary>
/// <param name="path">The file.</param>
internal sealed class ScriptLog(string path)
{
    public const string Path = "/var/log/xen/xen-hotplug.log";

    private const int Most = 16 * 1024;

    /// <summary>Where it ends now; 0 where there is none.</summary>
    public long End()
    {
        try
        {
            return new FileInfo(path) is { Exists: true } file ? file.Length : 0;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return 0;
        }
    }

    /// <summary>What was added since; of much, the end. Of scripts that ran side by side it has the words of all.</summary>
    public string Since(long start)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            // Rotated meanwhile, all of it is new.
            start = file.Length < start ? 0 : start;
            file.Position = long.Max(start, file.Length - Most);
            var bytes = new byte[file.Length - file.Position];
            var read = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            return Encoding.UTF8.GetString(bytes, 0, read);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
