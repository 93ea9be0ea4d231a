using Xend.Devices;
using Xend.Domains;
using Xend.Hypervisor;

namespace Xend.Operations.Steps;

/// <summary>Has a guest suspend itself, and go on.</summary>
internal static class GuestSuspension
{
    /// <summary>Old xend's.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    /// <summary>What one that has taken a dead daemon's request may need.</summary>
    private static readonly TimeSpan OnItsWayLimit = TimeSpan.FromSeconds(10);

    /// <summary>What a device model may take for its state, and some more.</summary>
    private static readonly TimeSpan DeviceModelLimit = TimeSpan.FromSeconds(150);

    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    private const string Suspend = "suspend";

    /// <summary>Returns when Xen has it as shut down for that reason.</summary>
    /// <exception cref="XendError">It did not do it in time, and runs on; or it ended.</exception>
    public static async Task SuspendAsync(OperationContext context, CancellationToken cancellation)
    {
        var (host, id) = (context.Host, context.DomainId);
        if (PvDrivers.AreMissing(context))
        {
            host.Hypervisor.ShutdownDomain(id, ShutdownReason.Suspend);
        }
        else
        {
            await host.Store.WriteAsync(RequestOf(id), Suspend, cancellation).ConfigureAwait(false);
            await AwaitAnswerAsync(context, cancellation).ConfigureAwait(false);
        }
        switch (await SettleAsync(context, Limit, cancellation).ConfigureAwait(false))
        {
            case null:
                throw Unanswered(context, "has taken the request, and has not suspended itself");
            case false:
                throw new XendError(ErrorCode.WrongState, $"{context.Name} cannot be suspended: it ended meanwhile.");
        }
    }

    /// <summary>Lets it go on, wherever it was on its way.</summary>
    /// <exception cref="XendError">It had taken the request and has not followed it yet, or its device model does not go on.</exception>
    public static async Task ResumeAsync(OperationContext context)
    {
        var (host, id) = (context.Host, context.DomainId);
        var isUntouched = await TakeBackAsync(context).ConfigureAwait(false);
        // Another daemon's guest may have been let go on already, without a note of it.
        var limit =
            isUntouched ? TimeSpan.Zero
            : context.IsSuspensionAsked ? Limit
            : OnItsWayLimit;
        var isSuspended = await SettleAsync(context, limit, CancellationToken.None).ConfigureAwait(false);
        if (isSuspended is true)
        {
            if (context.Config.Type == GuestType.Hvm)
            {
                await ContinueDeviceModelAsync(context).ConfigureAwait(false);
            }
            host.Hypervisor.ResumeDomain(id);
            await host.Store.ResumeDomainAsync(id).ConfigureAwait(false);
        }
        else if (isSuspended is null && !isUntouched && context.IsSuspensionAsked)
        {
            throw Unanswered(context, "has taken the request, and has not suspended itself");
        }
        context.IsSuspensionAsked = false;
        context.Journal.Remember(SaveNotes.Asked, SaveNotes.No);
    }

    /// <summary>It may still be at work on its state, and answers nobody then.</summary>
    private static async Task ContinueDeviceModelAsync(OperationContext context)
    {
        var host = context.Host;
        for (var start = host.Clock.GetTimestamp(); ; )
        {
            try
            {
                await DeviceModelOrders
                    .GiveAsync(host, context.Owner, model => model.ContinueAsync(CancellationToken.None), CancellationToken.None)
                    .ConfigureAwait(false);
                return;
            }
            catch (XendError) when (host.DeviceModels.Serves(context.DomainId) && host.Clock.GetElapsedTime(start) < DeviceModelLimit)
            {
                await Task.Delay(RetryAfter, host.Clock).ConfigureAwait(false);
            }
        }
    }

    private static string RequestOf(uint domainId) => $"{DomainNodes.PathOf(domainId)}/control/shutdown";

    private static async Task AwaitAnswerAsync(OperationContext context, CancellationToken cancellation)
    {
        try
        {
            await NodeWait
                .ForAsync(context.Host, RequestOf(context.DomainId), value => value != Suspend, Limit, cancellation)
                .ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // One may suspend itself without a word.
            if (await SettleAsync(context, TimeSpan.Zero, cancellation).ConfigureAwait(false) is not true)
            {
                throw Unanswered(context, "has not taken the request");
            }
        }
    }

    /// <summary>Whether the request was still there: then the guest knows nothing of it.</summary>
    private static Task<bool> TakeBackAsync(OperationContext context) =>
        context.Host.Store.TransactAsync(
            async store =>
            {
                var isThere = await store.ReadAsync(RequestOf(context.DomainId)).ConfigureAwait(false) == Suspend;
                if (isThere)
                {
                    await store.WriteAsync(RequestOf(context.DomainId), "").ConfigureAwait(false);
                }
                return isThere;
            },
            CancellationToken.None
        );

    /// <summary>True once it is suspended, false where it has ended otherwise, null where it still runs after the limit.</summary>
    private static async Task<bool?> SettleAsync(OperationContext context, TimeSpan limit, CancellationToken cancellation)
    {
        var seen = Look(context);
        if (seen is not null || limit == TimeSpan.Zero)
        {
            return seen;
        }
        using var timeout = new CancellationTokenSource(limit, context.Host.Clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellation);
        try
        {
            // Fires once when it is set, and then for each domain that shuts down.
            var watch = await context.Host.Store.WatchAsync("@releaseDomain", either.Token).ConfigureAwait(false);
            await using (watch.ConfigureAwait(false))
            {
                await foreach (var _ in watch.ReadAllAsync(either.Token).ConfigureAwait(false))
                {
                    if (Look(context) is { } settled)
                    {
                        return settled;
                    }
                }
            }
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            // A last look, for an event that was lost.
        }
        return Look(context);
    }

    private static bool? Look(OperationContext context) =>
        context.Host.Hypervisor.FindDomain(context.DomainId) switch
        {
            { Dying: false, Shutdown: null } info when info.Uuid == context.Uuid => null,
            { Dying: false, Shutdown: ShutdownReason.Suspend } info when info.Uuid == context.Uuid => true,
            _ => false,
        };

    private static XendError Unanswered(OperationContext context, string what) =>
        new(
            ErrorCode.Timeout,
            $"Timeout waiting for domain {context.DomainId} to suspend",
            $"{context.Name} {what} (control/shutdown) within {Limit.TotalSeconds:0} s. It runs on.",
            "Its kernel has to support Xen's suspension (Linux: CONFIG_HIBERNATE_CALLBACKS), and to be up: xm console shows it."
        );
}
