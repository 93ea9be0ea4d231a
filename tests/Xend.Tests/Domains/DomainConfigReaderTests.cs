using Sxp;
using Xend.Devices;
using Xend.Domains;

namespace Xend.Tests.Domains;

/// <summary>What xend says of a configuration, whoever sends it.</summary>
public class DomainConfigReaderTests
{
    private const string Kernel = "(image (linux (kernel /boot/vmlinux)))";

    [Theory]
    [InlineData("(memory 64)", "Missing VM Name")]
    [InlineData("(name 'a b') (memory 64)", "Invalid VM Name")]
    [InlineData("(name .) (memory 64)", "Invalid VM Name")]
    [InlineData("(name ..) (memory 64)", "Invalid VM Name")]
    [InlineData("(name ../x) (memory 64)", "Invalid VM Name")]
    [InlineData("(name (a b)) (memory 64)", "name: a text is needed, not '(a b)'")]
    [InlineData("(name x)", "memory_dynamic_max must be greater than zero")]
    [InlineData("(name x) (memory 0)", "memory_dynamic_max must be greater than zero")]
    [InlineData("(name x) (memory much)", "memory: a whole number is needed, not 'much'")]
    [InlineData("(name x) (memory 64) (maxmem 32)", "memory_dynamic_max must be less than or equal to memory_static_max")]
    [InlineData("(name x) (memory 64) (vcpus 0)", "vcpus: 0 is out of range, 1 to 512 can be had")]
    [InlineData("(name x) (memory 64) (vcpus 2) (vcpu_avail x)", "vcpu_avail: 'x' is not a bit map of at most 512 vCPUs")]
    [InlineData("(name x) (memory 64) (vcpus 2) (cpus (1))", "vcpus and the item number of cpus are not same")]
    [InlineData("(name x) (memory 64) (cpus 0-x)", "cpus = 0-x: invalid literal for int() with base 10: 'x'")]
    [InlineData("(name x) (memory 64) (cpu_weight 0)", "Cpu weight out of range, valid values are within range from 1 to 65535")]
    [InlineData("(name x) (memory 64) (cpu_cap 101)", "Cpu cap out of range, valid range is from 0 to 100 for specified number of vcpus")]
    [InlineData("(name x) (memory 64) (restart never) (on_crash never)", "Invalid event handling mode: crash")]
    [InlineData("(name x) (memory 64) (on_poweroff x)", "Invalid event handling mode: shutdown")]
    [InlineData("(name x) (memory 64) (on_reboot x)", "Invalid event handling mode: reboot")]
    [InlineData("(name x) (memory 64) (on_crash x)", "Invalid event handling mode: crash")]
    [InlineData("(name x) (memory 64) (on_xend_start x)", "on_xend_start: 'x' is unknown; it can be ignore, start")]
    [InlineData("(name x) (memory 64) (on_xend_stop x)", "on_xend_stop: 'x' is unknown; it can be ignore, shutdown, suspend")]
    [InlineData("(name x) (memory 64) (uuid 5)", "Invalid UUID: 5")]
    [InlineData("(name x) (memory 64) (image (xen (kernel /k)))", "unknown image type: xen")]
    [InlineData("(name x) (memory 64) (device (vbd (uname a) (dev xvda) (mode w)))", "Block device must have physical details specified")]
    [InlineData("(name x) (memory 64) (device (vbd (uname f.o:a) (dev xvda) (mode w)))", "Block device type \"f.o\" is invalid.")]
    [InlineData("(name x) (memory 64) (device (vbd (uname phy:a) (dev xvd) (mode w)))", "Unable to find number for device (xvd)")]
    [InlineData("(name x) (memory 64) (device (vbd (uname phy:a) (dev xvda) (mode rw)))", "Invalid mode")]
    [InlineData(
        "(name x) (memory 64) (device (vbd (uname phy:a) (dev xvda) (mode w))) (device (vbd (uname phy:b) (dev xvda) (mode w)))",
        "The device \"xvda\" is already defined"
    )]
    [InlineData(
        "(name x) (memory 64) (device (vbd (uname phy:a) (dev xvda) (mode w))) (device (vbd (uname phy:a) (dev xvdb) (mode w)))",
        "The uname \"phy:a\" is already defined"
    )]
    [InlineData("(name x) (memory 64) (device (vif (script ../../tmp/x)))", "script: '../../tmp/x' is no script")]
    [InlineData("(name x) (memory 64) (device (vif (devid 1))) (device (vif (devid 1)))", "The device \"vif 1\" is already defined")]
    [InlineData("(name x) (memory 64) (device (vif (devid 256)))", "devid: 256 is out of range, 0 to 255 can be had")]
    [InlineData("(name x) (memory 64) (device (irq (irq \"'7'\")))", "irq: Invalid config setting irq: '7'")]
    public void A_wrong_value_is_refused_in_the_words_of_old(string text, string sentence)
    {
        var image = text.Contains("(image", StringComparison.Ordinal) ? "" : Kernel;
        Assert.Equal(sentence, Assert.Throws<XendError>(() => Read($"(vm {text} {image})")).Message);
    }

    [Fact]
    public void A_device_without_a_number_has_the_lowest_that_is_free_which_is_its_position_in_files_of_old()
    {
        Assert.Equal([0u, 1, 2], Interfaces("(device (vif)) (device (vif)) (device (vif))"));
        Assert.Equal([0u, 2, 1], Interfaces("(device (vif)) (device (vif (devid 2))) (device (vif))"));
    }

    [Fact]
    public void The_number_and_the_MAC_of_an_interface_stay_when_its_neighbour_goes()
    {
        var config = Read($"(vm (name x) (memory 64) {Kernel} (device (vif)) (device (vif)))");
        var left = Assert.IsType<VifConfig>(config.Devices[1]);
        var read = Read(SxpWriter.OneLine(DomainConfigWriter.Write(config with { Devices = [left] })));
        Assert.Equal(left, Assert.Single(read.Devices));
        Assert.Equal(1u, left.Id);
    }

    private static IEnumerable<uint> Interfaces(string devices) =>
        Read($"(vm (name x) (memory 64) {Kernel} {devices})").Devices.Select(device => device.Id);

    [Theory]
    [InlineData("(restart onreboot)", DomainAction.Destroy, DomainAction.Restart, DomainAction.Destroy)]
    [InlineData("(restart always)", DomainAction.Restart, DomainAction.Restart, DomainAction.Restart)]
    [InlineData("(restart always) (on_crash preserve)", DomainAction.Restart, DomainAction.Restart, DomainAction.Preserve)]
    [InlineData("(restart never)", DomainAction.Destroy, DomainAction.Destroy, DomainAction.Destroy)]
    [InlineData("(restart never) (on_reboot rename-restart)", DomainAction.Destroy, DomainAction.RenameRestart, DomainAction.Destroy)]
    [InlineData("", DomainAction.Destroy, DomainAction.Restart, DomainAction.Restart)]
    public void The_old_restart_stands_for_all_three(string text, DomainAction poweroff, DomainAction reboot, DomainAction crash)
    {
        var config = Read($"(vm (name x) (memory 64) {text} {Kernel})");
        Assert.Equal((poweroff, reboot, crash), (config.OnPoweroff, config.OnReboot, config.OnCrash));
    }

    [Theory]
    [InlineData("(cpus '0-3,5,^1')", "0,2,3,5")]
    [InlineData("(cpus '^1,0-2')", "0,1,2")]
    [InlineData("(cpu 1) (cpus 3)", "1,3")]
    [InlineData("(cpu '2')", "2")]
    [InlineData("(cpus '')", "")]
    public void CPUs_are_added_and_taken_away_in_their_order(string text, string cpus) =>
        Assert.Equal(cpus, string.Join(',', Read($"(vm (name x) (memory 64) {text} {Kernel})").Cpus.FirstOrDefault([])));

    [Theory]
    [InlineData("('^1' '^2')", "")]
    [InlineData("('0-4095,^1' '7')", "0,2,3,4")]
    public void CPU_lists_that_were_written_down_are_read_back(string cpus, string first)
    {
        // Found by fuzzing: written out number by number they grew longer than any value may be.
        var config = Read($"(vm (name x) (memory 64) (vcpus 2) (cpus {cpus}) {Kernel})");
        var again = new DomainConfigReader("vif-bridge").Read(DomainConfigWriter.Write(config));
        Assert.Equal(config.Cpus.Select(list => string.Join(',', list)), again.Cpus.Select(list => string.Join(',', list)));
        Assert.Equal(first, string.Join(',', again.Cpus.FirstOrDefault([]).Take(4)));
    }

    [Fact]
    public void Cpuid_as_old_xm_sends_it_is_read_as_its_list_is()
    {
        static DomainConfig With(SValue cpuid) =>
            new DomainConfigReader("vif-bridge").Read(
                SList.Of("vm", SList.Of("name", "x"), SList.Of("memory", 64), SList.Of("image", SList.Of("hvm", SList.Of("cpuid", cpuid))))
            );
        var config = With(SStruct.Of(("1", SStruct.Of(("ecx", "0xff"), ("eax", "0x1")))));
        Assert.Equal(With(SxpReader.Read("((1 ((ecx 0xff) (eax 0x1))))")).Machine.Cpuid.ToArray(), config.Machine.Cpuid.ToArray());
        Assert.Equal([2, 0], config.Machine.Cpuid.Select(word => word.Register));
    }

    [Fact]
    public void None_asks_for_nothing_and_is_not_written_down()
    {
        var config = new DomainConfigReader("vif-bridge").Read(
            SList.Of(
                "vm",
                SList.Of("name", "x"),
                SList.Of("memory", 64),
                SList.Of("vcpus", SNone.Instance),
                SList.Of("image", SList.Of("hvm", SList.Of("acpi", SNone.Instance), SList.Of("apic", 0)))
            )
        );
        Assert.Equal("(image (hvm (kernel '') (args '') (apic 0)))", SxpWriter.OneLine(DomainConfigWriter.Write(config).Child("image")!));
    }

    [Fact]
    public void A_command_line_that_is_put_together_is_bounded_as_its_parts_are()
    {
        var part = new string('x', 4000);
        var error = Assert.Throws<XendError>(() =>
            Read($"(vm (name x) (memory 64) (image (linux (kernel /k) (root {part}) (args {part}))))")
        );
        Assert.StartsWith("args is longer than 4096 characters: 'root=xxxx", error.Message);
    }

    [Fact]
    public void A_device_that_comes_later_is_bounded_as_those_of_the_domain_are()
    {
        var disc = SList.Of("vbd", SList.Of("uname", "file:/a\u0001b"), SList.Of("dev", "hdc:cdrom"));
        var error = Assert.Throws<XendError>(() => DeviceConfigReader.ReadOne(disc, Guid.NewGuid(), "vif-bridge"));
        Assert.Equal("uname has a control character: 'file:/a?b'", error.Message);
    }

    private static DomainConfig Read(string text) => new DomainConfigReader("vif-bridge").Read((SList)SxpReader.Read(text));
}
