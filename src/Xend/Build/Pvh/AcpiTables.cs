using System.Collections.Immutable;

namespace Xend.Build.Pvh;

/// <summary>Bytes for the guest's memory.</summary>
/// <param name="Address">Where they go.</param>
/// <param name="Bytes">What.</param>
internal sealed record AcpiModule(ulong Address, byte[] Bytes);

/// <summary>The ACPI tables of a PVH guest, laid out for its memory: by them its kernel finds its vCPUs.</summary>
/// <remarks>
/// The same places as libxl's, for the device that Xen emulates at them reads none of it: only the kernel does. There are no objects in the
/// differentiated table: Linux takes its vCPUs from the MADT, and hot plug of them goes by xenstore.
/// </remarks>
/// <param name="Modules">The root pointer first, as libxenguest takes its address for the start information.</param>
internal sealed record AcpiTables(ImmutableArray<AcpiModule> Modules)
{
    private const ulong Base = 0xFC00_0000;
    private const int Page = 4096;

    /// <summary>Where Linux looks for the root pointer when it does not know better: just below 1 MiB.</summary>
    private const ulong LowRootPointer = 0x10_0000 - Rsdp.Bytes;

    /// <param name="vcpus">All that the guest may ever have.</param>
    /// <param name="online">How many are there from the start.</param>
    /// <param name="rootAnywhere">Whether the kernel finds the root pointer by its start information.</param>
    public static AcpiTables For(uint vcpus, uint online, bool rootAnywhere)
    {
        var place = new Placement(Base + Page);
        var facs = Facs.Build();
        var facsAt = place.Take(facs, alignment: 64);
        var dsdt = Dsdt.Build();
        var dsdtAt = place.Take(dsdt);
        var oldFadt = Fadt.BuildRevision1(facsAt, dsdtAt);
        var oldFadtAt = place.Take(oldFadt);
        var fadt = Fadt.BuildRevision5(facsAt, dsdtAt);
        var fadtAt = place.Take(fadt);
        var madt = Madt.Build(vcpus, online);
        var madtAt = place.Take(madt);
        var xsdtAt = place.Take(RootTable.Build64(fadtAt, madtAt));
        var rsdtAt = place.Take(RootTable.Build32(oldFadtAt, madtAt));

        var tables = place.Bytes();
        var info = AcpiInfo.Build(vcpus, madtAt);
        var root = rootAnywhere ? Base + Page + (ulong)((tables.Length + Page - 1) / Page * Page) : LowRootPointer;
        return new AcpiTables([
            new AcpiModule(root, Rsdp.Build(rsdtAt, xsdtAt)),
            new AcpiModule(Base, info),
            new AcpiModule(Base + Page, tables),
        ]);
    }

    /// <summary>Puts one table behind the other.</summary>
    private sealed class Placement(ulong start)
    {
        private readonly List<byte> _bytes = [];

        public ulong Take(byte[] table, int alignment = 16)
        {
            while (_bytes.Count % alignment != 0)
            {
                _bytes.Add(0);
            }

            var at = start + (ulong)_bytes.Count;
            _bytes.AddRange(table);
            return at;
        }

        public byte[] Bytes() => [.. _bytes];
    }
}
