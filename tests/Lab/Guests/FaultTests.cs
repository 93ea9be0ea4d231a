using Lab.Host;
using Lab.Snapshot;
using Sxp;
using Xend.Domains;
using Xend.Operations.Plans;

namespace Lab.Guests;

/// <summary>What goes wrong while a guest is created: it is explained, and nothing stays behind.</summary>
[Collection(LabCollection.Name)]
public sealed class FaultTests(LabHost host)
{
    /// <summary>The steps of creating a guest with a disk and an interface, from the planner itself.</summary>
    private static IEnumerable<string> StepsOfCreate()
    {
        var config = new DomainConfigReader("vif-bridge").Read(
            (SList)
                SxpReader.Read(
                    "(vm (name any) (memory 16) (image (linux (kernel /k))) (device (vbd (uname file:/d) (dev xvda) (mode w))) "
                        + "(device (vif (bridge eth0))))"
                )
        );
        return CreatePlan.For(config).Select(step => step.Name);
    }

    /// <summary>At every second step; the simulation has them all.</summary>
    [Fact]
    public Task A_fault_before_or_after_a_step_of_create_leaves_nothing_and_names_the_step() =>
        FailAsync([.. Points().Where((_, number) => number % 4 is 0 or 3)]);

    [Fact]
    [Trait("Length", "long")]
    public Task A_fault_at_any_other_end_of_a_step_leaves_nothing_either() =>
        FailAsync([.. Points().Where((_, number) => number % 4 is 1 or 2)]);

    private static IEnumerable<(string Step, string When)> Points() =>
        StepsOfCreate().SelectMany(step => new[] { (step, "before"), (step, "after") });

    private async Task FailAsync((string Step, string When)[] points)
    {
        await host.EnsureXendAsync();
        var config = await host.WriteGuestAsync("faulty", XendOnHost.Devices());
        var before = await HostSnapshot.TakeAsync(host);
        foreach (var (step, when) in points)
        {
            var created = await host.RunAsync(
                $"echo 'create {step} {when} fail' >{XendOnHost.FaultFile}; xm create {config}; status=$?; xm audit; exit $status"
            );
            Assert.True(created.ExitStatus == 1, $"{when} {step}: exit status {created.ExitStatus}\n{created.Stdout}{created.Stderr}");
            var said = created.Stderr;
            Assert.True(said.Contains($"a fault was ordered {when} step {step}"), $"{when} {step}: {said}");
            Assert.True(said.Contains($"at: create faulty, step {step}"), $"{when} {step}: {said}");
            Assert.True(created.Stdout.EndsWith("Everything is as it should be.\n"), $"{when} {step}: {created.Stdout}");
        }
        await before.AssertRestoredAsync(host);
    }

    [Fact]
    public async Task A_missing_kernel_and_a_file_that_is_none_are_told()
    {
        await host.EnsureXendAsync();
        // xm looks for the kernel itself, so the daemon is asked as another client would.
        var missing = await RefusedAsync("kernel = '/mnt/xen/none'");
        Assert.Contains("Cannot find kernel \"/mnt/xen/none\"", missing);
        Assert.Contains("is not a kernel", await RefusedAsync("kernel = '/etc/hostname'"));
        Assert.Contains("Cannot find ramdisk \"/mnt/xen/none\"", await RefusedAsync("ramdisk = '/mnt/xen/none'"));
    }

    [Fact]
    public async Task The_daemon_itself_looks_for_kernel_and_ramdisk()
    {
        await host.EnsureXendAsync();
        await host.WriteTextAsync("/etc/xen/faulty.sxp", "(vm (name faulty) (memory 16) (image (linux (kernel /mnt/xen/none))))");
        Assert.StartsWith("Error: Kernel image does not exist: /mnt/xen/none\n", await host.CreateRefusedAsync("-F /etc/xen/faulty.sxp"));
        await host.WriteTextAsync(
            "/etc/xen/faulty.sxp",
            "(vm (name faulty) (memory 16) (image (linux (kernel /mnt/xen/linux/vmlinux) (ramdisk /mnt/xen/none))))"
        );
        Assert.StartsWith("Error: Kernel ramdisk does not exist: /mnt/xen/none\n", await host.CreateRefusedAsync("-F /etc/xen/faulty.sxp"));
    }

    [Fact]
    public async Task Too_little_memory_is_told_with_the_sum()
    {
        await host.EnsureXendAsync();
        var error = await RefusedAsync("memory = 100000");
        Assert.Matches(@"I need 102401024 KiB but only have \d+\.", error);
        Assert.Matches(@"needed: +102401024 KiB = 102400000 guest faulty \+ 1024 slop", error);
        Assert.Matches(@"available: +\d+ KiB = \d+ free", error);
        Assert.Matches(@"hint: memory = \d+ would fit", error);
    }

    [Fact]
    public async Task A_name_that_is_taken_is_told()
    {
        await host.EnsureXendAsync();
        var config = await host.WriteGuestAsync("twice");
        await host.RunOkAsync($"xm create -q -p {config}");
        var error = await host.CreateRefusedAsync(config);
        await host.DestroyAsync("twice");
        Assert.Matches(@"^Error: Domain 'twice' already exists with ID '\d+'\n", error);
    }

    [Fact]
    public async Task A_missing_disk_and_a_missing_bridge_are_told()
    {
        await host.EnsureXendAsync();
        Assert.Contains("/dev/vg01/none does not exist", await RefusedAsync("disk = [ 'phy:/dev/vg01/none,xvda,w' ]"));
        var bridge = await RefusedAsync("vif = [ 'bridge=xenbr7' ]");
        Assert.Contains("Bridge 'xenbr7' does not exist", bridge);
        Assert.Contains("The host has: eth0", bridge);
    }

    [Fact]
    public async Task A_disk_that_a_guest_has_is_refused_by_whatever_name()
    {
        await host.EnsureXendAsync();
        var owner = await host.WriteGuestAsync("owner", "disk = [ 'file:/mnt/xen/images/b.img,xvda,w' ]");
        await host.RunOkAsync($"ln -sf /mnt/xen/images/b.img /run/b-link; xm create -q -p {owner}");
        try
        {
            foreach (var name in new[] { "file:/mnt/xen/images/b.img", "file:/run/b-link", "phy:$LOOP" })
            {
                var uname =
                    name == "phy:$LOOP"
                        ? "phy:" + (await host.RunOkAsync("losetup -j /mnt/xen/images/b.img | head -n 1 | cut -d: -f1")).Trim()
                        : name;
                var error = await RefusedAsync($"disk = [ '{uname},xvda,w' ]");
                Assert.Contains("is already used by domain owner as xvda (mode w)", error);
            }
        }
        finally
        {
            await host.DestroyAsync("owner");
        }
    }

    [Fact]
    public async Task A_disk_that_dom0_has_mounted_is_refused()
    {
        await host.EnsureXendAsync();
        await host.RunOkAsync("mkfs.ext4 -q -F /dev/vg01/linux1 && mkdir -p /run/mounted && mount /dev/vg01/linux1 /run/mounted");
        try
        {
            Assert.Contains(
                "mounted on /run/mounted in the privileged domain",
                await RefusedAsync("disk = [ 'phy:/dev/vg01/linux1,xvda,w' ]")
            );
        }
        finally
        {
            await host.RunOkAsync("umount /run/mounted && rmdir /run/mounted");
        }
    }

    [Fact]
    public async Task The_words_of_a_script_that_fails_reach_the_user()
    {
        await host.EnsureXendAsync();
        var before = await HostSnapshot.TakeAsync(host);
        await host.WriteTextAsync("/etc/xen/scripts/vif-broken", "#!/bin/sh\necho 'the cable is out' >&2\nexit 1\n", "0755");
        var error = await RefusedAsync("vif = [ 'script=vif-broken' ]");
        Assert.StartsWith("Error: Device 0 (vif) could not be connected. the cable is out\n", error);
        Assert.Contains("ended with exit status 1", error);
        Assert.Contains("step connect-vif-0", error);
        await before.AssertRestoredAsync(host);
    }

    [Fact]
    public async Task A_script_that_hangs_is_ended_with_all_that_it_started()
    {
        await host.EnsureXendAsync();
        await host.WriteTextAsync(
            "/etc/xen/scripts/vif-hanging",
            "#!/bin/sh\n[ \"$1\" = online ] || exit 0\nsleep 4711 &\nsleep 4711\n",
            "0755"
        );
        await host.RunOkAsync(
            "cp /etc/xen/xend-config.sxp /run/xend-config.saved; echo '(device-create-timeout 3)' >> /etc/xen/xend-config.sxp; "
                + "systemctl reload xend"
        );
        try
        {
            var before = await HostSnapshot.TakeAsync(host);
            var error = await RefusedAsync("vif = [ 'script=vif-hanging' ]");
            Assert.StartsWith("Error: Device 0 (vif) could not be connected. Hotplug scripts not working.\n", error);
            Assert.Contains("was killed after 3 s", error);
            Assert.Equal(1, (await host.RunAsync("pgrep -f 'sleep[ ]4711'")).ExitStatus);
            await before.AssertRestoredAsync(host);
        }
        finally
        {
            await host.RunOkAsync("cp /run/xend-config.saved /etc/xen/xend-config.sxp; systemctl reload xend");
        }
    }

    private async Task<string> RefusedAsync(params string[] lines) =>
        await host.CreateRefusedAsync(await host.WriteGuestAsync("faulty", lines));
}
