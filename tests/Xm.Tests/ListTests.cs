using Sxp;

namespace Xm.Tests;

public sealed class ListTests : IDisposable
{
    private readonly XmRun _xm = new();

    public void Dispose() => _xm.Dispose();

    [Fact]
    public void Domains_are_listed_by_id_and_those_that_do_not_run_come_last_by_name()
    {
        _xm.Xend.Answer(
            "xend.domains_with_state",
            SList.Of(
                FakeXend.Domain("managed", null, 64, 1),
                FakeXend.Domain("linux", 3),
                FakeXend.Domain("Domain-0", 0, 1024, 4, "r-----", 3160.35),
                FakeXend.Domain("also-managed", null),
                FakeXend.Domain("winxp", 2, 1024),
                FakeXend.Domain("ten", 10, 32, 1, "--p---", 0)
            )
        );
        var outcome = _xm.Run("list");
        Assert.Equal((0, ""), (outcome.Status, outcome.Errors));
        Assert.Equal(["xend.domains_with_state True all 0"], _xm.Xend.Calls);
        Assert.Equal(
            """
            Name                 ID Mem(MiB) VCPUs State   Time(s)
            Domain-0              0     1024     4 r-----   3160.3
            winxp                 2     1024     2 -b----     92.5
            linux                 3      256     2 -b----     92.5
            ten                  10       32     1 --p---      0.0
            also-managed                 256     2            0.0
            managed                       64     1            0.0

            """,
            outcome.Out
        );
        Assert.Equal(4, outcome.Out.Split('\n')[5].Split(' ', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [Fact]
    public void A_name_too_long_pushes_the_columns_but_never_touches_them()
    {
        _xm.Xend.Answer("xend.domains_with_state", SList.Of(FakeXend.Domain("a-name-of-many-letters", 12345, 123456789, 100)));
        Assert.Equal("a-name-of-many-letters 12345 123456789   100 -b----     92.5", _xm.Run("list").Out.Split('\n')[1]);
    }

    [Fact]
    public void Named_domains_are_listed_in_the_order_of_the_words()
    {
        _xm.Xend.Answer("xend.domain", arguments => FakeXend.Domain(arguments[0].AsText()!, arguments[0].AsText() == "a" ? 7 : 5));
        var lines = _xm.Run("list", "a", "b").Out.Split('\n');
        Assert.StartsWith("a ", lines[1]);
        Assert.StartsWith("b ", lines[2]);
        Assert.Equal(["xend.domain a 0", "xend.domain b 0"], _xm.Xend.Calls);
    }

    [Fact]
    public void An_unknown_name_prints_nothing_and_ends_with_3()
    {
        _xm.Xend.Answer("xend.domain", arguments =>
            arguments[0].AsText() == "a" ? FakeXend.Domain("a", 1) : throw new Connection.XendFault(3, arguments[0].AsText()!)
        );
        var outcome = _xm.Run("list", "a", "nosuch");
        Assert.Equal((3, "", "Error: Domain 'nosuch' does not exist.\n"), (outcome.Status, outcome.Out, outcome.Errors));
    }

    [Fact]
    public void The_long_form_prints_expressions_with_domid_and_name_on_lines_of_their_own()
    {
        _xm.Xend.Answer("xend.domains_with_state", SList.Of(FakeXend.Domain("linux", 3), FakeXend.Domain("Domain-0", 0)));
        var outcome = _xm.Run("list", "--long");
        Assert.Equal(["xend.domains_with_state True all 1"], _xm.Xend.Calls);
        Assert.Equal(
            """
            (domain
                (domid 0)
                (name Domain-0)
                (memory 256)
                (vcpus 2)
                (state -b----)
                (cpu_time 92.5)
                (online_vcpus 2)
            )
            (domain
                (domid 3)
                (name linux)
                (memory 256)
                (vcpus 2)
                (state -b----)
                (cpu_time 92.5)
                (online_vcpus 2)
            )

            """,
            outcome.Out
        );
    }

    [Fact]
    public void State_and_pool_choose_domains()
    {
        _xm.Xend.Answer(
            "xend.domains_with_state",
            SList.Of(SList.Of("domain", SList.Of("name", "in"), SList.Of("pool_name", "p")), SList.Of("domain", SList.Of("name", "out")))
        );
        var outcome = _xm.Run("list", "--state=running", "--pool=p");
        Assert.Equal("xend.domains_with_state True running 0", _xm.Xend.Calls[0]);
        Assert.Contains("\nin ", outcome.Out);
        Assert.DoesNotContain("out", outcome.Out);
    }

    [Fact]
    public void Labels_are_asked_for_and_sorted()
    {
        _xm.Xend.Answer("xend.domains_with_state", SList.Of(FakeXend.Domain("a", 1), FakeXend.Domain("b", 2)));
        _xm.Xend.Answer("xend.security.get_domain_label", arguments => arguments[0].AsText() == "a" ? "'zz" : "'aa");
        Assert.Equal(
            """
            Name                 ID Mem(MiB) VCPUs State   Time(s) Label     
            b                     2      256     2 -b----     92.5         aa
            a                     1      256     2 -b----     92.5         zz

            """,
            _xm.Run("list", "--label").Out
        );
    }

    [Fact]
    public void The_old_option_v_leads_to_vcpu_list()
    {
        _xm.Xend.Answer("xend.domains_with_state", SList.Of("linux", "off"));
        _xm.Xend.Answer("xend.node.info", SList.Of(SList.Of("system", "Linux"), SList.Of("nr_cpus", 4)));
        _xm.Xend.Answer("xend.domain.getVCPUInfo", arguments =>
            arguments[0].AsText() == "linux"
                ? SList.Of(
                    "domain",
                    SList.Of("domid", 2),
                    SList.Of("name", "linux"),
                    SList.Of("vcpu_count", 4),
                    Vcpu(0, 1, 1, 0, 46.2, 0, 0, 1, 2, 3),
                    Vcpu(1, 1, 0, 1, 0, 3, 0, 1, 3, 63),
                    Vcpu(2, 0, 0, 0, 0, 1),
                    Vcpu(3, 0, 0, 0, 0, -1)
                )
                : SList.Of("domain", SList.Of("domid", SNone.Instance), SList.Of("name", "off"), Vcpu(0, 0, 0, 0, 0, -1, 2))
        );
        var outcome = _xm.Run("list", "-v");
        Assert.Equal("xm list -v is deprecated.  Please use xm vcpu-list.\n", outcome.Errors);
        Assert.Equal(
            """
            Name                                ID  VCPU   CPU State   Time(s) CPU Affinity
            linux                                2     0     0   -b-      46.2 any cpu
            linux                                2     1     3   r--       0.0 0-1,3
            linux                                2     2     -   --p       0.0 no cpus
            linux                                2     3     -   --p       0.0 no cpus
            off                                        0                   0.0 2

            """,
            outcome.Out
        );
        Assert.Equal("xend.domains_with_state False all False", _xm.Xend.Calls[0]);
    }

    private static SList Vcpu(int number, int online, int blocked, int running, double time, int cpu, params int[] map) =>
        SList.Of(
            "vcpu",
            SList.Of("number", number),
            SList.Of("online", online),
            SList.Of("blocked", blocked),
            SList.Of("running", running),
            SList.Of("cpu_time", time),
            SList.Of("cpu", cpu),
            SList.Of("cpumap", new SList(map.Select(item => (SValue)item)))
        );
}
