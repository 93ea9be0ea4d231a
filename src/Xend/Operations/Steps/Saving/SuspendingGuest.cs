using System.Globalization;
using Xend.Build.Saving;
using Xend.DeviceModel;
using Xend.Devices;

namespace Xend.Operations.Steps;

/// <summary>What saving asks of a guest of this host.</summary>
internal sealed class SuspendingGuest(OperationContext context) : IGuestToSave
{
    /// <summary>It runs while most of its memory is read.</summary>
    public bool IsLive { get; init; }

    /// <summary>How often its memory was gone over while it ran.</summary>
    public int Rounds { get; private set; }

    /// <summary>When it stood still; null while it does not.</summary>
    public long? Suspended { get; private set; }

    public async Task SuspendAsync(CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        // Whoever comes after us has to know that it may be on its way.
        context.IsSuspensionAsked = true;
        context.Journal.Remember(SaveNotes.Asked, SaveNotes.Yes);
        await GuestSuspension.SuspendAsync(context, cancellation).ConfigureAwait(false);
        Suspended = context.Host.Clock.GetTimestamp();
        if (context.Config.Type == GuestType.Hvm)
        {
            // Before the memory is read: what it writes, or moves, after that would be in its own state alone.
            await OrderAsync(model => model.StopAsync(cancellation), cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>What serves a PV or PVH guest keeps nothing of it: its devices connect anew.</summary>
    public async Task<string?> SaveDeviceModelAsync(CancellationToken cancellation)
    {
        if (context.Config.Type != GuestType.Hvm)
        {
            return null;
        }
        var path = SaveNotes.DeviceModelPathOf(context.Host.Options.DeviceModelStateDirectory, context.DomainId);
        // qemu makes files that others read, but leaves the mode of one that is there.
        SaveFiles.MakePrivate(path);
        await OrderAsync(model => model.SaveStateAsync(path, cancellation), cancellation).ConfigureAwait(false);
        return path;
    }

    /// <summary>Only one that has devices of its own writes into the guest's memory by itself.</summary>
    public Task TrackPagesAsync(bool isOn, CancellationToken cancellation) =>
        context.Config.Type == GuestType.Hvm && IsLive
            ? OrderAsync(model => model.TrackPagesAsync(isOn, cancellation), cancellation)
            : Task.CompletedTask;

    public void EndRound(int round, long dirtyPages) => Rounds = round;

    private Task OrderAsync(Func<IQmpSession, Task> orders, CancellationToken cancellation) =>
        DeviceModelOrders.GiveAsync(context.Host, context.Owner, orders, cancellation);
}

/// <summary>What the journal has of a save, and the files that it may leave.</summary>
internal static class SaveNotes
{
    /// <summary>The file that is not whole yet.</summary>
    public const string File = "file";

    /// <summary>The name that it is to have.</summary>
    public const string Place = "place";

    /// <summary>Which file it is that is to have that name: device and inode.</summary>
    public const string Identity = "identity";

    /// <summary>What was done is being taken back: the guest is to go on, whatever file there is.</summary>
    public const string GivenUp = "given-up";

    /// <summary>The guest was asked to suspend itself, and was not let go on since.</summary>
    public const string Asked = "asked";

    public const string Yes = "1";

    public const string No = "0";

    /// <summary>Where the file is until it is whole: beside its place, and of one domain.</summary>
    public static string PartialOf(string path, uint domainId) =>
        path + string.Create(CultureInfo.InvariantCulture, $".{domainId}-incomplete");

    /// <summary>libxl's name for it.</summary>
    public static string DeviceModelPathOf(string directory, uint domainId) =>
        Path.Combine(directory, string.Create(CultureInfo.InvariantCulture, $"qemu-save.{domainId}"));
}
