using Simulation.Xen;
using Xend.Domains;
using Xend.Operations;

namespace Xend.Tests.Operations;

/// <summary>mem-set, mem-max, vcpu-set, vcpu-pin, weights, sysrq: on running domains, on managed ones, on dom0.</summary>
public sealed class ChangeTests
{
    private static readonly Dictionary<string, Func<Toolstack, Task>> Requests = new()
    {
        ["mem-set 512"] = xend => xend.SetMemoryAsync("linux", 512, Guests.Root, default),
        ["mem-set 0"] = xend => xend.SetMemoryAsync("linux", 0, Guests.Root, default),
        ["mem-set -5"] = xend => xend.SetMemoryAsync("linux", -5, Guests.Root, default),
        ["mem-set dom0 100"] = xend => xend.SetMemoryAsync("Domain-0", 100, Guests.Root, default),
        ["mem-set dom0 2000"] = xend => xend.SetMemoryAsync("Domain-0", 2000, Guests.Root, default),
        ["mem-max 100"] = xend => xend.SetMaxMemoryAsync("linux", 100, Guests.Root, default),
        ["mem-max dom0"] = xend => xend.SetMaxMemoryAsync("Domain-0", 1000, Guests.Root, default),
        ["vcpu-set 0"] = xend => xend.SetVcpusAsync("linux", 0, Guests.Root, default),
        ["vcpu-set 3"] = xend => xend.SetVcpusAsync("linux", 3, Guests.Root, default),
        ["vcpu-set dom0 9"] = xend => xend.SetVcpusAsync("Domain-0", 9, Guests.Root, default),
        ["vcpu-pin 7"] = xend => xend.PinVcpuAsync("linux", 7, [0], Guests.Root, default),
        ["vcpu-pin nowhere"] = xend => xend.PinVcpuAsync("linux", 0, [], Guests.Root, default),
        ["weight 0"] = xend => xend.SetSchedulingAsync("linux", 0, null, Guests.Root, default),
        ["weight 70000"] = xend => xend.SetSchedulingAsync("linux", 70000, null, Guests.Root, default),
        ["cap 201"] = xend => xend.SetSchedulingAsync("linux", null, 201, Guests.Root, default),
        ["sysrq ab"] = xend => xend.PressSysrqAsync("linux", "ab", Guests.Root, default),
        ["mem-set theirs"] = xend => xend.SetMemoryAsync("theirs", 100, Guests.Root, default),
        ["mem-set nobody"] = xend => xend.SetMemoryAsync("nobody", 100, Guests.Root, default),
    };

    [Theory]
    [InlineData("mem-set 512", "memory_dynamic_max must be less than or equal to memory_static_max")]
    [InlineData("mem-set 0", "memory_dynamic_max must be greater than zero")]
    [InlineData("mem-set -5", "memory_dynamic_max must be greater than zero")]
    [InlineData("mem-set dom0 100", "memory_dynamic_max too small")]
    [InlineData("mem-set dom0 2000", "memory_dynamic_max must be less than or equal to memory_static_max")]
    [InlineData("mem-max 100", "memory_dynamic_max must be less than or equal to memory_static_max")]
    [InlineData("mem-max dom0", "Cannot mem-max privileged domain Domain-0")]
    [InlineData("vcpu-set 0", "Zero or less VCPUs is invalid")]
    [InlineData("vcpu-set 3", "Cannot set vcpus greater than max vcpus on running domain")]
    [InlineData("vcpu-set dom0 9", "Cannot set vcpus greater than max vcpus on running domain")]
    [InlineData("vcpu-pin 7", "Cannot pin vcpu: 7 to cpu: [0] - linux has 2 vCPUs, 0 to 1")]
    [InlineData("vcpu-pin nowhere", "Cannot pin vcpu: 0 to cpu: [] - no CPU is named")]
    [InlineData("weight 0", "Cpu weight out of range, valid values are within range from 1 to 65535")]
    [InlineData("weight 70000", "Cpu weight out of range, valid values are within range from 1 to 65535")]
    [InlineData("cap 201", "Cpu cap out of range, valid range is from 0 to 200 for specified number of vcpus")]
    [InlineData("sysrq ab", "ab is not convertible to a character")]
    [InlineData("mem-set theirs", "Cannot mem-set theirs: another toolstack created it.")]
    [InlineData("mem-set nobody", "nobody")]
    public async Task What_cannot_be_is_refused_in_the_words_of_old_and_changes_nothing(string request, string sentence)
    {
        await using var host = await SimulatedHost.StartAsync();
        await using var xend = await StartWithGuestAsync(host);
        await using var other = host.Store.Client();
        var id = host.Hypervisor.CreateDomain(
            new Xend.Hypervisor.DomainCreation
            {
                Uuid = Guid.NewGuid(),
                Type = GuestType.Pv,
                MaxVcpus = 1,
            }
        );
        await other.WriteAsync($"/local/domain/{id}/name", "theirs");
        host.Store.FireSpecial("@introduceDomain");
        await Eventually.TrueAsync(() => xend.Toolstack.ListDomains().Any(domain => domain.Name == "theirs"));
        var before = host.Dump();
        var error = await Assert.ThrowsAsync<XendError>(() => Requests[request](xend.Toolstack));
        Assert.Equal(sentence, error.Message);
        Assert.Equal(before, host.Dump());
    }

    [Fact]
    public async Task The_guest_follows_its_memory_down_and_up_and_everything_says_so()
    {
        await using var host = await SimulatedHost.StartAsync();
        await using var xend = await StartWithGuestAsync(host);
        foreach (var mib in new[] { 100, 200 })
        {
            await xend.Toolstack.SetMemoryAsync("linux", mib, Guests.Root, default);
            var domain = xend.Toolstack.FindDomain("linux");
            Assert.Equal((ulong)mib, domain.MemoryMib);
            Assert.Equal((ulong)(mib + 1) * 1024, domain.Info!.MaxMemoryKib);
            Assert.Contains($"memory/target = {mib * 1024}", host.Store.Dump($"/local/domain/{domain.Id}").Replace("\"", ""));
            await Eventually.TrueAsync(() => host.Hypervisor.FindDomain(domain.Id!.Value)!.CurrentMemoryKib == (ulong)mib * 1024);
        }
        // The next daemon knows it as well.
        await using var next = await host.StartXendAsync();
        Assert.Equal(200ul, next.Toolstack.FindDomain("linux").MemoryMib);
    }

    [Fact]
    public async Task Memory_that_a_growing_guest_has_not_taken_yet_is_promised_to_nobody_else()
    {
        await using var host = await SimulatedHost.StartAsync(memoryMib: 1024 + 256 + 64);
        await using var xend = await StartWithGuestAsync(host);
        var id = xend.Toolstack.FindDomain("linux").Id!.Value;
        await xend.Toolstack.SetMemoryAsync("linux", 100, Guests.Root, default);
        await Eventually.TrueAsync(() => host.Hypervisor.FindDomain(id)!.CurrentMemoryKib == 100 * 1024);
        host.Balloons.Deaf[id] = 0;
        await xend.Toolstack.SetMemoryAsync("linux", 256, Guests.Root, default);
        // 220 MiB are free, but 156 of them are the guest's whenever it likes.
        var error = await Assert.ThrowsAsync<XendError>(() => xend.Toolstack.CreateAsync(Guests.Small("other", 128), Guests.Root, default));
        Assert.Equal(ErrorCode.NoMemory, error.Code);
        Assert.Contains($"{156 * 1024} that guests may still take", error.Detail);
        await xend.Toolstack.CreateAsync(Guests.Small("small", 32), Guests.Root, default);
    }

    [Fact]
    public async Task A_guest_that_is_to_grow_beyond_what_there_is_stays_as_it_is_and_the_sum_is_told()
    {
        await using var host = await SimulatedHost.StartAsync(memoryMib: 1024 + 256 + 64);
        await using var xend = await StartWithGuestAsync(host, maxMemory: 1024);
        var before = host.Dump();
        var error = await Assert.ThrowsAsync<XendError>(() => xend.Toolstack.SetMemoryAsync("linux", 400, Guests.Root, default));
        Assert.Contains($"I need {144 * 1024} KiB but only have {64 * 1024}", error.Message);
        Assert.Contains("262144 that it has", error.Detail);
        Assert.Contains("memory = 320 would fit", error.Hint);
        Assert.Equal(before, host.Dump());
    }

    [Fact]
    public async Task Dom0_follows_its_own_target_and_its_vcpus()
    {
        await using var host = await SimulatedHost.StartAsync(
            options: new XendOptions
            {
                LogFile = "/nonexistent",
                Dom0MinMemoryMib = 300,
                Dom0Cpus = 1,
            }
        );
        await using var xend = await host.StartXendAsync();
        Assert.Contains("/local/domain/0/cpu/1/availability = offline", host.Store.Dump().Replace("\"", ""));
        await xend.Toolstack.SetVcpusAsync("Domain-0", 2, Guests.Root, default);
        Assert.Contains("/local/domain/0/cpu/1/availability = online", host.Store.Dump().Replace("\"", ""));
        await xend.Toolstack.SetMemoryAsync("0", 600, Guests.Root, default);
        await Eventually.TrueAsync(() => host.Hypervisor.FindDomain(0)!.CurrentMemoryKib == 600 * 1024);
        var error = await Assert.ThrowsAsync<XendError>(() => xend.Toolstack.SetMemoryAsync("0", 299, Guests.Root, default));
        Assert.Equal("memory_dynamic_max too small", error.Message);
    }

    [Fact]
    public async Task Changes_of_a_domain_that_does_not_run_are_what_it_starts_with()
    {
        await using var host = await SimulatedHost.StartAsync();
        await using var xend = await host.StartXendAsync();
        await xend.Toolstack.NewAsync(Guests.Small("kept", 64), Guests.Root, default);
        await xend.Toolstack.SetMaxMemoryAsync("kept", 200, Guests.Root, default);
        await xend.Toolstack.SetMemoryAsync("kept", 128, Guests.Root, default);
        await xend.Toolstack.SetVcpusAsync("kept", 3, Guests.Root, default);
        await xend.Toolstack.PinVcpuAsync("kept", 2, [1], Guests.Root, default);
        await xend.Toolstack.SetSchedulingAsync("kept", 512, 150, Guests.Root, default);
        await xend.Toolstack.StartAsync("kept", false, Guests.Root, default);
        var kept = xend.Toolstack.FindDomain("kept");
        Assert.Equal((128ul, 200ul, 3u), (kept.MemoryMib, kept.MaxMemoryMib, kept.Vcpus));
        Assert.Equal(128ul * 1024, kept.Info!.CurrentMemoryKib);
        Assert.Equal("1", string.Join(",", kept.Config!.Cpus[2]));
        Assert.Equal((512, 150), (kept.Config.CpuWeight, kept.Config.CpuCap));
    }

    [Fact]
    public async Task The_target_that_another_tool_has_set_is_followed()
    {
        await using var host = await SimulatedHost.StartAsync();
        await using var xend = await StartWithGuestAsync(host);
        var id = xend.Toolstack.FindDomain("linux").Id!.Value;
        await using var other = host.Store.Client();
        await other.WriteAsync($"/local/domain/{id}/memory/target", $"{150 * 1024}");
        await Eventually.TrueAsync(() =>
            xend.Toolstack.FindDomain("linux").MemoryMib == 150 && host.Hypervisor.FindDomain(id)!.MaxMemoryKib == 151 * 1024
        );
        await using var next = await host.StartXendAsync();
        Assert.Equal(150ul, next.Toolstack.FindDomain("linux").MemoryMib);
    }

    [Fact]
    public async Task A_guest_that_runs_is_followed_at_once_and_not_from_the_next_look_on()
    {
        await using var host = await SimulatedHost.StartAsync(clock: new ClockWithoutLongTimers());
        await using var xend = await StartWithGuestAsync(host);
        var guest = xend.Toolstack.FindDomain("linux");
        // Looks, one of which each refused request begins with, see it in a state in which it is not followed, until no other comes.
        xend.Rooms.Domains.Change(guest.Uuid, known => known with { State = DomainState.Preserved });
        var looks = 0;
        host.Hypervisor.BeforeCall = name => Interlocked.Add(ref looks, name == "xc_domain_getinfolist" ? 1 : 0);
        var rounds = 0;
        for (var quiet = 0; quiet < 20; quiet = looks == 1 ? quiet + 1 : 0)
        {
            Assert.True(++rounds < 1000, "there is always another look");
            looks = 0;
            await Assert.ThrowsAsync<XendError>(() => xend.Toolstack.CreateAsync(Guests.Linux(), Guests.Root, default));
        }
        xend.Rooms.Domains.Change(guest.Uuid, known => known with { State = DomainState.Running });
        await using var other = host.Store.Client();
        await other.WriteAsync($"/local/domain/{guest.Id}/memory/target", $"{150 * 1024}");
        await Eventually.TrueAsync(() => xend.Toolstack.FindDomain("linux").MemoryMib == 150);
    }

    [Fact]
    public async Task A_target_that_was_set_while_no_daemon_ran_is_followed_by_the_next()
    {
        await using var host = await SimulatedHost.StartAsync();
        uint id;
        await using (var xend = await StartWithGuestAsync(host))
        {
            id = xend.Toolstack.FindDomain("linux").Id!.Value;
        }
        await using var other = host.Store.Client();
        await other.WriteAsync($"/local/domain/{id}/memory/target", $"{150 * 1024}");
        await using var next = await host.StartXendAsync();
        await Eventually.TrueAsync(() => next.Toolstack.FindDomain("linux").MemoryMib == 150);
    }

    [Theory]
    [InlineData("900000000", "at most (maxmem)")]
    [InlineData("500000", "Not enough free memory")]
    [InlineData("-7", null)]
    [InlineData("0", null)]
    [InlineData("99999999999999999999999999", null)]
    public async Task A_target_that_cannot_be_had_is_not_followed_and_the_next_one_is(string target, string? why)
    {
        await using var host = await SimulatedHost.StartAsync(memoryMib: 1024 + 300);
        await using var xend = await StartWithGuestAsync(host, maxMemory: 512);
        var id = xend.Toolstack.FindDomain("linux").Id!.Value;
        await using var other = host.Store.Client();
        await other.WriteAsync($"/local/domain/{id}/memory/target", target);
        await Eventually.TrueAsync(
            () => why is null || host.Warnings.Any(line => line.Contains(why)),
            () => string.Join('\n', host.Warnings)
        );
        Assert.Equal(256ul, xend.Toolstack.FindDomain("linux").MemoryMib);
        Assert.Equal(257ul * 1024, host.Hypervisor.FindDomain(id)!.MaxMemoryKib);
        await other.WriteAsync($"/local/domain/{id}/memory/target", $"{90 * 1024}");
        await Eventually.TrueAsync(() => xend.Toolstack.FindDomain("linux").MemoryMib == 90);
    }

    private static async Task<SimulatedXend> StartWithGuestAsync(SimulatedHost host, int maxMemory = 256)
    {
        host.Machine.AddDisk("/dev/vg01/linux0", "254:0");
        var xend = await host.StartXendAsync();
        var config = Guests.Linux();
        await xend.Toolstack.CreateAsync(new Sxp.SList([.. config.Items, Sxp.SList.Of("maxmem", maxMemory)]), Guests.Root, default);
        await xend.Toolstack.UnpauseAsync("linux", Guests.Root, default);
        return xend;
    }
}
