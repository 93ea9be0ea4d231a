using System.Text.RegularExpressions;
using Lab.Host;
using Lab.Snapshot;
using Xend.Domains;
using Xend.Operations;
using Xunit.Abstractions;

namespace Lab.Guests;

/// <summary>
/// The daemon's death at some of all points of all operations, chosen by a seed that is printed; the simulation tries them all.
/// </summary>
[Collection(LabCollection.Name)]
public sealed class KillSweepTests(LabHost host, ITestOutputHelper output)
{
    /// <summary>One point in so many; XEN_LAB_KILLS says another number.</summary>
    private static readonly int OneIn =
        int.TryParse(Environment.GetEnvironmentVariable("XEN_LAB_KILLS"), out var wanted) && wanted > 0 ? wanted : 20;

    private const string Clean = "Everything is as it should be.\n";

    /// <summary>What is to be seen of the guest: its name, whether it runs, what it has.</summary>
    private const string Picture =
        "for n in swept other; do xm list -l $n 2>/dev/null | grep -E '^ +\\((domid|name|memory|vcpus|dev) ' | sed 's/(domid.*/runs/'; "
        + "done; true";

    private const string SecondDisk = "file:/mnt/xen/images/b.img xvdb w";

    private const string CleanUp =
        "for n in swept other $(xm list | awk '/^Domain-[0-9a-f]+-/ { print $1 }'); do xm destroy $n; xm delete $n; done >/dev/null "
        + "2>&1; true";

    /// <summary>
    /// A guest that hears a SysRq key, and has lived long enough to be started again without a wait: dom0's clock is told that a minute has
    /// passed.
    /// </summary>
    private static string Booted(string policy) => $"xm create -q /etc/xen/booted.cfg on_crash={policy} && {UntilItHears}";

    private const string UntilItHears =
        $"until xenstore-read /local/domain/$(xm domid swept)/control/feature-poweroff >/dev/null 2>&1; do sleep 0.2; done; "
        + $"{XendOnHost.LetAMinutePass} >/dev/null";

    /// <summary>Ends the guest and follows what xend makes of it: until that is done, or xend has died.</summary>
    private static string CrashUntil(string condition) =>
        "pid=$(cat /run/xend.pid); id=$(xm domid swept); xm sysrq swept c || exit 1\n"
        + $"for try in $(seq 600); do kill -0 $pid || exit 1; if {condition} && xm tasks >/run/tasks && ! grep -q swept /run/tasks; "
        + $"then break; fi; sleep 0.2; done; kill -0 $pid";

    /// <summary>Another tool sets the guest's memory.</summary>
    private static string TargetUntil(string condition) =>
        "pid=$(cat /run/xend.pid); xenstore-write /local/domain/$(xm domid swept)/memory/target $((12 * 1024))\n"
        + $"for try in $(seq 600); do kill -0 $pid || exit 1; if {condition} && xm tasks >/run/tasks && ! grep -q swept /run/tasks; "
        + $"then break; fi; sleep 0.2; done; kill -0 $pid";

    private const string IsAnother = "other=$(xm domid swept) && [ \"$other\" != $id ]";

    private const string IsKept = "xm list swept | grep -Eq ' [-rbps]+c'";

    /// <summary>One operation: how the host is made ready, and what is asked.</summary>
    private sealed record Scenario(string Operation, string Prepare, string Act)
    {
        /// <summary>The guest comes back by itself in its own time: whether it runs yet says nothing.</summary>
        public bool Owed { get; init; }
    }

    private static readonly Scenario[] Scenarios =
    [
        new("create", "", "xm create -q -p /etc/xen/served.cfg"),
        new("destroy", "xm create -q -p /etc/xen/served.cfg", "xm destroy swept"),
        new("new", "", "xm new -q /etc/xen/swept.cfg"),
        new("start", "xm new -q /etc/xen/swept.cfg", "xm start -p swept"),
        new("delete", "xm new -q /etc/xen/swept.cfg", "xm delete swept"),
        new("rename", "xm create -q -p /etc/xen/swept.cfg", "xm rename swept other"),
        new("reset", "xm create -q -p /etc/xen/swept.cfg", "xm reset swept"),
        new("shutdown", "xm create -q -p /etc/xen/swept.cfg", "xm shutdown swept"),
        new("pause", "xm create -q /etc/xen/swept.cfg", "xm pause swept"),
        new("unpause", "xm create -q -p /etc/xen/swept.cfg", "xm unpause swept"),
        new("mem-set", "xm create -q -p /etc/xen/swept.cfg", "xm mem-set swept 12"),
        new("change-disc", "xm create -q -p -F /etc/xen/drive.sxp", "xm cd-insert swept hdc /mnt/xen/images/second.iso"),
        new("attach", "xm create -q -p /etc/xen/swept.cfg", $"xm block-attach swept {SecondDisk}"),
        // Its guest is paused, and would not let go.
        new("detach", $"xm create -q -p /etc/xen/swept.cfg; xm block-attach swept {SecondDisk}", "xm block-detach swept xvdb -f"),
        new("vcpu-set", "xm create -q -p /etc/xen/swept.cfg", "xm vcpu-set swept 1"),
        new("mem-max", "xm create -q -p /etc/xen/swept.cfg", "xm mem-max swept 24"),
        new("vcpu-pin", "xm create -q -p /etc/xen/swept.cfg", "xm vcpu-pin swept all 0"),
        new("schedule", "xm create -q -p /etc/xen/swept.cfg", "xm sched-credit2 -d swept -w 512"),
        new("sysrq", "xm create -q -p /etc/xen/swept.cfg", "xm sysrq swept h"),
        new("follow-target", "xm create -q -p /etc/xen/swept.cfg", TargetUntil("xm list -l swept | grep -q '(memory 12)'")),
        new("restart", Booted("restart"), CrashUntil(IsAnother)),
        new("rename-restart", Booted("rename-restart"), CrashUntil(IsAnother)),
        new("preserve", Booted("preserve"), CrashUntil(IsKept)),
        // A second crash in a row has to wait for its restart.
        new("wait", $"{Booted("restart")}\n{CrashUntil(IsAnother)}\n{UntilItHears}", CrashUntil(IsAnother)) { Owed = true },
    ];

    [Fact]
    [Trait("Length", "long")]
    public async Task A_daemon_that_is_killed_at_any_point_leaves_the_operation_done_or_undone_and_nobody_harmed()
    {
        var seed = int.TryParse(Environment.GetEnvironmentVariable("XEN_LAB_SEED"), out var given) ? given : Environment.TickCount & 0xffff;
        await host.EnsureXendAsync();
        var before = await HostSnapshot.TakeAsync(host);
        await host.WriteGuestAsync("bystander");
        await host.RunOkAsync("xm create -q -p /etc/xen/bystander.cfg");
        var bystander = await host.RunOkAsync("xm domid bystander");
        await host.WriteGuestAsync("swept", "vcpus = 2");
        var served = await host.ReadTextAsync("/etc/xen/swept.cfg");
        await host.WriteTextAsync("/etc/xen/served.cfg", served + string.Join('\n', XendOnHost.Devices()) + "\n");

        await host.WriteTextAsync(
            "/etc/xen/booted.cfg",
            """
            name = 'swept'
            memory = 96
            kernel = '/mnt/xen/linux/vmlinux'
            ramdisk = '/mnt/xen/tiny/initrd'
            extra = 'console=hvc0 sysrq_always_enabled=1'

            """
        );
        await host.WriteTextAsync(
            "/etc/xen/drive.sxp",
            "(vm (name swept) (memory 32) (vcpus 1) (image (hvm (kernel hvmloader))) (device (vbd (uname "
                + "file:/mnt/xen/images/first.iso) (dev hdc:cdrom) (mode r))))\n"
        );

        Assert.Equal(OperationKind.Planned.Select(kind => kind.Name).Order(), Scenarios.Select(scenario => scenario.Operation).Order());
        var points = new List<(Scenario Scenario, string Step, string When, string[] Pictures)>();
        foreach (var scenario in Scenarios)
        {
            var (steps, pictures) = await ObserveAsync(scenario);
            points.AddRange(steps.SelectMany(step => new[] { "before", "after" }.Select(when => (scenario, step, when, pictures))));
        }
        var random = new Random(seed);
        var chosen = points.OrderBy(_ => random.Next()).Take((points.Count + OneIn - 1) / OneIn).ToList();
        output.WriteLine($"seed {seed}: {chosen.Count} of {points.Count} points");
        foreach (var (scenario, step, when, pictures) in chosen)
        {
            await KillAsync($"seed {seed}, {scenario.Operation} killed {when} {step}", scenario, step, when, pictures);
            Assert.Equal(bystander, await host.RunOkAsync("xm domid bystander"));
        }
        await host.RunOkAsync(
            "xm destroy bystander; rm /etc/xen/bystander.cfg /etc/xen/booted.cfg /etc/xen/swept.cfg /etc/xen/served.cfg /etc/xen/drive.sxp"
        );
        await before.AssertRestoredAsync(host);
    }

    /// <summary>
    /// Runs the operation without a fault. Its steps are what the log then has; and the guest is as before or as after it.
    /// </summary>
    private async Task<(IReadOnlyList<string> Steps, string[] Pictures)> ObserveAsync(Scenario scenario)
    {
        var answer = await host.RunOkAsync(
            $"{scenario.Prepare}\n({Picture})\necho ==\nlines=$(wc -l </var/log/xen/xend.log)\n({scenario.Act}) >/dev/null || exit "
                + $"1\n({Picture})\necho ==\ntail -n +$((lines + 1)) /var/log/xen/xend.log\n{CleanUp}",
            TimeSpan.FromSeconds(300)
        );
        var parts = answer.Split("==\n");
        var steps = Regex
            .Matches(parts[2], $@"\) {scenario.Operation} \S+: (\S+) took ")
            .Select(line => line.Groups[1].Value)
            .Distinct()
            .ToList();
        Assert.True(steps.Count > 0, $"{scenario.Operation} has no steps in\n{parts[2]}");
        return (steps, [Seen(scenario, parts[0]), Seen(scenario, parts[1])]);
    }

    private static string Seen(Scenario scenario, string picture) => scenario.Owed ? picture.Replace("runs\n", "") : picture;

    private async Task KillAsync(string what, Scenario scenario, string step, string when, string[] pictures)
    {
        await host.RunOkAsync(scenario.Prepare + "\ntrue", TimeSpan.FromSeconds(120));
        await host.WriteTextAsync(XendOnHost.FaultFile, $"{scenario.Operation} {step} {when} kill\n");
        var killed = await host.RunAsync(scenario.Act, TimeSpan.FromSeconds(120));
        Assert.True(killed.ExitStatus != 0, $"{what}: nothing was killed\n{killed.Stdout}{killed.Stderr}");
        await host.RunOkAsync(
            $"rm -f {XendOnHost.FaultFile}; until ! pgrep -f 'xend --[f]oreground' >/dev/null || xm list >/dev/null 2>&1; do sleep "
                + $"0.1; done; systemctl reset-failed xend; systemctl start xend"
        );
        var audit = await host.RunAsync(
            $"for try in $(seq 30); do if xm audit >/run/audit.out 2>&1; then break; fi; sleep 1; done; cat /run/audit.out; rm "
                + $"/run/audit.out"
        );
        Assert.True(audit.Stdout == Clean, $"{what}: the audit says\n{audit.Stdout}");
        var picture = Seen(scenario, await host.RunOkAsync(Picture));
        Assert.True(
            pictures.Contains(picture),
            $"{what}: it is\n{picture}\nand should "
                + $"be\n{string.Join("\nor\n", pictures)}\n{(await host.RunAsync("tail -n 40 /var/log/xen/xend.log")).Stdout}"
        );
        await host.RunOkAsync(CleanUp, TimeSpan.FromSeconds(120));
    }
}
