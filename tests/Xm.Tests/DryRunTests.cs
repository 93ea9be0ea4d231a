namespace Xm.Tests;

public sealed class DryRunTests : IDisposable
{
    private readonly XmRun _xm = Seeds.Host();

    public void Dispose() => _xm.Dispose();

    [Theory]
    [InlineData("linux")]
    [InlineData("winxp")]
    public void The_seeds_give_what_xm_4_1_gave(string name)
    {
        var outcome = _xm.Run("create", "--dryrun", $"/etc/xen/{name}.cfg");
        Assert.Equal((0, ""), (outcome.Status, outcome.Errors));
        Approved.Match($"dryrun/{name}.txt", outcome.Out);
        Assert.Empty(_xm.Xend.Calls);
    }

    [Theory]
    [InlineData("xmexample1")]
    [InlineData("devices")]
    [InlineData("hvm-devices")]
    public void Other_files_give_what_xm_4_1_gave(string name)
    {
        _xm.WithFile("/boot/vmlinuz-2.6.10-xenU").WithFile("/boot/vmlinuz").WithFile($"/etc/xen/{name}", Text(name));
        var outcome = _xm.Run("create", "-qn", name);
        Assert.Equal((0, ""), (outcome.Status, outcome.Errors));
        Approved.Match($"dryrun/{name}.txt", outcome.Out);
    }

    [Fact]
    public void Printed_expressions_can_be_given_back_with_F()
    {
        var printed = _xm.Run("create", "-qn", "winxp.cfg").Out;
        _xm.WithFile("/home/user/winxp.sxp", printed);
        Assert.Equal(printed, _xm.Run("create", "-n", "-F", "winxp.sxp").Out);
    }

    [Theory]
    [InlineData("./linux.cfg", "/home/user/linux.cfg", "linux.cfg")]
    [InlineData("/etc/xen/linux.cfg", null, "linux.cfg")]
    [InlineData("/etc/xen/linux.cfg", null, "/etc/xen/linux.cfg")]
    [InlineData("/srv/guests/linux.cfg", "/srv/guests/linux.cfg", "--path=/srv/guests:/etc/xen linux.cfg")]
    public void The_file_is_looked_for_here_and_then_in_the_path(string announced, string? extra, string words)
    {
        if (extra is not null)
        {
            _xm.WithFile(extra, Seeds.Linux);
        }
        var outcome = _xm.Run(["create", "-n", .. words.Split(' ')]);
        Assert.Equal($"Using config file \"{announced}\".", outcome.FirstLine);
    }

    [Theory]
    [InlineData("memory=512", "(memory 512)")]
    [InlineData("name=other", "(name other)")]
    [InlineData("maxvcpus=4", "(vcpus 2)")]
    [InlineData("vif=", "(device (vif))")]
    [InlineData("extra=a b", "(args 'a b')")]
    [InlineData("localtime=y", "(localtime 1)")]
    [InlineData("pool=Pool-0", "(pool_name Pool-0)")]
    [InlineData("bootloader=/bin/b", "(bootloader_args -q)")]
    [InlineData("cpus=0-3,^1", "(cpus '0-3,^1')")]
    [InlineData("on_crash=preserve", "(on_crash preserve)")]
    [InlineData("type=pvh", "(pvh")]
    public void What_the_command_line_says_goes_before_the_file(string word, string expected)
    {
        var words = word.StartsWith("maxvcpus", StringComparison.Ordinal) ? new[] { "vcpus=2", word } : [word];
        if (words.Length == 2)
        {
            var refused = _xm.Run(["create", "-qn", "linux.cfg", .. words]);
            Assert.Contains("(vcpu_avail 3)", refused.Out);
            Assert.Contains("(vcpus 4)", refused.Out);
            return;
        }
        Assert.Contains(expected, _xm.Run(["create", "-qn", "linux.cfg", .. words]).Out);
    }

    [Theory]
    [InlineData("maxvcpus = 4", "maxvcpus=8", "(vcpus 8)")]
    [InlineData("maxvcpus = 4", "maxvcpus=", "(vcpus 2)")]
    [InlineData("type = 'pvh'", "type=pv", "(linux")]
    [InlineData("builder = 'hvm'", "type=pvh", "(pvh")]
    [InlineData("builder = 'hvm'", "builder=hvm type=pvh", "(hvm")]
    [InlineData("cap = 50\ntype = 'hvm'", "type=pvh", "(pvh")]
    [InlineData("builder = 'hvm'\nbios = 'ovmf'", "bios=seabios", "(bios seabios)")]
    [InlineData("builder = 'hvm'\nhdtype = 'ide'", "hdtype=ahci", "(hdtype ahci)")]
    [InlineData("builder = 'hvm'\nnestedhvm = 0", "nestedhvm=1", "(nestedhvm 1)")]
    [InlineData("builder = 'hvm'\nxen_extended_power_mgmt = 0", "xen_extended_power_mgmt=2", "(xen_extended_power_mgmt 2)")]
    [InlineData("start_order = 5", "start_order=0", "(start_order 0)")]
    [InlineData("start_delay = 5", "start_delay=7", "(start_delay 7)")]
    [InlineData("start_wait = 'connected'", "start_wait=shutdown-capable", "(start_wait shutdown-capable)")]
    [InlineData("description = start_order\nstart_order = 5", "start_order=7", "(description 7)")]
    public void So_it_does_with_the_variables_that_help_config_does_not_list(string text, string words, string expected)
    {
        _xm.WithFile("/etc/xen/later", $"name = 'x'\nkernel = '/mnt/xen/linux/vmlinux'\nvcpus = 2\n{text}\n");
        Assert.Contains(expected, _xm.Run(["create", "-qn", "later", .. words.Split(' ')]).Out);
    }

    [Fact]
    public void The_command_dry_run_permits_what_no_security_module_forbids() =>
        Assert.Equal(
            new Outcome(
                0,
                "Using config file \"/etc/xen/winxp.cfg\".\nChecking domain:\n   winxp: PERMITTED\nChecking resources:\n"
                    + "   phy:/dev/vg01/winxp0: PERMITTED\n   phy:/dev/loop0: PERMITTED\nDry Run: PASSED\n",
                ""
            ),
            _xm.Run("dry-run", "winxp.cfg")
        );

    [Fact]
    public void The_name_of_the_file_is_the_name_of_the_domain_where_it_has_none()
    {
        _xm.WithFile("/etc/xen/nameless.cfg", "kernel = '/mnt/xen/linux/vmlinux'\n");
        Assert.Contains("(name nameless.cfg)", _xm.Run("create", "-qn", "/etc/xen/nameless.cfg").Out);
    }

    [Fact]
    public void Values_of_other_types_are_no_settings()
    {
        _xm.WithFile("/etc/xen/types", "name = 'x'\nacpi = True\nmemory = None\nvcpus = (2,)\nbuilder = u'hvm'\n");
        Assert.Contains("(memory 128)", _xm.Run("create", "-qn", "types").Out);
        Assert.Contains("(linux", _xm.Run("create", "-qn", "types").Out);
    }

    [Fact]
    public void Options_can_be_set_in_the_file()
    {
        _xm.WithFile("/etc/xen/quiet", "name = 'x'\ndryrun = 1\n");
        Assert.StartsWith("Using config file \"/etc/xen/quiet\".\n(vm\n", _xm.Run("create", "quiet").Out);
    }

    [Fact]
    public void The_display_of_the_user_is_passed_on()
    {
        _xm.Environment["DISPLAY"] = ":0";
        _xm.Environment["XAUTHORITY"] = "/tmp/key";
        var printed = _xm.Run("create", "-qn", "winxp.cfg").Out;
        Assert.Contains("            (display :0)\n", printed);
        Assert.Contains("            (xauthority /tmp/key)\n", printed);
    }

    [Theory]
    [InlineData("kernel = '/boot/none'", "Cannot find kernel \"/boot/none\"")]
    [InlineData("kernel = 'none'", "Cannot find kernel \"none\"")]
    [InlineData("ramdisk = '/boot/none'", "Cannot find ramdisk \"/boot/none\"")]
    [InlineData("loader = '/boot/none'", "Cannot find loader \"/boot/none\"")]
    [InlineData("kernel = 5", "kernel must be a string, not the number 5.")]
    [InlineData("disk = ['phy:a,xvda']", "Invalid disk specifier: phy:a,xvda")]
    [InlineData("disk = ['a,b,c,d,e,f']", "Invalid disk specifier: a,b,c,d,e,f")]
    [InlineData("disk = 'phy:a,xvda,w'", "Invalid disk specifier: p")]
    [InlineData("disk = [1]", "disk must be a list of strings, but one element is the number 1.")]
    [InlineData("vif = ['bridge']", "bridge should be a pair, separated by an equals sign.")]
    [InlineData("vif = ['foo=1']", "Invalid vif option: foo")]
    [InlineData("vif2 = ['foo=1']", "Invalid vif2 option: foo")]
    [InlineData("vfb = ['foo=1']", "configuration option foo unknown to vfbs")]
    [InlineData("vusb = ['usbver=3']", "Invalid vusb option: usbver")]
    [InlineData("vusb = ['numports=17']", "Invalid vusb option: numports")]
    [InlineData("vtpm = ['type=x']", "Invalid vtpm specifier: type=x")]
    [InlineData("vtpm = ['instance=0']", "VM config error: vTPM instance must not be 0.")]
    [InlineData("ioports = ['1-2-3']", "Invalid i/o port range specifier: 1-2-3")]
    [InlineData("pci = ['zz:00.0']", "Failed to parse pci device: zz:00.0")]
    [InlineData("pci = ['07:00']", "Failed to parse pci device: 07:00")]
    [InlineData("pci = ['07:00.0,foo=1']", "Invalid pci option foo=1: ")]
    [InlineData("cpuid = ['1:foo=1']", "cpuid's syntax is (eax|ebx|ecx|edx)=value")]
    [InlineData("nfs_root = '/x'", "Must set nfs root and nfs server")]
    [InlineData("type = 'vm'", "Invalid domain type: vm (it is pv, pvh or hvm)")]
    [InlineData("a = nosuchvar", "name 'nosuchvar' is not defined\n\ta = nosuchvar\n\t    ^\n  in /etc/xen/bad, line 1, column 5")]
    [InlineData(
        "b = 1\na = = 3",
        "Errors were found at line 2 while processing /etc/xen/bad:\n\ta = = 3\n\t    ^\n  column 5: A value was expected here, not '='."
    )]
    [InlineData("<xml>", "/etc/xen/bad is an XML configuration of the Xen-API, which this version of xm does not read.")]
    public void A_wrong_file_is_told_without_usage(string text, string error)
    {
        _xm.WithFile("/etc/xen/bad", text + "\n");
        var outcome = _xm.Run("create", "-n", "bad");
        Assert.Equal((1, $"Error: {error}\n"), (outcome.Status, outcome.Errors));
        Assert.Equal("Using config file \"/etc/xen/bad\".\n", outcome.Out);
    }

    [Fact]
    public void A_directory_is_no_configuration()
    {
        _xm.WithFile("/etc/xen/auto/x");
        Assert.Equal("Error: Cannot read file /etc/xen/auto: Is a directory\n", _xm.Run("create", "auto").Errors);
    }

    [Fact]
    public void Old_nics_give_empty_vifs_and_a_warning()
    {
        _xm.WithFile("/etc/xen/nics", "name = 'x'\nnics = 2\n");
        var outcome = _xm.Run("create", "-qn", "nics");
        Assert.Equal(
            "Warning: The nics option is deprecated.  Please use an empty vif entry instead:\n\n  vif = [ '' ]\n\n",
            outcome.Errors
        );
        Assert.EndsWith("    (device (vif))\n    (device (vif))\n)\n", outcome.Out);
    }

    [Theory]
    [InlineData("linux")]
    [InlineData("winxp")]
    public void The_examples_that_are_installed_are_the_seeds(string name)
    {
        _xm.WithFile($"/etc/xen/{name}.cfg", File.ReadAllText(Repository.File($"config/examples/{name}.cfg")));
        Approved.Match($"dryrun/{name}.txt", _xm.Run("create", "--dryrun", $"/etc/xen/{name}.cfg").Out);
    }

    private static string Text(string name) =>
        name switch
        {
            "xmexample1" => """
                kernel = "/boot/vmlinuz-2.6.10-xenU"
                memory = 64
                name = "ExampleDomain"
                vif = [ '' ]
                disk = [ 'phy:hda1,hda1,w' ]
                root = "/dev/hda1 ro"
                extra = "4"
                """,
            "devices" => """
                name = 'rich'; kernel = '/boot/vmlinuz'
                memory = 64; maxmem = 0x80
                vcpus = 1; maxvcpus = 4
                uuid = '7e19da7c-8dd7-415f-cebb-290b3c42ec1c'
                cpus = ["2", "3"]
                cpu_cap = 50; cpu_weight = 512
                localtime = 1
                blkif = 1
                pool = 'Pool-0'
                disk = [ 'tap:aio:/img/a.img,xvda,w', 'tap2:aio:/img/b.img,xvdb,w!',
                         'phy:vg/c,sda1,r,linux', 'phy:vg/d,sda2,r,,x86_32-abi', ]
                pci = [ '07:00.0,msitranslate=0', '0000:08:1f.3@1c' ]
                ioports = [ '02f8-02ff', '60' ]
                irq = [ 7 ]
                vif = [ 'mac=00:16:3e:00:00:01, bridge=br0 ,ip=10.0.0.1 10.0.0.2',
                        'type=ioemu,model=e1000,mac=00:16:3e:00:00:02,bridge=br0',
                        'script=vif-nat,bridge=br1,mac=00:16:3e:00:00:03',
                        'bridge=b,script=s,ip=i,rate=1Mb/s,accel=a,mac=m,vifname=v,model=o,type=t,backend=0' ]
                vfb = [ 'type=vnc,vncunused=1,vncpasswd=secret,vnclisten=0.0.0.0,vncdisplay=2' ]
                keymap = 'de'
                vtpm = [ 'instance=1,backend=0' ]
                vusb = [ 'usbver=1,numports=2,port_1=1-1' ]
                cpuid = [ '1:ecx=0xffffffff', '0x80000001,2:eax=xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx' ]
                ip = '10.0.0.9'; netmask = '255.255.255.0'; gateway = '10.0.0.1'; hostname = 'rich'
                nfs_server = '10.0.0.1'; nfs_root = '/srv/rich'
                bootloader = '/usr/bin/mygrub'; bootargs = '--entry 1'
                """,
            _ => """
                name = "ExampleHVMDomain"
                kernel = "hvmloader"
                builder = 'hvm'
                memory = 128
                vif = [ 'type=ioemu, bridge=xenbr0' ]
                disk = [ 'file:/var/images/min-el3-i386.img,hda,w', ',hdc:cdrom,r' ]
                device_model = 'qemu-dm'
                sdl = 0
                opengl = 1
                vnc = 1
                vncpasswd = ''
                serial = 'pty'
                pci = [ '07:00.0' ]
                """,
        };
}
