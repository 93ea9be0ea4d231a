using Lab.Host;

namespace Lab.Guests;

/// <summary>Settings that files of others have, each with its effect in the guest or in what is told.</summary>
[Collection(LabCollection.Name)]
public sealed class SettingTests(LabHost host)
{
    private const string Zone = "/etc/systemd/system/xend.service.d/zone.conf";

    [Fact]
    public async Task A_paravirtualized_guest_with_localtime_has_dom0s_time_on_the_wall()
    {
        await host.EnsureXendAsync();
        await host.RunOkAsync($"printf '[Service]\\nEnvironment=TZ=JST-9\\n' >{Zone}; systemctl daemon-reload; systemctl restart xend");
        try
        {
            await host.RunOkAsync($"xm create -q {await host.WriteTinyAsync("walled", "localtime = 1")}");
            await using var console = host.OpenTerminal("xm console walled");
            await console.ExpectAsync("# ");
            await console.SendLineAsync("echo now-$(date +%s)-");
            var inGuest = long.Parse((await console.ExpectAsync("now-([0-9]+)-")).Groups[1].Value);
            var inDom0 = long.Parse(await host.RunOkAsync("date +%s"));
            Assert.InRange(inGuest - inDom0, 9 * 3600 - 120, 9 * 3600 + 120);
        }
        finally
        {
            await host.RunAsync($"xm destroy walled; rm -f {Zone}; systemctl daemon-reload; systemctl restart xend");
        }
    }

    [Fact]
    public async Task What_cannot_be_had_is_told_in_the_first_line_before_anything_is_made()
    {
        await host.EnsureXendAsync();
        Assert.StartsWith(
            "Error: Domain memory must be at least ",
            await host.CreateRefusedAsync(await host.WriteTinyAsync("narrow", "memory = 20"))
        );
        Assert.StartsWith(
            "Error: vCPU 0 of pinned is to run on physical CPU 99, and this host has CPUs 0 to 1\n",
            await host.CreateRefusedAsync(await host.WriteTinyAsync("pinned", "cpus = '99'"))
        );
        Assert.StartsWith(
            "Error: unknown image type: hvmm\n",
            await host.CreateRefusedAsync(await host.WriteTinyAsync("odd", "builder = 'hvmm'", "kernel = '/usr/lib/xen/boot/hvmloader'"))
        );
    }

    [Fact]
    public async Task A_file_with_the_UUID_of_a_managed_domain_starts_that_and_new_while_it_runs_is_for_its_next_start()
    {
        await host.EnsureXendAsync();
        string File(int memory) =>
            $"uuid = '0c1f3c6e-6d4b-4f2c-9a52-5d2c1f7a9b31'\nname = 'kept'\nkernel = '/usr/lib/grub-xen/grub-x86_64-xen.bin'\nmemory = {memory}\n";
        await host.WriteTextAsync("/etc/xen/kept.cfg", File(16));
        try
        {
            await host.RunOkAsync("xm new -q /etc/xen/kept.cfg");
            await host.WriteTextAsync("/etc/xen/kept.cfg", File(24));
            await host.RunOkAsync("xm create -q -p /etc/xen/kept.cfg");
            Assert.Matches(@"(?m)^kept +\d+ +24 ", await host.RunOkAsync("xm list kept"));
            await host.WriteTextAsync("/etc/xen/kept.cfg", File(32));
            await host.RunOkAsync("xm new -q /etc/xen/kept.cfg; systemctl restart xend");
            Assert.Matches(@"(?m)^kept +\d+ +24 ", await host.RunOkAsync("xm list kept"));
            await host.RunOkAsync("xm destroy kept; xm start -p kept");
            Assert.Matches(@"(?m)^kept +\d+ +32 ", await host.RunOkAsync("xm list kept"));
        }
        finally
        {
            await host.RunAsync("xm destroy kept; xm delete kept; rm -f /etc/xen/kept.cfg");
        }
    }
}
