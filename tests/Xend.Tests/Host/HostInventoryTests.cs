using Linux.Interop;
using Xend.Host;

namespace Xend.Tests.Host;

/// <summary>The processes of this machine, some of which look like a guest's.</summary>
public sealed class HostInventoryTests
{
    private const uint Domain = 4_000_000_001u;

    private readonly HostInventory _inventory = new();

    [Fact]
    public async Task A_device_model_is_found_and_killed_whoever_started_it()
    {
        // A child of ours, as of the daemon's that started it.
        using var child = Spawn(["-xen-domid", $"{Domain}"], []);
        var found = Assert.Single(_inventory.Processes(), process => process.DomainId == Domain);
        Assert.Equal((child.Id, GuestProcessKind.DeviceModel, false), (found.Id, found.Kind, found.Orphaned));
        Assert.Null(_inventory.Kill(found with { Started = found.Started + 1 }));
        Assert.False(child.HasExited);
        Assert.Null(_inventory.Kill(found));
        Assert.Equal(9, (await child.WaitAsync().WaitAsync(TimeSpan.FromSeconds(20))).Signal);
        Assert.DoesNotContain(_inventory.Processes(), process => process.DomainId == Domain);
    }

    [Fact]
    public void A_script_is_told_by_the_device_that_it_works_on()
    {
        using var child = Spawn([], new() { ["XENBUS_PATH"] = $"backend/vif/{Domain}/0" });
        var found = Assert.Single(_inventory.Processes(), process => process.DomainId == Domain);
        Assert.Equal((child.Id, GuestProcessKind.Script), (found.Id, found.Kind));
    }

    private static ChildProcess Spawn(string[] words, Dictionary<string, string> environment) =>
        ChildProcess.Spawn(
            new ChildStart
            {
                Path = "/bin/sh",
                Arguments = ["-c", "read never; :", "qemu", .. words],
                Environment = environment,
                PipeInput = true,
            }
        );
}
