using System.Text;

namespace Linux.Interop;

/// <summary>A path, or another text, as C takes it: UTF-8 with a zero byte at its end.</summary>
internal static class NativePath
{
    public static byte[] Of(string path) => Encoding.UTF8.GetBytes(path + '\0');
}
