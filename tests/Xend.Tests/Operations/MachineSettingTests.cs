using Simulation.Xen;
using Sxp;

namespace Xend.Tests.Operations;

/// <summary>Settings of the virtual machine that a guest of any type can have.</summary>
public sealed class MachineSettingTests
{
    public static TheoryData<string> Types => ["linux", "pvh", "hvm"];

    [Theory]
    [MemberData(nameof(Types))]
    public async Task Local_time_is_that_of_dom0_for_guests_of_all_types(string type)
    {
        await using var host = await SimulatedHost.StartAsync(clock: new FarClock());
        await CreateAsync(host, type, beside: "(localtime 1)");
        Assert.Equal(5 * 3600, host.Hypervisor.TimeOffsets[1]);
    }

    [Theory]
    [MemberData(nameof(Types))]
    public async Task A_cpuid_beside_the_image_reaches_Xen_and_is_listed_and_kept(string type)
    {
        await using var host = await SimulatedHost.StartAsync();
        await CreateAsync(host, type, beside: "(cpuid ((1 ((ecx 0x1)))))");
        Assert.Equal(new CpuidBits(1, null, 2, new string('0', 31) + "1"), Assert.Single(host.Hypervisor.CpuPolicies[1].Words));
        await using var next = await host.StartXendAsync();
        Assert.Equal("(cpuid ((1 ((ecx 0x1)))))", Listed(next).Child("cpuid")!.ToString());
    }

    [Theory]
    [InlineData("", false, true)]
    [InlineData("(nomigrate 1)", true, true)]
    [InlineData("(tsc_mode 1)", true, true)]
    [InlineData("(tsc_mode 2)", false, true)]
    [InlineData("(oos 0)", false, false)]
    public async Task A_guest_that_stays_has_an_invariant_counter_and_shadow_tables_are_as_it_says(
        string image,
        bool isInvariant,
        bool outOfSync
    )
    {
        await using var host = await SimulatedHost.StartAsync();
        await CreateAsync(host, "hvm", image);
        Assert.Equal((isInvariant, outOfSync), (host.Hypervisor.CpuPolicies[1].InvariantTsc, host.Hypervisor.Creations[1].OutOfSync));
    }

    private static async Task CreateAsync(SimulatedHost host, string type, string image = "", string beside = "")
    {
        var kernel = type == "hvm" ? "hvmloader" : "/boot/vmlinux";
        await using var xend = await host.StartXendAsync();
        await xend.Toolstack.CreateAsync(
            (SList)SxpReader.Read($"(vm (name a) (memory 64) {beside} (image ({type} (kernel {kernel}) {image})))"),
            Guests.Root,
            default
        );
    }

    private static SList Listed(SimulatedXend xend) => Xend.Api.DomainSxp.Describe(xend.Toolstack.FindDomain("a"), withDevices: true);

    /// <summary>Five hours before UTC all the year.</summary>
    private sealed class FarClock : TimeProvider
    {
        public override TimeZoneInfo LocalTimeZone { get; } = TimeZoneInfo.CreateCustomTimeZone("far", TimeSpan.FromHours(5), "far", "far");
    }
}
