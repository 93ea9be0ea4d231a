using System.Collections.Concurrent;
using Xend;
using Xend.Build.Bootloaders;

namespace Simulation.Xen;

/// <summary>pygrub, in effect: finds a kernel and a ramdisk on every disk, and copies them.</summary>
public sealed class SimulatedBootloaders(SimulatedMachine machine) : IBootloaderRunner
{
    private const string Root = "/var/lib/xen/xend-boot/";

    private readonly ConcurrentDictionary<Guid, BootloaderCall> _running = new();

    /// <summary>Called before the loader answers; what it throws or waits for is the loader's.</summary>
    public Func<BootloaderCall, CancellationToken, Task>? BeforeAnswer { get; set; }

    /// <summary>The last call.</summary>
    public BootloaderCall? Called { get; private set; }

    public string Locate(string name) =>
        name is "pygrub" or "/usr/bin/pygrub"
            ? "/usr/lib/xen-4.17/bin/pygrub"
            : throw new XendError(ErrorCode.HostResource, "Bootloader isn't executable", name);

    public IBootloaderSession Start(BootloaderCall call)
    {
        Called = call;
        _running[call.Domain] = call;
        machine.AddKernel(Kernel(call.Domain));
        machine.AddFile(Ramdisk(call.Domain));
        return new Session(this, call);
    }

    public void RemoveFiles(Guid domain)
    {
        machine.Kernels.TryRemove(Kernel(domain), out _);
        machine.Files.TryRemove(Kernel(domain), out _);
        machine.Files.TryRemove(Ramdisk(domain), out _);
    }

    public Task EndOrphansAsync()
    {
        _running.Clear();
        foreach (var file in machine.Files.Keys.Where(path => path.StartsWith(Root, StringComparison.Ordinal)))
        {
            machine.Files.TryRemove(file, out _);
            machine.Kernels.TryRemove(file, out _);
        }
        return Task.CompletedTask;
    }

    /// <summary>What is there now, as text.</summary>
    public string Dump() =>
        string.Join(
            '\n',
            _running
                .Values.Select(call => $"boot loader of {call.Name}")
                .Concat(machine.Files.Keys.Where(path => path.StartsWith(Root, StringComparison.Ordinal)))
                .Order()
        );

    private static string Kernel(Guid domain) => $"{Root}{domain}/boot_kernel.1";

    private static string Ramdisk(Guid domain) => $"{Root}{domain}/boot_ramdisk.1";

    private sealed class Session(SimulatedBootloaders loaders, BootloaderCall call) : IBootloaderSession
    {
        public string Terminal => "/dev/pts/100";

        public async Task<BootChoice> ResultAsync(CancellationToken cancellation)
        {
            if (loaders.BeforeAnswer is { } before)
            {
                await before(call, cancellation);
            }
            return new BootChoice(Kernel(call.Domain), Ramdisk(call.Domain), "root=/dev/xvda1 " + call.CommandLine);
        }

        public ValueTask DisposeAsync()
        {
            loaders._running.TryRemove(call.Domain, out _);
            return ValueTask.CompletedTask;
        }
    }
}
