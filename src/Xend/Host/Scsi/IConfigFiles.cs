using System.Text;
using Linux.Interop;

namespace Xend.Host;

/// <summary>What changes a tree of configfs, where making a directory makes an object of the kernel's.</summary>
/// <remarks>Each answers why it could not; null where it did.</remarks>
public interface IConfigFiles
{
    string? MakeDirectory(string path);

    string? RemoveDirectory(string path);

    string? Write(string path, string text);

    string? Link(string path, string target);

    string? Unlink(string path);
}

/// <summary>The same, of the kernel, in which a driver may hang.</summary>
/// <param name="limit">How long one may take; 20 s where it is not given.</param>
public sealed class ConfigFiles(TimeSpan? limit = null) : IConfigFiles
{
    public string? MakeDirectory(string path) => Do("makes no", path, () => Directory.CreateDirectory(path));

    public string? RemoveDirectory(string path) => Do("does not remove", path, () => Directory.Delete(path));

    public string? Link(string path, string target) => Do("does not link", path, () => File.CreateSymbolicLink(path, target));

    public string? Unlink(string path) => Do("does not remove", path, () => File.Delete(path));

    public string? Write(string path, string text) => Do($"refuses '{text}' for", path, () =>
        {
            // Never made anew: what is not there the kernel does not know.
            using var file = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
            file.Write(Encoding.ASCII.GetBytes(text));
        });

    private string? Do(string what, string path, Action act)
    {
        var most = limit ?? KernelCall.UsualLimit;
        return KernelCall.TryWithin(most, () => Try(what, path, act), out var refusal)
            ? refusal
            : $"dom0's kernel has given no answer for {most.TotalSeconds:0.#} s: {path}";
    }

    private static string? Try(string what, string path, Action act)
    {
        try
        {
            act();
            return null;
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            return $"dom0's kernel knows no {path}";
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            var name = new Errno(error.HResult & 0xffff).Name;
            return $"dom0's kernel {what} {path}: {(name == "EBUSY" ? "it is in use (EBUSY)" : name)}";
        }
    }
}
