using Sxp;
using Xm.Connection;
using Xm.Output;

namespace Xm.Tests;

public sealed class CommandTests : IDisposable
{
    private readonly XmRun _xm = new();

    public void Dispose() => _xm.Dispose();

    [Theory]
    [InlineData("destroy linux", "xend.domain.destroy linux")]
    [InlineData("pause linux", "xend.domain.pause linux; xend.domain.setpauseflag linux True")]
    [InlineData("unpause 5", "xend.domain.unpause 5; xend.domain.setpauseflag 5 False")]
    [InlineData(
        "block-configure winxp file:/two.iso hdc:cdrom r",
        "xend.domain.device_configure winxp (vbd (uname file:/two.iso) (dev hdc:cdrom) (mode r))"
    )]
    [InlineData(
        "cd-insert winxp hdc two.iso",
        "xend.domain.device_configure winxp (vbd (uname file:/home/user/two.iso) (dev hdc:cdrom) (mode r))"
    )]
    [InlineData(
        "cd-insert winxp hdc:cdrom /dev/sr0",
        "xend.domain.device_configure winxp (vbd (uname phy:/dev/sr0) (dev hdc:cdrom) (mode r))"
    )]
    [InlineData("cd-eject winxp hdc", "xend.domain.device_configure winxp (vbd (uname '') (dev hdc:cdrom) (mode r))")]
    [InlineData("delete linux", "xend.domain.delete linux")]
    [InlineData("rename linux linus", "xend.domain.setName linux linus")]
    [InlineData("reset linux", "xend.domain.reset linux")]
    [InlineData("start linux", "xend.domain.start linux False")]
    [InlineData("start linux -p", "xend.domain.start linux True")]
    [InlineData("start --paused linux", "xend.domain.start linux True")]
    [InlineData("dmesg", "xend.node.dmesg.info")]
    [InlineData("dmesg --clear", "xend.node.dmesg.clear")]
    [InlineData("log", "xend.node.log")]
    [InlineData("info", "xend.node.info 0")]
    [InlineData("info -n", "xend.node.info 1")]
    [InlineData("domid linux", "xend.domain linux 0")]
    public void Commands_call_the_old_methods(string words, string calls)
    {
        var outcome = _xm.Run(words.Split(' '));
        Assert.Equal((0, ""), (outcome.Status, outcome.Errors));
        Assert.Equal(calls, string.Join("; ", _xm.Xend.Calls));
    }

    [Fact]
    public void Vncviewer_is_started_on_the_domains_display_and_gets_the_password_on_its_standard_input_if_asked_to()
    {
        _xm.Environment["PATH"] = "/usr/bin";
        _xm.Xend.Answer(
            "xend.domain.getVNC",
            SList.Of("vnc", SList.Of("host", "0.0.0.0"), SList.Of("port", 5903), SList.Of("password", "geheim"))
        );
        var missing = _xm.Run("vncviewer", "winxp");
        Assert.Equal((1, "Error: external vncviewer missing or not in the path\nExiting\n"), (missing.Status, missing.Errors));
        _xm.WithFile("/usr/bin/vncviewer");
        Assert.Equal("invoking  vncviewer localhost:3\n", _xm.Run("vncviewer", "winxp").Out);
        Assert.Equal("invoking  vncviewer -autopass localhost:3\n", _xm.Run("vncviewer", "--autopass", "winxp").Out);
        Assert.Equal(["vncviewer localhost:3", "vncviewer -autopass localhost:3"], _xm.Foreground.Started);
        Assert.Equal(["geheim\n"], _xm.Foreground.Inputs);
        Assert.Equal("Error: No domain given (or several parameters specified)\n", _xm.Run("vncviewer").Errors);
    }

    [Fact]
    public void A_shutdown_by_the_power_button_is_said()
    {
        _xm.Xend.Answer("xend.domain", FakeXend.Domain("winxp", 3))
            .Answer("xend.domain.shutdown", "Domain winxp has no PV drivers: its ACPI power button was pressed.");
        Assert.Equal("Domain winxp has no PV drivers: its ACPI power button was pressed.\n", _xm.Run("shutdown", "winxp").Out);
    }

    [Fact]
    public void Domid_and_domname_print_one_word()
    {
        _xm.Xend.Answer("xend.domain", FakeXend.Domain("linux", 3));
        Assert.Equal("3\n", _xm.Run("domid", "linux").Out);
        Assert.Equal("linux\n", _xm.Run("domname", "3").Out);
        _xm.Xend.Answer("xend.domain", FakeXend.Domain("linux", null));
        Assert.Equal("None\n", _xm.Run("domid", "linux").Out);
    }

    [Theory]
    [InlineData("r-----", "running\n")]
    [InlineData("-b----", "idle\n")]
    [InlineData("--p---", "paused by admin\n")]
    [InlineData("---s--", "shutoff\n")]
    [InlineData("----c-", "crashed\n")]
    [InlineData("-b---d", "idle\n")]
    [InlineData("-----d", "shutdown\n")]
    [InlineData("------", "")]
    [InlineData("", "shutoff\n")]
    public void Domstate_is_one_word(string state, string word)
    {
        _xm.Xend.Answer("xend.domain", FakeXend.Domain("linux", 3, state: state)).Answer("xend.domain.getpauseflag", true);
        Assert.Equal(word, _xm.Run("domstate", "linux").Out);
    }

    [Fact]
    public void Uptime_is_a_table()
    {
        var now = _xm.Clock.GetUtcNow().ToUnixTimeSeconds();
        _xm.WithFile("/proc/uptime", "2439.61 4800.00\n");
        _xm.Xend.Answer(
            "xend.domains_with_state",
            SList.Of(
                FakeXend.Domain("linux", 2, start: now - 90061.4),
                FakeXend.Domain("old", 1, start: now - 3 * 86400),
                FakeXend.Domain("Domain-0", 0),
                FakeXend.Domain("off", null, start: now - 5),
                FakeXend.Domain("early", 3, start: now + 60)
            )
        );
        Assert.Equal(
            "Name                                ID Uptime \n"
                + "Domain-0                             0  0:40:40\n"
                + "old                                  1 3 days,  0:00:00\n"
                + "linux                                2 1 day,  1:01:01\n"
                + "early                                3  0:00:00\n"
                + "off                                     0:00:00\n",
            _xm.Run("uptime").Out
        );
        Assert.Contains(" 12:34:56 up 1 day,  1:01, linux (2)\n", _xm.Run("uptime", "-s").Out);
    }

    [Fact]
    public void Info_prints_pairs_and_hides_the_first()
    {
        _xm.Xend.Answer(
            "xend.node.info",
            SList.Of(
                SList.Of("system", "Linux"),
                SList.Of("host", "dom0"),
                SList.Of("virt_caps", ""),
                SList.Of("xen_caps", "xen-3.0-x86_64 "),
                SList.Of("nr_cpus", 2),
                SList.Of("none"),
                SList.Of("cpu_topology", "\ncpu:    core    socket     node\n  0:       0        0        0")
            )
        );
        Assert.Equal(
            "host                   : dom0\nvirt_caps              : \nxen_caps               : xen-3.0-x86_64 \nnr_cpus              "
                + "  : 2\n"
                + "none                   : (none)\ncpu_topology           : \ncpu:    core    socket     node\n  0:       0        0 "
                + "       0\n",
            _xm.Run("info", "--numa").Out
        );
    }

    [Fact]
    public void Info_c_prints_the_configuration_of_xend()
    {
        Assert.Equal("xend [ERROR] Config file does not exist: /etc/xen/xend-config.sxp\n", _xm.Run("info", "-c").Errors);
        _xm.WithFile("/etc/xen/xend-config.sxp", "# comment\n(xend-unix-server yes)\n(vnc-listen '127.0.0.1')\n(odd)\n");
        Assert.Equal(
            "xend-unix-server                      : yes\nvnc-listen                            : 127.0.0.1\nodd                      "
                + "             : (none)\n",
            _xm.Run("info", "-c").Out
        );
        _xm.WithFile("/etc/xen/xend-config.sxp", "(a b\n");
        Assert.Equal(1, _xm.Run("info", "-c").Status);
    }

    [Fact]
    public void Messages_and_log_are_printed_as_they_are()
    {
        _xm.Xend.Answer("xend.node.dmesg.info", "(XEN) one\n(XEN) two").Answer("xend.node.log", "a\nb");
        Assert.Equal("(XEN) one\n(XEN) two", _xm.Run("dmesg").Out);
        Assert.Equal("a\nb\n", _xm.Run("log").Out);
    }

    [Fact]
    public void Shutdown_asks_and_does_not_wait()
    {
        _xm.Xend.Answer("xend.domain", FakeXend.Domain("linux", 3)).Answer("xend.domain.getRestartCount", 0);
        var outcome = _xm.Run("shutdown", "3");
        Assert.Equal((0, "", ""), (outcome.Status, outcome.Out, outcome.Errors));
        Assert.Equal(["xend.domain 3 0", "xend.domain.getRestartCount linux", "xend.domain.shutdown linux poweroff"], _xm.Xend.Calls);
    }

    [Theory]
    [InlineData("shutdown -H linux", "halt")]
    [InlineData("shutdown -R linux", "reboot")]
    [InlineData("reboot linux", "reboot")]
    [InlineData("shutdown linux --reboot", "reboot")]
    public void The_reason_is_told_to_the_domain(string words, string reason)
    {
        _xm.Xend.Answer("xend.domain", FakeXend.Domain("linux", 3));
        _xm.Run(words.Split(' '));
        Assert.Equal($"xend.domain.shutdown linux {reason}", _xm.Xend.Calls[^1]);
    }

    [Fact]
    public void Shutdown_of_all_waits_until_none_runs()
    {
        var looks = 0;
        _xm.Xend.Answer("xend.domain", FakeXend.Domain("Domain-0", 0))
            .Answer("xend.domains", _ => (looks++) switch
                {
                    0 or 1 => SList.Of("Domain-0", "a", "b"),
                    2 => SList.Of("Domain-0", "b"),
                    _ => SList.Of("Domain-0"),
                });
        Assert.Equal("Domain a terminated\nDomain b terminated\nAll domains terminated\n", _xm.Run("shutdown", "-aw").Out);
        Assert.DoesNotContain("xend.domain.shutdown Domain-0 poweroff", _xm.Xend.Calls);
    }

    [Fact]
    public void Reboot_waits_for_the_restart_count()
    {
        var counts = 0;
        _xm.Xend.Answer("xend.domain", FakeXend.Domain("linux", 3))
            .Answer("xend.domains", SList.Of("Domain-0", "linux"))
            .Answer("xend.domain.getRestartCount", _ => (counts++) switch
                {
                    < 2 => 4,
                    2 => throw new Connection.XendFault(3, "linux"),
                    _ => 5,
                });
        Assert.Equal("Domain linux rebooted\nAll domains rebooted\n", _xm.Run("reboot", "-w", "linux").Out);
    }

    [Fact]
    public void A_domain_that_does_not_come_back_is_given_up_after_half_a_minute()
    {
        _xm.Xend.Answer("xend.domain", FakeXend.Domain("linux", 3)).Answer("xend.domains", SList.Of("Domain-0"));
        var before = _xm.Clock.GetUtcNow();
        Assert.Equal("Domain linux destroyed for failing to reboot\nAll domains rebooted\n", _xm.Run("reboot", "-w", "linux").Out);
        Assert.InRange(_xm.Clock.GetUtcNow() - before, TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(31));
    }

    [Fact]
    public void Console_runs_the_xenconsole_of_the_running_Xen()
    {
        _xm.WithFile("/usr/lib/xen-4.14/bin/xenconsole")
            .WithFile("/usr/lib/xen-4.17/bin/xenconsole")
            .WithFile("/sys/hypervisor/version/major", "4\n")
            .WithFile("/sys/hypervisor/version/minor", "14\n");
        _xm.Xend.Answer("xend.domain", FakeXend.Domain("linux", 3));
        _xm.Foreground.Status = 5;
        Assert.Equal(5, _xm.Run("console", "linux").Status);
        Assert.Equal(["xenconsole 3 --num 0"], _xm.Foreground.Started);
        _xm.Run("console", "-n", "12", "linux");
        Assert.Equal("xenconsole 3 --num 1", _xm.Foreground.Started[1]);
    }

    [Fact]
    public void Console_stays_through_a_reboot_of_the_guest_and_says_so_in_a_line()
    {
        _xm.WithFile("/usr/lib/xen-4.17/bin/xenconsole");
        // Shut down, then being made anew, then there again; and at last gone.
        var looks = new Queue<SList?>([
            FakeXend.Domain("linux", 3),
            FakeXend.Domain("linux", 3, state: "---s--"),
            FakeXend.Domain("linux", null),
            FakeXend.Domain("linux", 4),
            null,
        ]);
        _xm.Xend.Answer("xend.domain", _ => looks.Dequeue() ?? throw new XendFault(3, "linux"));
        var outcome = _xm.Run("console", "3");
        Assert.Equal(new Outcome(0, "Domain linux has restarted: this is the console of domain 4.\n", ""), outcome);
        Assert.Equal(["xenconsole 3 --num 0", "xenconsole 4 --num 0"], _xm.Foreground.Started);
        Assert.Contains("xend.domain.waitForConsole 4", _xm.Xend.Calls);
    }

    [Fact]
    public void Console_of_a_guest_that_has_ended_and_is_kept_ends_too()
    {
        _xm.WithFile("/usr/lib/xen-4.17/bin/xenconsole");
        _xm.Xend.Answer("xend.domain", FakeXend.Domain("linux", 3, state: "----c-"));
        Assert.Equal(new Outcome(0, "", ""), _xm.Run("console", "linux"));
    }

    [Fact]
    public void Console_does_not_follow_the_guest_when_xm_was_told_to_end()
    {
        _xm.WithFile("/usr/lib/xen-4.17/bin/xenconsole");
        _xm.Xend.Answer("xend.domain", FakeXend.Domain("linux", 3, state: "---s--"));
        _xm.Foreground.Behaviour = program => program.Stop();
        Assert.Equal(137, _xm.Run("console", "linux").Status);
        Assert.Single(_xm.Foreground.Started);
    }

    [Fact]
    public void Console_of_a_domain_that_does_not_run_is_refused()
    {
        _xm.Xend.Answer("xend.domain", FakeXend.Domain("linux", null));
        var outcome = _xm.Run("console", "linux");
        Assert.Equal((1, "Error: Domain 'linux' is not started\n"), (outcome.Status, outcome.Errors));
        Assert.StartsWith("Usage: xm console", outcome.Out);
        _xm.Xend.Refuse("xend.domain", 3, "nosuch");
        Assert.Equal(new Outcome(1, "", ""), _xm.Run("console", "-q", "nosuch"));
    }

    [Fact]
    public void A_console_that_is_open_already_is_told_with_the_process_that_has_it()
    {
        _xm.WithFile("/usr/lib/xen-4.17/bin/xenconsole").WithFile("/var/lock/xenconsole.3");
        _xm.Xend.Answer("xend.domain", FakeXend.Domain("linux", 3));
        // What an ended one left behind locks nothing.
        _xm.WithFile("/proc/4000/cmdline", "bash").WithLink("/proc/4000/fd/0", "/dev/pts/3");
        Assert.Equal(0, _xm.Run("console", "linux").Status);
        _xm.WithFile("/proc/4711/cmdline", "xenconsole\03\0--num\00\0").WithLink("/proc/4711/fd/5", "/run/lock/xenconsole.3");
        var outcome = _xm.Run("console", "linux");
        Assert.Equal(1, outcome.Status);
        Assert.StartsWith("Error: The console of domain 3 is in use: process 4711 (xenconsole 3 --num 0) has it open.\n", outcome.Errors);
        Assert.Contains("kill 4711\n", outcome.Errors);
        Assert.Single(_xm.Foreground.Started);
    }

    [Fact]
    public void An_empty_disc_is_told_as_such()
    {
        var outcome = _xm.Run("cd-insert", "winxp", "hdc", "");
        Assert.Equal((1, ""), (outcome.Status, outcome.Out));
        Assert.StartsWith("Error: The disc for hdc is empty", outcome.Errors);
    }

    [Fact]
    public void Console_without_xenconsole_says_what_to_install()
    {
        _xm.Xend.Answer("xend.domain", FakeXend.Domain("linux", 3));
        Assert.StartsWith("Error: Cannot find xenconsole", _xm.Run("console", "linux").Errors);
    }

    [Theory]
    [InlineData(0, "0.0")]
    [InlineData(0.25, "0.2")]
    [InlineData(0.75, "0.8")]
    [InlineData(92.449999, "92.4")]
    [InlineData(3160.35, "3160.3")]
    [InlineData(-0.25, "-0.2")]
    [InlineData(double.NaN, "0.0")]
    public void Tenths_are_rounded_as_by_Python(double value, string text) => Assert.Equal(text, PythonText.Tenths(value));
}
