using System.Text.RegularExpressions;
using Lab.Host;
using Lab.Snapshot;

namespace Lab.Guests;

/// <summary>What becomes of guests that end, by every policy and in every way.</summary>
[Collection(LabCollection.Name)]
public sealed class PolicyTests(LabHost host)
{
    /// <summary>Old xend's protection: who lives less than a minute is not started again.</summary>
    private const int ShortestLifeSeconds = 60;

    private const string Sysrq = "extra = 'console=hvc0 sysrq_always_enabled=1'";

    /// <summary>A guest of the test.</summary>
    /// <param name="Name">Its name.</param>
    /// <param name="Type">pv, pvh or hvm.</param>
    /// <param name="Policy">The line of its file that is put to the test.</param>
    /// <param name="End">What ends it; NAME stands for it.</param>
    /// <param name="Outcome">What is to come of it.</param>
    private sealed record Case(string Name, string Type, string Policy, string End, Outcome Outcome);

    private enum Outcome
    {
        Gone,
        Restarted,
        Kept,
        RestartedAndKept,
        GoneWithCore,
        RestartedWithCore,
    }

    private static readonly Case[] Cases =
    [
        new("crash1", "pv", "on_crash = 'destroy'", "xm sysrq NAME c", Outcome.Gone),
        new("crash2", "pv", "on_crash = 'restart'", "xm sysrq NAME c", Outcome.Restarted),
        new("crash3", "pv", "on_crash = 'preserve'", "xm sysrq NAME c", Outcome.Kept),
        new("crash4", "pv", "on_crash = 'rename-restart'", "xm sysrq NAME c", Outcome.RestartedAndKept),
        new("crash5", "pv", "on_crash = 'coredump-destroy'", "xm sysrq NAME c", Outcome.GoneWithCore),
        new("crash6", "pv", "on_crash = 'coredump-restart'", "xm sysrq NAME c", Outcome.RestartedWithCore),
        new("crash7", "pvh", "on_crash = 'restart'", "xm sysrq NAME c", Outcome.Restarted),
        new("crash8", "hvm", "on_crash = 'restart'", "xm sysrq NAME c", Outcome.Restarted),
        new("halt1", "pv", "on_poweroff = 'destroy'", "xm shutdown NAME", Outcome.Gone),
        new("halt2", "pv", "on_poweroff = 'restart'", "xm shutdown NAME", Outcome.Restarted),
        new("halt3", "pv", "on_poweroff = 'preserve'", "xm shutdown NAME", Outcome.Kept),
        new("boot1", "pv", "on_reboot = 'destroy'", "xm reboot NAME", Outcome.Gone),
        new("boot2", "pvh", "on_reboot = 'restart'", "xm reboot NAME", Outcome.Restarted),
    ];

    [Fact]
    [Trait("Length", "long")]
    public async Task Every_guest_that_ends_is_treated_as_its_file_says_and_none_that_is_restarted_ever_leaves_the_list()
    {
        await host.EnsureXendAsync();
        var before = await HostSnapshot.TakeAsync(host);
        var socket = await host.ForwardUnixSocketAsync("/run/xend/xmlrpc.sock");
        foreach (var guest in Cases)
        {
            await host.WriteTextAsync($"/etc/xen/{guest.Name}.cfg", FileOf(guest));
            await host.RunOkAsync($"xm create -q /etc/xen/{guest.Name}.cfg", TimeSpan.FromSeconds(240));
        }
        var names = string.Join(' ', Cases.Select(guest => guest.Name));
        // Each has to be up, and to have lived long enough to be started again. A PVH guest of the emulator now and then dies while it boots; another is made then.
        await host.RunOkAsync(
            $"for n in {names}; do until started=$(xm list -l $n 2>/dev/null | sed -n 's/.*(start_time \\([0-9]*\\).*/\\1/p'); [ $(($(date +%s) - ${{started:-$(date +%s)}})) -gt {ShortestLifeSeconds + 2} ]; do "
            + "xm domid $n >/dev/null 2>&1 || xm create -q /etc/xen/$n.cfg; sleep 1; done; done",
            TimeSpan.FromSeconds(400));
        await host.RunOkAsync("for n in halt1 halt2 halt3 boot1; do until xenstore-read /local/domain/$(xm domid $n)/control/feature-poweroff >/dev/null 2>&1; do sleep 1; done; done", TimeSpan.FromSeconds(240));
        var first = await IdsAsync();

        var owed = Cases.Where(guest => guest.Outcome is Outcome.Restarted or Outcome.RestartedWithCore or Outcome.RestartedAndKept).Select(guest => guest.Name);
        await using (var polling = new ListedPolling(socket, owed.ToDictionary(name => name, name => first[name])))
        {
            await host.RunOkAsync(string.Join("; ", Cases.Select(guest => guest.End.Replace("NAME", guest.Name))));
            foreach (var guest in Cases)
            {
                await ExpectAsync(guest, first[guest.Name], polling);
            }
            Assert.Empty(polling.Absences);
            Assert.True(polling.Looks > 50, $"only {polling.Looks} looks were taken");
        }

        await host.RunOkAsync($"for n in $(xm list | awk 'NR > 2 {{ print $1 }}'); do xm destroy $n & done; wait; rm -rf /var/xen/dump {string.Join(' ', Cases.Select(guest => $"/etc/xen/{guest.Name}.cfg"))}", TimeSpan.FromSeconds(300));
        Assert.Equal("Everything is as it should be.\n", await host.RunOkAsync("xm audit"));
        await before.AssertRestoredAsync(host);
    }

    [Fact]
    public async Task A_guest_that_ends_within_a_minute_is_not_started_again_and_a_managed_one_says_why()
    {
        await host.EnsureXendAsync();
        var before = await HostSnapshot.TakeAsync(host);
        await host.WriteTextAsync("/etc/xen/hasty.cfg", FileOf(new Case("hasty", "pv", "on_crash = 'restart'", "", Outcome.Gone)));
        await host.RunOkAsync("xm new -q /etc/xen/hasty.cfg && xm start hasty && xm sysrq hasty c");
        await host.RunOkAsync("until xm domid hasty | grep -qx None; do sleep 0.2; done");
        Assert.Contains("restarting too fast", await host.RunOkAsync("xm list -l hasty"));
        Assert.Contains("restarting too fast", await host.RunOkAsync("grep hasty /var/log/xen/xend.log"));
        await host.RunOkAsync("xm delete hasty; rm /etc/xen/hasty.cfg");
        await before.AssertRestoredAsync(host);
    }

    private static string FileOf(Case guest) => guest.Type switch
    {
        "hvm" =>
            $"""
            builder = 'hvm'
            name = '{guest.Name}'
            memory = 160
            kernel = '/mnt/xen/linux/vmlinuz'
            ramdisk = '/mnt/xen/tiny/initrd'
            extra = 'console=ttyS0 rdinit=/bin/sh sysrq_always_enabled=1'
            vnc = 0
            {guest.Policy}

            """,
        _ =>
            $"""
            name = '{guest.Name}'
            memory = {(guest.Type == "pvh" ? 128 : 96)}
            kernel = '/mnt/xen/linux/vmlinux'
            ramdisk = '/mnt/xen/tiny/initrd'
            {(guest.Type == "pvh" ? "type = 'pvh'" : "")}
            {Sysrq}
            {guest.Policy}

            """,
    };

    private async Task ExpectAsync(Case guest, string id, ListedPolling polling)
    {
        var condition = guest.Outcome switch
        {
            Outcome.Gone or Outcome.GoneWithCore => $"! xm domid {guest.Name} >/dev/null 2>&1",
            Outcome.Kept => $"xm list {guest.Name} | grep -Eq '^{guest.Name} +{id} .* [-rbp]+[sc]'",
            Outcome.RestartedAndKept => $"xm list | grep -Eq '^Domain-[0-9a-f-]+ +{id} '",
            _ => "true",
        };
        var result = await host.RunAsync($"for try in $(seq 240); do if {condition}; then exit 0; fi; sleep 1; done; exit 1", TimeSpan.FromSeconds(400));
        for (var tries = 0; tries < 240 && polling.IsOwed(guest.Name) && !polling.HasRestarted(guest.Name); tries++)
        {
            await Task.Delay(TimeSpan.FromSeconds(1));
        }
        Assert.True(
            result.ExitStatus == 0 && (!polling.IsOwed(guest.Name) || polling.HasRestarted(guest.Name)),
            $"{guest}: it was {id}, and now\n{(await host.RunAsync($"xm list; xm list -l {guest.Name}; grep '(Operations).*{guest.Name}' /var/log/xen/xend.log | tail -n 20")).Stdout}");
        if (guest.Outcome is Outcome.GoneWithCore or Outcome.RestartedWithCore)
        {
            Assert.Matches($@"-{guest.Name}\.{id}\.core\n", await host.RunOkAsync($"find /var/xen/dump -name '*{guest.Name}*.core' -size +1M"));
        }
    }

    private async Task<Dictionary<string, string>> IdsAsync() =>
        Regex.Matches(await host.RunOkAsync("xm list"), @"(?m)^(\w+) +(\d+) ").ToDictionary(line => line.Groups[1].Value, line => line.Groups[2].Value);
}
