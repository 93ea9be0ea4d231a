using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Architecture.Tests;

/// <summary>What <c>make install</c> makes of a build.</summary>
public sealed class InstallTests : IDisposable
{
    private readonly string _work = Directory.CreateTempSubdirectory("install.").FullName;

    public void Dispose() => Directory.Delete(_work, recursive: true);

    /// <summary>Where /usr is merged, /lib and /sbin are links, which a copied tree that has them as directories would replace.</summary>
    [Fact]
    public async Task A_tree_made_with_DESTDIR_can_be_copied_over_a_root_whose_usr_is_merged()
    {
        var publish = Directory.CreateDirectory(Path.Combine(_work, "publish")).FullName;
        foreach (var program in new[] { "xend", "xm" })
        {
            var path = Path.Combine(publish, program);
            await File.WriteAllTextAsync(path, "a build\n");
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }
        var tree = Path.Combine(_work, "tree");

        await MakeAsync("install", $"PUBLISH={publish}", $"DESTDIR={tree}", "PREFIX=/usr/local");

        Assert.Equal(["etc", "usr"], Directory.EnumerateDirectories(tree).Select(Path.GetFileName).Order());
        var units = Path.Combine(tree, "usr/lib/systemd/system");
        Assert.Equal(
            ["xend-autostart.service", "xend-guests.service", "xend.service"],
            Directory.EnumerateFiles(units).Select(Path.GetFileName).Order()
        );
        Assert.Contains("ExecStart=/usr/local/sbin/xend ", await File.ReadAllTextAsync(Path.Combine(units, "xend.service")));
    }

    private static async Task MakeAsync(params string[] words)
    {
        var start = new ProcessStartInfo("make", ["--no-print-directory", "-C", Root(), .. words])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // make's own variables would make this one a part of the make that runs the tests.
        start.Environment.Remove("MAKEFLAGS");
        start.Environment.Remove("MAKELEVEL");
        using var make = Process.Start(start)!;
        var said = make.StandardOutput.ReadToEndAsync();
        var complained = make.StandardError.ReadToEndAsync();
        await make.WaitForExitAsync();
        Assert.True(make.ExitCode == 0, await said + await complained);
    }

    private static string Root([CallerFilePath] string path = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(path)!, "../.."));
}
