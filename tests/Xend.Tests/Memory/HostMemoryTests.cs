using Simulation.Xen;
using Xend.Domains;
using Xend.Hosting;
using Xend.Memory;
using Xend.Tests.Operations;

namespace Xend.Tests.Memory;

/// <summary>The broker on a simulated host: nobody is promised the same page, and nobody is refused while there is memory.</summary>
public sealed class HostMemoryTests
{
    private const uint GuestMib = 64;

    /// <summary>A guest's memory and its overhead.</summary>
    private const ulong ShareMib = GuestMib + 1;

    private static readonly XendOptions Ballooning = new()
    {
        LogFile = "/nonexistent/xend.log",
        Dom0Ballooning = true,
        Dom0MinMemoryMib = 256,
        Dom0BalloonTimeout = TimeSpan.FromSeconds(2),
    };

    [Fact]
    public async Task Fifty_creates_at_once_with_room_for_twenty_make_twenty_guests_and_thirty_explanations()
    {
        await using var host = await SimulatedHost.StartAsync(memoryMib: 1024 + 20 * ShareMib);
        host.Builder.BeforeBuild = (_, cancellation) => Task.Delay(20, cancellation);
        await using var xend = await host.StartXendAsync();
        AssertTwentyOfFifty(await CreateAsync(xend, 50));
        Assert.Equal(0ul, xend.Rooms.Memory.Sum().PromisedKib);
    }

    [Fact]
    public async Task The_same_where_a_slow_dom0_has_to_give_most_of_the_memory()
    {
        // 8 fit into what is free; dom0 may go from 1024 MiB down to 256, and 12 more fit into that.
        await using var host = await SimulatedHost.StartAsync(memoryMib: 1024 + 20 * ShareMib - 768, options: Ballooning);
        host.Balloons.StepTime = TimeSpan.FromMilliseconds(15);
        await using var xend = await host.StartXendAsync();
        AssertTwentyOfFifty(await CreateAsync(xend, 50));
        Assert.True(host.Hypervisor.FindDomain(0)!.CurrentMemoryKib >= 256 * 1024);
    }

    [Fact]
    public async Task Where_dom0_gives_less_than_it_was_asked_for_as_many_guests_are_made_as_the_memory_that_came_is_enough_for()
    {
        // Free: room for 2. dom0 could give 768 MiB by its floor, but its kernel stops after room for 3 more.
        await using var host = await SimulatedHost.StartAsync(memoryMib: 1024 + 2 * ShareMib, options: Ballooning);
        host.Balloons.Dom0NeedsKib = (1024 - 3 * ShareMib) * 1024;
        await using var xend = await host.StartXendAsync();
        var results = await CreateAsync(xend, 8);
        Assert.Equal(5, results.Count(error => error is null));
        Assert.All(results.OfType<XendError>(), error =>
        {
            Assert.Equal(ErrorCode.NoMemory, error.Code);
            Assert.Contains("dom0 cannot be shrunk any further", error.Message);
            Assert.Contains("has not moved for 2 s", error.Detail);
            Assert.Contains("dom0-min-mem", error.Hint);
        });
        Assert.Equal(3, results.Count(error => error is not null));
    }

    [Fact]
    public async Task A_dom0_that_refuses_is_told_and_gets_its_target_back()
    {
        await using var host = await SimulatedHost.StartAsync(memoryMib: 1024 + 10, options: Ballooning);
        host.Balloons.Dom0NeedsKib = 1024 * 1024;
        await using var xend = await host.StartXendAsync();
        var error = (await CreateAsync(xend, 1)).Single();
        Assert.Contains("I need 66560 KiB but only have 10240", error!.Message);
        Assert.Contains($"/local/domain/0/memory/target = {1024 * 1024}", host.Store.Dump().Replace("\"", ""));
        Assert.Equal(0ul, xend.Rooms.Memory.Sum().PromisedKib);
    }

    [Fact]
    public async Task What_dom0_was_told_to_grow_by_is_its_own_and_is_not_asked_for_again()
    {
        await using var host = await SimulatedHost.StartAsync(memoryMib: 1024 + 1000);
        host.Balloons.StepTime = TimeSpan.FromHours(1);
        await using var xend = await host.StartXendAsync();
        await xend.Rooms.Memory.SetDom0TargetAsync(1900 * 1024, default);
        await Eventually.TrueAsync(() => host.Hypervisor.FindDomain(0)!.CurrentMemoryKib > 1024 * 1024);
        await xend.Rooms.Memory.SetDom0TargetAsync(1900 * 1024, default);
        Assert.Equal(
            ErrorCode.NoMemory,
            (await Assert.ThrowsAsync<XendError>(() => xend.Toolstack.CreateAsync(Guests.Small("late", 200), Guests.Root, default))).Code
        );
        var error = await Assert.ThrowsAsync<XendError>(() => xend.Rooms.Memory.SetDom0TargetAsync(2100 * 1024, default));
        // It has taken one step, and takes an hour for the next.
        var stands = host.Hypervisor.FindDomain(0)!.CurrentMemoryKib;
        Assert.Equal(
            $"Not enough memory is available for Domain-0 to grow.  I need {(2100 * 1024) - stands} KiB but only have "
                + $"{(2024 * 1024) - stands}.",
            error.Message
        );
        Assert.StartsWith("xm mem-set Domain-0 2024 would fit;", error.Hint);
        // And one that shrinks gives what it was to have back.
        await xend.Rooms.Memory.SetDom0TargetAsync(1000 * 1024, default);
        await xend.Toolstack.CreateAsync(Guests.Small("late", 200), Guests.Root, default);
    }

    [Fact]
    public async Task More_than_dom0_may_give_is_refused_at_once_and_dom0_is_not_touched()
    {
        await using var host = await SimulatedHost.StartAsync(memoryMib: 1024 + 10, options: Ballooning);
        await using var xend = await host.StartXendAsync();
        var error = await Assert.ThrowsAsync<XendError>(() => xend.Toolstack.CreateAsync(Guests.Small("big", 900), Guests.Root, default));
        Assert.Contains("dom0_min_mem is 262144", error.Message);
        Assert.Contains("786432 that dom0 (1048576) may give", error.Detail);
        Assert.Contains("memory = 777 would fit", error.Hint);
        Assert.DoesNotContain("memory/target", host.Store.Dump("/local/domain/0"));
    }

    [Fact]
    public async Task What_a_failed_creation_took_from_dom0_goes_back()
    {
        await using var host = await SimulatedHost.StartAsync(memoryMib: 1024 + 10, options: Ballooning);
        await using var xend = await host.StartXendAsync();
        var before = host.Hypervisor.FindDomain(0)!.CurrentMemoryKib;
        host.Builder.BeforeBuild = (_, _) => throw new Xend.Build.ImageBuildException("xc_dom_boot_image", "no", null);
        Assert.Equal(ErrorCode.Build, (await CreateAsync(xend, 1)).Single()!.Code);
        await Eventually.TrueAsync(() => host.Hypervisor.FindDomain(0)!.CurrentMemoryKib == before);
    }

    [Fact]
    public async Task Memory_of_domains_that_are_dying_is_waited_for()
    {
        await using var host = await SimulatedHost.StartAsync(memoryMib: 1024 + 300);
        await using var xend = await host.StartXendAsync();
        var id = host.Hypervisor.CreateDomain(
            new Xend.Hypervisor.DomainCreation
            {
                Uuid = Guid.NewGuid(),
                Type = GuestType.Pv,
                MaxVcpus = 1,
            }
        );
        host.Hypervisor.Populate(id, 280 * 1024);
        host.Hypervisor.Held.Add(id);
        host.Hypervisor.HeldKib = 280 * 1024;
        host.Hypervisor.DestroyDomain(id);
        var create = CreateAsync(xend, 1);
        await Eventually.TrueAsync(() => xend.Toolstack.ListTasks().Any(task => task.Step == "reserve-memory"));
        host.Hypervisor.LetGo(id);
        Assert.Null((await create).Single());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Whatever_the_order_of_promises_allocations_and_ends_no_page_is_promised_twice(int seed)
    {
        await using var host = await SimulatedHost.StartAsync(memoryMib: 2048);
        await using var xend = await host.StartXendAsync();
        var memory = xend.Rooms.Memory;
        var random = new Random(seed);
        var open = new List<(MemoryPromise Promise, uint Id, ulong Total)>();
        for (var round = 0; round < 400; round++)
        {
            if (random.Next(3) > 0)
            {
                var uuid = Guid.NewGuid();
                var total = (ulong)random.Next(1, 200 * 1024);
                var free = memory.Sum().AvailableKib;
                try
                {
                    var promise = await memory.ReserveAsync(uuid, "guest", new MemoryNeed(total, 0), default);
                    Assert.True(total <= free);
                    open.Add(
                        (
                            promise,
                            host.Hypervisor.CreateDomain(
                                new Xend.Hypervisor.DomainCreation
                                {
                                    Uuid = uuid,
                                    Type = GuestType.Pv,
                                    MaxVcpus = 1,
                                }
                            ),
                            total
                        )
                    );
                }
                catch (XendError error) when (error.Code == ErrorCode.NoMemory)
                {
                    Assert.True(total > free, $"{total} KiB were refused while there were {free}");
                }
            }
            else if (open.Count > 0)
            {
                var index = random.Next(open.Count);
                var (promise, id, total) = open[index];
                // The builder works in pieces; whatever was promised can always be had.
                host.Hypervisor.Populate(id, random.Next(2) == 0 ? total / 2 : total);
                if (random.Next(2) == 0)
                {
                    promise.Dispose();
                    host.Hypervisor.DestroyDomain(id);
                    open.RemoveAt(index);
                }
            }
        }
        foreach (var (_, id, total) in open)
        {
            host.Hypervisor.Populate(id, total);
        }
    }

    private static void AssertTwentyOfFifty(XendError?[] results)
    {
        Assert.Equal(20, results.Count(error => error is null));
        Assert.All(results.OfType<XendError>(), error =>
        {
            Assert.Equal(ErrorCode.NoMemory, error.Code);
            Assert.Contains("needed:", error.Detail);
            Assert.Contains("missing:", error.Detail);
        });
    }

    private static Task<XendError?[]> CreateAsync(SimulatedXend xend, int count) =>
        Task.WhenAll(
            Enumerable
                .Range(0, count)
                .Select(async index =>
                {
                    try
                    {
                        await xend.Toolstack.CreateAsync(Guests.Small($"guest{index}", (int)GuestMib), Guests.Root, default);
                        return null;
                    }
                    catch (XendError error)
                    {
                        return error;
                    }
                })
        );
}
