using Sxp;
using Xm.Connection;

namespace Xm.Tests;

public sealed class CreateTests : IDisposable
{
    private readonly XmRun _xm = Seeds.Host();

    public CreateTests() => _xm.Xend.Answer("xend.domain.create", FakeXend.Domain("linux", 1));

    public void Dispose() => _xm.Dispose();

    private IEnumerable<string> Methods => _xm.Xend.Calls.Select(call => call.Split(' ')[0] + " " + call.Split(' ')[^1]).Skip(1);

    [Fact]
    public void A_domain_is_made_its_devices_awaited_and_then_it_runs()
    {
        var outcome = _xm.Run("create", "/etc/xen/linux.cfg");
        Assert.Equal(new Outcome(0, "Using config file \"/etc/xen/linux.cfg\".\nStarted domain linux (id=1)\n", ""), outcome);
        Assert.StartsWith("xend.domain.create (vm (name linux) (memory 256)", _xm.Xend.Calls[0]);
        Assert.Equal(["xend.domain.waitForDevices linux", "xend.domain.unpause linux"], Methods);
    }

    [Fact]
    public void A_paused_domain_is_not_unpaused()
    {
        Assert.Contains("Started domain linux (id=1)", _xm.Run("create", "-p", "linux.cfg").Out);
        Assert.Equal(["xend.domain.waitForDevices linux"], Methods);
    }

    [Fact]
    public void Quiet_is_quiet() => Assert.Equal(new Outcome(0, "", ""), _xm.Run("create", "-q", "linux.cfg"));

    [Theory]
    [InlineData(2, "VM name 'linux' already exists as domain 3", "VM name 'linux' already exists as domain 3")]
    [InlineData(1, "no", "no")]
    [InlineData(3, "linux", "the domain 'linux' does not exist.")]
    [InlineData(
        2,
        "Device 51712 (vbd) could not be connected.\n  /dev/vg/x: no such device\n  hint: lvs",
        "Device 51712 (vbd) could not be connected.\n  /dev/vg/x: no such device\n  hint: lvs"
    )]
    public void A_refusal_is_told_without_usage(int code, string text, string told)
    {
        _xm.Xend.Refuse("xend.domain.create", code, text);
        var outcome = _xm.Run("create", "-q", "linux.cfg");
        Assert.Equal(new Outcome(1, "", $"Error: {told}\n"), outcome);
        Assert.Empty(Methods);
    }

    [Theory]
    [InlineData(
        "xend.domain.waitForDevices",
        "Device 0 (vif) could not be connected. Hotplug scripts not working.",
        "Device 0 (vif) could not be connected. Hotplug scripts not working."
    )]
    [InlineData("xend.domain.unpause", "whatever", "Failed to unpause domain linux\n  whatever")]
    public void What_fails_half_way_is_destroyed(string method, string text, string told)
    {
        _xm.Xend.Refuse(method, 2, text);
        Assert.Equal(new Outcome(1, "", $"Error: {told}\n"), _xm.Run("create", "-q", "linux.cfg"));
        Assert.Equal("xend.domain.destroy linux", _xm.Xend.Calls[^1]);
    }

    [Fact]
    public void The_first_failure_is_told_where_destroying_fails_too()
    {
        _xm.Xend.Refuse("xend.domain.waitForDevices", 2, "first").Refuse("xend.domain.destroy", 2, "second");
        Assert.Equal("Error: first\n", _xm.Run("create", "-q", "linux.cfg").Errors);
    }

    [Theory]
    [InlineData("vncconsole = 1", true)]
    [InlineData("vncconsole = '1'", true)]
    [InlineData("vncconsole = 0", false)]
    [InlineData("vncconsole = 'no'", false)]
    [InlineData("", false)]
    public void A_viewer_is_started_with_the_domain_whose_file_wants_one(string line, bool isStarted)
    {
        _xm.Environment["PATH"] = "/usr/bin";
        _xm.WithFile("/usr/bin/vncviewer");
        _xm.Xend.Answer("xend.domain.getVNC", SList.Of("vnc", SList.Of("host", "127.0.0.1"), SList.Of("port", 5900)));
        _xm.WithFile("/etc/xen/linux.cfg", $"{Seeds.Linux}\nvnc = 1\n{line}\n");
        var outcome = _xm.Run("create", "linux.cfg");
        Assert.Equal((0, ""), (outcome.Status, outcome.Errors));
        Assert.Equal(isStarted ? ["vncviewer 127.0.0.1:0"] : [], _xm.Foreground.Started);
    }

    [Fact]
    public void With_c_the_console_is_there_before_the_domain_runs()
    {
        _xm.WithFile("/usr/lib/xen-4.17/bin/xenconsole");
        _xm.Xend.Refuse("xend.domain", 3, "linux");
        _xm.Xend.Answer("xend.domain.unpause", _ =>
            _xm.Foreground.Started.Count == 1 ? SNone.Instance : throw new XendFault(1, "too early")
        );
        _xm.Foreground.Status = 4;
        var outcome = _xm.Run("create", "-c", "linux.cfg");
        Assert.Equal((4, ""), (outcome.Status, outcome.Errors));
        Assert.Equal(["xenconsole 1 --num 0"], _xm.Foreground.Started);
        Assert.EndsWith("Started domain linux (id=1)\n", outcome.Out);
    }

    [Fact]
    public void With_c_xenconsole_is_not_started_before_there_is_a_console()
    {
        _xm.WithFile("/usr/lib/xen-4.17/bin/xenconsole");
        _xm.Xend.Refuse("xend.domain", 3, "linux");
        _xm.Xend.Answer("xend.domain.waitForConsole", _ =>
            _xm.Foreground.Started.Count == 0 ? SNone.Instance : throw new XendFault(1, "too late")
        );
        var outcome = _xm.Run("create", "-c", "linux.cfg");
        Assert.Equal((0, ""), (outcome.Status, outcome.Errors));
        Assert.Contains("xend.domain.waitForConsole 1", _xm.Xend.Calls);
        Assert.Equal(["xenconsole 1 --num 0"], _xm.Foreground.Started);
    }

    [Fact]
    public void With_c_a_domain_that_goes_before_it_has_a_console_is_explained_by_its_creation()
    {
        _xm.WithFile("/usr/lib/xen-4.17/bin/xenconsole");
        _xm.Xend.Refuse("xend.domain", 3, "linux")
            .Refuse("xend.domain.waitForConsole", 3, "linux")
            .Refuse("xend.domain.waitForDevices", 2, "no bridge");
        Assert.Equal(new Outcome(1, "", "Error: no bridge\n"), _xm.Run("create", "-qc", "linux.cfg"));
        Assert.Empty(_xm.Foreground.Started);
    }

    [Fact]
    public void With_c_a_console_that_does_not_come_is_told_and_the_domain_runs()
    {
        _xm.WithFile("/usr/lib/xen-4.17/bin/xenconsole");
        _xm.Xend.Refuse("xend.domain", 3, "linux").Refuse("xend.domain.waitForConsole", 2, "Domain 'linux' has no console");
        Assert.Equal(new Outcome(1, "", "Error: Domain 'linux' has no console\n"), _xm.Run("create", "-qc", "linux.cfg"));
        Assert.Contains("xend.domain.unpause linux", _xm.Xend.Calls);
    }

    [Fact]
    public void With_c_the_console_opens_while_the_boot_loader_runs()
    {
        _xm.WithFile("/usr/lib/xen-4.17/bin/xenconsole");
        using var menuIsUsed = new ManualResetEventSlim();
        var looks = 0;
        _xm.Xend.Answer("xend.domain", _ =>
            Interlocked.Increment(ref looks) == 1 ? throw new XendFault(3, "linux") : FakeXend.Domain("linux", 9)
        );
        _xm.Xend.Answer("xend.domain.create", _ =>
        {
            menuIsUsed.Wait();
            return FakeXend.Domain("linux", 9);
        });
        _xm.Foreground.Behaviour = _ => menuIsUsed.Set();
        Assert.Equal(0, _xm.Run("create", "-c", "linux.cfg").Status);
        Assert.Equal(["xenconsole 9 --num 0"], _xm.Foreground.Started);
    }

    [Fact]
    public void With_c_a_refusal_opens_no_console()
    {
        _xm.WithFile("/usr/lib/xen-4.17/bin/xenconsole");
        _xm.Xend.Answer("xend.domain", FakeXend.Domain("linux", 3))
            .Refuse("xend.domain.create", 2, "VM name 'linux' already exists as domain 3");
        var outcome = _xm.Run("create", "-qc", "linux.cfg");
        Assert.Equal(new Outcome(1, "", "Error: VM name 'linux' already exists as domain 3\n"), outcome);
        Assert.Empty(_xm.Foreground.Started);
    }

    [Fact]
    public void With_c_a_domain_that_fails_takes_its_console_with_it()
    {
        _xm.WithFile("/usr/lib/xen-4.17/bin/xenconsole");
        _xm.Xend.Refuse("xend.domain", 3, "linux").Refuse("xend.domain.waitForDevices", 2, "no bridge");
        _xm.Foreground.Behaviour = program => program.Stopped.Wait();
        Assert.Equal(new Outcome(1, "", "Error: no bridge\n"), _xm.Run("create", "-qc", "linux.cfg"));
    }

    [Fact]
    public void Variables_may_be_called_like_options_and_stand_anywhere()
    {
        _xm.Run("create", "name=a", "linux.cfg", "-q", "memory=64", "--paused", "disk=phy:a,xvda,w", "disk=phy:b,xvdb,r");
        Assert.Contains("(name a) (memory 64)", _xm.Xend.Calls[0]);
        Assert.Contains("(uname phy:a)", _xm.Xend.Calls[0]);
        Assert.Contains("(uname phy:b)", _xm.Xend.Calls[0]);
        Assert.DoesNotContain("linux0", _xm.Xend.Calls[0]);
    }
}
