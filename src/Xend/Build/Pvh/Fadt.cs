namespace Xend.Build.Pvh;

/// <summary>Fixed ACPI description table: the ports at which Xen emulates power management, and what this machine lacks.</summary>
internal static class Fadt
{
    private const int Revision1Bytes = 116;
    private const int Revision5Bytes = 268;

    private const ushort EventPort = 0xB000;
    private const ushort ControlPort = 0xB004;

    /// <summary>The general purpose event of CPU hot plug.</summary>
    private const ushort GeneralEventPort = 0xAFE0;

    private const ushort ResetPort = 0xCF9;

    /// <summary>No VGA (4), no CMOS clock (0x20); without the bit for it, no keyboard controller either.</summary>
    private const ushort BootArchitecture = 0x24;

    /// <summary>
    /// WBINVD 1, C1 4, buttons as control methods 0x30, no fixed RTC wake 0x40, 32-bit timer 0x100, platform clock 0x8000.
    /// </summary>
    private const uint Flags = 0x8175;

    /// <summary>Longer than any: there is no such state.</summary>
    private const ushort NoPowerState = 0x0FFF;

    /// <summary>For the RSDT, which 64-bit addresses do not fit.</summary>
    public static byte[] BuildRevision1(ulong facs, ulong dsdt) => Begin(1, Revision1Bytes, facs, dsdt).Finish();

    public static byte[] BuildRevision5(ulong facs, ulong dsdt)
    {
        var table = Begin(5, Revision5Bytes, facs, dsdt);
        table.PutPort(116, 8, ResetPort);
        table.PutByte(128, 6); // What is written there to reset.
        table.PutQword(132, facs);
        table.PutQword(140, dsdt);
        table.PutPort(148, 32, EventPort);
        table.PutPort(172, 16, ControlPort);
        return table.Finish();
    }

    private static AcpiTable Begin(byte revision, int length, ulong facs, ulong dsdt)
    {
        var table = new AcpiTable("FACP", revision, length);
        table.PutDword(36, (uint)facs);
        table.PutDword(40, (uint)dsdt);
        table.PutWord(46, 9); // The interrupt of power management.
        table.PutDword(56, EventPort);
        table.PutDword(64, ControlPort);
        table.PutDword(80, GeneralEventPort);
        table.PutByte(88, 4);
        table.PutByte(89, 2);
        table.PutByte(92, 4);
        table.PutWord(96, NoPowerState);
        table.PutWord(98, NoPowerState);
        table.PutWord(109, BootArchitecture);
        table.PutDword(112, Flags);
        return table;
    }
}
