using System.Text.RegularExpressions;
using Lab.Host;
using Lab.Snapshot;

namespace Lab.Guests;

/// <summary>Guests of one type that all end in one way, each by another policy.</summary>
internal static class PolicyTrial
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

    /// <summary>One guest for each policy, all with the same end.</summary>
    public static Task RunAsync(LabHost host, string type, string end) =>
        RunAsync(host, type, [.. Enum.GetValues<DomainAction>().Select(action => (end, action))]);

    /// <summary>One guest for each pair of end and policy; all end at once, and none that is owed a restart ever leaves the list.</summary>
    public static async Task RunAsync(LabHost host, string type, (string End, DomainAction Action)[] pairs)
    {
        await host.EnsureXendAsync();
        var before = await HostSnapshot.TakeAsync(host);
        var socket = await host.ForwardUnixSocketAsync("/run/xend/xmlrpc.sock");
        var guests = pairs.ToDictionary(pair => $"{pair.End}-{pair.Action.Name()}");
        foreach (var (name, (end, action)) in guests)
        {
            await host.WriteTextAsync($"/etc/xen/{name}.cfg", FileOf(name, type, $"{Ends[end].Variable} = '{action.Name()}'"));
        }
        Dictionary<string, string> first = [];
        foreach (var name in guests.Keys)
        {
            first[name] = await host.BootAsync(name, type);
        }
        // All have lived long enough to be started again without a wait, by dom0's clock.
        await host.LetAMinutePassAsync();

        var owed = guests.Where(guest => IsOwed(guest.Value.Action)).Select(guest => guest.Key);
        await using (var polling = new ListedPolling(socket, owed.ToDictionary(name => name, name => first[name])))
        {
            await host.RunOkAsync(string.Join("; ", guests.Select(guest => Ends[guest.Value.End].Command.Replace("NAME", guest.Key))));
            foreach (var (name, (end, action)) in guests)
            {
                await ExpectAsync(host, name, action, hasCore: end == "crash", first[name], polling);
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

    private static bool IsOwed(DomainAction action) =>
        action is DomainAction.Restart or DomainAction.RenameRestart or DomainAction.CoredumpRestart;

    /// <summary>
    /// Without xen_legacy_crash, Linux in an HVM guest ends its panic as a machine does: by a reset, which Xen takes for a reboot. Each
    /// word on the serial port takes the emulator long.
    /// </summary>
    public static string FileOf(string name, string type, string policy) =>
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

    private static async Task ExpectAsync(LabHost host, string name, DomainAction action, bool hasCore, string id, ListedPolling polling)
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
