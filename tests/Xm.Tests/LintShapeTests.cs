using System.Text.Json;

namespace Xm.Tests;

/// <summary>Lint says of a guest file what xend would say of the domain, and no more.</summary>
public sealed class LintShapeTests : IDisposable
{
    private const string Pv = "name = 'x'\nkernel = '/boot/vmlinuz'\n";
    private const string Hvm = "name = 'x'\nbuilder = 'hvm'\n";

    private readonly XmRun _xm = new XmRun().WithFile("/boot/vmlinuz").WithFile("/img/floppy").WithFile("/opt/qemu");

    public void Dispose() => _xm.Dispose();

    private Outcome Lint(string text, params string[] words)
    {
        _xm.WithFile("/etc/xen/guest", text);
        return _xm.Run(["lint", "guest", .. words]);
    }

    [Theory]
    [InlineData("uuid = 'zz'", "uuid: Invalid UUID: zz: 32 hexadecimal digits are needed, with or without dashes, not all zero.")]
    [InlineData("name = 'a b'", "name: Invalid VM Name: 'a b': letters, digits and _ - . : + are allowed, at most 128 of them,")]
    [InlineData("name = 'web/1'", "name: Invalid VM Name: 'web/1': ")]
    [InlineData(
        "disk = [ 'tap:qcow2:/a,xvda,w,web' ]",
        "disk xvda: tap:qcow2:/a cannot be served by web: A device model opens images and discs, and it runs in dom0; a driver domain"
    )]
    [InlineData("disk = [ ',xvda:cdrom,r' ]", "disk xvda: an empty CD drive needs a device model, which this guest does not have. (in")]
    [InlineData("vif = [ 'model=a b' ]", "vif: model: 'a b' is no model of a network card (rtl8139, e1000). (in 'model=a b')")]
    [InlineData("vif = [ 'vifname=0123456789abcdef' ]", "vif: vifname: '0123456789abcdef' cannot be the name of an interface (in")]
    [InlineData(
        "vif = [ 'script=../x' ]",
        "vif: script: '../x' is no script: The name of one in /etc/xen/scripts/, or an absolute path. (in"
    )]
    [InlineData("cpus = 'a'", "cpus = a: invalid literal for int() with base 10: 'a': A CPU is a number from 0 to 4095.")]
    [InlineData("cpus = '0-'", "cpus = 0-: invalid literal for int() with base 10: '': ")]
    [InlineData("cpu = 5000", "cpu: cpus = 5000,: invalid literal for int() with base 10: '5000': ")]
    [InlineData("vfb = [ 'vnc=1' ]\nkeymap = '/x'", "keymap: '/x' is no name of a keyboard layout (de, en-us).")]
    [InlineData("extra = 'quiet \\xff'", "extra has the byte 0xff, which is no UTF-8: 'quiet \\xff'\n")]
    [InlineData("name = 'web\\x07'", "name has the control character 0x07: 'web\\x07'\n")]
    [InlineData("vif = [ 'bridge=\\xe4' ]", "vif has the byte 0xe4, which is no UTF-8: '\\xe4'\n")]
    [InlineData("ip = '10.0.0.1'\nhostname = 'a\x01'", "hostname: ip has the control character 0x01: ")]
    [InlineData("netmask = 5\nip = '10.0.0.1'", "netmask must be a string, not the number 5.")]
    [InlineData("type = 'foo'", "type: Invalid domain type: foo (it is pv, pvh or hvm)")]
    [InlineData("vcpus = 0", "vcpus = 0: a domain needs at least one virtual CPU.")]
    [InlineData("vcpus = 4\nmaxvcpus = 1000", "maxvcpus: vcpus: 1000 is out of range, 1 to 512 can be had")]
    [InlineData("irq = [ '7' ]", "irq: Invalid config setting irq: '7': A number is needed, as in irq = [ 7 ].")]
    [InlineData("channel = [ 'connection=pty' ]", "channel: A channel has no name (in 'connection=pty')")]
    [InlineData(
        "channel = [ 'name=a,connection=socket,path=a' ]",
        "channel: 'a' cannot be the path of a channel's socket: An absolute path is needed"
    )]
    [InlineData("channel = [ 'name=a,connection=pty', 'name=a,connection=pty' ]", "channel: The channel \"a\" is already defined")]
    [InlineData(
        "vtpm = [ 'instance=1,backend=0' ]",
        "vtpm: x: no domain is named that serves vTPM 0: dom0 of today's Xen has no backend for vTPMs: "
    )]
    [InlineData("vtpm = [ 'uuid=u,backend=tpm' ]", "vtpm: 'u' is no UUID of a vTPM: ")]
    [InlineData(
        "bootloader = 'pygrub'\nbootargs = '-q \"'\ndisk = [ 'phy:a,xvda,w' ]",
        "bootargs: The boot loader's arguments have a quote that is not closed: bootargs = -q \""
    )]
    public void What_xend_refuses_of_a_paravirtualized_guest_is_an_error(string text, string told) => Refused(Pv + text, told);

    [Theory]
    [InlineData("acpi = 'maybe'", "acpi is 'maybe'; it can be 0 or 1.")]
    [InlineData("disk = [ 'phy:a,hdc:cdrom,w' ]", "disk: CD drive hdc: a CD can only be read: mode w must be r. (in 'phy:a,hdc:cdrom,w')")]
    [InlineData("disk = [ 'phy:a,hda,r' ]", "disk: Device 768 (vbd) could not be connected. hda cannot be read-only: IDE has no ")]
    [InlineData("fda = '/none'", "fda: Cannot find fda \"/none\"\n")]
    [InlineData("fdb = 'floppy'", "fdb: Floppy file floppy does not exist: fdb needs an absolute path.")]
    [InlineData("device_model = '/opt/none'", "device_model: Cannot find device_model \"/opt/none\"\n")]
    [InlineData(
        "device_model = 'none'",
        "device_model: device model 'none' not found: There is no such program: an absolute path is needed,"
    )]
    [InlineData("vnclisten = 'a b'", "vnclisten: 'a b' is no address.")]
    [InlineData("keymap = '/x'", "keymap: '/x' is no name of a keyboard layout (de, en-us).")]
    [InlineData("serial = 'mon:stdio'", "serial is 'mon:stdio'; it can be pty, none, ")]
    [InlineData("usbdevice = 'disk'", "usbdevice is 'disk'; it can be tablet, mouse, host:VENDOR:PRODUCT or host:BUS.ADDRESS.")]
    [InlineData("soundhw = 'loud'", "soundhw is 'loud'; it can be all, sb16, es1370, ac97, hda, adlib, cs4231a, gus.")]
    [InlineData("boot = 'x'", "boot is 'x': the letters a (floppy), c (disk), d (CD) and n (network) are known.")]
    [InlineData("timer_mode = 9", "timer_mode: 9 is out of range, 0 to 3 can be had")]
    public void What_xend_refuses_of_a_fully_virtualized_guest_is_an_error(string text, string told) => Refused(Hvm + text, told);

    private void Refused(string text, string told)
    {
        var outcome = Lint(text + "\n");
        Assert.Contains("error: " + told, outcome.Out);
        Assert.Matches(@"guest:\d+: error: ", outcome.Out);
        Assert.Contains("1 error, ", outcome.Out);
        Assert.Equal(1, outcome.Status);
    }

    [Fact]
    public void A_long_value_is_told_by_its_setting() =>
        Refused($"{Pv}description = '{new string('x', 4097)}'", "description is longer than 4096 characters: 'xxxx");

    [Fact]
    public void What_is_wrong_in_several_places_is_told_of_each() =>
        Assert.Equal(
            ["boot", "kernel", "netmask", "uuid", "vif", "vif"],
            from finding in Findings(
                Lint(
                    $"{Hvm}kernel = '/none'\nnetmask = 5\nip = '10.0.0.1'\nuuid = 'z'\nboot = 'x'\n"
                        + "vif = [ 'mac=1', 'model=a b', 'bridge=br0' ]\n",
                    "--json"
                )
            )
            let variable = finding.GetProperty("variable").GetString()
            orderby variable
            select variable
        );

    [Theory]
    [InlineData("acpi = 'yes'")]
    [InlineData("acpi = 2")]
    [InlineData("stdvga = 'on'")]
    [InlineData("localtime = 'yes'")]
    [InlineData("fda = '/img/floppy'")]
    [InlineData("device_model = '/opt/qemu'")]
    [InlineData("device_model = '/usr/lib/xen/bin/qemu-dm'")]
    [InlineData("disk = ''")]
    [InlineData("bios = 'uefi'")]
    [InlineData("on_crash = 'coredump_restart'")]
    public void What_xend_takes_is_no_mistake(string text) => Assert.EndsWith("0 errors, 0 warnings\n", Lint(Hvm + text + "\n").Out);

    [Theory]
    [InlineData("localtime = 'yes'")]
    [InlineData("localtime = 1")]
    [InlineData("netmask = 5")]
    [InlineData("acpi = ''")]
    public void Nor_of_a_paravirtualized_guest(string text) => Assert.EndsWith("0 errors, 0 warnings\n", Lint(Pv + text + "\n").Out);

    [Theory]
    [InlineData("vtpm=backend=0", "vtpm=backend=0 on the command line: error: vtpm: x: no domain is named that serves vTPM 0: dom0 of ")]
    [InlineData("memory=0", "memory=0 on the command line: error: memory: memory_dynamic_max must be greater than zero\n")]
    [InlineData(
        "disk=phy:a,xvda,rw",
        "disk=phy:a,xvda,rw on the command line: error: disk: Invalid mode: 'rw': r, w or w! can be had. (in "
    )]
    [InlineData("disk=nothing", "disk=nothing on the command line: error: disk: Invalid disk specifier: nothing\n")]
    [InlineData("start_order=x", "start_order=x on the command line: error: start_order: a whole number is needed, not 'x'\n")]
    [InlineData("uuid=z", "uuid=z on the command line: error: uuid: Invalid UUID: z: ")]
    [InlineData("superpages=1", "superpages=1 on the command line: warning: superpages is accepted and has no effect with today's Xen.\n")]
    [InlineData(
        "memroy=1",
        "memroy=1 on the command line: warning: memroy is no variable of xm, and has no effect.\n  hint: Did you mean "
    )]
    [InlineData("boot=n", "boot=n on the command line: warning: boot has an effect on fully virtualized domains")]
    public void A_word_of_the_command_line_is_checked_and_named(string word, string told) =>
        Assert.Contains("\n" + told, Lint(Pv + "memory = 64\n", word).Out);

    [Fact]
    public void What_the_command_line_overrides_is_nobodys_mistake() =>
        Assert.EndsWith("0 errors, 0 warnings\n", Lint(Pv + "memory = 'much'\nvif = [ 'x' ]\n", "memory=64", "vif=bridge=br0").Out);

    [Fact]
    public void Of_a_list_the_word_that_is_wrong_is_named()
    {
        var findings = Findings(Lint(Pv, "--json", "vif=mac=1", "vif=bridge=br0")).ToList();
        var finding = Assert.Single(findings);
        Assert.Equal("vif=mac=1", finding.GetProperty("given").GetString());
        Assert.Equal(JsonValueKind.Null, finding.GetProperty("line").ValueKind);
    }

    [Fact]
    public void An_s_expression_is_checked_by_the_same_rules()
    {
        var outcome = Lint("(vm (name 'a b') (memory 64) (image (linux (kernel /k))) (device (vbd (uname phy:a) (dev xvda) (mode rw))))\n");
        Assert.Contains("/etc/xen/guest: error: name: Invalid VM Name: 'a b': ", outcome.Out);
        Assert.Contains("/etc/xen/guest: error: mode: Invalid mode: 'rw': r, w or w! can be had.\n  hint: Write w.\n", outcome.Out);
        Assert.EndsWith("2 errors, 0 warnings\n", outcome.Out);
    }

    private static IEnumerable<JsonElement> Findings(Outcome outcome)
    {
        using var json = JsonDocument.Parse(outcome.Out);
        return json.RootElement.Clone().GetProperty("findings").EnumerateArray();
    }
}
