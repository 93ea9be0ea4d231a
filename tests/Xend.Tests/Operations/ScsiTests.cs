using Simulation.Xen;
using Sxp;
using Xend.Host;
using Xend.Operations;
using Xend.Tests.Operations.Sweeps;

namespace Xend.Tests.Operations;

/// <summary>SCSI devices of the host in guests.</summary>
public sealed class ScsiTests
{
    private const string Backend = "/local/domain/0/backend/vscsi/1/0";

    [Fact]
    public async Task A_guest_is_created_with_devices_that_have_targets_of_their_own_and_leaves_none()
    {
        await using var host = await StartHostAsync();
        await using var xend = await host.StartXendAsync();
        var before = host.Dump();
        await Sample.CreateRunningAsync(xend.Toolstack, Sample.WithScsi(Sample.ScsiUnit, Sample.OtherScsiUnit));
        await Sample.DemandTakenUpAsync(host, 2);
        var store = host.Store.Dump(Backend);
        Assert.Contains($"{Backend}/vscsi-devs/dev-1/p-dev = naa.30e4d15c00010001:0 (", store);
        Assert.Contains($"{Backend}/vscsi-devs/dev-1/v-dev = 0:0:1:0 (", store);
        Assert.Equal(["2:0:0:0", "2:0:1:0"], host.Scsi.Made.Values.Select(unit => $"{unit}").Order());
        await xend.Toolstack.DestroyAsync("linux", Guests.Root, default);
        Assert.Equal(before, host.Dump());
    }

    [Fact]
    public async Task Devices_come_and_go_one_by_one_are_listed_and_kept()
    {
        await using var host = await StartHostAsync();
        await using var xend = await host.StartXendAsync();
        await xend.Toolstack.CreateAsync(Guests.Small("linux"), Guests.Root, default);
        await xend.Toolstack.UnpauseAsync("linux", Guests.Root, default);
        var before = host.Dump();
        await AttachAsync(xend.Toolstack, Sample.ScsiUnit, "0:0:0:0");
        await Sample.DemandTakenUpAsync(host, 1);
        await AttachAsync(xend.Toolstack, "3:0:1:0", "0:0:5:0");
        Assert.Equal(2, host.Scsi.Used.Count);
        var listed = Assert.Single(await xend.Toolstack.ListScsiAsync("linux", default));
        Assert.Equal((0u, false, 4), (listed.Id, listed.IsHost, listed.Frontend));
        Assert.Equal(
            ["4 4 2:0:0:0 sd 0:0:0:0", "4 4 3:0:1:0 sd 0:0:5:0"],
            listed.Units.Select(unit => $"{unit.State} {unit.Frontend} {unit.Physical} {unit.Name} {unit.Virtual}")
        );
        await DetachAsync(xend.Toolstack, "0:0:0:0");
        Assert.Equal(["3:0:1:0"], Kept(xend.Toolstack));
        Assert.Equal(["3:0:1:0"], host.Scsi.Made.Values.Select(unit => $"{unit}"));
        await AttachAsync(xend.Toolstack, Sample.OtherScsiUnit, "0:0:0:0");
        await DetachAsync(xend.Toolstack, "0:0:5:0");
        await DetachAsync(xend.Toolstack, "0:0:0:0");
        Assert.Empty(Kept(xend.Toolstack));
        Assert.Equal(before, host.Dump());
    }

    [Fact]
    public async Task Of_a_domain_that_does_not_run_the_configuration_changes()
    {
        await using var host = await StartHostAsync();
        await using var xend = await host.StartXendAsync();
        await xend.Toolstack.NewAsync(Guests.Small("linux"), Guests.Root, default);
        await AttachAsync(xend.Toolstack, Sample.ScsiUnit, "0:0:0:0");
        await AttachAsync(xend.Toolstack, Sample.OtherScsiUnit, "0:0:1:0");
        await DetachAsync(xend.Toolstack, "0:0:0:0");
        Assert.Equal([Sample.OtherScsiUnit], Kept(xend.Toolstack));
        var listed = Assert.Single(await xend.Toolstack.ListScsiAsync("linux", default));
        Assert.Null(listed.Backend);
        await using var next = await host.StartXendAsync();
        Assert.Equal([Sample.OtherScsiUnit], Kept(next.Toolstack));
        await DetachAsync(xend.Toolstack, "0:0:1:0");
        Assert.Empty(Kept(xend.Toolstack));
    }

    [Theory]
    [InlineData("absent", "7:0:0:0", "0:0:5:0")]
    [InlineData("own", "2:0:0:0", "0:0:5:0")]
    [InlineData("place-taken", "3:0:0:0", "0:0:1:0")]
    [InlineData("other-domain", "3:0:1:0", "0:0:5:0")]
    [InlineData("other-domains-disk", "4:0:0:0", "0:0:5:0")]
    [InlineData("mounted", "4:0:1:0", "0:0:5:0")]
    [InlineData("other-target", "4:0:2:0", "0:0:5:0")]
    [InlineData("kernel", "4:0:3:0", "0:0:5:0")]
    public async Task What_cannot_be_given_is_told_and_changes_nothing(string name, string unit, string place)
    {
        await using var host = await StartHostAsync();
        await using var xend = await host.StartXendAsync();
        await Sample.CreateRunningAsync(xend.Toolstack, Sample.WithScsi(Sample.ScsiUnit, Sample.OtherScsiUnit));
        await Sample.DemandTakenUpAsync(host, 2);
        await Sample.CreateRunningAsync(
            xend.Toolstack,
            new SList([.. Guests.Small("other").Items, SList.Of("device", Sample.ScsiExpression("3:0:1:0"))])
        );
        await Sample.DemandTakenUpAsync(host, 3);
        AddUnits(host);
        host.Machine.AddDisk("/dev/sdd", "8:48");
        await xend.Toolstack.CreateAsync(Guests.Linux("holder", uname: "phy:/dev/sdd"), Guests.Root, default);
        var before = host.Dump();
        var error = await Assert.ThrowsAsync<XendError>(() => AttachAsync(xend.Toolstack, unit, place));
        Approved.Match($"scsi/{name}.txt", error.Text);
        Assert.Equal(before, host.Dump());
    }

    [Fact]
    public async Task A_disk_that_a_guest_has_as_a_SCSI_device_is_no_other_guests_disk()
    {
        await using var host = await StartHostAsync();
        await using var xend = await host.StartXendAsync();
        await Sample.CreateRunningAsync(xend.Toolstack, Sample.WithScsi(Sample.ScsiUnit));
        host.Machine.AddDisk("/dev/sda", "8:0");
        var error = await Assert.ThrowsAsync<XendError>(() =>
            xend.Toolstack.CreateAsync(Guests.Linux("second", uname: "phy:/dev/sda"), Guests.Root, default)
        );
        Approved.Match("scsi/disk-of-a-unit.txt", error.Text);
    }

    [Fact]
    public async Task A_guest_that_does_not_answer_keeps_what_it_has_and_that_is_told()
    {
        await using var host = await SimulatedHost.StartAsync(
            options: new XendOptions
            {
                LogFile = "/nonexistent/xend.log",
                DeviceCreateTimeout = TimeSpan.FromMilliseconds(500),
                DeviceDestroyTimeout = TimeSpan.FromMilliseconds(500),
            }
        );
        await using var xend = await host.StartXendAsync();
        await Sample.CreateWithScsiAsync(host, xend.Toolstack);
        await Eventually.TrueAsync(() => host.Store.Dump(Backend).Contains($"{Backend}/state = 4 ("));
        host.Scsi.GuestsAnswer = false;
        var before = host.Dump();
        var error = await Assert.ThrowsAsync<XendError>(() => AttachAsync(xend.Toolstack, "3:0:0:0", "0:0:5:0"));
        Approved.Match("scsi/silent-attach.txt", error.Text);
        Assert.Equal(before, host.Dump());
        error = await Assert.ThrowsAsync<XendError>(() => DetachAsync(xend.Toolstack, "0:0:1:0"));
        Approved.Match("scsi/silent-detach.txt", error.Text);
        Assert.Equal(before, host.Dump());
    }

    [Fact]
    public async Task A_guest_that_has_not_taken_up_its_adapter_is_not_asked()
    {
        await using var host = await StartHostAsync();
        host.Scsi.GuestsAnswer = false;
        await using var xend = await host.StartXendAsync();
        await xend.Toolstack.CreateAsync(Guests.Small("linux"), Guests.Root, default);
        var before = host.Dump();
        await AttachAsync(xend.Toolstack, Sample.ScsiUnit, "0:0:0:0");
        await AttachAsync(xend.Toolstack, Sample.OtherScsiUnit, "0:0:1:0");
        await DetachAsync(xend.Toolstack, "0:0:0:0");
        Assert.Equal([Sample.OtherScsiUnit], Kept(xend.Toolstack));
        await DetachAsync(xend.Toolstack, "0:0:1:0");
        Assert.Equal(before, host.Dump());
    }

    [Fact]
    public async Task What_is_not_there_cannot_be_taken()
    {
        await using var host = await StartHostAsync();
        await using var xend = await host.StartXendAsync();
        await Sample.CreateWithScsiAsync(host, xend.Toolstack);
        var error = await Assert.ThrowsAsync<XendError>(() => DetachAsync(xend.Toolstack, "0:0:7:0"));
        Approved.Match("scsi/not-there.txt", error.Text);
    }

    [Fact]
    public async Task Without_the_driver_nothing_is_given()
    {
        await using var host = await StartHostAsync();
        host.Scsi.HasBackend = false;
        host.Scripts.Instead = (call, _) =>
            Task.FromResult(call.Path == "/sbin/modprobe" ? SimulatedScripts.Failed("FATAL: Module xen-scsiback not found.") : null);
        await using var xend = await host.StartXendAsync();
        var before = host.Dump();
        var error = await Assert.ThrowsAsync<XendError>(() =>
            xend.Toolstack.CreateAsync(Sample.WithScsi(Sample.ScsiUnit), Guests.Root, default)
        );
        Approved.Match("scsi/no-driver.txt", error.Text);
        Assert.Equal(before, host.Dump());
    }

    [Fact]
    public async Task A_target_of_a_domain_that_is_gone_is_found_by_the_audit_and_others_are_left_alone()
    {
        await using var host = await StartHostAsync();
        await using var xend = await host.StartXendAsync();
        host.Scsi.Made[new ScsiTarget(77, 0, 0)] = Sample.Place("3:0:0:0");
        host.Scsi.Others[Sample.Place("2:0:0:0")] = "target/core/pscsi_0/mine";
        var found = Assert.Single(await xend.Toolstack.AuditAsync(fix: true, Guests.Root, default));
        Assert.Equal(("scsi-target", "naa.30e4d15c004d0000", true), (found.Kind, found.Object, found.Fixed));
        Assert.Empty(host.Scsi.Made);
    }

    [Theory]
    [InlineData("none", "(vscsi (feature-host 0))")]
    [InlineData("no-address", "(vscsi (dev (devid 0) (p-dev sda) (v-dev 0:0:0:0)))")]
    [InlineData("no-place", "(vscsi (dev (devid 0) (p-dev 2:0:0:0) (v-dev host)))")]
    [InlineData("place-too-high", "(vscsi (dev (devid 0) (p-dev 2:0:0:0) (v-dev 256:0:0:0)))")]
    [InlineData("hostile-name", "(vscsi (dev (p-dev 2:0:0:0) (p-devname '../x') (v-dev 0:0:0:0)))")]
    [InlineData("two-adapters", "(vscsi (dev (p-dev 2:0:0:0) (v-dev 0:0:0:0)) (dev (p-dev 2:0:1:0) (v-dev 1:0:0:0)))")]
    [InlineData("physical-twice", "(vscsi (dev (p-dev 2:0:0:0) (v-dev 0:0:0:0)) (dev (p-dev 2:0:0:0) (v-dev 0:0:1:0)))")]
    [InlineData("virtual-twice", "(vscsi (dev (p-dev 2:0:0:0) (v-dev 0:0:0:0)) (dev (p-dev 2:0:1:0) (v-dev 0:0:0:0)))")]
    [InlineData("on-two-adapters", "(vscsi (dev (p-dev 2:0:0:0) (v-dev 0:0:0:0)))) (device (vscsi (dev (p-dev 2:0:0:0) (v-dev 1:0:0:0)))")]
    [InlineData("other-backend", "(vscsi (backend disks) (dev (p-dev 2:0:0:0) (v-dev 0:0:0:0)))")]
    public void What_no_adapter_can_be_is_refused(string name, string device)
    {
        var error = Assert.Throws<XendError>(() =>
            new DomainConfigReader("vif-bridge").Read((SList)SxpReader.Read($"(vm (name x) (memory 16) (image (linux)) (device {device}))"))
        );
        Approved.Match($"scsi/shape-{name}.txt", error.Text);
    }

    private static Task AttachAsync(Toolstack xend, string unit, string place) =>
        xend.AttachScsiAsync("linux", Sample.ScsiUnitAt(unit, place), Guests.Root, default);

    private static Task DetachAsync(Toolstack xend, string place) =>
        xend.DetachScsiAsync("linux", 0, [Sample.Place(place)], Guests.Root, default);

    private static IEnumerable<string> Kept(Toolstack xend) =>
        xend.FindDomain("linux")
            .Config!.Devices.OfType<VscsiConfig>()
            .SelectMany(adapter => adapter.Units)
            .Select(unit => $"{unit.Physical}");

    /// <summary>Disks of which another guest, dom0 and another target have one each, and one that the kernel does not give.</summary>
    private static void AddUnits(SimulatedHost host)
    {
        for (var target = 0; target < 4; target++)
        {
            host.Machine.ScsiUnits.Add(
                new ScsiFacts(Sample.Place($"4:0:{target}:0"), $"sd{(char)('d' + target)}", new DiskIdentity($"dev 8:{48 + 16 * target}"))
            );
        }
        host.Machine.Uses[new DiskIdentity("dev 8:64")] = [new HostUse("mounted on /srv/backup", ReadOnly: false)];
        host.Scsi.Others[Sample.Place("4:0:2:0")] = "target/core/pscsi_0/tape";
        host.Scsi.Refusing[Sample.Place("4:0:3:0")] = "dom0's kernel refuses '1' for /sys/kernel/config/target/core/x/y/enable: EINVAL";
    }

    private static async Task<SimulatedHost> StartHostAsync()
    {
        var host = await SimulatedHost.StartAsync();
        await Sample.AddScsiUnits(host, null!);
        return host;
    }
}
