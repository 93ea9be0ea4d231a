using Simulation.Xen;
using Sxp;
using Xend.Domains;
using Xend.Hypervisor;
using Xend.Operations;

namespace Xend.Tests.Operations;

/// <summary>HVM and PVH guests, and the device models that serve them.</summary>
public sealed class DeviceModelTests
{
    [Fact]
    public async Task The_users_windows_guest_starts_with_paths_that_this_host_does_not_have()
    {
        await using var host = await StartAsync();
        await using var xend = await host.StartXendAsync();
        var created = await xend.Toolstack.CreateAsync(Guests.WinXp(), Guests.Root, default);
        Assert.True(created.Info!.Hvm);
        var started = Assert.Single(host.DeviceModels.Started);
        Assert.Equal("/usr/libexec/xen-qemu-system-i386", started.Path);
        Assert.Equal("1", started.Environment["XEN_DOMAIN_ID"]);
        var store = host.Store.Dump().Replace("\"", "");
        Assert.Contains("/local/domain/1/console/vnc-port = 5900", store);
        Assert.Contains("/local/domain/1/serial/0/tty = /dev/pts/7", store);
        Assert.Contains("/local/domain/1/hvmloader/bios = seabios", store);
        Assert.Contains("/local/domain/1/hvmloader/allow-memory-relocate = 0", store);
        Assert.Contains("/local/domain/0/backend/qdisk/1/5632/params = aio:/dev/loop0", store);
        Assert.Contains("/local/domain/1/device/vbd/5632/backend = /local/domain/0/backend/qdisk/1/5632", store);
        Assert.Contains("/local/domain/0/backend/vif/1/0/type = vif_ioemu", store);
        Assert.Equal("eth0", host.Machine.Interfaces["vif1.0-emu"]);
    }

    public static TheoryData<string, string, StepMoment> StepsOfCreate()
    {
        var data = new TheoryData<string, string, StepMoment>();
        foreach (var (kind, config) in Kinds)
        {
            foreach (var step in Xend.Operations.Plans.CreatePlan.For(new DomainConfigReader("vif-bridge").Read(config)))
            {
                data.Add(kind, step.Name, StepMoment.Before);
                data.Add(kind, step.Name, StepMoment.After);
            }
        }
        return data;
    }

    [Theory]
    [MemberData(nameof(StepsOfCreate))]
    public async Task A_fault_at_any_step_leaves_no_process_no_tap_and_no_node(string kind, string step, StepMoment when)
    {
        await using var host = await StartAsync();
        await using var xend = await host.StartXendAsync(new OrderedFault("create", step, when).Arm());
        var before = host.Dump();
        var error = await Assert.ThrowsAsync<XendError>(() => xend.Toolstack.CreateAsync(ConfigOf(kind), Guests.Root, default));
        Assert.Contains($"step {step}", error.Text);
        Assert.Equal(before, host.Dump());
    }

    [Theory]
    [MemberData(nameof(StepsOfCreate))]
    public async Task A_device_model_of_a_daemon_that_was_killed_at_any_step_is_ended_by_the_next(string kind, string step, StepMoment when)
    {
        await using var host = await StartAsync();
        var before = host.Dump();
        var death = new OrderedDeath("create", step, when).Arm();
        var killed = await host.StartXendAsync(death);
        _ = killed.Toolstack.CreateAsync(ConfigOf(kind), Guests.Root, default);
        await death.Happened;
        await using var next = await host.StartXendAsync();
        Assert.Equal(before, host.Dump());
        Assert.Empty(host.DeviceModels.Processes);
    }

    [Fact]
    public async Task Cycles_of_create_and_destroy_leave_the_host_as_it_was()
    {
        await using var host = await StartAsync();
        await using var xend = await host.StartXendAsync();
        var before = host.Dump();
        foreach (var (kind, config) in Kinds)
        {
            await xend.Toolstack.CreateAsync(config, Guests.Root, default);
            await xend.Toolstack.UnpauseAsync(kind, Guests.Root, default);
            await xend.Toolstack.DestroyAsync(kind, Guests.Root, default);
            Assert.Equal(before, host.Dump());
        }
    }

    [Fact]
    public async Task A_running_guest_keeps_its_device_model_when_the_daemon_dies_and_the_next_one_ends_both()
    {
        await using var host = await StartAsync();
        var before = host.Dump();
        var first = await host.StartXendAsync();
        await first.Toolstack.CreateAsync(Guests.WinXp(), Guests.Root, default);
        await first.Toolstack.UnpauseAsync("winxp", Guests.Root, default);
        await using var next = await host.StartXendAsync();
        Assert.Single(host.DeviceModels.Processes);
        Assert.Equal(5900, next.Toolstack.GetVnc("winxp").Port);
        await first.DisposeAsync();
        await next.Toolstack.DestroyAsync("winxp", Guests.Root, default);
        Assert.Equal(before, host.Dump());
    }

    [Fact]
    public async Task A_device_model_that_ends_at_once_is_explained_with_its_last_words()
    {
        await using var host = await StartAsync();
        await using var xend = await host.StartXendAsync();
        var before = host.Dump();
        host.DeviceModels.Fault = DeviceModelFault.EndsAtOnce;
        host.DeviceModels.Words = "qemu: -vnc 127.0.0.1:0: Failed to find an available port";
        var error = await Assert.ThrowsAsync<XendError>(() => xend.Toolstack.CreateAsync(Guests.WinXp(), Guests.Root, default));
        Assert.Equal(ErrorCode.DeviceModel, error.Code);
        Assert.Equal("No VNC display is free for winxp: all ports from 5900 on are taken.", error.Message);
        Assert.Contains("Failed to find an available port", error.Detail);
        Assert.Contains("/var/log/xen/qemu-dm-winxp.log", error.Hint);
        Assert.Equal(before, host.Dump());
    }

    [Fact]
    public async Task A_device_model_that_never_becomes_ready_is_given_up_after_a_limit()
    {
        await using var host = await StartAsync(new ImpatientClock());
        await using var xend = await host.StartXendAsync();
        var before = host.Dump();
        host.DeviceModels.Fault = DeviceModelFault.NeverReady;
        var error = await Assert.ThrowsAsync<XendError>(() => xend.Toolstack.CreateAsync(Guests.Hvm("(vnc 1)"), Guests.Root, default));
        Assert.Contains("was not ready within", error.Message);
        Assert.Contains("it does nothing", error.Detail);
        Assert.Equal(before, host.Dump());
    }

    [Fact]
    public async Task The_death_of_a_running_guests_device_model_counts_as_the_guests_crash()
    {
        await using var host = await StartAsync();
        await using var xend = await host.StartXendAsync();
        var before = host.Dump();
        await xend.Toolstack.CreateAsync(Guests.Hvm("(vnc 1)", "(on_crash destroy)"), Guests.Root, default);
        await xend.Toolstack.UnpauseAsync("hvm", Guests.Root, default);
        host.DeviceModels.Kill(1);
        await Eventually.TrueAsync(() => xend.Toolstack.ListDomains().Count == 1);
        await Eventually.TrueAsync(() => host.Dump() == before);
    }

    [Theory]
    [InlineData("/usr/libexec/xen-qemu-system-i386", "device model '/usr/lib/xen/bin/qemu-dm' not found")]
    [InlineData("/usr/lib/xen-4.17/boot/hvmloader", "kernel '/usr/lib/xen/boot/hvmloader' not found")]
    [InlineData("/usr/share/seabios/bios-256k.bin", "The firmware seabios of winxp is not installed.")]
    public async Task A_program_that_is_missing_is_told_with_the_places_where_it_was_looked_for(string missing, string sentence)
    {
        await using var host = await StartAsync();
        await using var xend = await host.StartXendAsync();
        var before = host.Dump();
        host.Machine.Files.TryRemove(missing, out _);
        var error = await Assert.ThrowsAsync<XendError>(() => xend.Toolstack.CreateAsync(Guests.WinXp(), Guests.Root, default));
        Assert.Equal(sentence, error.Message);
        Assert.Contains(missing, error.Detail);
        Assert.Equal(before, host.Dump());
    }

    [Theory]
    [InlineData("hvm")]
    [InlineData("pvh")]
    public async Task A_machine_without_hardware_virtualization_is_told_with_the_old_sentence(string kind)
    {
        await using var host = await StartAsync();
        host.Hypervisor.HvmAvailable = false;
        await using var xend = await host.StartXendAsync();
        var error = await Assert.ThrowsAsync<XendError>(() => xend.Toolstack.CreateAsync(ConfigOf(kind), Guests.Root, default));
        Assert.Equal("HVM guest support is unavailable: is VT/AMD-V supported by your CPU and enabled in your BIOS?", error.Message);
    }

    [Fact]
    public async Task Guests_that_are_started_together_get_different_ports()
    {
        await using var host = await StartAsync();
        await using var xend = await host.StartXendAsync();
        await Task.WhenAll(
            Enumerable
                .Range(0, 4)
                .Select(index => xend.Toolstack.CreateAsync(Guests.Hvm("(vnc 1)", name: $"hvm{index}"), Guests.Root, default))
        );
        Assert.Equal(4, Enumerable.Range(0, 4).Select(index => xend.Toolstack.GetVnc($"hvm{index}").Port).Distinct().Count());
    }

    [Fact]
    public async Task A_password_goes_to_the_device_model_alone()
    {
        await using var host = await StartAsync();
        await using var xend = await host.StartXendAsync();
        var created = await xend.Toolstack.CreateAsync(Guests.Hvm("(vnc 1) (vncpasswd geheim)"), Guests.Root, default);
        Assert.Equal(["gateway geheim"], host.DeviceModels.Orders);
        Assert.DoesNotContain("geheim", string.Join(' ', host.DeviceModels.Started.Single().Arguments));
        Assert.DoesNotContain("geheim", host.Store.Dump());
        Assert.DoesNotContain("geheim", SxpWriter.Pretty(Xend.Api.DomainSxp.Describe(created, true)));
        Assert.Equal("geheim", xend.Toolstack.GetVnc("hvm").Password);
    }

    [Fact]
    public async Task An_empty_password_of_the_file_overrules_that_of_the_daemon()
    {
        await using var host = await StartAsync(options: new XendOptions { LogFile = "/nonexistent/xend.log", VncPassword = "haus" });
        await using var xend = await host.StartXendAsync();
        await xend.Toolstack.CreateAsync(Guests.Hvm("(vnc 1)", name: "a"), Guests.Root, default);
        await xend.Toolstack.CreateAsync(Guests.Hvm("(vnc 1) (vncpasswd '')", name: "b"), Guests.Root, default);
        Assert.Equal(["gateway haus"], host.DeviceModels.Orders);
        Assert.Equal("", xend.Toolstack.GetVnc("b").Password);
    }

    [Fact]
    public async Task A_pv_guest_with_a_framebuffer_has_a_device_model_and_one_without_has_none()
    {
        await using var host = await StartAsync();
        await using var xend = await host.StartXendAsync();
        await xend.Toolstack.CreateAsync(ConfigOf("vfb"), Guests.Root, default);
        await xend.Toolstack.CreateAsync(Guests.Small("plain"), Guests.Root, default);
        Assert.Contains("-xen-attach", Assert.Single(host.DeviceModels.Started).Arguments);
        Assert.Contains("/local/domain/0/backend/vfb/1/0/vnc", host.Store.Dump());
        Assert.Equal(5902, xend.Toolstack.GetVnc("vfb").Port);
    }

    [Fact]
    public async Task A_disc_is_changed_taken_out_and_put_in_and_its_place_is_remembered()
    {
        await using var host = await StartAsync();
        var first = await host.StartXendAsync();
        await first.Toolstack.CreateAsync(Guests.WinXp(), Guests.Root, default);
        await first.Toolstack.ConfigureDeviceAsync("winxp", Disc("file:/iso/two.iso"), Guests.Root, default);
        Assert.Equal(["eject 5632", "insert 5632 /iso/two.iso"], host.DeviceModels.Orders);
        Assert.Contains("aio:/iso/two.iso", host.Store.Dump());
        await first.Toolstack.ConfigureDeviceAsync("winxp", Disc(""), Guests.Root, default);
        Assert.DoesNotContain("two.iso", host.Store.Dump());
        // An empty drive is one after the daemon's death, too.
        await using var next = await host.StartXendAsync();
        Assert.Equal("", next.Toolstack.FindDomain("winxp").Config!.Devices.OfType<VbdConfig>().Single(disk => disk.IsCdrom).Uname);
        await first.DisposeAsync();
    }

    [Theory]
    [InlineData("(vbd (uname file:/iso/two.iso) (dev hda) (mode w))", "Refusing to reconfigure device vbd:768")]
    [InlineData("(vbd (uname file:/iso/two.iso) (dev hdc:cdrom) (mode w))", "Refusing to reconfigure device vbd:5632")]
    [InlineData("(vbd (uname file:/iso/two.iso) (dev hdd:cdrom) (mode r))", "Device 5696 not connected")]
    [InlineData("(vbd (uname file:/iso/none.iso) (dev hdc:cdrom) (mode r))", "/iso/none.iso does not exist")]
    [InlineData("(vif (bridge eth0))", "Refusing to reconfigure device vif")]
    public async Task What_is_no_change_of_a_disc_is_refused_and_nothing_is_ordered(string device, string sentence)
    {
        await using var host = await StartAsync();
        await using var xend = await host.StartXendAsync();
        await xend.Toolstack.CreateAsync(Guests.WinXp(), Guests.Root, default);
        var error = await Assert.ThrowsAsync<XendError>(() =>
            xend.Toolstack.ConfigureDeviceAsync("winxp", (SList)SxpReader.Read(device), Guests.Root, default)
        );
        Assert.Contains(sentence, error.Message);
        Assert.Empty(host.DeviceModels.Orders);
    }

    [Fact]
    public async Task A_drive_that_the_guest_has_locked_is_told()
    {
        var clock = new ImpatientClock(atOnce: false);
        await using var host = await StartAsync(clock);
        await using var xend = await host.StartXendAsync();
        await xend.Toolstack.CreateAsync(Guests.WinXp(), Guests.Root, default);
        host.DeviceModels.TrayLocked = true;
        clock.Hurry();
        var error = await Assert.ThrowsAsync<XendError>(() => xend.Toolstack.ConfigureDeviceAsync("winxp", Disc(""), Guests.Root, default));
        Assert.Contains("the guest has locked the drive", error.Message);
        Assert.Contains("Unmount", error.Hint);
        Assert.Contains("aio:/dev/loop0", host.Store.Dump());
    }

    [Fact]
    public async Task A_guest_without_pv_drivers_has_its_power_button_pressed_and_a_reboot_follows_its_end()
    {
        await using var host = await StartAsync();
        await using var xend = await host.StartXendAsync();
        await xend.Toolstack.CreateAsync(Guests.Hvm("(vnc 1)"), Guests.Root, default);
        await xend.Toolstack.UnpauseAsync("hvm", Guests.Root, default);
        var notice = await xend.Toolstack.ShutdownAsync("hvm", "poweroff", Guests.Root, default);
        Assert.Contains("ACPI power button was pressed", notice);
        Assert.Equal(1, host.Hypervisor.Calls["xc_domain_send_trigger"]);
        Assert.DoesNotContain("poweroff", host.Store.Dump("/local/domain/1/control/shutdown"));

        host.Hypervisor.Parameters[(1, HvmParameter.CallbackIrq)] = 0x200;
        Assert.Null(await xend.Toolstack.ShutdownAsync("hvm", "poweroff", Guests.Root, default));
        Assert.Equal(1, host.Hypervisor.Calls["xc_domain_send_trigger"]);
    }

    [Fact]
    public async Task Timers_clock_and_the_pool_of_page_tables_are_set_as_the_file_says()
    {
        await using var host = await StartAsync();
        await using var xend = await host.StartXendAsync();
        await xend.Toolstack.CreateAsync(
            Guests.Hvm("(hpet 1) (timer_mode 2) (viridian 1) (vpt_align 0) (rtc_timeoffset 3600)"),
            Guests.Root,
            default
        );
        Assert.Equal(1ul, host.Hypervisor.Parameters[(1, HvmParameter.HpetEnabled)]);
        Assert.Equal(2ul, host.Hypervisor.Parameters[(1, HvmParameter.TimerMode)]);
        Assert.Equal(0ul, host.Hypervisor.Parameters[(1, HvmParameter.VirtualTimerAlignment)]);
        Assert.NotEqual(0ul, host.Hypervisor.Parameters[(1, HvmParameter.Viridian)]);
        Assert.Equal(1, host.Hypervisor.Calls["xc_domain_set_time_offset"]);
        Assert.Equal(1, host.Hypervisor.Calls["xc_set_paging_mempool_size"]);
    }

    [Theory]
    [InlineData("file:/img/short.img", "/img/short.img is no disk image")]
    [InlineData("file:/img/q.qcow2", "/img/q.qcow2 is a qcow2 image")]
    public async Task A_file_that_is_no_raw_image_is_refused(string uname, string sentence)
    {
        await using var host = await StartAsync();
        host.Machine.Files["/img/short.img"] = new Xend.Host.FileFacts(
            Xend.Host.FileKind.Regular,
            1000,
            new Xend.Host.DiskIdentity("file 1/short")
        );
        host.Machine.AddFile("/img/q.qcow2");
        host.Machine.ImageFormats["/img/q.qcow2"] = "qcow2";
        await using var xend = await host.StartXendAsync();
        var error = await Assert.ThrowsAsync<XendError>(() => xend.Toolstack.CreateAsync(Guests.WinXp(disk: uname), Guests.Root, default));
        Assert.Contains(sentence, error.Message);
    }

    private static (string Kind, SList Config)[] Kinds =>
        [
            ("winxp", Guests.WinXp()),
            ("pvh", Guests.Pvh()),
            (
                "vfb",
                (SList)
                    SxpReader.Read(
                        "(vm (name vfb) (memory 64) (image (linux (kernel /boot/vmlinux) (args ''))) (device (vkbd)) (device (vfb "
                            + "(vnc 1) (vncdisplay 2))))"
                    )
            ),
        ];

    private static SList ConfigOf(string kind) => kind == "hvm" ? Guests.Hvm("") : Kinds.Single(pair => pair.Kind == kind).Config;

    private static SList Disc(string uname) =>
        SList.Of("vbd", SList.Of("uname", uname), SList.Of("dev", "hdc:cdrom"), SList.Of("mode", "r"));

    private static async Task<SimulatedHost> StartAsync(TimeProvider? clock = null, XendOptions? options = null)
    {
        var host = await SimulatedHost.StartAsync(clock: clock, options: options);
        host.Machine.AddDisk("/dev/vg01/winxp0", "254:7");
        host.Machine.AddDisk("/dev/loop0", "7:0");
        host.Machine.AddFile("/iso/two.iso");
        return host;
    }
}
