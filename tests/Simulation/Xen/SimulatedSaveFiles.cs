using System.Buffers.Binary;
using Linux.Interop;
using Microsoft.Win32.SafeHandles;
using Xend.Build;
using Xend.Build.Saving;
using Xend.Hypervisor;
using XenStore;

namespace Simulation.Xen;

/// <summary>Real files around a memory that is one number; and guests that suspend themselves when they are asked.</summary>
public sealed class SimulatedSaveFiles(SimulatedHypervisor hypervisor, IXenStore store, SimulatedDeviceModels models) : ISaveFiles
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    /// <summary>The guests take no request.</summary>
    public bool GuestsAreDeaf { get; set; }

    /// <summary>Called when the guest is suspended, and before a restoration; what it throws or waits for is the library's.</summary>
    public Func<CancellationToken, Task>? BeforeMemory { get; set; }

    public async Task<long> SaveAsync(
        GuestSaveRequest request,
        IGuestToSave guest,
        IProgress<SaveProgress>? progress,
        CancellationToken cancellation
    )
    {
        try
        {
            using var file = new SaveFileWriter(request.Path, request.Configuration);
            var answer = GuestsAreDeaf ? Task.CompletedTask : AnswerAsync(request.DomainId, cancellation);
            await guest.SuspendAsync(cancellation);
            await answer;
            progress?.Report(new SaveProgress(1, 2));
            if (BeforeMemory is { } before)
            {
                await before(cancellation);
            }
            // What it writes from now on would be in its own state alone.
            if (hypervisor.Creations[request.DomainId].Type == GuestType.Hvm && !models.Stopped.ContainsKey(request.DomainId))
            {
                throw new InvalidOperationException("the device model is at work while the guest's memory is read");
            }
            file.WriteMemory(descriptor => Write(descriptor, hypervisor.FindDomain(request.DomainId)!));
            if (await guest.SaveDeviceModelAsync(cancellation) is { } state)
            {
                file.WriteDeviceModel(state);
            }
            return file.Finish();
        }
        catch (IOException error)
        {
            throw new SaveFileException(error.Message);
        }
    }

    /// <summary>What each of a live guest's rounds leaves, in pages; after the last it is suspended.</summary>
    public long[] DirtyPages { get; set; } = [1000, 300, 20];

    public async Task SendAsync(
        GuestSendRequest request,
        IGuestToSave guest,
        Stream stream,
        IProgress<SaveProgress>? progress,
        CancellationToken cancellation
    )
    {
        var isTranslated = hypervisor.Creations[request.DomainId].Type != GuestType.Pv;
        if (isTranslated)
        {
            await guest.TrackPagesAsync(true, cancellation);
        }
        for (var round = 0; request.IsLive && round < DirtyPages.Length; round++)
        {
            await stream.WriteAsync(new byte[64], cancellation);
            guest.EndRound(round, DirtyPages[round]);
        }
        var answer = GuestsAreDeaf ? Task.CompletedTask : AnswerAsync(request.DomainId, cancellation);
        await guest.SuspendAsync(cancellation);
        await answer;
        progress?.Report(new SaveProgress(1, 2));
        if (BeforeMemory is { } before)
        {
            await before(cancellation);
        }
        if (hypervisor.Creations[request.DomainId].Type == GuestType.Hvm && !models.Stopped.ContainsKey(request.DomainId))
        {
            throw new InvalidOperationException("the device model is at work while the guest's memory is read");
        }
        if (isTranslated)
        {
            await guest.TrackPagesAsync(false, cancellation);
        }
        var memory = new byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(memory, hypervisor.FindDomain(request.DomainId)!.CurrentMemoryKib);
        await stream.WriteAsync(memory, cancellation);
    }

    public async Task<ImageBuildResult> ReceiveAsync(
        GuestReceiveRequest request,
        Stream stream,
        IProgress<SaveProgress>? progress,
        CancellationToken cancellation
    )
    {
        if (BeforeMemory is { } before)
        {
            await before(cancellation);
        }
        using var memory = new MemoryStream();
        await stream.CopyToAsync(memory, cancellation);
        hypervisor.Populate(request.DomainId, BinaryPrimitives.ReadUInt64LittleEndian(memory.ToArray().AsSpan(^8..)));
        return new ImageBuildResult(0x1000 + request.DomainId, 0x2000 + request.DomainId);
    }

    public Task<SavedGuest> InspectAsync(string path, CancellationToken cancellation)
    {
        try
        {
            return Task.FromResult(SaveFileReader.Read(path));
        }
        catch (IOException)
        {
            throw new SaveFileException("No such file or directory");
        }
    }

    public async Task<ImageBuildResult> RestoreAsync(
        GuestRestoreRequest request,
        IProgress<SaveProgress>? progress,
        CancellationToken cancellation
    )
    {
        if (BeforeMemory is { } before)
        {
            await before(cancellation);
        }
        using var file = File.OpenHandle(request.Path);
        var stream = new byte[Stream.Length];
        RandomAccess.Read(file, stream, request.MemoryOffset);
        hypervisor.Populate(request.DomainId, BinaryPrimitives.ReadUInt64LittleEndian(stream.AsSpan(^8..)));
        return new ImageBuildResult(0x1000 + request.DomainId, 0x2000 + request.DomainId);
    }

    /// <summary>The guest's kernel: it takes the request, and suspends itself.</summary>
    private async Task AnswerAsync(uint domainId, CancellationToken cancellation)
    {
        var request = $"/local/domain/{domainId}/control/shutdown";
        for (var start = DateTime.UtcNow; DateTime.UtcNow - start < Limit && !cancellation.IsCancellationRequested; )
        {
            // One without PV drivers is suspended from outside.
            if (hypervisor.FindDomain(domainId) is not { Shutdown: null })
            {
                return;
            }
            if (await store.ReadAsync(request, CancellationToken.None) == "suspend")
            {
                await store.WriteAsync(request, "", CancellationToken.None);
                hypervisor.ShutdownDomain(domainId, ShutdownReason.Suspend);
                return;
            }
            await Task.Delay(2, CancellationToken.None);
        }
    }

    private static void Write(int descriptor, DomainInfo info)
    {
        var stream = (byte[])Stream.Clone();
        BinaryPrimitives.WriteUInt32LittleEndian(stream.AsSpan(24), info.Hvm ? 2u : 1u);
        BinaryPrimitives.WriteUInt64LittleEndian(stream.AsSpan(^8..), info.CurrentMemoryKib);
        // As the library, which moves the descriptor's own position.
        var file = new SafeFileHandle(descriptor, ownsHandle: false);
        var start = PosixFile.PositionOf(file);
        RandomAccess.Write(file, stream, start);
        PosixFile.Seek(file, start + stream.Length);
    }

    /// <summary>The header of today's libxenguest, that of the domain, and eight bytes.</summary>
    private static byte[] Stream { get; } =
    [.. Enumerable.Repeat((byte)0xff, 8), .. "XENF"u8, 0, 0, 0, 3, .. new byte[8], .. new byte[16], .. new byte[8]];
}
