using Simulation.Xen;
using Sxp;
using Xend.Hotplug;
using Xend.Tests.Operations.Sweeps;

namespace Xend.Tests.Operations;

/// <summary>Network interfaces: their addresses, their names in dom0, and the words of their scripts.</summary>
public sealed class InterfaceTests
{
    private const string Disk = "(device (vbd (uname file:/images/a.img) (dev xvda) (mode w)))";
    private const string Bare = "(device (vif (bridge eth0)))";

    [Fact]
    public async Task An_interface_without_an_address_has_the_same_one_at_each_start_and_under_each_daemon()
    {
        await using var host = await StartAsync();
        string[] macs;
        await using (var xend = await host.StartXendAsync())
        {
            await xend.Toolstack.CreateAsync(Guest(Bare + Bare), Guests.Root, default);
            macs = Macs(host, 1);
            Assert.Equal(2, macs.Distinct().Count());
            Assert.All(macs, mac => Assert.Matches("^00:16:3e:[0-7][0-9a-f]:[0-9a-f]{2}:[0-9a-f]{2}$", mac));
            await xend.Toolstack.DestroyAsync("linux", Guests.Root, default);
            // A disk that comes before them changes nothing.
            await xend.Toolstack.CreateAsync(Guest(Disk + Bare + Bare), Guests.Root, default);
            Assert.Equal(macs, Macs(host, 2));
            await xend.Toolstack.DestroyAsync("linux", Guests.Root, default);
            await xend.Toolstack.NewAsync(Guest(Bare + Bare), Guests.Root, default);
        }
        await using (var xend = await host.StartXendAsync())
        {
            await xend.Toolstack.StartAsync("linux", paused: false, Guests.Root, default);
            Assert.Equal(macs, Macs(host, 3));
            await xend.Toolstack.DestroyAsync("linux", Guests.Root, default);
        }
        await using (var xend = await host.StartXendAsync())
        {
            await xend.Toolstack.StartAsync("linux", paused: false, Guests.Root, default);
            Assert.Equal(macs, Macs(host, 4));
        }
    }

    [Fact]
    public async Task The_address_goes_by_the_number_and_the_UUID()
    {
        await using var host = await StartAsync();
        await using var xend = await host.StartXendAsync();
        await xend.Toolstack.CreateAsync(Guest(Bare), Guests.Root, default);
        var first = Assert.Single(Macs(host, 1));
        await xend.Toolstack.AttachAsync("linux", "(vif (bridge eth0))");
        var second = Macs(host, 1)[1];
        Assert.NotEqual(first, second);
        await xend.Toolstack.CreateAsync(Guest(Bare, "other", Guid.NewGuid().ToString()), Guests.Root, default);
        Assert.DoesNotContain(Assert.Single(Macs(host, 2)), new[] { first, second });
        // As at its first start, and as in a configuration that had it from the beginning.
        await xend.Toolstack.DetachDeviceAsync("linux", "vif", 1, force: true, Guests.Root, default);
        await xend.Toolstack.AttachAsync("linux", "(vif (bridge eth0))");
        Assert.Equal([first, second], Macs(host, 1));
    }

    [Theory]
    [InlineData("(mac 00:16:3E:00:00:0A)", "has an interface with the address 00:16:3e:00:00:0a.")]
    [InlineData("(vifname web0)", "has an interface of the name web0.")]
    public async Task What_another_guest_has_is_refused_with_its_name(string part, string sentence)
    {
        await using var host = await StartAsync();
        await using var xend = await host.StartXendAsync();
        await xend.Toolstack.CreateAsync(Guest($"(device (vif (bridge eth0) {part}))"), Guests.Root, default);
        await xend.Toolstack.CreateAsync(Guest("", "other", Guid.NewGuid().ToString()), Guests.Root, default);
        var before = host.Dump();
        var third = Guest($"(device (vif (bridge eth0) {part.ToLowerInvariant()}))", "third", Guid.NewGuid().ToString());
        foreach (
            var attempt in new Func<Task>[]
            {
                () => xend.Toolstack.CreateAsync(third, Guests.Root, default),
                () => xend.Toolstack.AttachAsync("other", $"(vif (bridge eth0) {part})"),
            }
        )
        {
            var error = await Assert.ThrowsAsync<XendError>(attempt);
            Assert.Equal(ErrorCode.AlreadyExists, error.Code);
            Assert.Equal($"Device 0 (vif) could not be connected. Domain linux {sentence}", error.Message);
        }
        Assert.Equal(before, host.Dump());
        await xend.Toolstack.DestroyAsync("linux", Guests.Root, default);
        await xend.Toolstack.CreateAsync(third, Guests.Root, default);
    }

    [Theory]
    [InlineData("(mac 00:16:3e:00:00:0a)", "Domain with id 9 has an interface with the address 00:16:3e:00:00:0a.")]
    [InlineData("(vifname web0)", "Domain with id 9 has an interface of the name web0.")]
    public async Task What_a_guest_of_another_toolstack_has_is_refused(string part, string sentence)
    {
        await using var host = await StartAsync();
        await using var xend = await host.StartXendAsync();
        await using var xl = host.Store.Client();
        await xl.WriteAsync("/local/domain/0/backend/vif/9/0/mac", "00:16:3E:00:00:0A");
        await xl.WriteAsync("/local/domain/0/backend/vif/9/0/vifname", "web0");
        var guest = Guest($"(device (vif (bridge eth0) {part}))");
        var error = await Assert.ThrowsAsync<XendError>(() => xend.Toolstack.CreateAsync(guest, Guests.Root, default));
        Assert.EndsWith(sentence, error.Message);
        await xl.RemoveAsync("/local/domain/0/backend/vif/9");
        await xend.Toolstack.CreateAsync(guest, Guests.Root, default);
    }

    [Theory]
    [InlineData("(mac 00:16:3e:00:00:0a)", "The mac \"00:16:3e:00:00:0a\" is already defined")]
    [InlineData("(vifname web0)", "The vifname \"web0\" is already defined")]
    public async Task One_guest_has_nothing_twice(string part, string sentence)
    {
        await using var host = await StartAsync();
        await using var xend = await host.StartXendAsync();
        var nic = $"(vif (bridge eth0) {part})";
        var twice = Guest($"(device {nic}) (device {nic})");
        Assert.Equal(sentence, (await Assert.ThrowsAsync<XendError>(() => xend.Toolstack.NewAsync(twice, Guests.Root, default))).Message);
        await xend.Toolstack.CreateAsync(Guest($"(device {nic})"), Guests.Root, default);
        Assert.Equal(sentence, (await Assert.ThrowsAsync<XendError>(() => xend.Toolstack.AttachAsync("linux", nic))).Message);
    }

    [Fact]
    public async Task A_name_that_is_taken_by_nobodys_guest_is_refused()
    {
        await using var host = await StartAsync();
        await using var xend = await host.StartXendAsync();
        host.Machine.Interfaces["web0"] = "";
        var guest = Guest("(device (vif (bridge eth0) (vifname web0)))");
        var error = await Assert.ThrowsAsync<XendError>(() => xend.Toolstack.CreateAsync(guest, Guests.Root, default));
        Assert.EndsWith("There is an interface web0 already (vifname).", error.Message);
    }

    [Theory]
    [InlineData("", "online type_if=vif netdev=eth1 dhcp=no|offline type_if=vif netdev=eth1 dhcp=no")]
    [InlineData("(script vif-nat)", "online type_if=vif|offline type_if=vif")]
    [InlineData("(script 'vif-nat  dhcp=yes ')", "online type_if=vif dhcp=yes|offline type_if=vif dhcp=yes")]
    public async Task The_words_behind_a_scripts_name_reach_it_whenever_it_is_called(string script, string demanded)
    {
        await using var host = await StartAsync();
        host.Machine.Files["/etc/xen/scripts/vif-nat"] = host.Machine.Files["/etc/xen/scripts/vif-bridge"];
        var calls = Record(host);
        await using (var xend = await host.StartXendAsync())
        {
            var guest = new Model.Domains.DomainConfigReader("vif-nat netdev=eth1 dhcp=no").Read(Guest($"(device (vif {script}))"));
            await xend.Toolstack.CreateAsync(guest, Guests.Root, default);
            // Others who take the device away run what the node says.
            Assert.Contains("/backend/vif/1/0/script = /etc/xen/scripts/vif-nat (", host.Store.Dump().Replace("\"", ""));
        }
        await using (var xend = await host.StartXendAsync())
        {
            await xend.Toolstack.DestroyAsync("linux", Guests.Root, default);
        }
        Assert.Equal(demanded, string.Join('|', calls.Select(call => string.Join(' ', call.Arguments))));
    }

    [Fact]
    public async Task The_script_of_an_emulated_cards_tap_gets_the_words_too()
    {
        await using var host = await StartAsync();
        host.Machine.Files["/etc/xen/scripts/vif-route"] = host.Machine.Files["/etc/xen/scripts/vif-bridge"];
        var calls = Record(host);
        await using var xend = await host.StartXendAsync();
        await xend.Toolstack.CreateAsync(Guests.Hvm("", "(device (vif (script 'vif-route netdev=eth1')))"), Guests.Root, default);
        await xend.Toolstack.DestroyAsync("hvm", Guests.Root, default);
        Assert.Equal(
            [
                "add type_if=tap netdev=eth1",
                "offline type_if=vif netdev=eth1",
                "online type_if=vif netdev=eth1",
                "remove type_if=tap netdev=eth1",
            ],
            calls.Select(call => string.Join(' ', call.Arguments)).Order()
        );
    }

    [Theory]
    [InlineData("vif-openvswitch", true)]
    [InlineData("vif-bridge", false)]
    public async Task What_a_script_that_was_ended_half_way_may_have_left_is_taken_away(string script, bool demanded)
    {
        await using var host = await StartAsync();
        host.Machine.Files[$"/etc/xen/scripts/{script}"] = host.Machine.Files["/etc/xen/scripts/vif-bridge"];
        await using var xend = await host.StartXendAsync();
        var before = host.Dump();
        var calls = Record(host, call => call.Arguments[0] == "online" ? SimulatedScripts.Failed("killed") : null);
        var guest = Guest($"(device (vif (bridge eth0) (script {script})))");
        await Assert.ThrowsAsync<XendError>(() => xend.Toolstack.CreateAsync(guest, Guests.Root, default));
        Assert.Equal(demanded ? ["online", "offline"] : ["online"], calls.Select(call => call.Arguments[0]));
        Assert.Equal(before, host.Dump());
    }

    [Theory]
    [InlineData("web0", "/local/domain/web0/device/vif/web0/mtu", false)]
    [InlineData("vif-lan.0", "/local/domain/-lan/device/vif/0/mtu", false)]
    [InlineData("vif7.0", "/local/domain/7/device/vif/0/mtu", true)]
    public async Task What_vif_bridge_writes_where_no_domain_is_does_not_stay(string name, string node, bool isOfADomain)
    {
        await using var host = await StartAsync();
        await using var xend = await host.StartXendAsync();
        await using var script = host.Store.Client();
        host.Scripts.Instead = async (_, cancellation) =>
        {
            await script.WriteAsync(node, "1500", cancellation);
            return null;
        };
        await xend.Toolstack.CreateAsync(Guest($"(device (vif (bridge eth0) (vifname {name})))"), Guests.Root, default);
        Assert.Equal(isOfADomain ? "1500" : null, await script.ReadAsync(node));
    }

    [Theory]
    [InlineData("nono.10", "There is no switch nono.10; 'ovs-vsctl list-br' tells which there are.")]
    [InlineData("ovs0.10", "The scripts log to /var/log/xen/xen-hotplug.log.")]
    public async Task A_switch_of_Open_vSwitch_is_no_bridge_that_is_missing(string bridge, string hint)
    {
        await using var host = await StartAsync();
        host.Machine.Files["/etc/xen/scripts/vif-openvswitch"] = host.Machine.Files["/etc/xen/scripts/vif-bridge"];
        host.Machine.Interfaces["ovs0"] = "";
        Record(host, call => call.Arguments[0] == "online" ? SimulatedScripts.Failed("ovs-vsctl failed") : null);
        await using var xend = await host.StartXendAsync();
        var guest = Guest($"(device (vif (bridge {bridge}) (script vif-openvswitch)))");
        var error = await Assert.ThrowsAsync<XendError>(() => xend.Toolstack.CreateAsync(guest, Guests.Root, default));
        Assert.Equal(hint, error.Hint);
    }

    [Theory]
    [InlineData("ovs0.10", true)]
    [InlineData("ovs0:20:30", true)]
    [InlineData("ovsbridge.4000:4001:4002:4003", true)]
    [InlineData("a-name-of-16-byte", false)]
    [InlineData("ovs0.1/2", false)]
    [InlineData("'ovs0.1 2'", false)]
    public void VLANs_may_follow_the_bridge_of_Open_vSwitch(string bridge, bool allowed)
    {
        var guest = Guest($"(device (vif (bridge {bridge}) (script vif-openvswitch)))");
        var read = () => new Model.Domains.DomainConfigReader("vif-bridge").Read(guest);
        if (allowed)
        {
            Assert.Equal(bridge, Assert.Single(read().Devices.OfType<VifConfig>()).Bridge);
        }
        else
        {
            Assert.Contains("cannot be the name of an interface", Assert.Throws<XendError>(() => read()).Message);
        }
    }

    private static SList Guest(string devices, string name = "linux", string uuid = Sample.Id) =>
        (SList)
            SxpReader.Read(
                $"(vm (name {name}) (uuid {uuid}) (memory 16) (vcpus 1) (image (linux (kernel /boot/vmlinux) (args ''))) {devices})"
            );

    /// <summary>As the guest is told them, by number.</summary>
    private static string[] Macs(SimulatedHost host, int domainId) =>
        [
            .. host
                .Store.Dump()
                .Replace("\"", "")
                .Split('\n')
                .Where(line => line.Contains($"/local/domain/{domainId}/device/vif/") && line.Contains("/mac = "))
                .Order()
                .Select(line => line.Split(" = ")[1].Split(' ')[0]),
        ];

    private static List<ScriptCall> Record(SimulatedHost host, Func<ScriptCall, ScriptResult?>? instead = null)
    {
        var calls = new List<ScriptCall>();
        host.Scripts.Instead = (call, _) =>
        {
            lock (calls)
            {
                calls.Add(call);
            }
            return Task.FromResult(instead?.Invoke(call));
        };
        return calls;
    }

    private static async Task<SimulatedHost> StartAsync()
    {
        var host = await SimulatedHost.StartAsync();
        host.Machine.AddFile("/images/a.img");
        return host;
    }
}
