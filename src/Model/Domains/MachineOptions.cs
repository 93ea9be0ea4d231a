using System.Collections.Immutable;

namespace Model.Domains;

/// <summary>The virtual machine that a domain runs on: what its image says beside the kernel. Defaults are old xend's.</summary>
public sealed record MachineOptions
{
    public static MachineOptions Default { get; } = new();

    public bool Acpi { get; init; } = true;

    public bool Apic { get; init; } = true;

    public bool Pae { get; init; } = true;

    public bool Hpet { get; init; }

    /// <summary>Hardware assisted paging, where the host has it.</summary>
    public bool Hap { get; init; } = true;

    /// <summary>Shadow page tables may lag behind the guest's, which is faster.</summary>
    public bool OutOfSync { get; init; } = true;

    public bool NestedHvm { get; init; }

    /// <summary>HVM_PARAM_TIMER_MODE: 1 does not delay the guest for ticks that it missed.</summary>
    public uint TimerMode { get; init; } = 1;

    public bool VirtualTimerAlignment { get; init; } = true;

    /// <summary>HVM_PARAM_VIRIDIAN: the bits of Hyper-V's interface that the guest is shown; 0 for none.</summary>
    public ulong Viridian { get; init; }

    /// <summary>0 default, 1 always emulate, 2 native.</summary>
    public uint TscMode { get; init; }

    /// <summary>Never saved nor moved to another host, so that its time stamp counter may be said to be invariant.</summary>
    public bool NoMigrate { get; init; }

    /// <summary>The guest's clock shows dom0's local time, not UTC.</summary>
    public bool LocalTime { get; init; }

    /// <summary>Seconds that the guest's clock is ahead.</summary>
    public int ClockOffset { get; init; }

    public ImmutableArray<CpuidBits> Cpuid { get; init; } = [];

    /// <summary>The device by which PV drivers of an HVM guest are found.</summary>
    public bool PlatformDevice { get; init; } = true;

    /// <summary>Letters a, c, d, n: floppy, disk, CD, network.</summary>
    public string BootOrder { get; init; } = "c";

    /// <summary>seabios or ovmf.</summary>
    public string Firmware { get; init; } = "seabios";

    /// <summary>hvmloader, as configured: a path or its bare name; empty for the running Xen's.</summary>
    public string Loader { get; init; } = "";

    /// <summary>The device model, as configured; empty for the running Xen's.</summary>
    public string DeviceModel { get; init; } = "";

    /// <summary>Disks hda to hdf on an AHCI controller instead of IDE.</summary>
    public bool Ahci { get; init; }

    /// <summary>The standard VGA card instead of Cirrus Logic's.</summary>
    public bool StandardVga { get; init; }

    /// <summary>Video memory in MiB; raised to what the card needs.</summary>
    public uint VideoMemoryMib { get; init; } = 4;

    public bool Usb { get; init; }

    /// <summary>tablet, mouse, host:VENDOR:PRODUCT, host:BUS.ADDRESS.</summary>
    public ImmutableArray<string> UsbDevices { get; init; } = [];

    public ImmutableArray<string> SoundCards { get; init; } = [];

    /// <summary>pty, none, file:/PATH, /dev/... : one a port.</summary>
    public ImmutableArray<string> SerialPorts { get; init; } = ["pty"];

    public string ParallelPort { get; init; } = "";

    /// <summary>The device model's own prompt: vc, or a path; empty for none.</summary>
    public string Monitor { get; init; } = "";

    public string FloppyA { get; init; } = "";

    public string FloppyB { get; init; } = "";

    /// <summary>No display of any kind.</summary>
    public bool NoGraphics { get; init; }

    /// <summary>The display of an HVM guest as its image has it; a vfb device overrules it.</summary>
    public DisplayOptions Display { get; init; } = new();

    /// <summary>
    /// KiB of video memory that the device model will take from the host for the card: what the guest's card has at least.
    /// </summary>
    public ulong VideoMemoryKib => Math.Max(VideoMemoryMib, StandardVga ? 16u : 8u) * 1024ul;
}

/// <summary>Where and how a guest's screen can be seen.</summary>
public sealed record DisplayOptions
{
    public bool Vnc { get; init; }

    /// <summary>The address to listen at; empty for the daemon's default.</summary>
    public string Listen { get; init; } = "";

    /// <summary>The VNC display wanted, 0 for port 5900.</summary>
    public uint Number { get; init; }

    /// <summary>Any free display from <see cref="Number"/> on.</summary>
    public bool AnyFree { get; init; } = true;

    /// <summary>null for the daemon's default, empty for none.</summary>
    public string? Password { get; init; }

    public bool Sdl { get; init; }

    /// <summary>DISPLAY and XAUTHORITY for SDL.</summary>
    public string XDisplay { get; init; } = "";

    public string XAuthority { get; init; } = "";

    /// <summary>de, en-us; empty for the daemon's default.</summary>
    public string Keymap { get; init; } = "";
}
