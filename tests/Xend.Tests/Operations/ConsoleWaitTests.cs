using Simulation.Xen;
using Xend.Domains;

namespace Xend.Tests.Operations;

public sealed class ConsoleWaitTests
{
    [Fact]
    public async Task The_wait_for_a_console_ends_when_xenconsoled_has_given_it_a_terminal()
    {
        await using var host = await SimulatedHost.StartAsync();
        await using var xend = await host.StartXendAsync();
        await using var xenconsoled = host.Store.Client();
        await xend.Toolstack.CreateAsync(Guests.Small("small"), Guests.Root, default);
        var wait = xend.Toolstack.WaitForConsoleAsync("small", default);
        await xenconsoled.WriteAsync("/local/domain/1/console/tty", "/dev/pts/1");
        await wait;
    }

    [Fact]
    public async Task A_console_may_be_waited_for_while_its_domain_is_being_made_however_long_that_takes()
    {
        await using var host = await SimulatedHost.StartAsync(clock: new ImpatientClock());
        await using var xend = await host.StartXendAsync();
        await using var xenconsoled = host.Store.Client();
        var building = new TaskCompletionSource();
        var release = new TaskCompletionSource();
        host.Builder.BeforeBuild = async (_, _) =>
        {
            building.SetResult();
            await release.Task;
        };
        var create = xend.Toolstack.CreateAsync(Guests.Small("slow"), Guests.Root, default);
        await building.Task;
        var wait = xend.Toolstack.WaitForConsoleAsync("slow", default);
        // Many times the limit on this clock.
        await Task.Delay(100);
        Assert.False(wait.IsCompleted);
        await xenconsoled.WriteAsync("/local/domain/1/console/tty", "/dev/pts/1");
        await wait;
        release.SetResult();
        await create;
    }

    [Fact]
    public async Task The_wait_for_a_console_ends_with_the_domain()
    {
        await using var host = await SimulatedHost.StartAsync();
        await using var xend = await host.StartXendAsync();
        await xend.Toolstack.CreateAsync(Guests.Small("brief"), Guests.Root, default);
        var wait = xend.Toolstack.WaitForConsoleAsync("brief", default);
        await xend.Toolstack.DestroyAsync("brief", Guests.Root, default);
        Assert.Equal(ErrorCode.NoSuchDomain, (await Assert.ThrowsAsync<XendError>(() => wait)).Code);
    }

    [Fact]
    public async Task A_xenconsoled_that_does_not_answer_is_told()
    {
        await using var host = await SimulatedHost.StartAsync(clock: new ImpatientClock());
        await using var xend = await host.StartXendAsync();
        await xend.Toolstack.CreateAsync(Guests.Small("mute"), Guests.Root, default);
        var error = await Assert.ThrowsAsync<XendError>(() => xend.Toolstack.WaitForConsoleAsync("mute", default));
        Assert.Equal("Domain 'mute' has no console: xenconsoled gave it no terminal.", error.Message);
        Assert.Contains("Is xenconsoled running?", error.Hint);
    }
}
