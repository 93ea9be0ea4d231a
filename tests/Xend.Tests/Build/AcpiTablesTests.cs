using System.Buffers.Binary;
using System.Text;
using Xend.Build.Pvh;

namespace Xend.Tests.Build;

/// <summary>The tables read as a kernel reads them: from the root pointer on, by address.</summary>
public sealed class AcpiTablesTests
{
    public static TheoryData<uint, uint, bool> Machines
    {
        get
        {
            var data = new TheoryData<uint, uint, bool>();
            foreach (var vcpus in new uint[] { 1, 2, 3, 4, 7, 8, 16, 31, 32, 127 })
            {
                data.Add(vcpus, vcpus, true);
                data.Add(vcpus, 1, false);
            }
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Machines))]
    public void Every_checksum_is_right_and_the_kernel_finds_each_vcpu(uint vcpus, uint online, bool anywhere)
    {
        var tables = AcpiTables.For(vcpus, online, anywhere);
        var memory = new Memory(tables);
        var root = tables.Modules[0].Address;
        Assert.Equal(anywhere, root >= 0xFC000000);
        Assert.True(anywhere || root is >= 0xE0000 and < 0x100000);
        Assert.Equal("RSD PTR ", memory.Text(root, 8));
        Assert.Equal(0, memory.Sum(root, 20));
        Assert.Equal(0, memory.Sum(root, 36));

        foreach (var (table, size) in new[] { (memory.Qword(root + 24), 8u), (memory.Dword(root + 16), 4u) })
        {
            Assert.Equal(size == 8 ? "XSDT" : "RSDT", memory.Text(table, 4));
            Assert.Equal(0, memory.Sum(table, memory.Dword(table + 4)));
            Assert.Equal(36 + 2 * size, memory.Dword(table + 4));
            var entries = Enumerable
                .Range(0, 2)
                .Select(index => size == 8 ? memory.Qword(table + 36 + 8ul * (ulong)index) : memory.Dword(table + 36 + 4ul * (ulong)index))
                .ToList();
            Assert.Equal(["FACP", "APIC"], entries.Select(entry => memory.Text(entry, 4)));
            Assert.All(entries, entry => Assert.Equal(0, memory.Sum(entry, memory.Dword(entry + 4))));
            Fadt(memory, entries[0], extended: size == 8);
            Madt(memory, entries[1], vcpus, online);
        }
    }

    [Theory]
    [MemberData(nameof(Machines))]
    public void The_blocks_do_not_overlap_and_lie_where_the_memory_map_says(uint vcpus, uint online, bool anywhere)
    {
        var modules = AcpiTables.For(vcpus, online, anywhere).Modules.OrderBy(module => module.Address).ToList();
        Assert.All(modules.Zip(modules.Skip(1)), pair =>
            Assert.True(pair.First.Address + (ulong)pair.First.Bytes.Length <= pair.Second.Address)
        );
        // The special pages of Xen begin there.
        Assert.All(modules, module => Assert.True(module.Address + (ulong)module.Bytes.Length <= 0xFEFF0000));
    }

    private static void Fadt(Memory memory, ulong fadt, bool extended)
    {
        Assert.Equal(extended ? 268u : 116u, memory.Dword(fadt + 4));
        Assert.Equal("FACS", memory.Text(memory.Dword(fadt + 36), 4));
        Assert.Equal(0u, memory.Dword(fadt + 36) % 64);
        var dsdt = memory.Dword(fadt + 40);
        Assert.Equal("DSDT", memory.Text(dsdt, 4));
        Assert.Equal(0, memory.Sum(dsdt, memory.Dword(dsdt + 4)));
        if (extended)
        {
            Assert.Equal(memory.Dword(fadt + 36), memory.Qword(fadt + 132));
            Assert.Equal(dsdt, memory.Qword(fadt + 140));
        }
    }

    private static void Madt(Memory memory, ulong madt, uint vcpus, uint online)
    {
        Assert.Equal(44 + 8 * vcpus, memory.Dword(madt + 4));
        for (uint vcpu = 0; vcpu < vcpus; vcpu++)
        {
            var entry = madt + 44 + 8 * vcpu;
            Assert.Equal((0, 8), (memory.Byte(entry), memory.Byte(entry + 1)));
            Assert.Equal((vcpu, (byte)(2 * vcpu)), (memory.Byte(entry + 2), memory.Byte(entry + 3)));
            Assert.Equal(vcpu < online ? 1u : 0u, memory.Dword(entry + 4));
        }
    }

    private sealed class Memory(AcpiTables tables)
    {
        public ReadOnlySpan<byte> At(ulong address, uint length)
        {
            var module = tables.Modules.First(module =>
                address >= module.Address && address + length <= module.Address + (ulong)module.Bytes.Length
            );
            return module.Bytes.AsSpan((int)(address - module.Address), (int)length);
        }

        public byte Byte(ulong address) => At(address, 1)[0];

        public uint Dword(ulong address) => BinaryPrimitives.ReadUInt32LittleEndian(At(address, 4));

        public ulong Qword(ulong address) => BinaryPrimitives.ReadUInt64LittleEndian(At(address, 8));

        public string Text(ulong address, uint length) => Encoding.ASCII.GetString(At(address, length));

        public int Sum(ulong address, uint length) => At(address, length).ToArray().Aggregate(0, (sum, value) => sum + value) & 0xFF;
    }
}
