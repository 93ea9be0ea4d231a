using Sxp;

namespace Xm.Tests;

/// <summary>pci-*: what is sent, and what is printed of the answers.</summary>
public sealed class PciCommandTests : IDisposable
{
    private const string Call = "xend.domain.device_configure linux (pci (dev ";

    private readonly XmRun _xm = new();

    public void Dispose() => _xm.Dispose();

    [Theory]
    [InlineData(
        "pci-attach linux 07:00.0",
        "(slot 0x00) (domain 0x0000) (key 07:00.0) (bus 0x07) (vdevfn 0x100) (func 0x0)) (state Initialising))"
    )]
    [InlineData(
        "pci-attach linux 0001:07:1f.3 1c",
        "(slot 0x1f) (domain 0x0001) (key '0001:07:1f.3@1c') (bus 0x07) (vdevfn 0xe0) (func 0x3)) (state Initialising))"
    )]
    [InlineData(
        "pci-attach -o msitranslate=0 --options=power_mgmt=1 linux 07:00.0 0x5",
        "(slot 0x00) (domain 0x0000) (key '07:00.0@5') (bus 0x07) (vdevfn 0x28) (func 0x0) (opts (msitranslate 0)) (opts (power_mgmt 1))) "
            + "(state Initialising))"
    )]
    [InlineData(
        "pci-detach linux 07:00.0",
        "(slot 0x00) (domain 0x0000) (key 07:00.0) (bus 0x07) (vdevfn 0x100) (func 0x0)) (state Closing))"
    )]
    public void The_words_are_sent_as_of_old(string words, string device)
    {
        var outcome = _xm.Run(words.Split(' '));
        Assert.Equal((0, "", ""), (outcome.Status, outcome.Errors, outcome.Out));
        Assert.Equal(Call + device, _xm.Xend.Calls[^1]);
    }

    [Theory]
    [InlineData("pci-attach -o msitranslate linux 07:00.0", "Error: Invalid pci attach option: msitranslate\n")]
    [InlineData("pci-attach linux", "Error: Invalid argument for 'xm pci-attach'\n")]
    [InlineData("pci-attach linux 07:00.0 5 6", "Error: Invalid argument for 'xm pci-attach'\n")]
    [InlineData("pci-attach linux 07:00", "Error: Failed to parse pci device: 07:00\n")]
    [InlineData("pci-attach -o permissive=1 linux 07:00.0", "Error: Invalid pci option permissive=1: \n")]
    [InlineData("pci-detach linux", "Error: 'xm pci-detach' requires 2 arguments.\n")]
    [InlineData("pci-list", "Error: 'xm pci-list' requires 1 arguments.\n")]
    public void Wrong_words_are_told(string words, string error)
    {
        var outcome = _xm.Run(words.Split(' '));
        Assert.Equal(1, outcome.Status);
        Assert.StartsWith(error, outcome.Errors);
        Assert.Empty(_xm.Xend.Calls);
    }

    [Fact]
    public void Devices_are_listed_with_their_slots_where_one_has_a_slot_of_its_own()
    {
        _xm.Xend.Answer("xend.domain.getDeviceSxprs", new SList(Array.Empty<SValue>()));
        Assert.Equal((0, ""), (_xm.Run("pci-list", "linux").Status, _xm.Run("pci-list", "linux").Out));
        _xm.Xend.Answer("xend.domain.getDeviceSxprs", new SList([Function("0x07", "0x00", "0x100"), Function("0x08", "0x1f", "0x100")]));
        Assert.Equal("Device\n0000:07:00.0\n0000:08:1f.0\n", _xm.Run("pci-list", "linux").Out);
        _xm.Xend.Answer("xend.domain.getDeviceSxprs", new SList([Function("0x07", "0x00", "0xe1"), Function("0x08", "0x1f", "0x100")]));
        Assert.Equal("Vdev Device\n1c.1 0000:07:00.0\n-    0000:08:1f.0\n", _xm.Run("pci-list", "linux").Out);
    }

    [Fact]
    public void Assignable_devices_are_listed_one_a_line()
    {
        _xm.Xend.Answer("xend.node.pciinfo", SxpReader.Read("((dev (domain 0x0000) (bus 0x07) (slot 0x00) (func 0x1)))"));
        Assert.Equal("0000:07:00.1\n", _xm.Run("pci-list-assignable-devices").Out);
        _xm.Xend.Answer("xend.node.pciinfo", SNone.Instance);
        var outcome = _xm.Run("pci-list-assignable-devices");
        Assert.Equal((0, "Error: pciback/pci-stub not loaded?\n", ""), (outcome.Status, outcome.Out, outcome.Errors));
    }

    private static SStruct Function(string bus, string slot, string place) =>
        SStruct.Of(("domain", "0x0000"), ("bus", bus), ("slot", slot), ("func", "0x0"), ("vdevfn", place), ("key", "x"));
}
