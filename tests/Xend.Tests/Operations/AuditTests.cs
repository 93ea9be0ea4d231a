using Simulation.Xen;
using Xend.Domains;
using Xend.Host;
using Xend.Hypervisor;

namespace Xend.Tests.Operations;

/// <summary>What should not be there is found and removed, and nothing else is touched.</summary>
public sealed class AuditTests
{
    private const string Uuid = "11111111-2222-3333-4444-555555555555";

    /// <summary>Each kind of orphan: how it is planted, and what is found.</summary>
    private static readonly Dictionary<string, (Func<SimulatedHost, SimulatedXend, Task> Plant, string Kind, string Object)> Orphans = new()
    {
        ["nodes of a domain"] = (Store("/local/domain/77/name", "gone"), "store", "/local/domain/77"),
        ["libxl's nodes"] = (Store("/libxl/77/type", "pv"), "store", "/libxl/77"),
        ["the device model's nodes"] = (
            Store("/local/domain/0/device-model/77/state", "running"),
            "store",
            "/local/domain/0/device-model/77"
        ),
        ["the nodes of a UUID"] = (Store($"/vm/{Uuid}/name", "gone"), "store", $"/vm/{Uuid}"),
        ["a second instance's nodes"] = (Store($"/vm/{Uuid}-1/name", "gone"), "store", $"/vm/{Uuid}-1"),
        ["errors of a backend"] = (
            Store("/local/domain/0/error/backend/vbd/77/51712/error", "2"),
            "store",
            "/local/domain/0/error/backend/vbd/77"
        ),
        ["a backend"] = (Store("/local/domain/0/backend/vif/77/0/state", "6"), "store", "/local/domain/0/backend/*/77"),
        ["an interface"] = (Machine(machine => machine.Interfaces["vif77.0"] = "eth0"), "interface", "vif77.0"),
        ["an emulated interface"] = (Machine(machine => machine.Interfaces["vif77.0-emu"] = "eth0"), "interface", "vif77.0-emu"),
        ["a device model"] = (
            Machine(machine => machine.Running[812] = new GuestProcess(812, 1, 77, GuestProcessKind.DeviceModel, Orphaned: true)),
            "process",
            "812"
        ),
        ["a device model that the living daemon left"] = (
            Machine(machine => machine.Running[813] = new GuestProcess(813, 1, 77, GuestProcessKind.DeviceModel, Orphaned: false)),
            "process",
            "813"
        ),
        ["a script whose starter is gone"] = (
            Machine(machine => machine.Running[814] = new GuestProcess(814, 1, 77, GuestProcessKind.Script, Orphaned: true)),
            "process",
            "814"
        ),
        ["a loop device"] = (
            (host, xend) =>
            {
                host.Machine.Loops["/dev/loop9"] = "/images/gone.img";
                xend.Rooms.Loops.Note(new Persistence.LoopNote(77, 51712, "/dev/loop9", "/images/gone.img", "gone"));
                return Task.CompletedTask;
            },
            "loop",
            "/dev/loop9"
        ),
        ["a record"] = (
            (host, _) => File.WriteAllTextAsync(Path.Combine(host.StateDirectory, "domains", $"{Uuid}.sxp"), "(record)"),
            "file",
            $"{Uuid}.sxp"
        ),
        ["a half written record"] = (
            (host, _) => File.WriteAllTextAsync(Path.Combine(host.StateDirectory, "domains", $"{Uuid}.sxp.new"), "(rec"),
            "file",
            $"{Uuid}.sxp.new"
        ),
        ["a journal entry"] = (
            (host, xend) =>
            {
                var entry = xend.Rooms.Journal.Open(OperationKind.Create, Guid.Parse(Uuid), "gone");
                entry.StepStarts("create-domain");
                entry.KeepForNextStart();
                entry.Dispose();
                return Task.CompletedTask;
            },
            "journal",
            ".journal"
        ),
        ["a claim"] = (
            (host, xend) =>
            {
                var config = new DomainConfigReader("vif-bridge").Read(Guests.Linux("gone", mac: "00:16:3e:00:00:09"));
                xend.Rooms.Claims.TakeUnchecked(config, host.Machine);
                return Task.CompletedTask;
            },
            "claim",
            "gone"
        ),
    };

    public static TheoryData<string> Kinds() => [.. Orphans.Keys];

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task An_orphan_is_found_and_removed_and_nothing_else_is_touched(string kind)
    {
        await using var host = await SimulatedHost.StartAsync();
        await using var xend = await StartWithNeighboursAsync(host);
        Assert.Empty(await xend.Toolstack.AuditAsync(fix: true, Guests.Root, default));
        var before = host.Dump();
        var (plant, foundKind, foundObject) = Orphans[kind];
        await plant(host, xend);
        var planted = host.Dump();

        var seen = Assert.Single(await xend.Toolstack.AuditAsync(fix: false, Guests.Root, default));
        Assert.Equal(foundKind, seen.Kind);
        Assert.EndsWith(foundObject, seen.Object);
        Assert.False(seen.Fixed);
        Assert.NotNull(seen.Remedy);
        Assert.Equal(planted, host.Dump());

        var fixing = Assert.Single(await xend.Toolstack.AuditAsync(fix: true, Guests.Root, default));
        Assert.True(fixing.Fixed, fixing.Failure);
        Assert.Empty(await xend.Toolstack.AuditAsync(fix: false, Guests.Root, default));
        Assert.Equal(before, host.Dump());
    }

    [Fact]
    public async Task All_of_them_together_are_found_and_removed_at_once()
    {
        await using var host = await SimulatedHost.StartAsync();
        await using var xend = await StartWithNeighboursAsync(host);
        var before = host.Dump();
        foreach (var (plant, _, _) in Orphans.Values)
        {
            await plant(host, xend);
        }
        var findings = await xend.Toolstack.AuditAsync(fix: true, Guests.Root, default);
        Assert.Equal(Orphans.Values.Select(orphan => orphan.Kind).Order(), findings.Select(finding => finding.Kind).Order());
        Assert.All(findings, finding => Assert.True(finding.Fixed, $"{finding.Object}: {finding.Failure}"));
        Assert.Empty(await xend.Toolstack.AuditAsync(fix: false, Guests.Root, default));
        Assert.Equal(before, host.Dump());
    }

    [Fact]
    public async Task A_running_guest_that_lost_its_record_gets_it_back()
    {
        await using var host = await SimulatedHost.StartAsync();
        await using var xend = await StartWithNeighboursAsync(host);
        File.Delete(Path.Combine(host.RecordsDirectory, $"{xend.Toolstack.FindDomain("ours").Uuid}.sxp"));
        Assert.Equal("writes it", Assert.Single(await xend.Toolstack.AuditAsync(fix: true, Guests.Root, default)).Remedy);
        await using var next = await host.StartXendAsync();
        Assert.NotNull(next.Toolstack.FindDomain("ours").Config);
    }

    [Fact]
    public async Task What_cannot_be_removed_is_said_with_the_reason()
    {
        await using var host = await SimulatedHost.StartAsync();
        await using var xend = await StartWithNeighboursAsync(host);
        host.Machine.Interfaces["vif77.0"] = "eth0";
        host.Scripts.Instead = (_, _) =>
            Task.FromResult<Xend.Hotplug.ScriptResult?>(SimulatedScripts.Failed("RTNETLINK answers: Operation not supported"));
        var finding = Assert.Single(await xend.Toolstack.AuditAsync(fix: true, Guests.Root, default));
        Assert.False(finding.Fixed);
        Assert.Contains("Operation not supported", finding.Failure);
    }

    /// <summary>
    /// A guest of ours with a disk in a file and an interface, one of xl's with all that there can be, and things of the administrator's.
    /// </summary>
    private static async Task<SimulatedXend> StartWithNeighboursAsync(SimulatedHost host)
    {
        host.Machine.AddFile("/images/a.img");
        host.Machine.Loops["/dev/loop20"] = "/images/administrators.img";
        host.Machine.Interfaces["tap0"] = "eth0";
        host.Machine.Interfaces["vif-lan"] = "eth0";
        var xend = await host.StartXendAsync();
        await xend.Toolstack.CreateAsync(Guests.Linux("ours", uname: "file:/images/a.img"), Guests.Root, default);
        await xend.Toolstack.UnpauseAsync("ours", Guests.Root, default);

        var id = host.Hypervisor.CreateDomain(
            new DomainCreation
            {
                Uuid = Guid.Parse("aaaaaaaa-0000-0000-0000-000000000001"),
                Type = GuestType.Hvm,
                MaxVcpus = 1,
            }
        );
        await using var xl = host.Store.Client();
        await xl.MakeDirectoryAsync("/local/domain/0/error/backend/vbd");
        await xl.WriteAsync($"/local/domain/{id}/name", "theirs");
        await xl.WriteAsync($"/libxl/{id}/type", "hvm");
        await xl.WriteAsync("/vm/aaaaaaaa-0000-0000-0000-000000000001/name", "theirs");
        await xl.WriteAsync($"/local/domain/0/backend/qdisk/{id}/768/state", "4");
        await xl.WriteAsync($"/local/domain/0/device-model/{id}/state", "running");
        host.Machine.Interfaces[$"vif{id}.0-emu"] = "eth0";
        host.Machine.Running[900] = new GuestProcess(900, 1, id, GuestProcessKind.DeviceModel, Orphaned: true);
        // A script whose starter lives: it is that one's business.
        host.Machine.Running[901] = new GuestProcess(901, 1, 99, GuestProcessKind.Script, Orphaned: false);
        host.Machine.Loops["/dev/loop21"] = "/images/theirs.img";
        return xend;
    }

    private static Func<SimulatedHost, SimulatedXend, Task> Store(string path, string value) =>
        async (host, _) =>
        {
            await using var client = host.Store.Client();
            await client.WriteAsync(path, value);
        };

    private static Func<SimulatedHost, SimulatedXend, Task> Machine(Action<SimulatedMachine> plant) =>
        (host, _) =>
        {
            plant(host.Machine);
            return Task.CompletedTask;
        };
}
