namespace Xm.Tests;

public sealed class DispatchTests : IDisposable
{
    private readonly XmRun _xm = new();

    public void Dispose() => _xm.Dispose();

    [Fact]
    public void Xm_alone_prints_the_short_help_and_fails()
    {
        var outcome = _xm.Run();
        Assert.Equal(1, outcome.Status);
        Assert.Contains("Common 'xm' commands:\n", outcome.Out);
        Assert.Equal("", outcome.Errors);
    }

    [Theory]
    [InlineData("help")]
    [InlineData("help", "--long")]
    [InlineData("help", "anything")]
    [InlineData("--help")]
    [InlineData("-h")]
    [InlineData("-h", "list")]
    public void Help_prints_all_commands(params string[] words)
    {
        var outcome = _xm.Run(words);
        Assert.Equal(0, outcome.Status);
        Assert.Contains("xm full list of subcommands:\n", outcome.Out);
    }

    [Theory]
    [InlineData("list --help", "Usage: xm list [options] [Domain, ...]")]
    [InlineData("list -l -h foo", "Usage: xm list [options] [Domain, ...]")]
    [InlineData("pau --help", "Usage: xm pause <Domain>")]
    [InlineData("nosuch -h", "Usage: xm <subcommand> [args]")]
    public void Help_of_a_command_is_asked_for_anywhere_and_fails(string words, string usage)
    {
        var outcome = _xm.Run(words.Split(' '));
        Assert.Equal(1, outcome.Status);
        Assert.Equal(usage, outcome.FirstLine);
        Assert.Empty(_xm.Xend.Calls);
    }

    [Theory]
    [InlineData("destr", "xend.domain.destroy linux")]
    [InlineData("unp", "xend.domain.unpause linux")]
    [InlineData("pause", "xend.domain.pause linux")]
    public void A_beginning_that_only_one_command_has_is_enough(string word, string call)
    {
        Assert.Equal(0, _xm.Run(word, "linux").Status);
        Assert.Equal(call, _xm.Xend.Calls[0]);
    }

    [Theory]
    [InlineData("foo")]
    [InlineData("u")]
    [InlineData("sched-cred")]
    [InlineData("net")]
    [InlineData("balloo")]
    [InlineData("hel")]
    [InlineData("task")]
    [InlineData("canc")]
    [InlineData("au")]
    [InlineData("wh")]
    [InlineData("")]
    public void What_is_no_command_is_told_so(string word)
    {
        var outcome = _xm.Run(word);
        Assert.Equal(1, outcome.Status);
        Assert.Equal($"Error: Subcommand {word} not found!\n", outcome.Errors);
        Assert.Contains("Common 'xm' commands:\n", outcome.Out);
    }

    [Theory]
    [InlineData("balloon", "mem-set")]
    [InlineData("set-vcpus", "vcpu-set")]
    [InlineData("vif-list", "network-list")]
    [InlineData("vbd-create", "block-attach")]
    [InlineData("vbd-destroy", "block-detach")]
    [InlineData("vbd-list", "block-list")]
    [InlineData("pool-list", "cpupool-list")]
    [InlineData("pool-cpu-add", "cpupool-cpu-add")]
    public void Old_names_lead_to_new_ones_with_a_word_of_warning(string old, string name)
    {
        var outcome = _xm.Run(old, "x");
        Assert.StartsWith($"Command {old} is deprecated.  Please use xm {name} instead.\n", outcome.Errors);
    }

    [Theory]
    [InlineData("trigger", "Error: 'xm trigger' is not part of this version yet.\n")]
    [InlineData("tmem-list", "Error: 'xm tmem-list' is no longer possible: Xen has no transcendent memory since version 4.13.\n")]
    [InlineData("sched-sedf", "Error: 'xm sched-sedf' is no longer possible: Xen has no EDF scheduler since version 4.6.\n")]
    public void Commands_that_are_not_there_say_why(string word, string error)
    {
        var outcome = _xm.Run(word, "x", "y");
        Assert.Equal((1, "", error), (outcome.Status, outcome.Out, outcome.Errors));
    }

    [Theory]
    [InlineData("pause", "Error: 'xm pause' requires 1 arguments.\n\n")]
    [InlineData("pause a b", "Error: 'xm pause' requires 1 arguments.\n\n")]
    [InlineData("console", "Error: 'xm console' requires between 1 and 3 arguments.\n\n")]
    [InlineData("shutdown", "Error: 'xm shutdown' requires between 1 and 4 arguments.\n\n")]
    [InlineData("log x", "Error: 'xm log' requires 0 arguments.\n\n")]
    [InlineData("dmesg -c x", "Error: 'xm dmesg' requires between 0 and 1 arguments.\n\n")]
    [InlineData("dmesg x", "Error: No parameter required\n")]
    [InlineData("dmesg -x", "Error: option -x not recognized\n")]
    [InlineData("console -x", "Error: option -x not recognized\n")]
    [InlineData("console -q", "Error: No domain given\n")]
    [InlineData("info --foo", "Error: option --foo not recognized\n")]
    [InlineData("list --lo=1", "Error: option --long must not have an argument\n")]
    [InlineData("list --state", "Error: option --state requires argument\n")]
    [InlineData("list --state=running linux", "Error: You may specify either a state or a particular VM, but not both\n")]
    [InlineData("list --pool=Pool-0 linux", "Error: You may specify either a pool or a particular VM, but not both\n")]
    [InlineData("create --foo", "Error: option --foo not recognized\n")]
    [InlineData("create nosuch.cfg", "Error: Unable to open config file: nosuch.cfg\n")]
    [InlineData("create", "Error: Unable to open config file: xmdefconfig\n")]
    [InlineData("create -F nosuch.sxp", "Error: Cannot read file nosuch.sxp: No such file or directory\n")]
    [InlineData("reboot linux -x", "Error: option -x not recognized\n")]
    public void Wrong_use_is_told_on_stderr_and_the_usage_on_stdout(string words, string error)
    {
        var outcome = _xm.Run(words.Split(' '));
        Assert.Equal((1, error), (outcome.Status, outcome.Errors));
        Assert.StartsWith($"Usage: xm {words.Split(' ')[0]} ", outcome.Out);
        Assert.Empty(_xm.Xend.Calls);
    }

    [Theory]
    [InlineData("create memory=abc", "Error: Invalid value: abc\n")]
    [InlineData("create localtime=true", "Error: Invalid value:true\n")]
    [InlineData("shutdown -HR linux", "Error: Can't specify halt and reboot\n")]
    [InlineData("shutdown -w", "Error: No domain parameter given\n")]
    [InlineData("shutdown a b", "Error: No multiple domain parameters allowed\n")]
    public void Wrong_values_are_told_without_usage(string words, string error)
    {
        var outcome = _xm.Run(words.Split(' '));
        Assert.Equal((1, error, ""), (outcome.Status, outcome.Errors, outcome.Out));
    }

    [Fact]
    public void A_double_dash_is_no_argument()
    {
        Assert.Equal("Error: 'xm pause' requires 1 arguments.\n\n", _xm.Run("pause", "--").Errors);
        Assert.Equal(0, _xm.Run("destroy", "--", "linux").Status);
        Assert.Equal(["xend.domain.destroy linux"], _xm.Xend.Calls);
    }
}
