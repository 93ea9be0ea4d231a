namespace Xend.Build.Bootloaders;

/// <summary>Runs boot loaders: programs in dom0 that find a guest's kernel on the guest's own disk (pygrub).</summary>
/// <remarks>
/// All that such a program says follows from what is on that disk, which the guest has written: it is believed as little as the guest.
/// </remarks>
public interface IBootloaderRunner
{
    /// <summary>
    /// The program that a configuration means, as an absolute path. Throws <see cref="XendError"/> where it cannot be run.
    /// </summary>
    string Locate(string name);

    /// <summary>Starts a boot loader. Throws <see cref="XendError"/> where that cannot be done.</summary>
    IBootloaderSession Start(BootloaderCall call);

    /// <summary>Deletes the files that a boot loader made for that domain. Nothing happens where there are none.</summary>
    void RemoveFiles(Guid domain);

    /// <summary>
    /// Ends all boot loaders that an earlier daemon had started, and deletes their files. Only before the first start of one's own.
    /// </summary>
    Task EndOrphansAsync();
}

/// <summary>
/// A boot loader at work, and its terminal. Disposing ends the program with all that it started, and closes the terminal.
/// </summary>
public interface IBootloaderSession : IAsyncDisposable
{
    /// <summary>The terminal at which its menu can be used: /dev/pts/N. Stays open after the program's end.</summary>
    string Terminal { get; }

    /// <summary>What it chose. Throws <see cref="XendError"/> where it fails, hangs, or answers what cannot be accepted.</summary>
    Task<BootChoice> ResultAsync(CancellationToken cancellation);
}

/// <summary>One run of a boot loader.</summary>
public sealed record BootloaderCall
{
    public required Guid Domain { get; init; }

    /// <summary>The domain's name, for errors.</summary>
    public required string Name { get; init; }

    /// <summary>As <see cref="IBootloaderRunner.Locate"/> gave it.</summary>
    public required string Program { get; init; }

    /// <summary>Its arguments as one text, split as a shell would.</summary>
    public string Arguments { get; init; } = "";

    /// <summary>A block device or raw image in dom0.</summary>
    public required string Disk { get; init; }

    /// <summary>Kernel and ramdisk on that disk, where the configuration names them; empty otherwise.</summary>
    public string Kernel { get; init; } = "";

    public string Ramdisk { get; init; } = "";

    /// <summary>What the configuration adds to the kernel's command line.</summary>
    public string CommandLine { get; init; } = "";

    /// <summary>How long it may say nothing while nobody is at its terminal.</summary>
    public required TimeSpan Limit { get; init; }
}

/// <summary>What is to be booted.</summary>
/// <param name="Kernel">Absolute path in dom0.</param>
/// <param name="Ramdisk">The same; empty for none.</param>
/// <param name="CommandLine">The whole of it.</param>
public sealed record BootChoice(string Kernel, string Ramdisk, string CommandLine);
