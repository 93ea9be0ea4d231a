using Lab.Host;
using Lab.Snapshot;

namespace Lab.Guests;

/// <summary>What can go wrong with a device model: each is explained, and leaves nothing.</summary>
[Collection(LabCollection.Name)]
public sealed class DeviceModelFaultTests(LabHost host)
{
    private const string Program = "/run/fake-qemu";

    [Fact]
    public async Task One_that_is_missing_is_told_with_its_name() =>
        await RefusedAsync("(device_model /none/stubdom-dm)", null, "device model '/none/stubdom-dm' not found");

    [Fact]
    public async Task One_that_ends_at_once_is_told_with_its_last_words() =>
        await RefusedAsync(
            $"(vnc 1) (device_model {Program})",
            "#!/bin/sh\necho no picture tube >&2\nexit 1\n",
            "ended before it was ready",
            "no picture tube",
            "qemu-dm-broken.log"
        );

    [Fact]
    public async Task One_that_hangs_before_it_is_ready_is_ended() =>
        await RefusedAsync(
            $"(vnc 1) (device_model {Program})",
            "#!/bin/sh\nexec sleep 1000\n",
            "was not ready within 6",
            "it does nothing"
        );

    [Fact]
    public async Task An_option_that_it_does_not_know_is_told_in_its_own_words() =>
        await RefusedWithAsync("(device (vif (bridge eth0) (model abacus)))", "(vnc 1)", null, "ended before it was ready", "abacus");

    [Fact]
    public async Task A_loader_that_is_missing_is_told()
    {
        var loader = $"/usr/lib/xen-{host.Options.XenVersion}/boot/hvmloader";
        await host.RunOkAsync($"mv {loader} {loader}.away");
        try
        {
            await RefusedAsync("(vnc 1)", null, "kernel '/usr/lib/xen/boot/hvmloader' not found");
        }
        finally
        {
            await host.RunOkAsync($"mv {loader}.away {loader}");
        }
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

    private Task RefusedAsync(string image, string? program, params string[] sentences) => RefusedWithAsync("", image, program, sentences);

    private async Task RefusedWithAsync(string devices, string image, string? program, params string[] sentences)
    {
        await host.EnsureXendAsync();
        if (program is not null)
        {
            await host.WriteTextAsync(Program, program, "0755");
        }
        var before = await HostSnapshot.TakeAsync(host);
        var config = await host.WriteHvmAsync("broken", image, devices);
        var said = await host.CreateHvmRefusedAsync(config);
        Assert.All(sentences, words => Assert.Contains(words, said));
        await before.AssertRestoredAsync(host);
    }
}
