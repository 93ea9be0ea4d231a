using System.Text.Json;
using Xm.Config.Domain;
using Xm.Config.Lint;

namespace Xm.Tests;

public sealed class LintTests : IDisposable
{
    private readonly XmRun _xm = Seeds.Host().WithFile("/boot/vmlinuz");

    public void Dispose() => _xm.Dispose();

    private const string Sound = "name = 'x'\nkernel = '/boot/vmlinuz'\n";

    private Outcome Lint(string text, params string[] words)
    {
        _xm.WithFile("/etc/xen/guest", text);
        return _xm.Run(["lint", "guest", .. words]);
    }

    [Theory]
    [InlineData("linux")]
    [InlineData("winxp")]
    public void The_seeds_are_sound(string name)
    {
        var outcome = _xm.Run("lint", $"{name}.cfg");
        Assert.Equal((0, ""), (outcome.Status, outcome.Errors));
        Approved.Match($"lint/{name}.txt", outcome.Out);
        Assert.Empty(_xm.Xend.Calls);
    }

    [Theory]
    [InlineData("many")]
    [InlineData("xl")]
    public void All_that_is_wrong_is_told_at_once(string name)
    {
        var text = File.ReadAllText(Repository.File($"tests/Xm.Tests/guests/lint-{name}.cfg"));
        var outcome = Lint(text);
        Assert.Equal((1, ""), (outcome.Status, outcome.Errors));
        Approved.Match($"lint/{name}.txt", outcome.Out);
        Approved.Match($"lint/{name}.json", Lint(text, "--json").Out);
    }

    [Theory]
    [InlineData(
        "acpi = True",
        "guest:3: warning: acpi: A value of type bool is ignored, as if acpi were not there.\n  hint: Write acpi = 1."
    )]
    [InlineData("acpi = None", "guest:3: warning: acpi: A value of type NoneType is ignored, as if acpi were not there.")]
    [InlineData("builder = u'hvm'", "  hint: Write the string without the u.")]
    [InlineData("disk = ('phy:a,xvda,w',)", "  hint: Write a list: disk = [ ... ].")]
    [InlineData("memroy = 512", "guest:3: warning: memroy is no variable of xm, and has no effect.\n  hint: Did you mean memory?")]
    [InlineData("colour = 'x'", "guest:3: warning: colour is no variable of xm, and has no effect.\n")]
    [InlineData("vcpu = 2", "guest:3: warning: vcpu is no variable of xm, and has no effect.\n  hint: Did you mean vcpus?")]
    [InlineData("boot_order = 'c'", "  hint: Did you mean boot?")]
    [InlineData("on_shutdown = 'x'", "  hint: Did you mean on_poweroff?")]
    [InlineData("mem = 64", "  hint: Did you mean memory?")]
    [InlineData("initrd = '/x'", "  hint: Did you mean ramdisk?")]
    [InlineData("vcpus = 4\nmaxvcpus = 2", "guest:4: warning: maxvcpus = 2 is less than vcpus = 4: the domain has 2.")]
    [InlineData("vif = [ 'rate=5' ]", "guest:3: warning: vif: rate: '5' is not like 10Mb/s or 1MB/s@20ms, and does not limit anything (in")]
    [InlineData("netif = 'yes'", "guest:3: warning: netif is accepted and has no effect with today's Xen.")]
    [InlineData("cdrom = '/dev/cdrom'", "guest:3: warning: cdrom has no effect.\n  hint: Write a disk that ends in :cdrom,r.")]
    [InlineData("nics = 1", "guest:3: warning: nics is deprecated.\n  hint: Use vif = [ '' ].")]
    [InlineData("restart = 'always'", "guest:3: warning: restart is deprecated.\n  hint: Use on_poweroff, on_reboot and on_crash.")]
    [InlineData("superpages = 1", "guest:3: warning: superpages is accepted and has no effect with today's Xen.")]
    [InlineData("blkif = 1", "guest:3: warning: blkif is accepted and has no effect with today's Xen.")]
    [InlineData("s3_integrity = 0", "guest:3: warning: s3_integrity is accepted and has no effect with today's Xen.")]
    [InlineData("pci_msitranslate = 0", "guest:3: warning: pci_msitranslate is accepted and has no effect with today's Xen.")]
    [InlineData("pci_power_mgmt = 1", "guest:3: warning: pci_power_mgmt is accepted and has no effect with today's Xen.")]
    [InlineData("gfx_passthru = 1", "guest:3: warning: gfx_passthru is accepted and has no effect with today's Xen.")]
    [InlineData(
        "rtc_timeoffset = 1",
        "guest:3: warning: rtc_timeoffset has an effect on fully virtualized domains (builder = 'hvm') only."
    )]
    [InlineData("oos = 0", "guest:3: warning: oos has an effect on fully virtualized domains (builder = 'hvm') only.")]
    [InlineData("serial = 'pty'", "guest:3: warning: serial has an effect on fully virtualized domains (builder = 'hvm') only.")]
    [InlineData("videoram = 16", "guest:3: warning: videoram has an effect on fully virtualized domains (builder = 'hvm') only.")]
    [InlineData(
        "vncpasswd = 'x'",
        "guest:3: warning: vncpasswd is for fully virtualized domains; others have it in their vfb = [ 'vnc=1,vncpasswd=...' ]."
    )]
    [InlineData(
        "display = ':0'",
        "guest:3: warning: display is for fully virtualized domains; others have it in their vfb = [ 'vnc=1,display=...' ]."
    )]
    [InlineData("stdvga = 1", "guest:3: warning: stdvga has an effect on fully virtualized domains (builder = 'hvm') only.")]
    [InlineData("vnc = 1", "guest:3: warning: vnc is for fully virtualized domains; others get a display by vfb = [ 'vnc=1' ].")]
    [InlineData("type = 'hvm'\nbuilder = 'pvh'", "guest:3: warning: type = 'hvm' contradicts builder = 'pvh', which goes before.")]
    public void What_is_odd_is_a_warning(string text, string told)
    {
        var outcome = Lint(Sound + text + "\n");
        Assert.Contains(told, outcome.Out);
        Assert.EndsWith("0 errors, 1 warning\n", outcome.Out);
        Assert.Equal(0, outcome.Status);
    }

    [Theory]
    [InlineData("memory = 'much'", "memory: a whole number is needed, not 'much'")]
    [InlineData("memory = 0", "memory: memory_dynamic_max must be greater than zero")]
    [InlineData("vcpus = 513", "vcpus: 513 is out of range, 1 to 512 can be had")]
    [InlineData(
        "memory = 512\nmaxmem = 256",
        "maxmem: memory_dynamic_max must be less than or equal to memory_static_max: memory = 512 MiB, maxmem = 256 MiB"
    )]
    [InlineData("cpus = ['1']\nvcpus = 2", "cpus: vcpus and the item number of cpus are not same: 2 and 1")]
    [InlineData(
        "on_crash = 'explode'",
        "on_crash: Invalid event handling mode: crash: on_crash is 'explode'; it can be destroy, restart, preserve, "
            + "rename-restart, coredump-destroy, coredump-restart."
    )]
    [InlineData("kernel = '/none'", "kernel: Cannot find kernel \"/none\"")]
    [InlineData("kernel = 5", "kernel must be a string, not the number 5.")]
    [InlineData("disk = 'phy:a,xvda,w'", "disk must be a list of strings, not 'phy:a,xvda,w'.\n  hint: Write disk = [ 'phy:a,xvda,w' ].")]
    [InlineData("disk = [ 5 ]", "disk must be a list of strings, but one element is the number 5.")]
    [InlineData("disk = [ 'phy:a,xvda' ]", "disk: Invalid disk specifier: phy:a,xvda")]
    [InlineData(
        "disk = [ '/dev/a,xvda,w' ]",
        "disk: Block device must have physical details specified: '/dev/a' has no type: write phy:/dev/NAME for a device, "
            + "file:/PATH for an image. (in '/dev/a,xvda,w')"
    )]
    [InlineData("disk = [ 'tap:ram:/a,xvda,w' ]", "disk: tap:ram:/a: disks of type tap:ram cannot be had any more: Of tap: there are aio")]
    [InlineData("disk = [ 'tap:foo:/a,xvda,w' ]", "disk: tap:foo not a valid disk type")]
    [InlineData("disk = [ 'tap:aio:a,xvda,w' ]", "disk: Block device must have physical details specified: 'tap:aio:a' needs an absolute")]
    [InlineData("disk = [ 'dr.bd:a,xvda,w' ]", "disk: Block device type \"dr.bd\" is invalid. (in 'dr.bd:a,xvda,w')")]
    [InlineData("disk = [ 'phy:a,xyz,w' ]", "disk: Unable to find number for device (xyz) (in 'phy:a,xyz,w')")]
    [InlineData("disk = [ 'phy:a,xvda,rw' ]", "disk: Invalid mode: 'rw': r, w or w! can be had. (in 'phy:a,xvda,rw')\n  hint: Write w.\n")]
    [InlineData("disk = [ 'phy:a,xvda,w', 'phy:a,xvdb,w' ]", "disk: The uname \"phy:a\" is already defined")]
    [InlineData("disk = [ 'phy:a,xvda,w', 'phy:b,xvda,w' ]", "disk: The device \"xvda\" is already defined")]
    [InlineData(
        "vif = [ 'mac=1,bridge=b' ]",
        "vif: Cannot create a new virtual network interface - MAC address is not valid!: mac = 1 (in"
    )]
    [InlineData("vif = [ 'foo=1' ]", "vif: Invalid vif option: foo")]
    [InlineData("vif = [ 'mac=00:16:3e:00:00:01', 'mac=00:16:3E:00:00:01' ]", "vif: The mac \"00:16:3e:00:00:01\" is already defined")]
    [InlineData("vfb = [ 'foo=1' ]", "vfb: configuration option foo unknown to vfbs")]
    [InlineData("pci = [ 'zz' ]", "pci: Failed to parse pci device: zz")]
    [InlineData("ioports = [ 'zz' ]", "ioports: x: a device of class ioports cannot be connected yet.")]
    [InlineData("nfs_root = '/x'", "nfs_root: Must set nfs root and nfs server")]
    [InlineData("a = nosuch", "name 'nosuch' is not defined")]
    [InlineData("a = = 1", "Errors were found at line 3 while processing /etc/xen/guest:")]
    public void What_cannot_be_created_is_an_error(string text, string told)
    {
        var outcome = Lint(Sound + text + "\n");
        Assert.Contains("error: " + told, outcome.Out);
        Assert.Contains("1 error, ", outcome.Out);
        Assert.DoesNotContain("would create", outcome.Out);
        Assert.Equal(1, outcome.Status);
    }

    [Fact]
    public void Of_a_wrong_builder_it_is_not_said_that_its_kernel_is_missing() =>
        Assert.DoesNotContain("Cannot find kernel", Lint(Sound + "builder = 'hvmm'\nkernel = '/usr/lib/xen/boot/hvmloader'\n").Out);

    [Theory]
    [InlineData("disk = [ 'phy:a,xvda,w' ]", "  bootloader pygrub\n")]
    [InlineData("type = 'pvh'\ndisk = [ 'phy:a,xvda,w' ]", "  bootloader pygrub\n")]
    [InlineData("bootloader = '/usr/bin/mygrub'\ndisk = [ 'phy:a,xvda,w' ]", "  bootloader /usr/bin/mygrub\n")]
    [InlineData("builder = 'hvm'\ndisk = [ ',hda:cdrom,r', 'phy:a,hdb,w' ]", "fully virtualized, 128 MiB, 1 VCPU\n  disk ")]
    public void A_domain_without_a_kernel_takes_it_from_its_first_disk(string text, string told)
    {
        var outcome = Lint($"name = 'x'\n{text}\n");
        Assert.Contains(told, outcome.Out);
        Assert.EndsWith("0 errors, 0 warnings\n", outcome.Out);
    }

    [Theory]
    [InlineData("", "kernel: x: no kernel is named, and no disk that has one.\n  hint: kernel = '/boot/vmlinuz-...'\n")]
    [InlineData("type = 'pvh'\ndisk = [ ]", "kernel: x: no kernel is named, and no disk that has one.")]
    [InlineData(
        "kernel = '/k'\nbootloader = 'pygrub'",
        "bootloader: Had a bootloader specified, but no disks are bootable: x has no disk from which pygrub could take a kernel."
    )]
    public void A_domain_without_a_kernel_needs_such_a_disk(string text, string told)
    {
        var outcome = Lint($"name = 'x'\n{text}\n");
        Assert.Contains("error: " + told, outcome.Out);
        Assert.EndsWith("1 error, 0 warnings\n", outcome.Out);
    }

    [Theory]
    [InlineData(
        "xvda",
        "xvda15",
        "xvdp15",
        "xvdq16",
        "xvdq255",
        "xvdaa",
        "xvdzz255",
        "xvdabc",
        "hda",
        "hdd63",
        "sda",
        "sdp15",
        "/dev/sda1",
        "ioemu:hdc",
        "51712",
        "0xca00"
    )]
    public void The_names_of_disks_that_xend_knows_are_right(params string[] names) =>
        Assert.All(names, name => Assert.EndsWith("0 errors, 0 warnings\n", Lint(Sound + $"disk = [ 'phy:a,{name},w' ]\n").Out));

    [Theory]
    [InlineData(
        "xvd",
        "xvda0",
        "xvda01",
        "xvda16",
        "xvda255",
        "xvdp16",
        "xvdq256",
        "xvdabcd",
        "xvdA",
        "xvda1a",
        "hde",
        "hdaa",
        "hda64",
        "sdq",
        "sda16",
        "sdaa",
        "vda",
        "4294967296",
        "0x",
        "xvda9999999999"
    )]
    public void The_names_of_disks_that_xend_does_not_know_are_wrong(params string[] names) =>
        Assert.All(names, name =>
            Assert.Contains(
                $"error: disk: Unable to find number for device ({name}) (in",
                Lint(Sound + $"disk = [ 'phy:a,{name},w' ]\n").Out
            )
        );

    [Fact]
    public void A_name_that_the_file_reads_itself_is_no_mistake() =>
        Assert.EndsWith("0 errors, 0 warnings\n", Lint(Sound + "vmdir = '/img/'\ndisk = [ 'file:' + vmdir + 'a,xvda,w' ]\n").Out);

    [Fact]
    public void The_command_line_goes_before_the_file() =>
        Assert.Contains("would create y: paravirtualized, 64 MiB, 1 VCPU\n", Lint(Sound, "name=y", "memory=64").Out);

    [Fact]
    public void So_does_a_type_before_the_files_builder() =>
        Assert.Matches(
            "would create x: PVH, (.*\n)*0 errors, 0 warnings\n$",
            Lint(Sound + "builder = 'hvm'\nstart_order = 'x'\n", "type=pvh", "start_order=1").Out
        );

    [Fact]
    public void What_xl_would_take_for_a_vfb_is_no_mistake() =>
        Assert.EndsWith(
            "  device     vfb\n0 errors, 0 warnings\n",
            Lint(Sound + "cap = 50\nvnc = 1\nvnclisten = '0.0.0.0:3'\nvncpasswd = 'x'\n").Out
        );

    [Fact]
    public void A_file_that_is_not_there_is_told_as_by_create()
    {
        var outcome = _xm.Run("lint", "none");
        Assert.Equal((1, "Error: Unable to open config file: none\n"), (outcome.Status, outcome.Errors));
    }

    [Fact]
    public void A_saved_domain_is_understood()
    {
        var outcome = Lint("(domain (domid 3) (name x) (memory 64) (vcpus 1) (image (linux (kernel /k))))\n");
        Assert.Equal(0, outcome.Status);
        Assert.StartsWith("/etc/xen/guest: an s-expression\n", outcome.Out);
        Assert.Contains("would create x: paravirtualized, 64 MiB, 1 VCPU", outcome.Out);
    }

    [Fact]
    public void A_variable_called_json_changes_no_output() =>
        Assert.StartsWith("/etc/xen/guest: a configuration of xm\n", Lint(Sound + "json = 1\n").Out);

    [Fact]
    public void The_new_command_takes_no_shortened_name_away() => Assert.Equal(0, _xm.Run("li", "--state=nonsense").Status);

    [Fact]
    public void Every_variable_has_a_rule_and_every_rule_a_variable() =>
        Assert.Equal(GuestVariables.All.Concat(LaterVariables.All).Select(spec => spec.Name).Order(), VariableRules.Names.Order());

    [Fact]
    public void The_default_of_every_variable_is_sound() => Assert.All(GuestVariables.All, spec =>
        {
            var value = new CommandLine.Settings([spec])[spec.Name];
            Assert.True(
                !value.IsSetting || value is Config.Values.StrValue { Text: "" } || VariableRules.Of(spec.Name)!.Problem(value) is null,
                spec.Name
            );
        });

    [Fact]
    public void The_JSON_is_JSON()
    {
        using var json = JsonDocument.Parse(Lint("name = '\\xff\\x01'\nkernel = '/none'\n\"x\"\n", "--json").Out);
        Assert.Equal(2, json.RootElement.GetProperty("errors").GetInt32());
        Assert.Equal(JsonValueKind.Null, json.RootElement.GetProperty("domain").ValueKind);
    }
}
