using Simulation.Xen;
using Sxp;
using Xend.Domains;
using Xend.Operations;
using Xend.Operations.Plans;

namespace Xend.Tests.Operations;

/// <summary>Guests that bring their own kernel.</summary>
public sealed class BootloaderTests
{
    private static SList Grubbed(string bootloader = "(bootloader pygrub) (bootloader_args -q)", string disk = "file:/images/a.img") =>
        (SList)
            SxpReader.Read(
                $"(vm (name grubbed) (memory 16) (vcpus 1) {bootloader} (image (linux (args quiet))) (device (vbd (uname {disk}) (dev "
                    + $"xvda) (mode w))))"
            );

    public static TheoryData<string, StepMoment> StepsOfCreate()
    {
        var data = new TheoryData<string, StepMoment>();
        foreach (var step in CreatePlan.For(new DomainConfigReader("vif-bridge").Read(Grubbed())))
        {
            data.Add(step.Name, StepMoment.Before);
            data.Add(step.Name, StepMoment.After);
        }
        return data;
    }

    [Fact]
    public async Task The_kernel_that_the_boot_loader_chose_is_built_and_its_copy_deleted()
    {
        await using var host = await StartAsync();
        await using var xenconsoled = await ConsoledAsync(host);
        await using var xend = await host.StartXendAsync();
        var built = "";
        host.Builder.BeforeBuild = (request, _) =>
        {
            built = $"{Path.GetFileName(request.KernelPath)} {Path.GetFileName(request.RamdiskPath)} {request.CommandLine}";
            return Task.CompletedTask;
        };
        await xend.Toolstack.CreateAsync(Grubbed(), Guests.Root, default);
        Assert.Equal("boot_kernel.1 boot_ramdisk.1 root=/dev/xvda1 quiet", built);
        Assert.Equal("", host.Bootloaders.Dump());
        Assert.Equal(("/images/a.img", "-q"), (host.Bootloaders.Called!.Disk, host.Bootloaders.Called.Arguments));
        // xenconsoled's, not the boot loader's.
        Assert.Contains("/local/domain/1/console/tty = /dev/pts/1 ", host.Store.Dump().Replace("\"", ""));
    }

    [Fact]
    public async Task The_menu_is_at_the_console_while_the_boot_loader_runs()
    {
        await using var host = await StartAsync();
        await using var xenconsoled = await ConsoledAsync(host);
        await using var xend = await host.StartXendAsync();
        var answer = new TaskCompletionSource();
        host.Bootloaders.BeforeAnswer = (_, _) => answer.Task;
        var create = xend.Toolstack.CreateAsync(Grubbed(), Guests.Root, default);
        await Eventually.TrueAsync(() => xend.Toolstack.ListDomains().Any(domain => domain.Name == "grubbed"));
        await xend.Toolstack.WaitForConsoleAsync("grubbed", default);
        Assert.Contains("/local/domain/1/console/tty = /dev/pts/100 ", host.Store.Dump().Replace("\"", ""));
        answer.SetResult();
        await create;
    }

    [Fact]
    public async Task Neither_kernel_nor_boot_loader_means_pygrub()
    {
        await using var host = await StartAsync();
        await using var xenconsoled = await ConsoledAsync(host);
        await using var xend = await host.StartXendAsync();
        await xend.Toolstack.CreateAsync(Grubbed(bootloader: ""), Guests.Root, default);
        Assert.Equal("/usr/lib/xen-4.17/bin/pygrub", host.Bootloaders.Called!.Program);
    }

    [Fact]
    public async Task A_boot_loader_without_a_disk_and_one_that_is_missing_are_told()
    {
        await using var host = await StartAsync();
        await using var xend = await host.StartXendAsync();
        var before = host.Dump();
        var diskless = (SList)SxpReader.Read("(vm (name grubbed) (memory 16) (bootloader pygrub) (image (linux (args ''))))");
        Assert.Equal(
            "Had a bootloader specified, but no disks are bootable",
            (await Assert.ThrowsAsync<XendError>(() => xend.Toolstack.CreateAsync(diskless, Guests.Root, default))).Message
        );
        Assert.Equal(
            "Bootloader isn't executable",
            (
                await Assert.ThrowsAsync<XendError>(() => xend.Toolstack.CreateAsync(Grubbed("(bootloader /none)"), Guests.Root, default))
            ).Message
        );
        Assert.Equal(before, host.Dump());
    }

    [Fact]
    public async Task Destroying_the_domain_ends_the_boot_loader()
    {
        await using var host = await StartAsync();
        await using var xend = await host.StartXendAsync();
        var before = host.Dump();
        host.Bootloaders.BeforeAnswer = (_, cancellation) => Task.Delay(Timeout.Infinite, cancellation);
        var create = xend.Toolstack.CreateAsync(Grubbed(), Guests.Root, default);
        await Eventually.TrueAsync(() => host.Bootloaders.Called is not null);
        await xend.Toolstack.DestroyAsync("grubbed", Guests.Root, default);
        Assert.Equal(ErrorCode.Cancelled, (await Assert.ThrowsAsync<XendError>(() => create)).Code);
        Assert.Equal(before, host.Dump());
    }

    [Fact]
    public async Task A_xenconsoled_that_does_not_answer_does_not_keep_the_guest_from_running()
    {
        await using var host = await StartAsync(new ImpatientClock());
        await using var xend = await host.StartXendAsync();
        await xend.Toolstack.CreateAsync(Grubbed(), Guests.Root, default);
        Assert.DoesNotContain("/dev/pts", host.Store.Dump());
    }

    [Theory]
    [MemberData(nameof(StepsOfCreate))]
    public async Task A_fault_at_any_step_leaves_nothing_and_names_the_step(string step, StepMoment when)
    {
        await using var host = await StartAsync();
        await using var xenconsoled = await ConsoledAsync(host);
        await using var xend = await host.StartXendAsync(new OrderedFault("create", step, when).Arm());
        var before = host.Dump();
        var error = await Assert.ThrowsAsync<XendError>(() => xend.Toolstack.CreateAsync(Grubbed(), Guests.Root, default));
        Assert.Contains($"create grubbed, step {step}", error.FaultText);
        Assert.Equal(before, host.Dump());
    }

    [Theory]
    [MemberData(nameof(StepsOfCreate))]
    public async Task A_daemon_killed_at_any_step_is_cleaned_up_after_by_the_next(string step, StepMoment when)
    {
        await using var host = await StartAsync();
        await using var xenconsoled = await ConsoledAsync(host);
        var before = host.Dump();
        var death = new OrderedDeath("create", step, when).Arm();
        var killed = await host.StartXendAsync(death);
        var create = killed.Toolstack.CreateAsync(Grubbed(), Guests.Root, default);
        await death.Happened;
        await using var next = await host.StartXendAsync();
        Assert.Equal(before, host.Dump());
        Assert.False(create.IsCompleted);
    }

    private static async Task<SimulatedHost> StartAsync(TimeProvider? clock = null)
    {
        var host = await SimulatedHost.StartAsync(clock: clock);
        host.Machine.AddFile("/images/a.img");
        return host;
    }

    private static async Task<SimulatedConsoled> ConsoledAsync(SimulatedHost host)
    {
        var xenconsoled = new SimulatedConsoled(host.Store);
        await xenconsoled.StartAsync();
        return xenconsoled;
    }
}
