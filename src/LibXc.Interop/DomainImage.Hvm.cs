using System.Runtime.InteropServices;
using LibXc.Interop.Abi;

namespace LibXc.Interop;

/// <summary>
/// The machine that an HVM or PVH guest finds itself on: where its memory ends and the hole for devices begins, in bytes.
/// </summary>
public sealed record GuestMachine
{
    public required ulong MmioStart { get; init; }

    public required ulong MmioSize { get; init; }

    /// <summary>The end of memory below 4 GiB.</summary>
    public required ulong LowMemoryEnd { get; init; }

    /// <summary>The end of memory above 4 GiB; 0 where there is none.</summary>
    public required ulong HighMemoryEnd { get; init; }

    /// <summary>Pages without memory for the VGA window at 0xA0000.</summary>
    public uint VgaHolePages { get; init; }

    /// <summary>Whether a device model will serve it (HVM).</summary>
    public required bool DeviceModel { get; init; }

    /// <summary>Pages that the guest really gets; below its whole memory the rest is populated on demand.</summary>
    public required ulong TargetPages { get; init; }
}

/// <content>HVM and PVH.</content>
public sealed unsafe partial class DomainImage
{
    private const int FirmwareModuleBytes = 24;
    private const int MostAcpiModules = 4;

    /// <summary>XENFEAT_linux_rsdp_unrestricted of xen/include/public/features.h.</summary>
    private const uint LinuxRsdpUnrestricted = 15;

    /// <summary>What the library reads from our memory until the image is released.</summary>
    private readonly List<nint> _blocks = [];

    /// <summary>
    /// Whether the kernel finds the ACPI root pointer by its start information wherever it lies. After <see cref="Parse"/>. Linux before
    /// 4.20 or so
    /// looks for it below 1 MiB only.
    /// </summary>
    public bool FindsRsdpAnywhere =>
        Marshal.PtrToStringUTF8((nint)Library.xc_dom_guest_os(Image)) != "linux"
        || Library.xc_dom_feature_get(Image, LinuxRsdpUnrestricted) != 0;

    public void SetMachine(GuestMachine machine)
    {
        WriteWord(ImageLayout.TargetPages, machine.TargetPages);
        WriteWord(ImageLayout.MmioStart, machine.MmioStart);
        WriteWord(ImageLayout.MmioSize, machine.MmioSize);
        WriteWord(ImageLayout.LowmemEnd, machine.LowMemoryEnd);
        WriteWord(ImageLayout.HighmemEnd, machine.HighMemoryEnd);
        WriteWord(ImageLayout.VgaHoleSize, machine.VgaHolePages);
        *(byte*)(Image + ImageLayout.DeviceModel) = machine.DeviceModel ? (byte)1 : (byte)0;
    }

    /// <summary>The firmware that hvmloader puts into place: SeaBIOS or OVMF.</summary>
    public void SetFirmware(ReadOnlySpan<byte> firmware) => SetModule(ImageLayout.SystemFirmwareModule, firmware, 0);

    /// <summary>One block of ACPI tables, to be put at a guest's address. The first is the root pointer.</summary>
    public void SetAcpiModule(int index, ReadOnlySpan<byte> tables, ulong guestAddress)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, MostAcpiModules);
        SetModule(ImageLayout.AcpiModules + index * FirmwareModuleBytes, tables, guestAddress);
    }

    /// <summary>The memory map for the start information.</summary>
    public void SetMemoryMap(IReadOnlyList<MemoryRange> ranges)
    {
        WriteWord(ImageLayout.E820, (ulong)Copy(MemoryRange.Write(ranges)));
        WriteHalf(ImageLayout.E820Entries, (uint)ranges.Count);
    }

    /// <summary>struct xc_hvm_firmware_module: data, length, guest_addr_out.</summary>
    private void SetModule(int offset, ReadOnlySpan<byte> data, ulong guestAddress)
    {
        WriteWord(offset, (ulong)Copy(data));
        WriteHalf(offset + 8, (uint)data.Length);
        WriteWord(offset + 16, guestAddress);
    }

    private nint Copy(ReadOnlySpan<byte> data)
    {
        var block = (nint)NativeMemory.Alloc((nuint)data.Length);
        _blocks.Add(block);
        data.CopyTo(new Span<byte>((void*)block, data.Length));
        return block;
    }

    private void FreeBlocks()
    {
        _blocks.ForEach(block => NativeMemory.Free((void*)block));
        _blocks.Clear();
    }
}
