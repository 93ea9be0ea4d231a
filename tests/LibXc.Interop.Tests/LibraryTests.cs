namespace LibXc.Interop.Tests;

/// <summary>The installed libraries themselves, with a handle that opens no device (XC_OPENFLAG_DUMMY).</summary>
/// <remarks>Where no Xen library is installed, what must be said about that is tested instead.</remarks>
public sealed class LibraryTests
{
    private readonly List<XenLogLine> _log = [];

    [Fact]
    public void Without_a_hypervisor_the_installed_release_is_taken_or_its_package_is_named()
    {
        if (XenLibraries.Installed() is [.., var newest])
        {
            Assert.Equal(XenVersion.Running() ?? newest, XenLibraries.Load().Version);
        }
        else
        {
            Assert.Contains("libxenmisc", Assert.Throws<XenLibraryException>(() => XenLibraries.Load()).Message);
        }
    }

    [Fact]
    public void A_release_that_is_not_installed_is_an_error_that_names_its_package()
    {
        var error = Assert.Throws<XenLibraryException>(() => XenLibraries.Load(new XenVersion(4, 98)));
        Assert.StartsWith("libxenctrl.so.4.98 cannot be loaded (", error.Message, StringComparison.Ordinal);
        Assert.EndsWith("install the package libxenmisc4.98", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_running_release_is_read_from_sysfs()
    {
        var directory = Directory.CreateTempSubdirectory("sysfs").FullName;
        Assert.Null(XenVersion.Running(directory));
        File.WriteAllText(Path.Combine(directory, "major"), "4\n");
        File.WriteAllText(Path.Combine(directory, "minor"), "17\n");
        Assert.Equal(new XenVersion(4, 17), XenVersion.Running(directory));
        Directory.Delete(directory, recursive: true);
    }

    [Fact]
    public void Releases_are_ordered_as_numbers()
    {
        Assert.True(new XenVersion(4, 9) < new XenVersion(4, 17));
        Assert.True(new XenVersion(5, 0) > new XenVersion(4, 20));
        Assert.Null(XenVersion.TryParse("4.17.0"));
        Assert.Null(XenVersion.TryParse("4.-1"));
    }

    [Fact]
    public void The_image_structure_of_the_installed_library_has_the_layout_that_is_written_to()
    {
        using var xen = OpenDummy();
        if (xen is null)
        {
            return;
        }
        // Allocate refuses an unexpected layout.
        using var image = DomainImage.Allocate(xen, "console=hvc0", "");
        image.Configure(
            new ImageSettings
            {
                ConsoleEventChannel = 2,
                StoreEventChannel = 1,
                MaxVcpus = 1,
            }
        );
    }

    [Fact]
    public void A_failed_call_carries_its_name_its_object_the_errno_and_what_libxc_logged()
    {
        using var xen = OpenDummy();
        if (xen is null)
        {
            return;
        }

        using var image = DomainImage.Allocate(xen, "", "");
        var error = Assert.Throws<XenCallException>(() => image.SetKernel("/nonexistent/vmlinuz"));
        Assert.Equal(("xc_dom_kernel_file", "/nonexistent/vmlinuz", "ENOENT"), (error.Call, error.Subject, error.Errno.Name));
        Assert.NotNull(error.Detail);
        Assert.Contains("failed to open file", error.Detail);
        Assert.Contains(error.Log, line => line.Level == XenLogLevel.Error && line.Text.Contains("No such file", StringComparison.Ordinal));
        // The same lines went to the log, and only those of a call are in its error.
        Assert.Contains(_log, line => line.Text == error.Log[^1].Text);
        Assert.True(_log.Count > error.Log.Count);
    }

    [Fact]
    public void A_log_line_longer_than_any_buffer_is_cut_and_does_no_harm()
    {
        using var xen = OpenDummy();
        if (xen is null)
        {
            return;
        }

        using var image = DomainImage.Allocate(xen, new string('x', 9000), "");
        Assert.Throws<XenCallException>(() => image.SetKernel("/" + new string('é', 3000)));
        Assert.All(_log, line => Assert.InRange(line.Text.Length, 0, 2048));
    }

    [Fact]
    public void A_receiver_of_log_lines_that_throws_does_no_harm()
    {
        if (Libraries() is not { } libraries)
        {
            return;
        }

        using var xen = XenControl.OpenDummy(libraries, _ => throw new InvalidOperationException());
        using var image = DomainImage.Allocate(xen, "", "");
        Assert.Throws<XenCallException>(() => image.SetKernel("/nonexistent"));
    }

    [Fact]
    public void Lines_of_calls_on_other_threads_stay_out_of_an_error()
    {
        using var xen = OpenDummy(_ => { });
        if (xen is null)
        {
            return;
        }

        Parallel.For(0, 8, thread =>
        {
            using var image = DomainImage.Allocate(xen, "", "");
            for (var i = 0; i < 50; i++)
            {
                var path = $"/nonexistent/{thread}-{i}";
                var error = Assert.Throws<XenCallException>(() => image.SetKernel(path));
                Assert.All(error.Log.Where(line => line.Text.Contains("/nonexistent/", StringComparison.Ordinal)), line =>
                    Assert.Contains(path, line.Text)
                );
            }
        });
    }

    [Fact]
    public void Outside_of_dom0_opening_says_why()
    {
        if (Libraries() is not { } libraries || File.Exists("/dev/xen/privcmd") || File.Exists("/proc/xen/privcmd"))
        {
            return;
        }

        var error = Assert.Throws<XenCallException>(() => XenControl.Open(libraries));
        Assert.Equal("xc_interface_open", error.Call);
        Assert.Contains("does not run as Xen's dom0", error.Reason);
    }

    private XenControl? OpenDummy(Action<XenLogLine>? log = null) =>
        Libraries() is { } libraries ? XenControl.OpenDummy(libraries, log ?? _log.Add) : null;

    private static XenLibraries? Libraries() => XenLibraries.Installed() is [.., var newest] ? XenLibraries.Load(newest) : null;
}
