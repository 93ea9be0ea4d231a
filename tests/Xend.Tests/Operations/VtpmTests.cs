using Simulation.Xen;
using Sxp;
using Xend.Tests.Operations.Sweeps;

namespace Xend.Tests.Operations;

/// <summary>Virtual TPMs, which other domains serve.</summary>
public sealed class VtpmTests
{
    private const string Vtpm = "(vtpm (uuid 0a1b2c3d-0000-4000-8000-0123456789ab) (backend bystander))";

    [Fact]
    public async Task A_guest_has_a_vTPM_from_its_domain_and_goes_without_a_trace()
    {
        await using var host = await SimulatedHost.StartAsync();
        await using var xend = await host.StartXendAsync();
        await StartServerAsync(host, xend);
        var before = host.Dump();
        await Sample.CreateRunningAsync(xend.Toolstack, Guest(Vtpm));
        Approved.Match(
            "vtpm/nodes.txt",
            host.Store.Dump("/local/domain/1/backend") + host.Store.Dump("/local/domain/2/device/vtpm") + host.Store.Dump("/libxl/2/device")
        );
        Assert.Equal(
            "(vtpm (uuid 0a1b2c3d-0000-4000-8000-0123456789ab) (backend bystander))",
            DeviceClasses.Of(Only(xend)).Show(Only(xend), default).ToString()
        );
        await xend.Toolstack.DestroyAsync("linux", Guests.Root, default);
        Assert.Equal(before, host.Dump());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task One_comes_to_a_running_guest_and_goes(bool force)
    {
        await using var host = await SimulatedHost.StartAsync();
        await using var xend = await host.StartXendAsync();
        await StartServerAsync(host, xend);
        await Sample.CreateRunningAsync(xend.Toolstack, Guest(""));
        var before = host.Dump();
        Assert.Equal(0u, (await xend.Toolstack.AttachAsync("linux", Vtpm)).Id);
        await using var guest = await Tpmfront.StartAsync(host, guest: 2, letsGo: !force);
        await xend.Toolstack.DetachDeviceAsync("linux", "vtpm", 0, force, Guests.Root, default);
        Assert.Equal(before, host.Dump());
    }

    [Fact]
    public async Task One_that_the_guest_keeps_stays_and_is_told_with_who_keeps_it()
    {
        await using var host = await SimulatedHost.StartAsync(
            options: new XendOptions { LogFile = "/nonexistent/xend.log", DeviceDestroyTimeout = TimeSpan.FromSeconds(1) }
        );
        await using var xend = await host.StartXendAsync();
        await StartServerAsync(host, xend);
        await Sample.CreateRunningAsync(xend.Toolstack, Guest(Vtpm));
        await using var guest = await Tpmfront.StartAsync(host, guest: 2, letsGo: false);
        var before = host.Dump();
        var error = await Assert.ThrowsAsync<XendError>(() =>
            xend.Toolstack.DetachDeviceAsync("linux", "vtpm", 0, force: false, Guests.Root, default)
        );
        Approved.Match("vtpm/kept.txt", error.Text);
        Assert.Equal(before, host.Dump());
    }

    [Theory]
    [InlineData("no-backend", "(vtpm)")]
    [InlineData("dom0", "(vtpm (pref_instance 1) (backend 0))")]
    [InlineData("nobody", "(vtpm (backend nobody))")]
    public async Task One_that_no_domain_serves_is_refused_with_what_to_do(string name, string vtpm)
    {
        await using var host = await SimulatedHost.StartAsync();
        await using var xend = await host.StartXendAsync();
        var before = host.Dump();
        var error = await Assert.ThrowsAsync<XendError>(() =>
            xend.Toolstack.CreateAsync(
                Guest(vtpm.Replace("(vtpm", "(vtpm (uuid 0a1b2c3d-0000-4000-8000-0123456789ab)")),
                Guests.Root,
                default
            )
        );
        Approved.Match($"vtpm/{name}.txt", error.Text);
        Assert.Equal(before, host.Dump());
    }

    [Theory]
    [InlineData("unnoticed", "1")]
    [InlineData("closed", "6")]
    public async Task A_domain_that_does_not_take_it_is_told_with_what_to_look_at(string name, string state)
    {
        await using var host = await SimulatedHost.StartAsync(
            options: new XendOptions { LogFile = "/nonexistent/xend.log", DeviceCreateTimeout = TimeSpan.FromSeconds(1) }
        );
        await using var client = host.Store.Client(1);
        var refuses = new BeforeStep("connect-vtpm-0", () => client.WriteAsync("/local/domain/1/backend/vtpm/2/0/state", state));
        await using var xend = await host.StartXendAsync(refuses);
        var server = await StartServerAsync(host, xend);
        server.HasDrivers = false;
        var before = host.Dump();
        var error = await Assert.ThrowsAsync<XendError>(() => xend.Toolstack.CreateAsync(Guest(Vtpm), Guests.Root, default));
        Approved.Match($"vtpm/{name}.txt", error.Text);
        Assert.Equal(before, host.Dump());
    }

    [Theory]
    [InlineData("bad-uuid", "(vtpm (uuid u) (backend tpm))")]
    [InlineData("bad-instance", "(vtpm (pref_instance -1) (backend tpm))")]
    [InlineData("twice", "(vtpm (uuid 0a1b2c3d-0000-4000-8000-0123456789ab))) (device (vtpm (uuid 0a1b2c3d-0000-4000-8000-0123456789ab))")]
    public void What_is_no_vTPM_is_refused(string name, string vtpm)
    {
        var error = Assert.Throws<XendError>(() => new DomainConfigReader("vif-bridge").Read(Guest(vtpm)));
        Approved.Match($"vtpm/{name}.txt", error.Text);
    }

    /// <summary>A configuration that xend has kept from its times without vTPMs.</summary>
    [Fact]
    public void What_an_old_configuration_says_is_kept()
    {
        var config = new DomainConfigReader("vif-bridge").Read(Guest("(vtpm (pref_instance 3) (backend 0))"));
        var again = new DomainConfigReader("vif-bridge").Read(DomainConfigWriter.Write(config));
        Assert.Equal(config.Devices[0], again.Devices[0]);
        Assert.EndsWith(" (pref_instance 3) (backend 0))", DeviceClasses.Of(again.Devices[0]).Show(again.Devices[0], default).ToString());
    }

    private static DeviceConfig Only(SimulatedXend xend) => xend.Toolstack.FindDomain("linux").Config!.Devices.Single();

    private static SList Guest(string vtpm) =>
        new([.. Guests.Small("linux").Items, .. vtpm.Length > 0 ? ((SList)SxpReader.Read($"((device {vtpm}))")).Items : []]);

    private static async Task<SimulatedDriverDomain> StartServerAsync(SimulatedHost host, SimulatedXend xend)
    {
        await Sample.CreateRunningAsync(xend.Toolstack, Guests.Small("bystander"));
        return await host.StartDriverDomainAsync(xend.Toolstack.FindDomain("bystander").Id!.Value);
    }
}
