using Lab.Host;

namespace Lab.Guests;

/// <summary>What a guest writes to a disk is there when it comes again, whatever kind of disk, and whatever kind of guest.</summary>
[Collection(SecondLabCollection.Name)]
public sealed class DiskTests(LabHost host)
{
    /// <summary>Served by dom0's kernel, by a device model, by a script of its own.</summary>
    private static readonly DiskKind[] Few = [DiskKind.File, DiskKind.Qcow2, DiskKind.Nbd];

    [Fact]
    [Trait("Length", "long")]
    public Task A_PV_guest_finds_on_each_kind_of_disk_what_it_wrote() => DiskTrial.RunAsync(host, "pv", DiskKind.All);

    [Fact]
    public Task A_PVH_guest_finds_on_a_disk_of_each_server_what_it_wrote() => DiskTrial.RunAsync(host, "pvh", Few);

    [Fact]
    [Trait("Length", "long")]
    public Task A_PVH_guest_finds_on_each_kind_of_disk_what_it_wrote() => DiskTrial.RunAsync(host, "pvh", DiskKind.All);

    [Fact]
    [Trait("Length", "long")]
    public Task An_HVM_guest_with_PV_drivers_finds_on_a_disk_of_each_server_what_it_wrote() => DiskTrial.RunAsync(host, "hvm", Few);

    [Fact]
    [Trait("Length", "long")]
    public Task An_HVM_guest_with_PV_drivers_finds_on_each_kind_of_disk_what_it_wrote() => DiskTrial.RunAsync(host, "hvm", DiskKind.All);
}
