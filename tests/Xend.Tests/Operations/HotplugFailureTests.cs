using Simulation.Xen;
using Xend.Hotplug;
using Xend.Tests.Operations.Sweeps;

namespace Xend.Tests.Operations;

/// <summary>What users are told when a device does not come or does not go; every text is approved in a file.</summary>
public sealed class HotplugFailureTests
{
    private const string Nic = "(vif (bridge eth0) (mac 00:16:3e:00:00:77))";
    private const string Error = "hotplug-error";
    private const string Status = "hotplug-status";

    /// <summary>What a script does in place of the stock one.</summary>
    private sealed record Script(ScriptResult Result, params (string Key, string Value)[] Writes);

    private static readonly Dictionary<string, Script> Scripts = new()
    {
        ["time-out"] = new(Ended(ScriptOutcome.TimedOut, 137, "waiting for the lock\n", 100)),
        ["says-why"] = new(Ended(ScriptOutcome.Failed, 1, ""), (Error, "no more loop devices"), (Status, "error")),
        ["writes-why"] = new(Ended(ScriptOutcome.Failed, 3, "a\nb\nc\nd\nRTNETLINK answers: No buffer space available\nip failed\n")),
        ["logs-why"] = new(
            Ended(ScriptOutcome.Failed, 1, "") with
            {
                Log = "/etc/xen/scripts/vif-bridge: line 81: brctl: not found\n",
            },
            (Status, "error")
        ),
        ["silent"] = new(Ended(ScriptOutcome.Failed, 139, "")),
        ["not-started"] = new(new ScriptResult(ScriptOutcome.NotStarted, -1, "Permission denied", TimeSpan.Zero)),
        ["undying"] = new(Ended(ScriptOutcome.Undying, 137, "", 105)),
        ["says-nothing-of-it"] = new(Ended(ScriptOutcome.Succeeded, 0, "done\n")),
        ["busy"] = new(Ended(ScriptOutcome.Succeeded, 0, ""), (Status, "busy")),
    };

    public static TheoryData<string, string> Failures()
    {
        var data = new TheoryData<string, string>();
        foreach (var name in Scripts.Keys)
        {
            data.Add(name, "vif");
            data.Add(name, "vbd");
        }
        return data;
    }

    [Theory]
    [MemberData(nameof(Failures))]
    public async Task A_script_that_fails_is_told_with_all_that_is_known_and_leaves_nothing(string name, string deviceClass)
    {
        await using var host = await StartHostAsync();
        await using var xend = await host.StartXendAsync();
        await Sample.CreateAsync(host, xend.Toolstack);
        var before = host.Dump();
        await using var script = host.Store.Client();
        host.Scripts.Instead = (call, _) => InsteadAsync(script, Scripts[name], call);
        var error = await Assert.ThrowsAsync<XendError>(() =>
            xend.Toolstack.AttachAsync("linux", deviceClass == "vif" ? Nic : Sample.SecondDisk)
        );
        Approved.Match($"hotplug/attach-{deviceClass}-{name}.txt", error.Text);
        Assert.Equal(before, host.Dump());
    }

    [Fact]
    public async Task A_bridge_that_went_is_told_with_those_that_there_are()
    {
        await using var host = await StartHostAsync();
        await using var xend = await host.StartXendAsync();
        await Sample.CreateAsync(host, xend.Toolstack);
        var missing = await Assert.ThrowsAsync<XendError>(() => xend.Toolstack.AttachAsync("linux", "(vif (bridge xenbr7))"));
        Approved.Match("hotplug/attach-vif-no-bridge.txt", missing.Text);
        await using var script = host.Store.Client();
        host.Scripts.Instead = async (call, cancellation) =>
        {
            if (call.Arguments[0] != "online")
            {
                return null;
            }
            await script.WriteAsync($"/local/domain/0/{call.Environment["XENBUS_PATH"]}/bridge", "xenbr7", cancellation);
            return SimulatedScripts.Failed("Could not find bridge device xenbr7\n");
        };
        var gone = await Assert.ThrowsAsync<XendError>(() => xend.Toolstack.AttachAsync("linux", Nic));
        Approved.Match("hotplug/attach-vif-bridge-went.txt", gone.Text);
    }

    [Fact]
    public async Task At_creation_the_same_is_told()
    {
        await using var host = await StartHostAsync();
        await using var xend = await host.StartXendAsync();
        await using var script = host.Store.Client();
        host.Scripts.Instead = (call, _) =>
            call.Arguments[0] == "online" ? InsteadAsync(script, Scripts["time-out"], call) : Task.FromResult<ScriptResult?>(null);
        var error = await Assert.ThrowsAsync<XendError>(() => xend.Toolstack.CreateAsync(Sample.Linux(), Guests.Root, default));
        Approved.Match("hotplug/create-vif-time-out.txt", error.Text);
    }

    [Theory]
    [InlineData("no-driver", "vbd")]
    [InlineData("driver-busy", "vbd")]
    [InlineData("driver-busy", "vif")]
    public async Task A_driver_that_does_not_answer_is_told(string name, string deviceClass)
    {
        await using var host = await StartHostAsync();
        await using var xend = await host.StartXendAsync();
        await Sample.CreateAsync(host, xend.Toolstack);
        host.Backends.Busy = true;
        if (name == "no-driver")
        {
            host.Machine.MissingDrivers.Add(deviceClass);
        }
        var error = await Assert.ThrowsAsync<XendError>(() =>
            xend.Toolstack.AttachAsync("linux", deviceClass == "vif" ? Nic : Sample.SecondDisk)
        );
        Approved.Match($"hotplug/attach-{deviceClass}-{name}.txt", error.Text);
    }

    [Theory]
    [InlineData("guest-keeps", "4")]
    [InlineData("guest-writes-nonsense", "\u001b[2J")]
    [InlineData("backend-keeps", "6")]
    public async Task A_device_that_does_not_go_says_who_keeps_it_and_stays(string name, string frontend)
    {
        await using var host = await StartHostAsync();
        await using var xend = await host.StartXendAsync();
        await Sample.CreateAsync(host, xend.Toolstack);
        await using var guest = host.Store.Client();
        await guest.WriteAsync("/local/domain/1/device/vbd/51712/state", frontend);
        var before = host.Dump();
        host.Backends.Busy = true;
        var error = await Assert.ThrowsAsync<XendError>(() =>
            xend.Toolstack.DetachDeviceAsync("linux", "vbd", 51712, force: false, Guests.Root, default)
        );
        Approved.Match($"hotplug/detach-vbd-{name}.txt", error.Text);
        Assert.Equal(before, host.Dump());
        // But by force it always goes.
        await xend.Toolstack.DetachDeviceAsync("linux", "vbd", 51712, force: true, Guests.Root, default);
        Assert.DoesNotContain("51712", host.Store.Dump());
    }

    private static async Task<ScriptResult?> InsteadAsync(XenStore.XenStoreClient store, Script script, ScriptCall call)
    {
        if (call.Arguments[0] is not ("add" or "online"))
        {
            return null;
        }
        foreach (var (key, value) in script.Writes)
        {
            await store.WriteAsync($"/local/domain/0/{call.Environment["XENBUS_PATH"]}/{key}", value);
        }
        return script.Result;
    }

    private static ScriptResult Ended(ScriptOutcome outcome, int status, string output, double seconds = 0.2) =>
        new(outcome, status, output, TimeSpan.FromSeconds(seconds));

    private static async Task<SimulatedHost> StartHostAsync()
    {
        var options = new XendOptions
        {
            LogFile = "/nonexistent",
            DeviceCreateTimeout = TimeSpan.FromSeconds(1),
            DeviceDestroyTimeout = TimeSpan.FromSeconds(1),
        };
        var host = await SimulatedHost.StartAsync(options: options);
        host.Machine.AddFile("/images/a.img");
        host.Machine.AddFile("/images/b.img");
        return host;
    }
}
