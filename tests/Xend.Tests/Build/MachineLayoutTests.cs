using System.Text;
using LibXc.Interop;
using Xend.Build;
using Xend.Build.Hvm;

namespace Xend.Tests.Build;

public sealed class MachineLayoutTests
{
    [Fact]
    public void Memory_that_fits_below_the_hole_stays_there()
    {
        var layout = MemoryLayout.Hvm(1024);
        Assert.Equal((0xF0000000ul, 0x10000000ul), (layout.MmioStart, layout.MmioSize));
        Assert.Equal([new MemoryRange(0x100000, 0x3FF00000, MemoryRangeType.Ram)], layout.HvmMap());
    }

    [Fact]
    public void Memory_that_does_not_goes_on_above_four_gibibytes()
    {
        var layout = MemoryLayout.Hvm(6144);
        Assert.Equal(0xF0000000ul, layout.LowEnd);
        Assert.Equal(0x1_0000_0000ul + 6144ul * 1024 * 1024 - 0xF0000000, layout.HighEnd);
        Assert.Equal(6144ul << 20, layout.LowEnd + layout.HighEnd - 0x1_0000_0000);
    }

    [Fact]
    public void A_pvh_guest_sees_the_special_pages_reserved_and_its_tables_as_acpi_data_on_page_boundaries()
    {
        var map = MemoryLayout.Pvh(160).PvhMap([(0xFC002000, 64), (0xFFFC0, 64)]);
        Assert.Equal(
            [
                new MemoryRange(0, 160ul << 20, MemoryRangeType.Ram),
                new MemoryRange(0xFEFF8000, 0x8000, MemoryRangeType.Reserved),
                new MemoryRange(0xFC002000, 64, MemoryRangeType.Acpi),
                new MemoryRange(0xFF000, 0x1000, MemoryRangeType.Acpi),
            ],
            map
        );
    }

    [Theory]
    [InlineData(1u, 1u)]
    [InlineData(4u, 2u)]
    [InlineData(128u, 128u)]
    public void The_table_for_hvmloader_gets_its_vcpus_and_adds_up_to_nothing(uint vcpus, uint online)
    {
        var page = Page();
        Assert.True(HvmInfoTable.Complete(page, apic: true, vcpus, online));
        var table = page.AsSpan(0x800, 48).ToArray();
        Assert.Equal(0, table.Aggregate(0, (sum, value) => sum + value) & 0xFF);
        Assert.Equal(1, table[13]);
        Assert.Equal(vcpus, BitConverter.ToUInt32(table, 16));
        Assert.Equal(online, (uint)table.Skip(32).Sum(value => System.Numerics.BitOperations.PopCount(value)));
        Assert.Equal(0x77, table[20]);
    }

    [Fact]
    public void A_page_without_the_builders_table_is_left_alone()
    {
        var page = new byte[4096];
        Assert.False(HvmInfoTable.Complete(page, true, 2, 2));
        Assert.All(page, value => Assert.Equal(0, value));
        var cut = Page();
        cut[0x808] = 40;
        Assert.False(HvmInfoTable.Complete(cut, true, 2, 2));
    }

    private static byte[] Page()
    {
        var page = new byte[4096];
        Encoding.ASCII.GetBytes("HVM INFO", page.AsSpan(0x800));
        page[0x808] = 48;
        page[0x800 + 20] = 0x77; // The end of low memory, which the builder filled in.
        return page;
    }
}
