using Lab.Host;
using Lab.Snapshot;

namespace Lab.Guests;

/// <summary>What can go wrong with a device model: each is explained, and leaves nothing.</summary>
[Collection(SecondLabCollection.Name)]
public sealed class DeviceModelFaultTests(LabHost host)
{
    [Fact]
    [Trait("Length", "long")]
    public async Task One_that_is_missing_ends_at_once_or_does_not_know_an_option_is_told_and_leaves_nothing()
    {
        await host.EnsureXendAsync();
        await host.WriteTextAsync("/run/broken-qemu", "#!/bin/sh\necho no picture tube >&2\nexit 1\n", "0755");
        var before = await HostSnapshot.TakeAsync(host);
        await RefusedAsync("(device_model /none/stubdom-dm)", "", "device model '/none/stubdom-dm' not found");
        await RefusedAsync(
            "(vnc 1) (device_model /run/broken-qemu)",
            "",
            "ended before it was ready: no picture tube",
            "qemu-dm-broken.log"
        );
        await RefusedAsync("(vnc 1)", "(device (vif (bridge eth0) (model abacus)))", "has the model 'abacus', which");
        await before.AssertRestoredAsync(host);
    }

    /// <summary>It waits its minute out.</summary>
    [Fact]
    [Trait("Length", "long")]
    public async Task One_that_hangs_is_told_and_leaves_nothing()
    {
        await host.EnsureXendAsync();
        await host.WriteTextAsync("/run/hanging-qemu", "#!/bin/sh\nexec sleep 1000\n", "0755");
        var before = await HostSnapshot.TakeAsync(host);
        var said = await host.CreateHvmRefusedAsync(await host.WriteHvmAsync("hanging", "(vnc 1) (device_model /run/hanging-qemu)"));
        Assert.Contains("was not ready within 6", said);
        Assert.Contains("it does nothing", said);
        await before.AssertRestoredAsync(host);
    }

    [Fact]
    public async Task A_loader_that_is_missing_is_told()
    {
        var loader = $"/usr/lib/xen-{host.Options.XenVersion}/boot/hvmloader";
        await host.EnsureXendAsync();
        var before = await HostSnapshot.TakeAsync(host);
        await host.RunOkAsync($"mv {loader} {loader}.away");
        try
        {
            await RefusedAsync("(vnc 1)", "", "kernel '/usr/lib/xen/boot/hvmloader' not found");
        }
        finally
        {
            await host.RunOkAsync($"mv {loader}.away {loader}");
        }
        await before.AssertRestoredAsync(host);
    }

    [Fact]
    public async Task The_death_of_a_running_guests_device_model_is_noticed_and_logged_and_nothing_is_left()
    {
        await host.EnsureXendAsync();
        var before = await HostSnapshot.TakeAsync(host);
        var config = await host.WriteHvmAsync("orphan");
        await host.RunOkAsync($"xm create -F {config}", TimeSpan.FromSeconds(240));
        await host.RunOkAsync("kill -9 $(xenstore-read /local/domain/$(xm domid orphan)/image/device-model-pid)");
        await host.RunOkAsync(
            "for i in $(seq 60); do xm list orphan >/dev/null 2>&1 || exit 0; sleep 1; done; exit 1",
            TimeSpan.FromSeconds(120)
        );
        Assert.Contains("The device model of orphan", await host.RunOkAsync("xm log | tail -50"));
        await before.AssertRestoredAsync(host);
    }

    [Fact]
    public async Task A_daemon_that_is_killed_leaves_the_device_model_to_the_next_which_ends_it_with_the_guest()
    {
        await host.EnsureXendAsync();
        var before = await HostSnapshot.TakeAsync(host);
        var config = await host.WriteHvmAsync("heir", "(vnc 1) (vncpasswd x)");
        await host.RunOkAsync($"xm create -p -F {config}", TimeSpan.FromSeconds(240));
        await host.RunOkAsync(
            "kill -9 $(cat /run/xend.pid); until ! pgrep -f 'xend --[f]oreground' >/dev/null; do sleep 0.1; done; systemctl "
                + "reset-failed xend; systemctl restart xend"
        );
        await host.RunOkAsync("kill -0 $(xenstore-read /local/domain/$(xm domid heir)/image/device-model-pid)");
        await host.DestroyAsync("heir");
        await before.AssertRestoredAsync(host);
    }

    [Theory]
    [Trait("Length", "long")]
    [InlineData("start-device-model")]
    [InlineData("wait-for-device-model")]
    public async Task A_daemon_that_is_killed_at_the_device_models_steps_leaves_no_process(string step)
    {
        await host.EnsureXendAsync();
        var before = await HostSnapshot.TakeAsync(host);
        var config = await host.WriteHvmAsync("cut");
        await host.WriteTextAsync(XendOnHost.FaultFile, $"create {step} after kill\n");
        var created = await host.RunAsync($"xm create -F {config}", TimeSpan.FromSeconds(240));
        Assert.NotEqual(0, created.ExitStatus);
        await host.RunOkAsync($"rm -f {XendOnHost.FaultFile}; systemctl reset-failed xend; systemctl restart xend");
        Assert.DoesNotContain("cut", await host.RunOkAsync("xm list"));
        await before.AssertRestoredAsync(host);
    }

    private async Task RefusedAsync(string image, string devices, params string[] sentences)
    {
        var said = await host.CreateHvmRefusedAsync(await host.WriteHvmAsync("broken", image, devices));
        Assert.All(sentences, words => Assert.Contains(words, said));
    }
}
