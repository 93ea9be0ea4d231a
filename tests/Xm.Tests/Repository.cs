using System.Runtime.CompilerServices;

namespace Xm.Tests;

/// <summary>The files beside the tests' sources.</summary>
internal static class Repository
{
    /// <summary>The place of a file given from the top of the repository.</summary>
    public static string File(string path, [CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../..", path));
}
