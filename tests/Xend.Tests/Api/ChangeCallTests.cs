using Sxp;
using Xend.Api.XmlRpc;

namespace Xend.Tests.Api;

/// <summary>The methods that change what a domain has, and those for tasks and the audit: arguments as old clients send them.</summary>
public sealed class ChangeCallTests
{
    private readonly FakeToolstack _toolstack = new();

    public static TheoryData<string, string> Calls =>
        new()
        {
            { "(xend.domain.setMemoryTarget linux 512)", "mem-set linux 512" },
            { "(xend.domain.setMemoryTarget 1 '512')", "mem-set 1 512" },
            { "(xend.domain.maxmem_set linux 1024)", "mem-max linux 1024" },
            { "(xend.domain.setVCpuCount linux 2)", "vcpu-set linux 2" },
            { "(xend.domain.pincpu linux all '0,1,3')", "vcpu-pin linux all 0,1,3" },
            { "(xend.domain.pincpu linux 1 (0 2))", "vcpu-pin linux 1 0,2" },
            { "(xend.domain.sched_credit_set linux 512 50)", "schedule linux 512 50" },
            { "(xend.domain.sched_credit2_set linux 512)", "schedule linux 512 " },
            { "(xend.domain.send_sysrq linux s)", "sysrq linux s" },
            { "(xend.domain.save linux /srv/linux.save)", "save linux /srv/linux.save False" },
            { "(xend.domain.save 1 /srv/linux.save 1)", "save 1 /srv/linux.save True" },
            {
                "(xend.domain.migrate linux there)",
                "migrate linux MigrationRequest { Host = there, Port = 0, IsSecure = , IsLive = False, Node = -1, ChangesHome = False, "
                    + "NeverStands = False }"
            },
            {
                "(xend.domain.migrate 1 there 1 8010 2 1 1 1)",
                "migrate 1 MigrationRequest { Host = there, Port = 8010, IsSecure = True, IsLive = True, Node = 2, ChangesHome = True, "
                    + "NeverStands = True }"
            },
            {
                "(xend.domain.migrate_rehearse linux there)",
                "rehearse linux MigrationRequest { Host = there, Port = 0, IsSecure = , IsLive = False, Node = -1, ChangesHome = False, "
                    + "NeverStands = False }"
            },
            { "(xend.domain.suspend linux)", "suspend linux" },
            { "(xend.domain.resume linux)", "resume linux paused=False" },
            { "(xend.domain.resume linux 1)", "resume linux paused=True" },
            { "(xend.domain.dump linux)", "dump linux nil live=False GoOn" },
            { "(xend.domain.dump 1 /srv/core 1 0 0)", "dump 1 /srv/core live=True GoOn" },
            { "(xend.domain.dump 1 /srv/core 0 1 0)", "dump 1 /srv/core live=False Destroy" },
            { "(xend.domain.dump 1 '' 0 0 1)", "dump 1 nil live=False Reset" },
            { "(xend.domain.restore /srv/linux.save)", "restore /srv/linux.save False" },
            { "(xend.domain.restore /srv/linux.save 1)", "restore /srv/linux.save True" },
            { "(xend.domain.usb_add win host:1.4)", "usb-add win host:1.4" },
            { "(xend.domain.usb_del win host:1.4)", "usb-del win host:1.4" },
            { "(xend.domain.device_configure linux (vusb (port (2 1-2))) 1)", "usb-port linux 1 2 1-2" },
            {
                "(xend.domain.device_configure linux (vscsi (feature-host 0) (dev (state 1) (devid 0) (p-dev 2:0:0:0) (p-devname sda) (v-dev 0:0:1:0))))",
                "scsi-attach 7e19da7c-8dd7-415f-cebb-290b3c42ec1c 2:0:0:0=0:0:1:0"
            },
            {
                "(xend.domain.device_create linux (vscsi (feature-host 0) (dev (devid 0) (p-dev 2:0:0:0) (v-dev 0:0:1:0))))",
                "scsi-attach 7e19da7c-8dd7-415f-cebb-290b3c42ec1c 2:0:0:0=0:0:1:0"
            },
            {
                "(xend.domain.device_configure linux (vscsi (feature-host 0) (dev (state 5) (devid 0) (v-dev 0:0:1:0))))",
                "scsi-detach 7e19da7c-8dd7-415f-cebb-290b3c42ec1c 0 0:0:1:0"
            },
            { "(xend.domain.device_create linux (vbd (uname phy:/dev/a) (dev xvdb) (mode w)))", "attach linux vbd 51728" },
            { "(xend.domain.device_create linux (tap (uname tap:aio:/a.img) (dev xvdb) (mode w)))", "attach linux vbd 51728" },
            { "(xend.domain.device_create linux (device (vif (bridge eth0))))", "attach linux vif 0" },
            { "(xend.domain.destroyDevice linux vbd xvdb)", "detach linux vbd 51728" },
            { "(xend.domain.destroyDevice linux tap /dev/xvdb -f 1)", "detach linux vbd 51728 by force" },
            { "(xend.domain.destroyDevice linux vbd vbd/51728 --force 1)", "detach linux vbd 51728 by force" },
            { "(xend.domain.destroyDevice linux vif 1 'no' 1)", "detach linux vif 1" },
            { "(xend.domain.destroyDevice linux vtpm 1)", "detach linux vtpm 1" },
            { "(xend.domain.destroyDevice linux vtpm vtpm/1 -f)", "detach linux vtpm 1 by force" },
            { "(xend.node.send_debug_keys h)", "debug-keys h" },
            { "(xend.task.cancel 7)", "cancel 7" },
        };

    [Theory]
    [MemberData(nameof(Calls))]
    public async Task A_call_reaches_the_request_handler(string call, string expected)
    {
        await CallAsync(call);
        Assert.Equal(expected, Assert.Single(_toolstack.Calls));
    }

    [Theory]
    [InlineData("(xend.domain.setMemoryTarget linux much)", "argument 2 must be a number")]
    [InlineData("(xend.domain.pincpu linux all nowhere)", "argument 3 must be CPUs as in 0,1,3")]
    [InlineData("(xend.domain.pincpu linux some '0')", "argument 2 must be a number")]
    public async Task Wrong_arguments_are_told(string call, string sentence) =>
        Assert.Contains(sentence, (await Assert.ThrowsAsync<XendError>(() => CallAsync(call))).Message);

    [Fact]
    public async Task PCI_devices_are_answered_as_of_old()
    {
        const string Device = "(pci (dev (domain 0x0000) (bus 0x07) (slot 0x00) (func 0x1) (vdevfn 0x100) (key 07:00.1)) (state STATE))";
        Assert.IsType<SNone>(await CallAsync("(xend.node.pciinfo)"));
        _toolstack.AssignablePci = [PciAddress.Parse("0000:07:00.1")!.Value];
        Assert.Equal(
            "((dev (domain 0x0000) (bus 0x07) (slot 0x00) (func 0x1)))",
            SxpWriter.OneLine(await CallAsync("(xend.node.pciinfo)"))
        );
        await CallAsync($"(xend.domain.device_configure linux {Device.Replace("STATE", "Initialising")})");
        Assert.StartsWith("attachPci ", _toolstack.Calls.Last());
        await CallAsync($"(xend.domain.device_configure linux {Device.Replace("STATE", "Closing")})");
        Assert.StartsWith("detachPci ", _toolstack.Calls.Last());
        Assert.EndsWith(" 0000:07:00.1", _toolstack.Calls.Last());
        Assert.StartsWith("(pci (dom ", SxpWriter.OneLine(await CallAsync($"(xend.domain.device_create linux {Device})")));
        Assert.StartsWith("attachPci ", _toolstack.Calls.Last());
        var error = await Assert.ThrowsAsync<XendError>(() =>
            CallAsync($"(xend.domain.device_configure linux {Device.Replace("STATE", "Odd")})")
        );
        Assert.Equal("Error configuring device: invalid state Odd", error.Message);
    }

    [Fact]
    public async Task SCSI_devices_are_answered_as_of_old()
    {
        const string Adapter = "(vscsi (feature-host 0) (dev (state STATE) (devid 0) (p-dev 2:0:0:0) (p-devname sda) (v-dev 0:0:0:0)))";
        Assert.Equal(
            "((0 ((devs ((dev (state 4) (devid 0) (p-dev 2:0:0:0) (p-devname sda) (v-dev 0:0:0:0) (frontstate None)))) (state 4) "
                + "(backend-id 0) (backend /local/domain/0/backend/vscsi/1/0) (feature-host 0))))",
            SxpWriter.OneLine(await CallAsync("(xend.domain.getDeviceSxprs linux vscsi)")).Replace("'", "")
        );
        Assert.StartsWith("(vscsi (dom ", SxpWriter.OneLine(await CallAsync($"(xend.domain.device_create linux {Adapter})")));
        var error = await Assert.ThrowsAsync<XendError>(() =>
            CallAsync($"(xend.domain.device_configure linux {Adapter.Replace("STATE", "4")})")
        );
        Assert.Equal("Error configuring device invalid state 4", error.Message);
    }

    [Fact]
    public async Task Devices_are_answered_as_of_old()
    {
        Assert.Equal(
            "(vbd (dom 3 id 51728))",
            SxpWriter.OneLine(await CallAsync("(xend.domain.device_create linux (vbd (uname phy:/dev/a) (dev xvdb) (mode w)))"))
        );
        Assert.Equal(
            "((51728 ((backend-id 0) (virtual-device 51728) (state 4))))",
            SxpWriter.OneLine(await CallAsync("(xend.domain.getDeviceSxprs 1 vbd)"))
        );
        Assert.Equal("()", SxpWriter.OneLine(await CallAsync("(xend.domain.getDeviceSxprs 1 vif)")));
        Assert.Equal("vbd", (await CallAsync("(xend.domain.getBlockDeviceClass 1 xvdb)")).ToString());
        Assert.IsType<SNone>(await CallAsync("(xend.domain.getBlockDeviceClass 1 xvdz)"));
    }

    [Fact]
    public async Task A_vTPM_goes_by_its_UUID_too()
    {
        var config = SampleDomains.Linux.Config!;
        var tpm = Guid.Parse("0a1b2c3d-0000-4000-8000-0123456789ab");
        _toolstack.Domains[1] = SampleDomains.Linux with
        {
            Config = config with { Devices = config.Devices.Add(new VtpmConfig(tpm, 3, null)) },
        };
        await CallAsync($"(xend.domain.destroyDevice linux vtpm {tpm} -f 1)");
        Assert.Equal("detach linux vtpm 3 by force", Assert.Single(_toolstack.Calls));
        var error = await Assert.ThrowsAsync<XendError>(() =>
            CallAsync($"(xend.domain.destroyDevice linux vtpm {config.Devices[0].Uuid})")
        );
        Assert.Equal($"Device {config.Devices[0].Uuid} not connected", error.Message);
        Assert.Equal("linux has no vTPM of that UUID.", error.Detail);
        await Assert.ThrowsAsync<XendError>(() => CallAsync($"(xend.domain.destroyDevice linux vif {tpm})"));
    }

    [Fact]
    public async Task Tasks_and_findings_are_lists_of_pairs()
    {
        Assert.Equal(
            "((task (id 7) (domain linux) (operation create) (state running) (step build-image) (seconds 14) (requester 'root (pid "
                + "812)') (cancellable 1)) "
                + "(task (id 8) (domain linux) (operation pause) (state waiting) (step '') (seconds 2) (requester 'root (pid 900)') "
                + "(cancellable 1)))",
            SxpWriter.OneLine(await CallAsync("(xend.task.list)"))
        );
        var ended = (SList)await CallAsync("(xend.task.ended)");
        Assert.Equal("done", ((SList)ended[0]).Value("state").AsText());
        Assert.Equal("crash after 9 s", ((SList)ended[0]).Value("why").AsText());
        Assert.Equal("failed", ((SList)ended[1]).Value("state").AsText());
        Assert.Equal("No bridge.\n  hint: Make it.", ((SList)ended[1]).Value("error").AsText());
        var findings = (SList)await CallAsync("(xend.node.audit 1)");
        Assert.Equal("loop", ((SList)findings[0]).Value("kind")!.ToString());
        Assert.Equal("1", ((SList)findings[0]).Value("fixed")!.ToString());
        Assert.Equal("512", ((SStruct)await CallAsync("(xend.domain.sched_credit2_get Domain-0)")).Value("weight")!.ToString());
    }

    private Task<SValue> CallAsync(string call)
    {
        var words = (SList)SxpReader.Read(call);
        var method = MethodTable.Find(words[0].ToString()!)!;
        return method.Run(
            new Call(_toolstack, new XendOptions(), Requester.Daemon, new Arguments(method.Name, [.. words.Items.Skip(1)]), default)
        );
    }
}
