namespace Xm.Tests;

/// <summary>Files of xl, and s-expressions, given to xm.</summary>
public sealed class XlTests : IDisposable
{
    private readonly XmRun _xm = Seeds.Host().WithFile("/boot/vmlinuz").WithFile("/boot/initrd");

    public void Dispose() => _xm.Dispose();

    private Outcome Create(string text, params string[] words)
    {
        _xm.WithFile("/etc/xen/guest", text + "\n");
        return _xm.Run(["create", "-qn", "guest", .. words]);
    }

    public static TheoryData<string> Files => ["pv", "hvm", "pvh"];

    [Theory]
    [MemberData(nameof(Files))]
    public void A_file_of_xl_gives_the_guest_that_xl_made(string name)
    {
        _xm.WithFile("/etc/xen/guest.cfg", File.ReadAllText(Repository.File($"tests/Xm.Tests/guests/xl-{name}.cfg")));
        var outcome = _xm.Run("create", "-n", "guest.cfg");
        Assert.Equal(0, outcome.Status);
        Approved.Match($"dryrun/xl-{name}.txt", outcome.Out + "---\n" + outcome.Errors);
    }

    [Theory]
    [InlineData("/dev/vg/a,raw,xvda,rw", "(vbd (uname phy:/dev/vg/a) (dev xvda) (mode w))")]
    [InlineData("/dev/vg/a,,xvda,ro", "(vbd (uname phy:/dev/vg/a) (dev xvda) (mode r))")]
    [InlineData("/img/a.raw, raw, hda, w", "(vbd (uname file:/img/a.raw) (dev hda) (mode w))")]
    [InlineData("/img/a.qcow2,qcow2,xvda", "(tap (uname tap:qcow2:/img/a.qcow2) (dev xvda) (mode w))")]
    [InlineData("format=vhd, vdev=hdc, access=r, target=/img/a.vhd", "(tap (uname tap:vhd:/img/a.vhd) (dev hdc) (mode r))")]
    [InlineData("vdev=hdc,devtype=cdrom,target=/img/a.iso", "(vbd (uname file:/img/a.iso) (dev hdc:cdrom) (mode r))")]
    [InlineData("/img/a.iso,raw,hdc:cdrom,r", "(vbd (uname file:/img/a.iso) (dev hdc:cdrom) (mode r))")]
    [InlineData(",empty,hdc,cdrom", "(vbd (uname '') (dev hdc:cdrom) (mode r))")]
    [InlineData("format=empty,vdev=hdc,cdrom", "(vbd (uname '') (dev hdc:cdrom) (mode r))")]
    [InlineData(
        "vdev=xvda,backend=storage,backendtype=phy,target=/dev/vg/a",
        "(vbd (uname phy:/dev/vg/a) (dev xvda) (mode w) (backend storage))"
    )]
    [InlineData("vdev=xvda,script=block-nbd,target=host 8000", "(vbd (uname 'nbd:host 8000') (dev xvda) (mode w))")]
    [InlineData("vdev=xvda,access=rw,target=/dev/vg/a", "(vbd (uname phy:/dev/vg/a) (dev xvda) (mode w))")]
    public void Disks_of_xl_are_understood(string line, string expected)
    {
        var outcome = Create($"disk = [ '{line}' ]");
        Assert.Equal($"xm: taken as an xl configuration: /etc/xen/guest (only xl writes disk like '{line}')\n", outcome.Errors);
        Assert.Contains($"(device {expected})", Joined(outcome));
    }

    [Theory]
    [InlineData("format=qed,vdev=xvda,target=/a", "format=qed is unknown: it is raw, qcow, qcow2 or vhd")]
    [InlineData("format=raw,target=/a", "vdev is missing: the name that the disk has in the guest")]
    [InlineData("vdev=xvda,format=raw", "target is missing: only a CD drive can be empty")]
    [InlineData("vdev=xvda,target=/a,b", "the path '/a,b' has a comma, which xm cannot say")]
    [InlineData("/a,raw,xvda,rx", "access=rx is unknown: it is ro or rw")]
    [InlineData("/a,raw,xvda,rw,x", "'x' is one field too many")]
    [InlineData("/a,raw,vdev=xvda,foo=1", "'foo=1' is unknown")]
    [InlineData("vdev=xvda,script=/x/y,target=/a", "script=/x/y cannot be said: xm knows /etc/xen/scripts/block-NAME as NAME:")]
    public void Disks_that_xend_cannot_serve_are_refused(string line, string problem)
    {
        var outcome = Create($"disk = [ '{line}' ]");
        Assert.Equal(1, outcome.Status);
        Assert.EndsWith($"Error: disk: '{line}': {problem}\n", outcome.Errors);
    }

    [Theory]
    [InlineData("cap = 50", "(cpu_cap 50)")]
    [InlineData("on_watchdog = 'preserve'", "(on_crash destroy)")]
    [InlineData("cap = 5\non_crash = 'preserve'", "(on_crash preserve)")]
    [InlineData("cmdline = 'console=hvc0 quiet'\nroot = '/dev/xvda'", "(args 'console=hvc0 quiet')")]
    [InlineData("bootloader = 'pygrub'\nbootloader_args = ['--entry', 'a b']", "(bootloader_args \"--entry 'a b'\")")]
    [InlineData("vcpus = 2\ncap = 5\ncpus = ['3']", "(cpus (3 ''))")]
    [InlineData("vcpus = 2\ncpus = 'all'", "(vcpus 2)")]
    [InlineData("tsc_mode = 'native'", "(tsc_mode 2)")]
    [InlineData("irqs = [ 7 ]", "(irq (irq 7))")]
    [InlineData("irqs = [ '7' ]", "(irq (irq 7))")]
    [InlineData("cap = 1\nioports = [ '2f8-2ff' ]", "(ioports (from 0x2f8) (to 0x2ff))")]
    [InlineData("driver_domain = 1", "(backend (blkif))")]
    [InlineData("cap = 1\nvnc = 1\nvnclisten = '0.0.0.0:2'", "(vnclisten 0.0.0.0)")]
    [InlineData("cap = 1\nvnc = 1\nvnclisten = '0.0.0.0:2'", "(vncdisplay 2)")]
    [InlineData("vif = ['type=vif,bridge=br0']", "(vif (bridge br0))")]
    [InlineData("vif = ['mtu=9000,bridge=br0']", "(vif (bridge br0))")]
    [InlineData("pci = ['07:00.0,permissive=1,msitranslate=1']", "(key 07:00.0)")]
    [InlineData("builder = 'generic'", "(linux")]
    [InlineData("type = 'hvm'\nvif = ['type=vif,bridge=br0']", "(vif (bridge br0) (type netfront))")]
    [InlineData("type = 'hvm'\nvif = ['type=ioemu,mtu=1500,bridge=br0']", "(vif (bridge br0))")]
    [InlineData("type = 'hvm'\nfirmware = 'uefi'", "(bios ovmf)")]
    [InlineData("type = 'hvm'\nfirmware = 'seabios'", "(bios seabios)")]
    [InlineData("type = 'hvm'\nvga = 'stdvga'", "(stdvga 1)")]
    [InlineData("type = 'hvm'\nvga = 'none'", "(nographic 1)")]
    [InlineData("type = 'hvm'\ntimer_mode = 'one_missed_tick_pending'", "(timer_mode 3)")]
    [InlineData("type = 'hvm'\nviridian = ['base', 'crash_ctl']", "(viridian 1)")]
    [InlineData("type = 'hvm'\ncap = 1\nserial = ['pty']\nusbdevice = ['tablet']", "(usbdevice tablet)")]
    [InlineData("pvh = 1\nkernel = '/boot/vmlinuz'", "(pvh")]
    public void Names_and_values_of_xl_are_said_in_xms(string text, string expected)
    {
        var outcome = Create(text);
        Assert.StartsWith("xm: taken as an xl configuration: /etc/xen/guest (only xl ", outcome.Errors);
        Assert.Equal(0, outcome.Status);
        Assert.Contains(expected, Joined(outcome));
    }

    [Theory]
    [InlineData("type = 'hvm'\nbios = 'ovmf'\nhdtype = 'ahci'", "(bios ovmf)")]
    [InlineData("type = 'hvm'\nhdtype = 'ahci'", "(hdtype ahci)")]
    [InlineData("type = 'pvh'\nkernel = '/boot/vmlinuz'", "(pvh")]
    [InlineData("builder = 'pvh'\nkernel = '/boot/vmlinuz'", "(pvh")]
    [InlineData("nestedhvm = 1\nbuilder = 'hvm'", "(nestedhvm 1)")]
    [InlineData("disk = ['phy:/dev/vg/a,xvda,w', 'file:/a,xvdb,r', 'tap:qcow2:/c,xvdc,w', ',hdc:cdrom,r']", "(uname tap:qcow2:/c)")]
    [InlineData("vif = ['type=ioemu,bridge=br0,model=e1000']", "(type ioemu)")]
    public void What_both_understand_is_no_reason_to_take_a_file_for_xls(string text, string expected)
    {
        var outcome = Create(text);
        Assert.Equal((0, ""), (outcome.Status, outcome.Errors));
        Assert.Contains(expected, Joined(outcome));
    }

    [Fact]
    public void What_xend_does_not_have_is_told() =>
        Assert.EndsWith(
            "\nxm: left out what xend does not have: device_model_version spice discard mtu=9000\n",
            Create("device_model_version = 'qemu-xen'\nspice = 1\ndisk = ['vdev=xvda,discard,target=/dev/a']\nvif = ['mtu=9000']").Errors
        );

    [Theory]
    [InlineData("cap = 1\ntype = 'vm'", "type: Invalid domain type: vm (it is pv, pvh or hvm)")]
    [InlineData("cap = 1\ntsc_mode = 'fast'", "tsc_mode: 'fast' is unknown")]
    [InlineData("type = 'hvm'\nvga = 'qxl'", "vga: 'qxl' is not to be had: it is stdvga, cirrus or none")]
    [InlineData("cpus = 'nodes:0'", "cpus: 'nodes:0' names a NUMA node: name its CPUs")]
    [InlineData(
        "type = 'pvh'\nfirmware = 'pvgrub64'",
        "firmware: pvgrub64 of a guest that is not hvm: name its file in /usr/lib/xen-*/boot as kernel"
    )]
    public void What_cannot_be_said_in_xms_variables_is_refused(string text, string problem)
    {
        var outcome = Create(text);
        Assert.Equal(1, outcome.Status);
        Assert.EndsWith($"Error: {problem}\n", outcome.Errors);
    }

    [Fact]
    public void The_command_line_goes_before_a_file_of_xl_too() =>
        Assert.Contains("(vcpus 4)", Create("cap = 1\nvcpus = 2", "vcpus=4").Out);

    [Theory]
    [InlineData("create -n -F saved")]
    [InlineData("create -n saved")]
    public void What_list_long_printed_creates_the_domain_again(string words)
    {
        _xm.WithFile(
            "/home/user/saved",
            """
            (domain
                (domid 1)
                (cpu_weight 256)
                (vcpus 2)
                (cpus (() ()))
                (name linux)
                (memory 256)
                (start_time 1795198884.85)
                (cpu_time 92.5)
                (online_vcpus 2)
                (image (linux (kernel /boot/vmlinuz) (args 'a b') (videoram 4) (notes (GUEST_OS linux) (LOADER generic))))
                (status 2)
                (state -b----)
                (store_mfn 548611)
                (console_mfn 548610)
                (device (vif (bridge eth0) (mac 00:16:3e:38:d4:07)))
                (device (console (protocol vt100) (location 2)))
            )
            (domain (domid 2))
            """
        );
        var outcome = _xm.Run(words.Split(' '));
        Assert.Equal(0, outcome.Status);
        Approved.Match("dryrun/saved.txt", outcome.Out.Replace("Using config file \"./saved\".\n", ""));
        Assert.EndsWith(
            "xm: taken as a saved domain; left out what belonged to its run: domid start_time cpu_time online_vcpus status state "
                + "store_mfn console_mfn console\n"
                + "xm: only the first of the 2 expressions in "
                + (words.Contains("-F") ? "saved" : "./saved")
                + " is used\n",
            outcome.Errors
        );
    }

    [Fact]
    public void A_printed_expression_needs_no_F()
    {
        var printed = _xm.Run("create", "-qn", "winxp.cfg").Out;
        var outcome = Create("# saved\n" + printed);
        Assert.Equal(new Outcome(0, printed, "xm: taken as an s-expression: /etc/xen/guest\n"), outcome);
    }

    [Fact]
    public void A_damaged_expression_is_told_with_its_place() =>
        Assert.EndsWith(
            "Error: File /etc/xen/guest, line 1, column 1: This list is not closed: a ) is missing.\n",
            Create("(vm (name x)").Errors
        );

    private static string Joined(Outcome outcome) =>
        string.Join(' ', outcome.Out.Split(['\n', ' '], StringSplitOptions.RemoveEmptyEntries));
}
