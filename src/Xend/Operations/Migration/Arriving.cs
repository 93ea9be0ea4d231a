using Sxp;
using Xend.Build;
using Xend.Build.Saving;
using Xend.DeviceModel;
using Xend.Operations.Steps;
using Xend.Persistence;
using Xend.Relocation;

namespace Xend.Operations.Migration;

/// <summary>The talk with another host about a guest that comes from there, from this side.</summary>
internal sealed class Arriving(RelocationChannel channel, Guid session, ArrivalLedger ledger, string stateDirectory)
    : IGuestOrigin,
        IAsyncDisposable
{
    /// <summary>More often than the other side gives up.</summary>
    private static readonly TimeSpan StillEvery = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan HandOverLimit = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan MessageLimit = TimeSpan.FromSeconds(150);

    private readonly CancellationTokenSource _isReady = new();
    private Task _telling = Task.CompletedTask;
    private string? _statePath;

    public Guid Session => session;

    /// <summary>It is this host's, and written down as that.</summary>
    public bool IsOurs { get; private set; }

    public string Described => $"from {channel.Peer}";

    public SavedState? State => _statePath is null ? null : new SavedState(_statePath, 0);

    public async Task<ImageBuildResult> RestoreAsync(
        ISaveFiles files,
        GuestReceiveRequest request,
        IProgress<SaveProgress> progress,
        CancellationToken cancellation
    )
    {
        try
        {
            _telling = TellAsync();
            var result = await files.ReceiveAsync(request, channel.Incoming(), progress, cancellation).ConfigureAwait(false);
            await ReceiveStateAsync(request.DomainId, cancellation).ConfigureAwait(false);
            return result;
        }
        catch (RelocationException error)
        {
            throw new SaveFileException(error.Message, hint: error.Hint);
        }
    }

    public async Task AwaitHandOverAsync(OperationContext context, CancellationToken cancellation)
    {
        try
        {
            await EndTellingAsync().ConfigureAwait(false);
            await channel.SendAsync(SList.Of("arrived"), cancellation).ConfigureAwait(false);
            if (
                await channel.ReceiveAsync(HandOverLimit, cancellation).ConfigureAwait(false) is not SList { Name: "yours" } yours
                || yours.Items is not [_, var name]
                || name.ToString() != session.ToString()
            )
            {
                throw new RelocationException($"{channel.Peer} gives an answer that makes no sense");
            }
        }
        catch (RelocationException error)
        {
            throw new XendError(
                ErrorCode.HostResource,
                $"{context.Name} was not handed over: {error.Message}",
                $"It runs on at {channel.Peer}.",
                error.Hint,
                error
            );
        }
        ledger.Own(session, context.Name);
        IsOurs = true;
    }

    /// <summary>What was made of it here is taken away: the other host may let it run.</summary>
    public void Disown()
    {
        ledger.Forget(session);
        IsOurs = false;
    }

    public async ValueTask DisposeAsync()
    {
        await EndTellingAsync().ConfigureAwait(false);
        if (_statePath is { } path)
        {
            SaveFiles.Delete(path);
        }
        _isReady.Dispose();
    }

    private async Task ReceiveStateAsync(uint domainId, CancellationToken cancellation)
    {
        if (
            await channel.ReceiveAsync(MessageLimit, cancellation).ConfigureAwait(false) is not SList { Name: "state" } state
            || state.Items is not [_, var has]
        )
        {
            throw new RelocationException($"{channel.Peer} gives an answer that makes no sense");
        }
        if (has.ToString() != "1")
        {
            return;
        }
        // libxl's name for it.
        _statePath = Path.Combine(stateDirectory, $"qemu-resume.{domainId}");
        SaveFiles.MakePrivate(_statePath);
        var file = File.OpenWrite(_statePath);
        await using (file.ConfigureAwait(false))
        {
            await channel.Incoming().CopyToAsync(file, cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>The other side waits, with a guest that stands still, and is told that it does not wait for nothing.</summary>
    private async Task TellAsync()
    {
        try
        {
            while (true)
            {
                await Task.Delay(StillEvery, _isReady.Token).ConfigureAwait(false);
                await channel.SendAsync(SList.Of("still"), CancellationToken.None).ConfigureAwait(false);
            }
        }
        catch (Exception error) when (error is OperationCanceledException or RelocationException)
        {
            // It is ready; or the other side is gone, which who waits for its word is told.
        }
    }

    private async Task EndTellingAsync()
    {
        await _isReady.CancelAsync().ConfigureAwait(false);
        await _telling.ConfigureAwait(false);
    }
}
