using System.Globalization;
using Xend.DeviceModel;
using Xend.DeviceModel.Vnc;
using Xend.Devices;
using Xend.Domains;

namespace Xend.Operations.Steps;

/// <summary>
/// Waits until the device model serves the guest, gives it the display's password, and writes down where display and serial ports are.
/// </summary>
internal sealed class AwaitDeviceModel : Step
{
    /// <summary>libxl's LIBXL_DEVICE_MODEL_START_TIMEOUT.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    /// <summary>On a machine that is busy it may take longer, as long as it is at work; but not for ever.</summary>
    private static readonly TimeSpan LongestLimit = TimeSpan.FromSeconds(300);

    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(15);

    public override string Name => "wait-for-device-model";

    public override async Task DoAsync(OperationContext context, CancellationToken cancellation)
    {
        var process = context.Runtime.DeviceModel!;
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var end = context.Host.DeviceModels.WaitForEndAsync(process, ended.Token);
        var ready = BecomeReadyAsync(context, process, ended.Token);
        try
        {
            if (await Task.WhenAny(ready, end).ConfigureAwait(false) == end && !cancellation.IsCancellationRequested)
            {
                throw Ended(context);
            }
            await ready.ConfigureAwait(false);
            context.MemoryPromise?.Dispose();
        }
        catch (QmpException error)
        {
            // Its end closes the connection, and that it ended says more.
            throw context.Host.DeviceModels.IsAlive(process)
                ? Error(context, $"The device model of {context.Name} does not take orders.", error.Message)
                : Ended(context);
        }
        finally
        {
            await ended.CancelAsync().ConfigureAwait(false);
            // Neither may be at work on the host any more when the step is undone.
            await Task.WhenAll(Ignore(ready), Ignore(end)).ConfigureAwait(false);
        }
    }

    private static async Task BecomeReadyAsync(OperationContext context, DeviceModelProcess process, CancellationToken cancellation)
    {
        await WaitUntilRunningAsync(context, process, cancellation).ConfigureAwait(false);
        var session = await context.Host.DeviceModels.ConnectAsync(context.DomainId, cancellation).ConfigureAwait(false);
        await using (session.ConfigureAwait(false))
        {
            var domain = DomainNodes.PathOf(context.DomainId);
            var display = QemuArguments.DisplayOf(context.Config);
            var vnc =
                display.Vnc && VncPassword.Of(display, context.Host.Options) is { Length: > 0 } password
                    ? await StartGatewayAsync(context, process, display, password, cancellation).ConfigureAwait(false)
                    : await session.QueryVncAsync(cancellation).ConfigureAwait(false);
            if (vnc is not null)
            {
                context.Learn(runtime => runtime with { Vnc = vnc });
                await context.Host.Store.WriteAsync($"{domain}/console/vnc-listen", vnc.Host, cancellation).ConfigureAwait(false);
                await context
                    .Host.Store.WriteAsync($"{domain}/console/vnc-port", vnc.Port.ToString(CultureInfo.InvariantCulture), cancellation)
                    .ConfigureAwait(false);
            }
            await GuestTerminals.NoteAsync(context, session, cancellation).ConfigureAwait(false);
        }
    }

    private static Task<VncAddress> StartGatewayAsync(
        OperationContext context,
        DeviceModelProcess process,
        DisplayOptions display,
        string password,
        CancellationToken cancellation
    )
    {
        const uint FirstPort = 5900;
        var last = display.AnyFree ? Math.Max(QemuArguments.LastDisplay, display.Number) : display.Number;
        return context.Host.DeviceModels.StartVncGatewayAsync(
            context.DomainId,
            new VncGatewaySetting(
                display.Listen.Length > 0 ? display.Listen : context.Host.Options.VncListen,
                (int)(FirstPort + display.Number),
                (int)(FirstPort + last),
                QmpSocket.DisplayPathOf(context.DomainId),
                process,
                password
            ),
            cancellation
        );
    }

    /// <summary>qemu itself writes that it is running. The limit stretches while it is at work.</summary>
    private static async Task WaitUntilRunningAsync(OperationContext context, DeviceModelProcess process, CancellationToken cancellation)
    {
        var node = $"{DomainNodes.DeviceModelPathOf(context.DomainId)}/state";
        var start = context.Host.Clock.GetTimestamp();
        var work = context.Host.DeviceModels.WorkDone(process);
        while (true)
        {
            try
            {
                await NodeWait.ForAsync(context.Host, node, state => state == "running", LookEvery, cancellation).ConfigureAwait(false);
                return;
            }
            catch (TimeoutException)
            {
                var done = context.Host.DeviceModels.WorkDone(process);
                var waited = context.Host.Clock.GetElapsedTime(start);
                if (waited >= LongestLimit || (waited >= Limit && done == work))
                {
                    throw Error(
                        context,
                        $"The device model of {context.Name} was not ready within {waited.TotalSeconds:0} s.",
                        $"{node} does not say that it runs, and {(done == work ? "it does nothing" : "it is still at work")}."
                    );
                }
                work = done;
            }
        }
    }

    private static XendError Ended(OperationContext context) =>
        Error(context, DeviceModelFailure.Explain(context.Config, context.Host.DeviceModels.LastLines(context.Name)), null);

    private static XendError Error(OperationContext context, string sentence, string? why)
    {
        var lines = context.Host.DeviceModels.LastLines(context.Name);
        var said = lines.Length > 0 ? $"It said:\n{lines}" : "It said nothing.";
        return new XendError(
            ErrorCode.DeviceModel,
            sentence,
            why is null ? said : $"{why}\n{said}",
            $"The whole of it is in /var/log/xen/qemu-dm-{context.Name}.log."
        );
    }

    private static async Task Ignore(Task task)
    {
        try
        {
            await task.ConfigureAwait(false);
        }
        catch (Exception error)
            when (error
                    is OperationCanceledException
                        or QmpException
                        or XendError
                        or XenStore.XenStoreException
                        or XenStore.XenStoreConnectionException
            )
        {
            // It was told already, or is of no interest any more.
        }
    }
}
