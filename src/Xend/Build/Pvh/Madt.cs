namespace Xend.Build.Pvh;

/// <summary>Multiple APIC description table: one local APIC a vCPU. No I/O APIC: interrupts come as events.</summary>
internal static class Madt
{
    public const int FirstEntry = 44;

    private const int EntryBytes = 8;
    private const uint LocalApic = 0xFEE0_0000;

    public static byte[] Build(uint vcpus, uint online)
    {
        var table = new AcpiTable("APIC", revision: 2, FirstEntry + EntryBytes * (int)vcpus);
        table.PutDword(36, LocalApic);
        table.PutDword(40, 1); // PCAT_COMPAT, as on every PC.
        for (var vcpu = 0; vcpu < vcpus; vcpu++)
        {
            var entry = FirstEntry + EntryBytes * vcpu;
            table.PutByte(entry + 1, EntryBytes);
            table.PutByte(entry + 2, (byte)vcpu);
            // Xen numbers the APICs so, as if each vCPU had an idle twin.
            table.PutByte(entry + 3, (byte)(2 * vcpu));
            table.PutDword(entry + 4, vcpu < online ? 1u : 0u);
        }
        return table.Finish();
    }
}
