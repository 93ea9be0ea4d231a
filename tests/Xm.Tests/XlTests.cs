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
        Assert.StartsWith($"xm: taken as an xl configuration: /etc/xen/guest (only xl writes disk like '{line}')\n", outcome.Errors);
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

    /// <summary>One file, one grammar: in a file that is xl's, disks that look like xm's are read as xl reads them.</summary>
    [Theory]
    [InlineData("phy:/dev/vg/a,xvda,w", "(vbd (uname phy:/dev/vg/a) (dev xvda) (mode w))", "")]
    [InlineData("phy:/dev/vg/a,xvda,w,no-discard", "(vbd (uname phy:/dev/vg/a) (dev xvda) (mode w))", "no-discard")]
    [InlineData("file:/x.img,format=raw,vdev=xvda", "(vbd (uname file:/x.img) (dev xvda) (mode w))", "")]
    [InlineData("phy:/dev/a,xvda,rw", "(vbd (uname phy:/dev/a) (dev xvda) (mode w))", "")]
    [InlineData("file:/x.iso,hdc,cdrom,r", "(vbd (uname file:/x.iso) (dev hdc:cdrom) (mode r))", "")]
    [InlineData("file:/x.iso,hdc:cdrom", "(vbd (uname file:/x.iso) (dev hdc:cdrom) (mode r))", "")]
    [InlineData("phy:/dev/a, xvda, w", "(vbd (uname phy:/dev/a) (dev xvda) (mode w))", "")]
    [InlineData("phy:/dev/a,xvda", "(vbd (uname phy:/dev/a) (dev xvda) (mode w))", "")]
    [InlineData("phy:/dev/a,xvda,", "(vbd (uname phy:/dev/a) (dev xvda) (mode w))", "")]
    [InlineData("phy:/dev/a,ioemu:hda,w", "(vbd (uname phy:/dev/a) (dev hda) (mode w))", "")]
    [InlineData("tap:aio:/x.img,xvda,w", "(vbd (uname file:/x.img) (dev xvda) (mode w))", "")]
    [InlineData("tap2:tapdisk:qcow2:/x,xvda,w", "(tap (uname tap:qcow2:/x) (dev xvda) (mode w))", "")]
    [InlineData("raw:/dev/a,hda,ro", "(vbd (uname phy:/dev/a) (dev hda) (mode r))", "")]
    [InlineData("vhd:/a.vhd,hda:disk,w", "(tap (uname tap:vhd:/a.vhd) (dev hda) (mode w))", "")]
    [InlineData("drbd:app01,hda,w", "(vbd (uname drbd:app01) (dev hda) (mode w))", "")]
    [InlineData("nbd:host:8000,hda,w", "(vbd (uname nbd:host:8000) (dev hda) (mode w))", "")]
    [InlineData("phy:x,xvda,w,script=block-iscsi", "(vbd (uname iscsi:x) (dev xvda) (mode w))", "")]
    [InlineData("phy:/dev/a,xvda,w,backend=storage", "(vbd (uname phy:/dev/a) (dev xvda) (mode w) (backend storage))", "")]
    [InlineData(",hdc:cdrom,r", "(vbd (uname '') (dev hdc:cdrom) (mode r))", "")]
    [InlineData(",,hdc:cdrom,r", "(vbd (uname '') (dev hdc:cdrom) (mode r))", "")]
    [InlineData("devtype=cdrom,,,hdc", "(vbd (uname '') (dev hdc:cdrom) (mode r))", "")]
    [InlineData("vdev=hdc,access=rw,devtype=cdrom,target=", "(vbd (uname '') (dev hdc:cdrom) (mode r))", "")]
    [InlineData("cdrom,no-discard,vdev=hda,target=/a.iso", "(vbd (uname file:/a.iso) (dev hda:cdrom) (mode r))", "no-discard")]
    [InlineData(
        "direct-io-safe,discard,trusted,no-colo,/dev/a,,hda",
        "(vbd (uname phy:/dev/a) (dev hda) (mode w))",
        "direct-io-safe discard"
    )]
    [InlineData("backendtype=qdisk,vdev=xvda,target=/a.img", "(vbd (uname file:/a.img) (dev xvda) (mode w))", "backendtype=qdisk")]
    [InlineData(
        "specification=xen,untrusted,grant_usage=1,/dev/a,,hda",
        "(vbd (uname phy:/dev/a) (dev hda) (mode w))",
        "untrusted grant_usage=1"
    )]
    [InlineData("vdev=xvda,target=/dev/a,", "(vbd (uname phy:/dev/a) (dev xvda) (mode w))", "")]
    public void A_file_of_xl_has_disks_of_xl(string line, string expected, string leftOut)
    {
        var outcome = Create($"cap = 1\ndisk = [ '{line}' ]");
        Assert.Equal(0, outcome.Status);
        Assert.Contains($"(device {expected})", Joined(outcome));
        Assert.Equal(leftOut.Length > 0, outcome.Errors.EndsWith($"\nxm: left out what xend does not have: {leftOut}\n"));
    }

    [Theory]
    [InlineData("phy:/dev/a,xvda,w,storage", "'storage' is one field too many")]
    [InlineData("phy:/dev/a,xvda,w!", "access=w! is unknown: it is ro or rw")]
    [InlineData("tap:vmdk:/a,xvda,w", "'vmdk:' is no type of a disk")]
    [InlineData("http://x/y,raw,xvda", "'http:' is no type of a disk")]
    [InlineData("/dev/a,raw ,xvda,w", "format=raw  is unknown: it is raw, qcow, qcow2 or vhd")]
    [InlineData("qcow:/a,format=qcow2,vdev=xvda", "format is given twice: qcow and qcow2")]
    [InlineData("vdev=xvda,/dev/a,,xvdb", "access=xvdb is unknown: it is ro or rw")]
    [InlineData("vdev=xvda,vdev=xvdb,target=/dev/a", "vdev is given twice: xvda and xvdb")]
    [InlineData("/dev/a=b,raw,xvda", "'/dev/a=b' is unknown")]
    [InlineData("devtype=floppy,vdev=xvda,target=/a", "'devtype=floppy' is unknown")]
    [InlineData("backendtype=standalone,vdev=xvda,target=/a", "backendtype=standalone cannot be had: xend serves disks from dom0")]
    [InlineData("specification=virtio,vdev=xvda,target=/a", "specification=virtio cannot be had: xend serves Xen's own disks")]
    [InlineData("colo,vdev=xvda,target=/a", "colo cannot be had: xend has no COLO")]
    [InlineData("colo-host=h,vdev=xvda,target=/a", "colo-host cannot be had: xend has no COLO")]
    [InlineData("format=empty,vdev=xvda,target=/a", "format=empty is for CD drives")]
    [InlineData("phy:,xvda,w", "target is missing: only a CD drive can be empty")]
    public void What_xl_refuses_or_xend_cannot_do_is_refused_by_name(string line, string problem)
    {
        var outcome = Create($"disk = [ '{line}' ]", "--as=xl");
        Assert.Equal(1, outcome.Status);
        Assert.EndsWith($"Error: disk: '{line}': {problem}\n", outcome.Errors);
    }

    [Theory]
    [InlineData("vif = [ 'bridge=br0,type=ioemu,foo=1,accel=x' ]", "(vif (bridge br0))", "foo=1 accel=x")]
    [InlineData("vif = [ 'mac=00-16-3E-0-0-1,bridge = br0' ]", "(vif (mac 00:16:3e:00:00:01))", "bridge = br0")]
    [InlineData("vif = [ 'rate=10Mb/s@20m, trusted,untrusted' ]", "(vif (rate '10Mb/s@20ms'))", "untrusted")]
    [InlineData("vif = [ '', ',,model=e1000' ]", "(vif (model e1000))", "")]
    [InlineData("vfb = [ 'foo=1,vnclisten=0.0.0.0:7' ]", "(vncdisplay 7)", "foo=1")]
    [InlineData("vfb = [ 'vnc=0,sdl=yes,keymap,vnc=1' ]", "(sdl 0)", "keymap vnc=1")]
    [InlineData("vfb = [ 'vnclisten=[::1]:3' ]", "(vnclisten '[::1]')", "")]
    [InlineData("pci = [ '0000:07:00.0@5,seize=1,power_mgmt=7' ]", "(vdevfn 0x28) (func 0x0) (opts (power_mgmt 1))", "seize=1")]
    [InlineData("pci = [ 'vslot=5,bdf=07:00.3' ]", "(key '07:00.3@5')", "")]
    [InlineData(
        "type = 'hvm'\ncpuid = [ '1:ecx=0xxxxxxx0xx00xxxxxxxxxxxxxxxxxxx, edx=xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx' ]",
        "(edx xxxx",
        ""
    )]
    public void So_are_its_other_devices_xls(string text, string expected, string leftOut)
    {
        var outcome = Create("cap = 1\n" + text);
        Assert.Equal(0, outcome.Status);
        Assert.Contains(expected, Joined(outcome));
        Assert.Equal(leftOut.Length > 0, outcome.Errors.EndsWith($"\nxm: left out what xend does not have: {leftOut}\n"));
    }

    [Theory]
    [InlineData("vif = [ 'mac=1:2:3' ]", "vif: 'mac=1:2:3': mac=1:2:3 is no address of six bytes")]
    [InlineData("vif = [ 'rate=fast' ]", "vif: 'rate=fast': rate=fast is no rate: it is like 10Mb/s or 1MB/s@20ms")]
    [InlineData("vfb = [ 'vnclisten=::1:2' ]", null)]
    [InlineData(
        "vfb = [ 'vnclisten=0:7,vncdisplay=2' ]",
        "vfb: 'vnclisten=0:7,vncdisplay=2': vnclisten=0:7 names a display, and vncdisplay=2 another"
    )]
    [InlineData("vnclisten = '0:7'\nvncdisplay = 2", "vnclisten: 0:7 names a display, and vncdisplay = 2 another")]
    [InlineData("pci = [ '07:00.0-3' ]", "pci: '07:00.0-3': '07:00.0-3' is no address such as 07:00.0 or 0000:07:00.*")]
    [InlineData("pci = [ 'name=gpu' ]", "pci: 'name=gpu': name=gpu cannot be had: xend knows devices by their address (bdf)")]
    [InlineData("pci = [ '07:00.0,foo=1' ]", "pci: '07:00.0,foo=1': 'foo=1' is unknown")]
    [InlineData("cpuid = [ '1:ecx=0x1f' ]", "cpuid: '1:ecx=0x1f': ecx=0x1f is no mask of 32 characters")]
    public void And_what_they_cannot_be_is_refused(string text, string? problem)
    {
        var outcome = Create("cap = 1\n" + text);
        Assert.Equal(problem is null ? 0 : 1, outcome.Status);
        Assert.EndsWith(problem is null ? "--as=xm takes the file as xm's\n" : $"Error: {problem}\n", outcome.Errors);
    }

    [Fact]
    public void A_name_that_files_of_xm_had_too_makes_none_xls() =>
        // on_crash stays xm's: the guest is started again.
        Assert.Equal(
            Create("disk = [ 'phy:/dev/a,xvda,w' ]"),
            Create("device_model_version = 'qemu-xen-traditional'\nspice = 0\ndisk = [ 'phy:/dev/a,xvda,w' ]")
        );

    [Theory]
    [InlineData("builder = 'linux'", "only xm reads builder like 'linux'")]
    [InlineData("disk = [ 'phy:/dev/a,xvda,w!' ]", "only xm reads disk like 'phy:/dev/a,xvda,w!'")]
    [InlineData("vif = [ 'type=netfront' ]", "only xm reads vif like 'type=netfront'")]
    [InlineData("import os", "only xm reads line 2, which is a program's")]
    public void What_xl_would_refuse_goes_before_a_name_that_xm_passed_over(string text, string reason)
    {
        var outcome = Create("cap = 50\n" + text);
        Assert.Equal(
            $"xm: taken as an xm configuration: /etc/xen/guest ({reason})\n"
                + "xm: therefore without effect, for only xl has such names: cap; --as=xl takes the file as xl's\n",
            outcome.Errors
        );
        Assert.DoesNotContain("cpu_cap", outcome.Out);
        Assert.DoesNotContain("on_crash", outcome.Out);
    }

    [Fact]
    public void By_which_word_a_file_is_xls_and_what_follows_is_told()
    {
        var outcome = Create("name = 'x'\ncap = 50");
        Assert.Equal(
            "xm: taken as an xl configuration: /etc/xen/guest (only xl has the name cap)\n"
                + "xm: therefore a guest that crashes is destroyed, for on_crash is not set; disk, vif, vfb, pci, cpus and cpuid are "
                + "in xl's "
                + "forms; --as=xm takes the file as xm's\n",
            outcome.Errors
        );
        Assert.Contains("(on_crash destroy)", outcome.Out);
        Assert.DoesNotContain("on_crash", Create("cap = 50\non_crash = 'preserve'").Errors);
    }

    [Fact]
    public void As_overrules_what_the_file_looks_like()
    {
        var asXm = Create("name = 'x'\ncap = 50", "--as=xm");
        Assert.Equal((0, ""), (asXm.Status, asXm.Errors));
        Assert.DoesNotContain("cpu_cap", asXm.Out);
        var asXl = Create("name = 'x'\ndisk = [ 'phy:/dev/a,xvda,rw' ]", "--as=xl");
        Assert.StartsWith("xm: taken as an xl configuration: /etc/xen/guest (--as=xl)\nxm: therefore a guest", asXl.Errors);
        Assert.Contains("(mode w)", asXl.Out);
        Assert.Equal(1, _xm.Run("new", "--as=vm", "guest").Status);
        Assert.Contains("a configuration of xl", _xm.Run("lint", "--as=xl", "guest").Out);
        Assert.Contains("a configuration of xm", _xm.Run("lint", "guest").Out);
        Assert.Contains("phy:/dev/a: PERMITTED", _xm.Run("dry-run", "--as=xl", "guest").Out);
    }

    [Theory]
    [InlineData(
        "  name = 'y'\n\t# a comment\n  memory = 64\n\n  disk = [\n'phy:/dev/a,xvda,w' ]",
        "only xl reads a file whose lines are all indented"
    )]
    [InlineData("name = 'y'\nmemory = 64\ndisk += [ 'phy:/dev/a,xvda,w' ]", "only xl adds to a name that is not set: disk")]
    [InlineData("  name = 'y'\nmemory = 64\ncap = 0\ndisk = [ 'phy:/dev/a,xvda,w' ]", "only xl has the name cap")]
    public void What_only_xls_grammar_reads_is_xls(string text, string reason)
    {
        var outcome = Create(text);
        Assert.StartsWith($"xm: taken as an xl configuration: /etc/xen/guest ({reason})\n", outcome.Errors);
        Assert.Contains("(name y) (memory 64)", Joined(outcome));
        Assert.Contains("(uname phy:/dev/a)", outcome.Out);
        Assert.Contains("a configuration of xl\n", _xm.Run("lint", "guest").Out);
    }

    [Theory]
    [InlineData("name = 'y'\n  memory = 64")]
    [InlineData("  name = y")]
    [InlineData("  name = 'y' + 'z'")]
    [InlineData("  def f():\n    pass")]
    public void What_neither_reads_is_told_as_xm_tells_it(string text) =>
        Assert.StartsWith("Error: Errors were found at line ", Create(text).Errors);

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
    [InlineData("p9 = ['tag=share,path=/srv,security_model=none']", "(9pfs (tag share) (path /srv) (security_model none))")]
    [InlineData("channel = ['connection=pty,name=a']", "(channel (name a) (connection pty))")]
    [InlineData("vtpm = ['backend=tpm', 'backend=tpm2,uuid=u']", "(vtpm (backend tpm))) (device (vtpm (backend tpm2) (uuid u)))")]
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
