using System.Globalization;
using System.Text;

namespace Xend.DeviceModel;

/// <summary>What a device model writes: a file a guest, the earlier ones kept beside it as .1, .2 and so on.</summary>
internal sealed class DeviceModelLog(string directory)
{
    private const int TailBytes = 4096;
    private const int TailLines = 5;

    public string PathOf(string domain) => Path.Combine(directory, $"qemu-dm-{domain}.log");

    /// <summary>Moves the earlier logs on and opens a new one.</summary>
    public FileStream Open(string domain, int kept)
    {
        Directory.CreateDirectory(directory);
        var path = PathOf(domain);
        for (var number = kept; number > 0; number--)
        {
            var from = number == 1 ? path : Numbered(path, number - 1);
            if (File.Exists(from))
            {
                File.Move(from, Numbered(path, number), overwrite: true);
            }
        }
        return new FileStream(
            path,
            new FileStreamOptions
            {
                Mode = FileMode.Create,
                Access = FileAccess.Write,
                Share = FileShare.ReadWrite | FileShare.Delete,
                BufferSize = 0,
                UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead,
            }
        );
    }

    /// <summary>The last lines of the newest log, bounded; empty where it said nothing.</summary>
    public string LastLines(string domain)
    {
        try
        {
            using var file = new FileStream(PathOf(domain), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            file.Seek(-Math.Min(TailBytes, file.Length), SeekOrigin.End);
            var bytes = new byte[TailBytes];
            var text = Encoding.UTF8.GetString(bytes, 0, file.ReadAtLeast(bytes, TailBytes, throwOnEndOfStream: false));
            var lines = text.Split('\n').Select(Printable).Where(line => line.Length > 0).ToList();
            return string.Join('\n', lines.Skip(Math.Max(0, lines.Count - TailLines)));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    private static string Printable(string line) => string.Concat(line.Trim().Select(letter => char.IsControl(letter) ? '?' : letter));

    private static string Numbered(string path, int number) => $"{path}.{number.ToString(CultureInfo.InvariantCulture)}";
}
