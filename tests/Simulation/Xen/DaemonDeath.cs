using System.Reflection;
using System.Runtime.ExceptionServices;
using Xend.Build;
using Xend.Build.Bootloaders;
using Xend.Build.Saving;
using Xend.Host;
using Xend.Hotplug;
using Xend.Hypervisor;
using Xend.Persistence;

namespace Simulation.Xen;

/// <summary>Decides when a daemon on a simulated host dies.</summary>
public interface IDaemonDeath
{
    /// <summary>Completes when the daemon is dead. Nothing of it may reach the host any more.</summary>
    Task Happened { get; }
}

/// <summary>The daemon's connection to xenstored: cut by its death, while the daemon itself learns nothing any more.</summary>
internal sealed class MortalStream : DuplexStream
{
    private readonly Stream _inner;
    private readonly Task _death;

    public MortalStream(Stream inner, Task death)
    {
        (_inner, _death) = (inner, death);
        // The kernel closes a dead process's socket, and xenstored drops its transactions and watches.
        death.ContinueWith(_ => inner.Dispose(), TaskContinuationOptions.ExecuteSynchronously);
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var count = await _inner.ReadAsync(buffer, cancellationToken);
        await Mortal.StopIfDeadAsync(_death);
        return count;
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        await Mortal.StopIfDeadAsync(_death);
        await _inner.WriteAsync(buffer, cancellationToken);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _inner.Dispose();
        }
        base.Dispose(disposing);
    }
}

/// <summary>A dead daemon starts no script; one that it started before goes on without it.</summary>
internal sealed class MortalScripts(IScriptRunner scripts, Task death) : IScriptRunner
{
    public async Task<ScriptResult> RunAsync(ScriptCall call, TimeSpan limit, CancellationToken cancellation)
    {
        await Mortal.StopIfDeadAsync(death);
        var result = await scripts.RunAsync(call, limit, cancellation);
        await Mortal.StopIfDeadAsync(death);
        return result;
    }

    public Task EndOrphansAsync(uint domainId) => scripts.EndOrphansAsync(domainId);
}

/// <summary>A dead daemon builds nothing: the child that loads kernels ends with it.</summary>
internal sealed class MortalBuilder(IImageBuilder builder, Task death) : IImageBuilder
{
    public async Task<ImageBuildResult> BuildAsync(ImageBuildRequest request, IProgress<string>? progress, CancellationToken cancellation)
    {
        await Mortal.StopIfDeadAsync(death);
        var result = await builder.BuildAsync(request, progress, cancellation);
        await Mortal.StopIfDeadAsync(death);
        return result;
    }
}

/// <summary>A dead daemon's child ends with it, and the guest is asked nothing more.</summary>
internal sealed class MortalSaveFiles(ISaveFiles files, Task death) : ISaveFiles
{
    public async Task<long> SaveAsync(
        GuestSaveRequest request,
        IGuestToSave guest,
        IProgress<SaveProgress>? progress,
        CancellationToken cancellation
    )
    {
        await Mortal.StopIfDeadAsync(death);
        var size = await files.SaveAsync(request, guest, progress, cancellation);
        await Mortal.StopIfDeadAsync(death);
        return size;
    }

    public async Task SendAsync(
        GuestSendRequest request,
        IGuestToSave guest,
        Stream stream,
        IProgress<SaveProgress>? progress,
        CancellationToken cancellation
    )
    {
        await Mortal.StopIfDeadAsync(death);
        await files.SendAsync(request, guest, stream, progress, cancellation);
        await Mortal.StopIfDeadAsync(death);
    }

    public async Task<ImageBuildResult> ReceiveAsync(
        GuestReceiveRequest request,
        Stream stream,
        IProgress<SaveProgress>? progress,
        CancellationToken cancellation
    )
    {
        await Mortal.StopIfDeadAsync(death);
        var result = await files.ReceiveAsync(request, stream, progress, cancellation);
        await Mortal.StopIfDeadAsync(death);
        return result;
    }

    public Task<SavedGuest> InspectAsync(string path, CancellationToken cancellation) => files.InspectAsync(path, cancellation);

    public async Task<ImageBuildResult> RestoreAsync(
        GuestRestoreRequest request,
        IProgress<SaveProgress>? progress,
        CancellationToken cancellation
    )
    {
        await Mortal.StopIfDeadAsync(death);
        var result = await files.RestoreAsync(request, progress, cancellation);
        await Mortal.StopIfDeadAsync(death);
        return result;
    }
}

/// <summary>A dead daemon deletes nothing; a boot loader that it started before goes on.</summary>
internal sealed class MortalBootloaders(IBootloaderRunner loaders, Task death) : IBootloaderRunner
{
    public string Locate(string name) => loaders.Locate(name);

    public IBootloaderSession Start(BootloaderCall call) => new MortalSession(loaders.Start(call), death);

    public void RemoveFiles(Guid domain)
    {
        if (!death.IsCompleted)
        {
            loaders.RemoveFiles(domain);
        }
    }

    public Task EndOrphansAsync() => loaders.EndOrphansAsync();

    private sealed class MortalSession(IBootloaderSession session, Task death) : IBootloaderSession
    {
        public string Terminal => session.Terminal;

        public async Task<BootChoice> ResultAsync(CancellationToken cancellation)
        {
            var choice = await session.ResultAsync(cancellation);
            await Mortal.StopIfDeadAsync(death);
            return choice;
        }

        public ValueTask DisposeAsync() => death.IsCompleted ? ValueTask.CompletedTask : session.DisposeAsync();
    }
}

/// <summary>A dead daemon makes no hypercall: a look that was under way when it died sees nothing to act on.</summary>
public class MortalHypervisor : DispatchProxy
{
    private IHypervisor? _inner;
    private Task? _death;

    internal static IHypervisor Of(IHypervisor inner, Task death)
    {
        var proxy = Create<IHypervisor, MortalHypervisor>();
        ((MortalHypervisor)(object)proxy)._inner = inner;
        ((MortalHypervisor)(object)proxy)._death = death;
        return proxy;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        if (_death!.IsCompleted)
        {
            throw new HypervisorException(targetMethod!.Name, "ESRCH", "the daemon is dead");
        }
        try
        {
            return targetMethod!.Invoke(_inner, args);
        }
        catch (TargetInvocationException error)
        {
            ExceptionDispatchInfo.Throw(error.InnerException!);
            throw;
        }
    }
}

/// <summary>A dead daemon gives no device to another driver.</summary>
internal sealed class MortalPci(IPciDevices inner, Task death) : IPciDevices
{
    public bool HasBackend => inner.HasBackend;

    public IReadOnlyList<PciAddress>? Assignable() => inner.Assignable();

    public PciFunctionFacts? Find(PciAddress address) => inner.Find(address);

    public string? Reset(PciAddress address) => death.IsCompleted ? "the daemon is dead" : inner.Reset(address);

    public string? Bind(PciAddress address, string? driver) => death.IsCompleted ? "the daemon is dead" : inner.Bind(address, driver);
}

/// <summary>A dead daemon makes no target and takes none away.</summary>
internal sealed class MortalScsi(IScsiTargets inner, Task death) : IScsiTargets
{
    public bool HasBackend => inner.HasBackend;

    public string? ServedBy(ScsiFacts device) => inner.ServedBy(device);

    public IReadOnlyList<ScsiTarget> All() => inner.All();

    public string? Make(ScsiTarget target, ScsiFacts device) => death.IsCompleted ? "the daemon is dead" : inner.Make(target, device);

    public string? Remove(ScsiTarget target) => death.IsCompleted ? "the daemon is dead" : inner.Remove(target);
}

/// <summary>A dead daemon writes no file.</summary>
internal sealed class MortalFiles(IDurableFiles inner, Task death) : IDurableFiles
{
    public void CreateDirectory(string path) => Living().CreateDirectory(path);

    public void Write(string path, ReadOnlySpan<byte> contents) => Living().Write(path, contents);

    public void Rename(string from, string to) => Living().Rename(from, to);

    public void Delete(string path) => Living().Delete(path);

    public void DeleteDirectory(string path) => Living().DeleteDirectory(path);

    public void FlushDirectory(string path) => Living().FlushDirectory(path);

    private IDurableFiles Living() => death.IsCompleted ? throw new IOException("the daemon is dead") : inner;
}

internal static class Mortal
{
    /// <summary>Never returns once the daemon is dead.</summary>
    public static Task StopIfDeadAsync(Task death) => death.IsCompleted ? new TaskCompletionSource().Task : Task.CompletedTask;
}
