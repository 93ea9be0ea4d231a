using Sxp;

namespace Xm.Tests;

/// <summary>mem-set and its neighbours, tasks, cancel, audit.</summary>
public sealed class ChangeCommandTests : IDisposable
{
    private readonly XmRun _xm = new();

    public void Dispose() => _xm.Dispose();

    [Theory]
    [InlineData("mem-set linux 512", "xend.domain.setMemoryTarget linux 512")]
    [InlineData("mem-set linux 1g", "xend.domain.setMemoryTarget linux 1024")]
    [InlineData("mem-set linux 300M", "xend.domain.setMemoryTarget linux 300")]
    [InlineData("mem-set linux 524288K", "xend.domain.setMemoryTarget linux 512")]
    [InlineData("mem-max 3 2G", "xend.domain.maxmem_set 3 2048")]
    [InlineData("vcpu-set linux 2", "xend.domain.setVCpuCount linux 2")]
    [InlineData("vcpu-pin linux 0 0-3,^1,5", "xend.domain.pincpu linux 0 '0,2,3,5'")]
    [InlineData("vcpu-pin linux all 1", "xend.domain.pincpu linux all 1")]
    [InlineData("usb-add winxp host:1.4", "xend.domain.usb_add winxp host:1.4")]
    [InlineData("usb-del winxp host:046d:c016", "xend.domain.usb_del winxp host:046d:c016")]
    [InlineData("sysrq linux s", "xend.domain.send_sysrq linux s")]
    [InlineData("debug-keys h", "xend.node.send_debug_keys h")]
    [InlineData("sched-credit2 -d linux -w 512", "xend.node.info; xend.domain.sched_credit2_set linux 512")]
    [InlineData("sched-credit2 --domain=linux --weight=512", "xend.node.info; xend.domain.sched_credit2_set linux 512")]
    [InlineData("sched-credit -d linux -c 50", "xend.node.info; xend.domain.sched_credit_set linux 'None' 50")]
    public void Commands_call_the_old_methods_and_print_nothing(string words, string calls)
    {
        var outcome = _xm.Run(words.Split(' '));
        Assert.Equal((0, "", ""), (outcome.Status, outcome.Errors, outcome.Out));
        Assert.Equal(calls, string.Join("; ", _xm.Xend.Calls));
    }

    [Theory]
    [InlineData("mem-set linux", "Error: 'xm mem-set' requires 2 arguments.")]
    [InlineData("mem-set linux much", "Error: Invalid amount of memory: much")]
    [InlineData("vcpu-set linux two", "Error: Invalid number of VCPUs: two")]
    [InlineData("vcpu-pin linux x 0", "Error: Invalid VCPU: x")]
    [InlineData("vcpu-pin linux 0 0-", "Error: Invalid list of CPUs: 0-")]
    [InlineData("vcpu-pin linux 0 99999", "Error: Invalid list of CPUs: 99999")]
    [InlineData("sched-credit2 -w 512", "Error: No domain given.")]
    [InlineData("sched-credit2 -c 50", "Error: option -c not recognized")]
    [InlineData("audit it", "Error: 'xm audit' takes no 'it'")]
    [InlineData("audit --mend", "Error: 'xm audit' takes no '--mend'")]
    [InlineData("tasks all", "Error: 'xm tasks' takes no 'all'")]
    [InlineData("cancel", "Error: 'xm cancel' requires Task|Domain.")]
    [InlineData("cancel 3 4", "Error: 'xm cancel' takes no '4'")]
    [InlineData("why a b", "Error: 'xm why' takes no 'b'")]
    public void Wrong_words_are_told_with_the_usage(string words, string error)
    {
        var outcome = _xm.Run(words.Split(' '));
        Assert.Equal(1, outcome.Status);
        Assert.StartsWith(error, outcome.Errors);
        Assert.Contains("Usage: xm " + words.Split(' ')[0], outcome.Out);
        Assert.DoesNotContain(_xm.Xend.Calls, call => call.Contains("_set") || call.Contains("setM"));
    }

    [Fact]
    public void A_unit_that_nobody_knows_is_bytes()
    {
        var outcome = _xm.Run("mem-set", "linux", "536870912b");
        Assert.Equal("ignoring unknown unit b\n", outcome.Errors);
        Assert.Equal("xend.domain.setMemoryTarget linux 512", Assert.Single(_xm.Xend.Calls));
    }

    [Fact]
    public void Schedulers_are_tables_and_the_one_that_does_not_run_is_refused()
    {
        _xm.Xend.Answer("xend.node.info", SList.Of(SList.Of("system", "Linux"), SList.Of("xen_scheduler", "credit2")));
        _xm.Xend.Answer("xend.domains_with_state", SList.Of(FakeXend.Domain("Domain-0", 0), FakeXend.Domain("linux", 2)));
        _xm.Xend.Answer("xend.domain.sched_credit2_get", SStruct.Of(("weight", 256)));
        Assert.Equal(
            "Name                                ID Weight\n"
                + "Domain-0                             0    256\n"
                + "linux                                2    256\n",
            _xm.Run("sched-credit2").Out
        );
        var refused = _xm.Run("sched-credit");
        Assert.Equal((1, "Error: Xen is running with the credit2 scheduler\n", ""), (refused.Status, refused.Errors, refused.Out));
    }

    [Fact]
    public void Tasks_are_a_table()
    {
        _xm.Xend.Answer(
            "xend.task.list",
            SxpReader.Read(
                "((task (id 7) (domain linux) (operation create) (state running) (step build-image) (seconds 14) (requester 'root "
                    + "(pid 812)') (cancellable 1))"
                    + "(task (id 12) (domain linux) (operation pause) (state waiting) (step '') (seconds 2) (requester 'root (pid "
                    + "900)') (cancellable 1)))"
            )
        );
        Assert.Equal(
            "  ID Domain               Operation  State   Since(s) Asked by           Step\n"
                + "   7 linux                create     running       14 root (pid 812)     build-image\n"
                + "  12 linux                pause      waiting        2 root (pid 900)\n",
            _xm.Run("tasks").Out
        );
    }

    [Fact]
    public void Cancel_prints_what_came_of_it()
    {
        _xm.Xend.Answer("xend.task.cancel", "create of linux was cancelled at step build-image");
        Assert.Equal("create of linux was cancelled at step build-image\n", _xm.Run("cancel", "linux").Out);
    }

    [Fact]
    public void Why_tells_what_went_wrong_also_with_a_domain_that_is_gone()
    {
        _xm.Xend.Answer(
            "xend.task.ended",
            SxpReader.Read(
                "((task (id 1) (domain linux) (uuid u) (operation create) (state done) (why '') (error '') (ended 86400.5) (requester root))"
                    + "(task (id 2) (domain linux) (uuid u) (operation destroy) (state done) (why 'the guest ended: crash') (error '') (ended "
                    + "86401) (requester xend))"
                    + "(task (id 3) (domain other) (uuid v) (operation create) (state failed) (why '') (error 'no\n  room') (ended 86402) "
                    + "(requester root)))"
            )
        );
        _xm.Xend.Refuse("xend.domain", 3, "linux");
        Assert.Matches("^1970-01-0. ..:..:01 destroy of linux, by xend: the guest ended: crash\n$", _xm.Run("why", "linux").Out);
        Assert.EndsWith("create of other, by root\n    no\n      room\n", _xm.Run("why").Out);
        Assert.Contains("Domain 'linux' does not exist", _xm.Run("why", "gone").Errors);
    }

    [Fact]
    public void Why_tells_what_a_domain_waits_for()
    {
        _xm.Xend.Answer(
            "xend.domain",
            SxpReader.Read("(domain (name linux) (xend_restart (state waiting) (reason 'crash after 9 s') (attempt 2) (until 86400)))")
        );
        Assert.Matches("^linux is started again at 19.*: crash after 9 s\n$", _xm.Run("why", "linux").Out);
        _xm.Xend.Answer("xend.domain", SxpReader.Read("(domain (name linux))"));
        Assert.Equal("Nothing went wrong with linux that xend remembers.\n", _xm.Run("why", "linux").Out);
    }

    [Fact]
    public void Audit_prints_a_line_a_finding_and_fails_while_something_is_left()
    {
        Assert.Equal((0, "Everything is as it should be.\n"), (_xm.Run("audit").Status, _xm.Run("audit").Out));
        _xm.Xend.Answer(
            "xend.node.audit",
            SxpReader.Read(
                "((finding (kind loop) (object /dev/loop3) (what 'has /a.img') (remedy 'detaches it') (fixed 0) (failure ''))"
                    + "(finding (kind domain) (object 9) (what 'is dying') (remedy '') (fixed 0) (failure '')))"
            )
        );
        var outcome = _xm.Run("audit");
        Assert.Equal(1, outcome.Status);
        Assert.Equal("loop /dev/loop3: has /a.img [--fix detaches it]\ndomain 9: is dying [only you can decide]\n", outcome.Out);
        _xm.Xend.Answer(
            "xend.node.audit",
            SxpReader.Read("((finding (kind loop) (object /dev/loop3) (what 'has /a.img') (remedy 'detaches it') (fixed 1) (failure '')))")
        );
        outcome = _xm.Run("audit", "--fix");
        Assert.Equal((0, "loop /dev/loop3: has /a.img [fixed]\n"), (outcome.Status, outcome.Out));
        Assert.Equal("xend.node.audit 1", _xm.Xend.Calls[^1]);
    }
}
