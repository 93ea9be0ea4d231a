using Serilog;
using Serilog.Core;
using Serilog.Events;
using Xend.Hosting;
using Xend.Hotplug;

namespace Xend.Tests.Hosting;

public sealed class HostNetworkTests
{
    private readonly CalledScripts _scripts = new();
    private readonly Lines _log = new();

    [Theory]
    [InlineData("network-bridge", "/etc/xen/scripts/network-bridge start", "/etc/xen/scripts/network-bridge stop")]
    [InlineData(
        " network-bridge  netdev=eth1 bridge=xenbr1",
        "/etc/xen/scripts/network-bridge start netdev=eth1 bridge=xenbr1",
        "/etc/xen/scripts/network-bridge stop netdev=eth1 bridge=xenbr1"
    )]
    [InlineData("/opt/own x", "/opt/own start x", "/opt/own stop x")]
    public async Task The_script_is_called_with_the_verb_and_then_its_words(string option, string start, string stop)
    {
        var network = Network(option);
        await network.StartAsync(CancellationToken.None);
        await network.StopAsync(CancellationToken.None);
        Assert.Equal([start, stop], _scripts.Calls);
    }

    [Theory]
    [InlineData("")]
    [InlineData("  ")]
    public async Task Without_a_script_nothing_is_called(string option)
    {
        await Network(option).StartAsync(CancellationToken.None);
        await Network(option).StopAsync(CancellationToken.None);
        Assert.Empty(_scripts.Calls);
        Assert.Empty(_log.Texts);
    }

    [Fact]
    public async Task What_it_did_and_why_it_failed_is_in_the_log_and_the_daemon_goes_on()
    {
        _scripts.Result = new ScriptResult(ScriptOutcome.Succeeded, 0, "network-bridge: peth0 is on bridge eth0\n", TimeSpan.Zero);
        await Network("network-bridge").StartAsync(CancellationToken.None);
        _scripts.Result = new ScriptResult(ScriptOutcome.Failed, 1, "network-bridge: there is no interface 'x'\n", TimeSpan.FromSeconds(2));
        await Network("network-bridge netdev=x").StartAsync(CancellationToken.None);
        Assert.Equal(
            [
                "Information: network-script /etc/xen/scripts/network-bridge start: network-bridge: peth0 is on bridge eth0",
                "Error: network-script /etc/xen/scripts/network-bridge start netdev=x ended with exit status 1 after 2.0 s; the daemon goes "
                    + "on without it. Run it by hand to see more; it said:\nnetwork-bridge: there is no interface 'x'",
            ],
            _log.Texts
        );
    }

    private HostNetwork Network(string option) =>
        new(_scripts, option, new LoggerConfiguration().MinimumLevel.Verbose().WriteTo.Sink(_log).CreateLogger());

    private sealed class CalledScripts : IScriptRunner
    {
        public List<string> Calls { get; } = [];

        public ScriptResult Result { get; set; } = new(ScriptOutcome.Succeeded, 0, "", TimeSpan.Zero);

        public Task<ScriptResult> RunAsync(ScriptCall call, TimeSpan limit, CancellationToken cancellation)
        {
            Calls.Add(call.ToString());
            return Task.FromResult(Result);
        }

        public Task EndOrphansAsync(uint domainId) => Task.CompletedTask;
    }

    private sealed class Lines : ILogEventSink
    {
        public List<string> Texts { get; } = [];

        public void Emit(LogEvent logEvent) =>
            Texts.Add($"{logEvent.Level}: {logEvent.RenderMessage(System.Globalization.CultureInfo.InvariantCulture)}");
    }
}
