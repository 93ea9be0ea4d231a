using Simulation.Xen;
using Sxp;
using Xend.Host;
using Xend.Operations;

namespace Xend.Tests.Operations;

/// <summary>Directories of dom0 that guests mount.</summary>
public sealed class P9Tests
{
    private const string Share = "(device (9pfs (tag share) (path /srv/share)))";

    [Theory]
    [InlineData("linux")]
    [InlineData("pvh")]
    [InlineData("hvm")]
    public async Task A_guest_is_created_with_a_directory_and_its_device_model_serves_it(string type)
    {
        await using var host = await StartHostAsync();
        await using var xend = await host.StartXendAsync();
        var before = host.Dump();
        await xend.Toolstack.CreateAsync(Guest(Share, type), Guests.Root, default);
        var store = host.Store.Dump();
        Assert.Contains("/local/domain/0/backend/9pfs/1/0/path = /srv/share (", store);
        Assert.Contains("/local/domain/0/backend/9pfs/1/0/security_model = none (", store);
        Assert.Contains("/local/domain/1/device/9pfs/0/tag = share (", store);
        Assert.Single(host.DeviceModels.Processes);
        await xend.Toolstack.DestroyAsync("linux", Guests.Root, default);
        Assert.Equal(before, host.Dump());
    }

    [Fact]
    public async Task Several_directories_have_numbers_of_their_own_and_are_kept()
    {
        await using var host = await StartHostAsync();
        await using var xend = await host.StartXendAsync();
        var guest = Guest(Share + "(device (9pfs (tag logs) (path /srv/share) (security_model mapped-xattr)))");
        await xend.Toolstack.NewAsync(guest, Guests.Root, default);
        await using var next = await host.StartXendAsync();
        var devices = next.Toolstack.FindDomain("linux").Config!.Devices.OfType<P9Config>();
        Assert.Equal(
            ["0 share /srv/share none", "1 logs /srv/share mapped-xattr"],
            devices.Select(device => $"{device.Id} {device.Tag} {device.Path} {device.SecurityModel}")
        );
    }

    [Theory]
    [InlineData("absent", "/srv/absent")]
    [InlineData("file", "/boot/vmlinux")]
    public async Task What_is_no_directory_of_dom0_is_told_and_changes_nothing(string name, string path)
    {
        await using var host = await StartHostAsync();
        await using var xend = await host.StartXendAsync();
        var before = host.Dump();
        var error = await Assert.ThrowsAsync<XendError>(() =>
            xend.Toolstack.CreateAsync(Guest($"(device (9pfs (tag share) (path {path})))"), Guests.Root, default)
        );
        Approved.Match($"p9/{name}.txt", error.Text);
        Assert.Equal(before, host.Dump());
    }

    [Fact]
    public async Task A_guest_that_runs_cannot_get_one()
    {
        await using var host = await StartHostAsync();
        await using var xend = await host.StartXendAsync();
        await xend.Toolstack.CreateAsync(Guests.Small("linux"), Guests.Root, default);
        var before = host.Dump();
        var error = await Assert.ThrowsAsync<XendError>(() => xend.Toolstack.AttachAsync("linux", "(9pfs (tag share) (path /srv/share))"));
        Approved.Match("p9/running.txt", error.Text);
        Assert.Equal(before, host.Dump());
    }

    [Theory]
    [InlineData("no-tag", "(9pfs (path /srv/share))")]
    [InlineData("no-path", "(9pfs (tag share))")]
    [InlineData("tag-of-two-words", "(9pfs (tag 'my share') (path /srv/share))")]
    [InlineData("tag-too-long", "(9pfs (tag a1234567890123456789012345678901) (path /srv/share))")]
    [InlineData("tag-of-digits", "(9pfs (tag 9) (path /srv/share))")]
    [InlineData("relative", "(9pfs (tag share) (path srv/share))")]
    [InlineData("line-break", "(9pfs (tag share) (path '/srv\\nshare'))")]
    [InlineData("unknown-model", "(9pfs (tag share) (path /srv/share) (security_model root))")]
    [InlineData("other-backend", "(9pfs (tag share) (path /srv/share) (backend files))")]
    [InlineData("tag-twice", "(9pfs (tag share) (path /srv/share))) (device (9pfs (tag share) (path /srv/other))")]
    public void What_no_guest_could_mount_is_refused(string name, string device)
    {
        var error = Assert.Throws<XendError>(() => new DomainConfigReader("vif-bridge").Read(Guest($"(device {device})")));
        Approved.Match($"p9/{name}.txt", error.Text);
    }

    private static SList Guest(string devices, string type = "linux") =>
        type switch
        {
            "pvh" => Guests.Pvh("linux", devices),
            "hvm" => Guests.Hvm("", devices, "linux"),
            _ => new SList([.. Guests.Small("linux").Items, .. ((SList)SxpReader.Read($"({devices})")).Items]),
        };

    private static async Task<SimulatedHost> StartHostAsync()
    {
        var host = await SimulatedHost.StartAsync();
        host.Machine.Files["/srv/share"] = new FileFacts(FileKind.Directory, 0, null);
        return host;
    }
}
