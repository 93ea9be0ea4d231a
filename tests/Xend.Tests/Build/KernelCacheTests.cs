using Linux.Interop;
using Xend.Build;

namespace Xend.Tests.Build;

public sealed class KernelCacheTests : IDisposable
{
    private static readonly byte[] Unpacked = [0x7F, (byte)'E', (byte)'L', (byte)'F', 2, 1, 1, .. new byte[100]];

    private readonly string _root = Directory.CreateTempSubdirectory("cache").FullName;
    private readonly string _directory;
    private readonly string _kernel;
    private readonly KernelCache _cache;

    public KernelCacheTests()
    {
        _directory = Path.Combine(_root, "kernels");
        _kernel = Path.Combine(_root, "vmlinuz");
        _cache = new KernelCache(_directory);
        WriteKernel();
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void What_was_unpacked_once_is_found_again_and_is_for_root_alone()
    {
        var slot = Find();
        Assert.False(slot.IsFilled);
        _cache.Fill(slot, Unpacked);

        var again = Find();
        Assert.True(again.IsFilled);
        Assert.Equal(Unpacked, File.ReadAllBytes(again.Path));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(again.Path));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(_directory));
        Assert.Single(Directory.GetFiles(_directory));
    }

    [Fact]
    public void A_kernel_that_was_rewritten_or_replaced_is_unpacked_anew_even_with_its_old_times_and_size()
    {
        var time = File.GetLastWriteTimeUtc(_kernel);
        _cache.Fill(Find(), Unpacked);
        WriteKernel();
        File.SetLastWriteTimeUtc(_kernel, time);
        Assert.False(Find().IsFilled);

        _cache.Fill(Find(), Unpacked);
        // What is left of the first version is gone.
        Assert.Single(Directory.GetFiles(_directory));
        WriteKernel(_kernel + ".new");
        File.SetLastWriteTimeUtc(_kernel + ".new", time);
        File.Move(_kernel + ".new", _kernel, overwrite: true);
        Assert.False(Find().IsFilled);
    }

    [Fact]
    public void A_kernel_that_changed_while_it_was_unpacked_is_not_kept()
    {
        var slot = Find();
        WriteKernel();
        _cache.Fill(slot, Unpacked);
        Assert.Empty(Directory.GetFiles(_directory));
    }

    [Fact]
    public void A_broken_or_empty_entry_is_as_good_as_none()
    {
        var slot = Find();
        foreach (var broken in new byte[][] { [], [1, 2, 3], Unpacked[..10] })
        {
            File.WriteAllBytes(slot.Path, broken);
            Assert.False(Find().IsFilled);
        }
        _cache.Fill(Find(), Unpacked);
        Assert.True(Find().IsFilled);
        KernelCache.Empty(Find());
        Assert.False(Find().IsFilled);
    }

    [Fact]
    public void A_directory_that_others_may_write_in_is_not_used()
    {
        Directory.CreateDirectory(_directory);
        File.SetUnixFileMode(_directory, (UnixFileMode)0x1FF);
        Assert.Null(_cache.Find(_kernel));
    }

    [Fact]
    public void A_directory_that_cannot_be_made_means_no_cache_and_no_error()
    {
        File.WriteAllText(_directory, "a file");
        Assert.Null(_cache.Find(_kernel));
        Assert.Null(new KernelCache("/proc/none").Find(_kernel));
    }

    [Fact]
    public void What_is_no_packed_kernel_gets_no_place()
    {
        File.WriteAllBytes(_kernel, Unpacked);
        Assert.Null(_cache.Find(_kernel));
        Assert.Null(_cache.Find(_kernel + ".none"));
        WriteKernel();
        _cache.Fill(Find(), "not an ELF file"u8);
        Assert.Empty(Directory.GetFiles(_directory));
    }

    [Fact]
    public void What_dead_builders_left_is_removed_and_what_live_ones_write_is_not()
    {
        var slot = Find();
        string old = Path.Combine(_directory, "1-2-3-4-5.77.tmp"),
            young = Path.Combine(_directory, "1-2-3-4-5.78.tmp");
        File.WriteAllText(old, "");
        File.WriteAllText(young, "");
        File.SetLastWriteTimeUtc(old, DateTime.UtcNow.AddDays(-1));
        _cache.Fill(slot, Unpacked);
        Assert.Equal([young, slot.Path], Directory.GetFiles(_directory).OrderBy(path => path == slot.Path));
    }

    [Fact]
    public void The_entries_that_were_not_used_for_longest_make_room()
    {
        var slot = Find();
        string oldest = Big("a-1-1-1-1", days: 3),
            old = Big("b-1-1-1-1", days: 2),
            recent = Big("c-1-1-1-1", days: 1);
        _cache.Fill(slot, Unpacked);
        Assert.False(File.Exists(oldest));
        Assert.False(File.Exists(old));
        Assert.True(File.Exists(recent));

        string Big(string name, int days)
        {
            var path = Path.Combine(_directory, name);
            using (var file = File.Create(path))
            {
                file.SetLength(KernelCache.LargestSum / 2); // Sparse.
            }

            File.SetLastWriteTimeUtc(path, DateTime.UtcNow.AddDays(-days));
            return path;
        }
    }

    private KernelCache.Slot Find() => _cache.Find(_kernel) ?? throw new InvalidOperationException("no place");

    private void WriteKernel(string? path = null)
    {
        var image = new byte[4096];
        "HdrS"u8.CopyTo(image.AsSpan(0x202));
        File.WriteAllBytes(path ?? _kernel, image);
        Assert.True(FileStatus.Read(path ?? _kernel).IsRegular);
    }
}
