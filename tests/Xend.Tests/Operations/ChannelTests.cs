using Simulation.Xen;
using Sxp;
using Xend.Host;
using Xend.Operations;
using Xend.Tests.Operations.Sweeps;

namespace Xend.Tests.Operations;

/// <summary>Streams of bytes between guests and dom0.</summary>
public sealed class ChannelTests
{
    private const string Pty = "(device (channel (name org.example.a) (connection pty)))";

    private const string Socket = "(device (channel (name b) (connection socket) (path /run/b.sock)))";

    [Theory]
    [InlineData("linux")]
    [InlineData("pvh")]
    [InlineData("hvm")]
    public async Task A_guest_is_created_with_a_terminal_and_a_socket_and_goes_without_a_trace(string type)
    {
        await using var host = await StartHostAsync();
        await using var xend = await host.StartXendAsync();
        var before = host.Dump();
        await xend.Toolstack.CreateAsync(Guest(Pty + Socket, type), Guests.Root, default);
        Approved.Match(
            "channel/nodes.txt",
            host.Store.Dump("/local/domain/0/backend/console/1/1")
                + host.Store.Dump("/local/domain/0/backend/console/1/2")
                + host.Store.Dump("/local/domain/1/device/console")
        );
        var arguments = string.Join(' ', Assert.Single(host.DeviceModels.Started).Arguments);
        Assert.Contains(
            "-chardev pty,id=libxl-channel1 -chardev socket,id=libxl-channel2,path=/run/b.sock,server=on,wait=off -nodefaults ",
            arguments
        );
        Assert.True(host.Machine.IsServed("/run/b.sock"));
        await xend.Toolstack.DestroyAsync("linux", Guests.Root, default);
        Assert.Equal(before, host.Dump());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_a_device_model_leaves_that_was_killed_goes_with_the_guest_unless_it_is_somebodys(bool isSomebodys)
    {
        await using var host = await StartHostAsync();
        await using var xend = await host.StartXendAsync();
        var before = host.Dump();
        host.DeviceModels.IsKilled = true;
        await xend.Toolstack.CreateAsync(Guest(Pty + Socket), Guests.Root, default);
        if (isSomebodys)
        {
            host.DeviceModels.Kill(1);
            host.Machine.AddSocket("/run/b.sock", isServed: true);
        }
        await xend.Toolstack.DestroyAsync("linux", Guests.Root, default);
        Assert.Equal(isSomebodys, host.Machine.Stat("/run/b.sock") is not null);
        Assert.Equal(isSomebodys, before != host.Dump());
    }

    [Fact]
    public async Task The_terminals_are_shown_by_this_daemon_and_the_next_as_long_as_they_are_there()
    {
        await using var host = await StartHostAsync();
        await using var xend = await host.StartXendAsync();
        await xend.Toolstack.NewAsync(Guest(Socket + Pty + Pty.Replace("org", "net")), Guests.Root, default);
        await xend.Toolstack.StartAsync("linux", paused: false, Guests.Root, default);
        await using var next = await host.StartXendAsync();
        foreach (var daemon in new[] { xend, next })
        {
            Assert.Equal(
                [
                    "(name b) (connection socket) (path /run/b.sock)",
                    "(name org.example.a) (connection pty) (tty /dev/pts/8)",
                    "(name net.example.a) (connection pty) (tty /dev/pts/9)",
                ],
                Shown(daemon)
            );
        }
        await next.Toolstack.DestroyAsync("linux", Guests.Root, default);
        Assert.Equal("(name org.example.a) (connection pty)", Shown(next)[1]);
    }

    [Fact]
    public async Task A_guest_that_is_restarted_has_its_socket_again()
    {
        await using var host = await StartHostAsync(new ShiftedClock());
        await using var xend = await host.StartXendAsync();
        await Sample.CreateRunningAsync(xend.Toolstack, Guest(Pty + Socket));
        host.DeviceModels.IsKilled = true;
        await Sample.Reboot(host, xend.Toolstack);
        await Eventually.TrueAsync(() => Sample.IsUpAgain(xend.Toolstack, restarts: 1));
        Assert.True(host.Machine.IsServed("/run/b.sock"));
    }

    [Fact]
    public async Task Numbers_count_from_one_and_are_kept()
    {
        await using var host = await StartHostAsync();
        await using var xend = await host.StartXendAsync();
        await xend.Toolstack.NewAsync(Guest(Pty + Socket), Guests.Root, default);
        await xend.Toolstack.DetachDeviceAsync("linux", "channel", 1, force: false, Guests.Root, default);
        Assert.Equal(1u, (await xend.Toolstack.AttachAsync("linux", "(channel (name c) (connection pty))")).Id);
        await using var next = await host.StartXendAsync();
        Assert.Equal(
            ["2 b", "1 c"],
            next.Toolstack.FindDomain("linux").Config!.Devices.OfType<ChannelConfig>().Select(channel => $"{channel.Id} {channel.Name}")
        );
    }

    [Theory]
    [InlineData("no-directory", "/srv/absent/b.sock")]
    [InlineData("file-in-its-place", "/run/file")]
    [InlineData("somebody-listens", "/run/served.sock")]
    [InlineData("another-guests", "/run/other.sock")]
    [InlineData("another-toolstacks", "/run/foreign.sock")]
    public async Task A_path_that_is_not_free_is_told_and_what_is_there_stays(string name, string path)
    {
        await using var host = await StartHostAsync();
        await using var xend = await host.StartXendAsync();
        host.Machine.AddFile("/run/file");
        host.Machine.AddSocket("/run/served.sock", isServed: true);
        await xend.Toolstack.CreateAsync(Guest(At("/run/other.sock"), name: "other"), Guests.Root, default);
        await using var xl = host.Store.Client();
        await xl.WriteAsync("/local/domain/0/backend/console/9/1/path", "/run/foreign.sock");
        var before = host.Dump();
        var error = await Assert.ThrowsAsync<XendError>(() => xend.Toolstack.CreateAsync(Guest(At(path)), Guests.Root, default));
        Approved.Match($"channel/{name}.txt", error.Text);
        Assert.Equal(before, host.Dump());
    }

    [Fact]
    public async Task A_socket_at_which_nobody_listens_is_in_nobodys_way()
    {
        await using var host = await StartHostAsync();
        await using var xend = await host.StartXendAsync();
        host.Machine.AddSocket("/run/b.sock", isServed: false);
        await xend.Toolstack.CreateAsync(Guest(Socket), Guests.Root, default);
        Assert.True(host.Machine.IsServed("/run/b.sock"));
    }

    [Fact]
    public async Task A_guest_that_runs_can_neither_get_one_nor_lose_one()
    {
        await using var host = await StartHostAsync();
        await using var xend = await host.StartXendAsync();
        await xend.Toolstack.CreateAsync(Guest(Pty), Guests.Root, default);
        var before = host.Dump();
        var error = await Assert.ThrowsAsync<XendError>(() => xend.Toolstack.AttachAsync("linux", "(channel (name c) (connection pty))"));
        Approved.Match("channel/attach.txt", error.Text);
        error = await Assert.ThrowsAsync<XendError>(() =>
            xend.Toolstack.DetachDeviceAsync("linux", "channel", 1, force: false, Guests.Root, default)
        );
        Approved.Match("channel/detach.txt", error.Text);
        Assert.Equal(before, host.Dump());
    }

    [Theory]
    [InlineData("no-name", "(channel (connection pty))")]
    [InlineData("name-too-long", "(channel (connection pty) (name {256}))")]
    [InlineData("name-of-two-lines", "(channel (connection pty) (name 'a\\nb'))")]
    [InlineData("no-connection", "(channel (name a))")]
    [InlineData("unknown-connection", "(channel (name a) (connection PTY))")]
    [InlineData("no-path", "(channel (name a) (connection socket))")]
    [InlineData("path-of-a-pty", "(channel (name a) (connection pty) (path /run/a))")]
    [InlineData("relative", "(channel (name a) (connection socket) (path run/a))")]
    [InlineData("directory", "(channel (name a) (connection socket) (path /run/))")]
    [InlineData("upwards", "(channel (name a) (connection socket) (path /run/../a))")]
    [InlineData("path-too-long", "(channel (name a) (connection socket) (path /{107}))")]
    [InlineData("path-of-two-lines", "(channel (name a) (connection socket) (path '/run/a\\nb'))")]
    [InlineData("other-backend", "(channel (name a) (connection pty) (backend files))")]
    [InlineData("number-of-the-console", "(channel (name a) (connection pty) (devid 0))")]
    [InlineData("name-twice", "(channel (name a) (connection pty))) (device (channel (name a) (connection pty))")]
    [InlineData(
        "path-twice",
        "(channel (name a) (connection socket) (path /run/a))) (device (channel (name b) (connection socket) (path /run/a))"
    )]
    public void What_no_host_could_connect_is_refused(string name, string device)
    {
        var given = device.Replace("{256}", new string('n', 256)).Replace("{107}", new string('p', 107));
        var error = Assert.Throws<XendError>(() => new DomainConfigReader("vif-bridge").Read(Guest($"(device {given})")));
        Approved.Match($"channel/{name}.txt", error.Text);
    }

    /// <summary>Bytes count, not characters.</summary>
    [Theory]
    [InlineData(106, true)]
    [InlineData(107, false)]
    public void A_path_may_be_as_long_as_a_socket_address_can_hold(int length, bool fits)
    {
        var vm = Guest(At("/" + new string('é', length / 2) + new string('p', length % 2)));
        Assert.Equal(fits, Record.Exception(() => new DomainConfigReader("vif-bridge").Read(vm)) is null);
    }

    /// <summary>Old xend's own console is kept as it came, and is none of the channels.</summary>
    [Fact]
    public void A_console_of_an_old_configuration_stays_what_it_was()
    {
        const string Console = "(console (protocol vt100) (location 2) (uuid a4e0ab7b-bda8-4564-cbd1-40c30c69324c))";
        var config = new DomainConfigReader("vif-bridge").Read(Guest($"(device {Console}) {Pty}"));
        var again = new DomainConfigReader("vif-bridge").Read(DomainConfigWriter.Write(config));
        Assert.Equal(["console 0", "channel 1"], again.Devices.Select(device => $"{device.Class} {device.Id}"));
        Assert.Equal(Console, DeviceClasses.Of(again.Devices[0]).Show(again.Devices[0], default).ToString());
    }

    [Theory]
    [InlineData(Pty)]
    [InlineData(Socket)]
    public void What_is_listed_of_one_makes_the_same(string device)
    {
        var reader = new DomainConfigReader("vif-bridge");
        var made = reader.Read(Guest(device)).Devices.Single();
        var terminals = new Dictionary<uint, string> { [1] = "/dev/pts/8" };
        var listed = DeviceClasses.Of(made).Show(made, new DeviceShowing(IsActive: true, null, terminals));
        Assert.Equal(made, reader.Read(Guest($"(device {listed})")).Devices.Single());
    }

    private static string At(string path) => $"(device (channel (name x) (connection socket) (path {path})))";

    private static SList Guest(string devices, string type = "linux", string name = "linux") =>
        type switch
        {
            "pvh" => Guests.Pvh(name, devices),
            "hvm" => Guests.Hvm("", devices, name),
            _ => new SList([.. Guests.Small(name).Items, .. ((SList)SxpReader.Read($"({devices})")).Items]),
        };

    private static List<string> Shown(SimulatedXend xend) =>
        [
            .. Xend
                .Api.DomainSxp.Describe(xend.Toolstack.FindDomain("linux"), withDevices: true)
                .Children("device")
                .Select(device => (SList)device[1])
                .Where(device => device.Name == "channel")
                .Select(device => string.Join(' ', device.Items.Skip(2).Select(SxpWriter.OneLine))),
        ];

    private static async Task<SimulatedHost> StartHostAsync(TimeProvider? clock = null)
    {
        var host = await SimulatedHost.StartAsync(clock: clock);
        host.Machine.Files["/run"] = new FileFacts(FileKind.Directory, 0, null);
        return host;
    }
}
