using System.Text.RegularExpressions;
using Lab.Host;
using Lab.Snapshot;
using Xend.Domains;

namespace Lab.Guests;

/// <summary>What becomes of guests that end, by every policy, in every way and of every type.</summary>
[Collection(LabCollection.Name)]
public sealed class PolicyTests(LabHost host)
{
    private const string Clean = "Everything is as it should be.\n";

    /// <summary>
    /// Looks, about one a second, until a guest is as it should be. Where a PVH or HVM guest has no memory below 4 GiB, libxenguest tries a
    /// million pages
    /// one by one for its core; the emulator takes a quarter of an hour for them.
    /// </summary>
    private const int Patience = 2400;

    /// <summary>A way to end: the variable of the policy for it, and what brings it about; NAME stands for the guest.</summary>
    private sealed record End(string Variable, string Command);

    private static readonly Dictionary<string, End> Ends = new()
    {
        ["crash"] = new("on_crash", "xm sysrq NAME c"),
        ["halt"] = new("on_poweroff", "xm shutdown NAME"),
        ["reboot"] = new("on_reboot", "xm reboot NAME"),
    };

    [Theory]
    [InlineData("pv", "crash")]
    [InlineData("pv", "halt")]
    [InlineData("pv", "reboot")]
    [InlineData("pvh", "crash")]
    [InlineData("pvh", "halt")]
    [InlineData("pvh", "reboot")]
    [InlineData("hvm", "crash")]
    [InlineData("hvm", "halt")]
    [InlineData("hvm", "reboot")]
    [Trait("Length", "long")]
    public Task Every_guest_that_ends_is_treated_as_its_file_says(string type, string end) => TryEveryPolicyAsync(type, end);

    [Fact]
    public async Task A_guest_that_ends_within_a_minute_is_not_started_again_and_a_managed_one_says_why()
    {
        await host.EnsureXendAsync();
        var before = await HostSnapshot.TakeAsync(host);
        await host.WriteTextAsync("/etc/xen/hasty.cfg", FileOf("hasty", "pv", "on_crash = 'restart'"));
        await host.RunOkAsync("xm new -q /etc/xen/hasty.cfg && xm start hasty && xm sysrq hasty c");
        await host.RunOkAsync("until xm domid hasty | grep -qx None; do sleep 0.2; done");
        Assert.Contains("restarting too fast", await host.RunOkAsync("xm list -l hasty"));
        Assert.Contains("restarting too fast", await host.RunOkAsync("grep hasty /var/log/xen/xend.log"));
        await host.RunOkAsync("xm delete hasty; rm /etc/xen/hasty.cfg");
        await before.AssertRestoredAsync(host);
    }

    /// <summary>One guest for each policy; all end at once, and none that is owed a restart ever leaves the list.</summary>
    private async Task TryEveryPolicyAsync(string type, string end)
    {
        await host.EnsureXendAsync();
        var before = await HostSnapshot.TakeAsync(host);
        var socket = await host.ForwardUnixSocketAsync("/run/xend/xmlrpc.sock");
        var (variable, command) = Ends[end];
        var guests = DomainActions.Names.ToDictionary(
            action => $"{end}-{action}",
            action => Enum.GetValues<DomainAction>().Single(value => value.Name() == action)
        );
        foreach (var (name, action) in guests)
        {
            await host.WriteTextAsync($"/etc/xen/{name}.cfg", FileOf(name, type, $"{variable} = '{action.Name()}'"));
        }
        var first = await BringUpAsync(guests.Keys);

        var owed = guests.Where(guest => IsOwed(guest.Value)).Select(guest => guest.Key);
        await using (var polling = new ListedPolling(socket, owed.ToDictionary(name => name, name => first[name])))
        {
            await host.RunOkAsync(string.Join("; ", guests.Keys.Select(name => command.Replace("NAME", name))));
            foreach (var (name, action) in guests)
            {
                await ExpectAsync(name, action, hasCore: end == "crash", first[name], polling);
            }
            Assert.Empty(polling.Absences);
            Assert.True(polling.Looks > 50, $"only {polling.Looks} looks were taken");
        }

        await host.RunOkAsync(
            $"for n in $(xm list | awk 'NR > 2 {{ print $1 }}'); do xm destroy $n & done; wait; rm -rf /var/xen/dump "
                + $"{string.Join(' ', guests.Keys.Select(name => $"/etc/xen/{name}.cfg"))}",
            TimeSpan.FromSeconds(300)
        );
        Assert.Equal(Clean, await host.RunOkAsync("xm audit"));
        await before.AssertRestoredAsync(host);
    }

    /// <summary>
    /// The ids of the guests, each of which has lived long enough to be started again. The PVH and HVM guests of the emulator now and then
    /// die while they boot:
    /// then all are looked at once more, a few times at the most.
    /// </summary>
    private async Task<Dictionary<string, string>> BringUpAsync(IReadOnlyCollection<string> names)
    {
        Dictionary<string, string> ids = [];
        for (var left = 6; left > 0; left--)
        {
            var known = ids;
            ids = [];
            foreach (var name in names)
            {
                ids[name] = await BringUpAsync(name);
            }
            // By dom0's clock.
            await host.LetAMinutePassAsync();
            if (names.All(name => known.GetValueOrDefault(name) == ids[name]))
            {
                return ids;
            }
        }
        throw new LabException(
            $"the guests do not stay alive; at last they were {string.Join(", ", ids.Select(guest => $"{guest.Key} ({guest.Value})"))}"
        );
    }

    /// <summary>
    /// A guest that is told to reboot before its init is there may miss it. A serial port repeats nothing for who comes late, so its shell
    /// is asked.
    /// </summary>
    private async Task<string> BringUpAsync(string name)
    {
        for (var left = 20; ; left--)
        {
            // Another is made for one that died, also where the dead one is preserved.
            var id = await host.RunOkAsync(
                $$"""
                until
                  if xm list {{name}} 2>/dev/null | grep -Eq ' [-rbp]+[sc][-a-z]* '; then xm destroy {{name}}; fi
                  id=$(xm domid {{name}} 2>/dev/null || (xm create -q /etc/xen/{{name}}.cfg >/dev/null && xm domid {{name}})) && [ "$(xenstore-read /local/domain/$id/control/feature-poweroff 2>/dev/null)" = 1 ]
                do sleep 2; done
                echo $id
                """,
                TimeSpan.FromSeconds(900)
            );
            await using var console = host.OpenTerminal($"xm console {name}");
            try
            {
                await console.AskAsync("echo up-$((6 * 7))", "up-42", tries: 6);
                await console.SendAsync("\x1d");
                await console.WaitForExitAsync();
                return id.Trim();
            }
            catch (Exception error) when (left > 1 && (error is TimeoutException or LabException))
            {
                // The guest died, or the console is that of one that died while it booted and is kept beside the new one.
            }
        }
    }

    private static bool IsOwed(DomainAction action) =>
        action is DomainAction.Restart or DomainAction.RenameRestart or DomainAction.CoredumpRestart;

    /// <summary>
    /// Without xen_legacy_crash, Linux in an HVM guest ends its panic as a machine does: by a reset, which Xen takes for a reboot. Each
    /// word on the serial port takes the emulator long.
    /// </summary>
    private static string FileOf(string name, string type, string policy) =>
        $"""
            name = '{name}'
            memory = {(
                type == "hvm" ? 160
                : type == "pvh" ? 128
                : 96
            )}
            kernel = '/mnt/xen/linux/{(type == "hvm" ? "vmlinuz" : "vmlinux")}'
            ramdisk = '/mnt/xen/tiny/initrd'
            extra = 'console={(type == "hvm" ? "ttyS0 quiet xen_legacy_crash" : "hvc0")} sysrq_always_enabled=1'
            {(
                type == "hvm" ? "builder = 'hvm'\nvnc = 0\nserial = 'pty'"
                : type == "pvh" ? "type = 'pvh'"
                : ""
            )}
            {policy}

            """;

    private async Task ExpectAsync(string name, DomainAction action, bool hasCore, string id, ListedPolling polling)
    {
        var condition = action switch
        {
            DomainAction.Destroy or DomainAction.CoredumpDestroy => $"! xm domid {name} >/dev/null 2>&1",
            DomainAction.Preserve => $"xm list {name} | grep -Eq '^{name} +{id} .* [-rbp]+[sc]'",
            DomainAction.RenameRestart => $"xm list | grep -Eq '^Domain-[0-9a-f-]+ +{id} '",
            _ => "true",
        };
        var result = await host.RunAsync(
            $"for try in $(seq {Patience}); do if {condition}; then exit 0; fi; sleep 1; done; exit 1",
            TimeSpan.FromSeconds(2 * Patience)
        );
        for (var tries = 0; tries < Patience && polling.IsOwed(name) && !polling.HasRestarted(name); tries++)
        {
            await Task.Delay(TimeSpan.FromSeconds(1));
        }
        if (result.ExitStatus != 0 || (polling.IsOwed(name) && !polling.HasRestarted(name)))
        {
            var now = await host.RunAsync(
                $"xm list; xenstore-ls /local/domain/{id}/control; grep '(Operations).*{name}' /var/log/xen/xend.log | tail -n 20"
            );
            Assert.Fail($"{name}: it was {id}, and now\n{now.Stdout}");
        }
        if (action is DomainAction.CoredumpDestroy or DomainAction.CoredumpRestart)
        {
            // Only a crash has one.
            var cores = await host.RunOkAsync($"find /var/xen/dump -name '*{name}*.core' -size +1M 2>/dev/null; true");
            if (hasCore != Regex.IsMatch(cores, $@"-{name}\.{id}\.core\n"))
            {
                var said = await host.RunAsync($"grep -i -A 2 '{name}.*core' /var/log/xen/xend.log | tail -n 40");
                Assert.Fail($"{name} {id} has the cores '{cores}'\n{said.Stdout}");
            }
        }
    }
}
