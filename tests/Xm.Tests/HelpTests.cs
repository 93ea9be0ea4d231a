using Xm.Commands;

namespace Xm.Tests;

public sealed class HelpTests : IDisposable
{
    private readonly XmRun _xm = new();

    public void Dispose() => _xm.Dispose();

    public static TheoryData<string> Commands => new(new CommandTable().Entries.Select(entry => entry.Name));

    [Fact]
    public void The_short_help_is_as_approved() => Approved.Match("help/short.txt", _xm.Run().Out);

    [Fact]
    public void The_long_help_is_as_approved() => Approved.Match("help/long.txt", _xm.Run("help").Out);

    [Fact]
    public void The_list_of_variables_is_as_approved() => Approved.Match("help/help_config.txt", _xm.Run("create", "--help_config").Out);

    [Theory]
    [MemberData(nameof(Commands))]
    public void The_usage_of_each_command_is_as_approved(string command) =>
        Approved.Match($"help/{command}.txt", _xm.Run(command, "--help").Out);

    [Fact]
    public void The_long_help_names_every_command_of_old_in_the_old_order_and_ours_behind_them()
    {
        const string New = "lint cd-insert cd-eject vtpm-attach vtpm-detach";
        const string Old =
            "console vncviewer create new delete destroy domid domname dump-core list mem-max mem-set migrate pause reboot rename "
            + "reset restore "
            + "resume save shutdown start suspend sysrq trigger top unpause uptime usb-add usb-del domstate vcpu-list vcpu-pin vcpu-set "
            + "debug-keys dmesg info log serve sched-credit2 sched-credit sched-sedf block-attach block-detach block-list block-configure "
            + "network-attach network-detach network-list network2-attach network2-detach network2-list vtpm-list pci-attach pci-detach "
            + "pci-list pci-list-assignable-devices scsi-attach scsi-detach scsi-list usb-attach usb-detach usb-list "
            + "usb-list-assignable-devices usb-hc-create usb-hc-destroy vnet-list vnet-create vnet-delete setpolicy labels addlabel "
            + "rmlabel "
            + "getlabel dry-run resources dumppolicy resetpolicy getpolicy getenforce setenforce tmem-list tmem-thaw tmem-freeze "
            + "tmem-destroy "
            + "tmem-set tmem-shared-auth cpupool-create cpupool-new cpupool-start cpupool-list cpupool-destroy cpupool-delete "
            + "cpupool-cpu-add cpupool-cpu-remove cpupool-migrate shell";
        const string Ours = " tasks cancel audit why";
        var shown = _xm.Run("help")
            .Out.Split('\n')
            .Where(line => line.StartsWith(' ') && line[1] != ' ')
            .Select(line => line.Split(' ')[1]);
        Assert.Equal(Old + Ours, string.Join(' ', shown.Where(name => !New.Split(' ').Contains(name))));
    }

    [Fact]
    public void There_are_106_variables() => Assert.Equal(106, Config.Domain.GuestVariables.All.Count());
}
