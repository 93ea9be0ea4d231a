using System.Globalization;
using Xend.DeviceModel;
using Xend.DeviceModel.Vnc;
using Xend.Devices;
using Xend.Domains;
using Xend.Host;
using Xend.Hypervisor;

namespace Xend.Operations.Create;

/// <summary>Refuses early a guest whose device model is missing, and says what was taken.</summary>
internal sealed class CheckDeviceModel : Step
{
    public override string Name => "check-device-model";

    public override Task DoAsync(OperationContext context, CancellationToken cancellation)
    {
        OperationLog.FileTaken(context.Log, context.Name, "device model", Find(context), context.Config.Machine.DeviceModel);
        return Task.CompletedTask;
    }

    public static string Find(OperationContext context)
    {
        var configured = context.Config.Machine.DeviceModel;
        var files = new XenFiles(context.Host.Devices, context.Host.Hypervisor.GetXenInfo());
        return files.FindDeviceModel(configured)
            ?? throw new XendError(
                ErrorCode.HostResource,
                $"device model '{(configured.Length > 0 ? configured : "qemu-system-i386")}' not found",
                configured.Length > 0 && Path.GetFileName(configured) is not ("qemu-dm" or "qemu-system-i386" or "xen-qemu-system-i386")
                    ? "There is no such program."
                    : $"It was looked for as {string.Join(", ", files.DeviceModelPlaces)}.",
                "Install the device model (Debian: qemu-system-xen), or correct device_model=."
            );
    }
}

/// <summary>Starts the device model and notes its process, so that it never outlives the domain.</summary>
internal sealed class StartDeviceModel : Step
{
    private const string ConsoleLimitBytes = "1048576";

    public override string Name => "start-device-model";

    public override async Task DoAsync(OperationContext context, CancellationToken cancellation)
    {
        var (config, id) = (context.Config, context.DomainId);
        var node = DomainNodes.DeviceModelPathOf(id);
        await context.Host.Store.RemoveAsync(node, cancellation).ConfigureAwait(false);
        await context.Host.Store.MakeDirectoryAsync(node, cancellation).ConfigureAwait(false);

        var options = context.Host.Options;
        var display = QemuArguments.DisplayOf(config);
        var xDisplay = display.XDisplay.Length > 0 ? display.XDisplay : Environment.GetEnvironmentVariable("DISPLAY") ?? "";
        if (display.Sdl && xDisplay.Length == 0)
        {
            OperationLog.NoXDisplay(context.Log, context.Name);
        }
        var arguments = QemuArguments.For(
            new DeviceModelSetting(
                id,
                config,
                options.VncListen,
                options.Keymap,
                VncPassword.Of(display, options).Length > 0,
                xDisplay.Length > 0
            )
        );
        var process = context.Host.DeviceModels.Start(
            new DeviceModelStart(
                id,
                config.Name,
                CheckDeviceModel.Find(context),
                arguments,
                EnvironmentOf(id, display, xDisplay),
                options.DeviceModelLogs
            )
        );
        context.Learn(runtime => runtime with { DeviceModel = process });
        await context
            .Host.Store.WriteAsync(
                $"{DomainNodes.PathOf(id)}/image/device-model-pid",
                process.Id.ToString(CultureInfo.InvariantCulture),
                cancellation
            )
            .ConfigureAwait(false);
    }

    public override async Task UndoAsync(OperationContext context)
    {
        if (await context.Host.DeviceModels.StopAsync(context.DomainId).ConfigureAwait(false) is { } complaint)
        {
            OperationLog.StepComplains(context.Log, $"undo {Name} of {context.Name}", complaint);
        }
        context.Learn(runtime => runtime with { DeviceModel = null, Vnc = null });
        await context.Host.Store.RemoveAsync(DomainNodes.DeviceModelPathOf(context.DomainId), CancellationToken.None).ConfigureAwait(false);
    }

    private static Dictionary<string, string> EnvironmentOf(uint domainId, DisplayOptions display, string xDisplay)
    {
        var environment = new Dictionary<string, string>
        {
            ["XEN_DOMAIN_ID"] = domainId.ToString(CultureInfo.InvariantCulture),
            ["XEN_QEMU_CONSOLE_LIMIT"] = ConsoleLimitBytes,
        };
        if (display.Sdl && xDisplay.Length > 0)
        {
            environment["DISPLAY"] = xDisplay;
            environment["XAUTHORITY"] = display.XAuthority;
        }
        return environment;
    }
}

/// <summary>The password of a guest's display: its own, or the daemon's; empty for none.</summary>
internal static class VncPassword
{
    public static string Of(DisplayOptions display, XendOptions options) => display.Password ?? options.VncPassword ?? "";
}

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
                throw Error(context, $"The device model of {context.Name} ended before it was ready.", null);
            }
            await ready.ConfigureAwait(false);
            context.MemoryPromise?.Dispose();
        }
        catch (QmpException error)
        {
            // Its end closes the connection, and that it ended says more.
            throw context.Host.DeviceModels.IsAlive(process)
                ? Error(context, $"The device model of {context.Name} does not take orders.", error.Message)
                : Error(context, $"The device model of {context.Name} ended before it was ready.", null);
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
            if (context.Config.Type == GuestType.Hvm)
            {
                foreach (var (number, terminal) in await session.QuerySerialPortsAsync(cancellation).ConfigureAwait(false))
                {
                    await context
                        .Host.Store.WriteAsync(
                            $"{domain}/serial/{number.ToString(CultureInfo.InvariantCulture)}/tty",
                            terminal,
                            cancellation
                        )
                        .ConfigureAwait(false);
                }
            }
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

/// <summary>Connects the tap that the device model made for an emulated network card.</summary>
internal sealed class ConnectTap(IDevice device) : Step
{
    public override string Name { get; } = $"connect-tap-{device.Config.Id}";

    public override string? Group => "connect taps";

    public override Task DoAsync(OperationContext context, CancellationToken cancellation) =>
        device.ConnectTapAsync(context.Owner, context.Host, cancellation);
}
