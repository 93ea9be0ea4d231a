using System.Globalization;
using Sxp;
using Xend.Build.Saving;

namespace Xend.Operations.Steps;

/// <summary>Writes the guest into a file beside the place that it is to have. The guest is suspended afterwards.</summary>
/// <param name="path">That place.</param>
internal sealed class SaveGuest(string path) : Step
{
    /// <summary>Beside the memory: page tables, devices' states.</summary>
    private const long SpareBytes = 64 * 1024 * 1024;

    public override string Name => "save-guest";

    public override async Task DoAsync(OperationContext context, CancellationToken cancellation)
    {
        var partial = SaveNotes.PartialOf(path, context.DomainId);
        context.Journal.Remember(SaveNotes.File, partial);
        context.Journal.Remember(SaveNotes.Place, path);
        // Of a domain of that number before the host's last start.
        SaveFiles.Delete(partial);
        var memoryKib = context.Host.Hypervisor.FindDomain(context.DomainId)?.CurrentMemoryKib ?? 0;
        try
        {
            await context
                .Host.SaveFiles.SaveAsync(
                    new GuestSaveRequest(context.DomainId, partial, Describe(context), (long)memoryKib * 1024 + SpareBytes),
                    new SuspendingGuest(context),
                    new ShownProgress(context, Name),
                    cancellation
                )
                .ConfigureAwait(false);
        }
        catch (SaveFileException error)
        {
            throw new XendError(
                ErrorCode.HostResource,
                $"{context.Name} cannot be saved to {path}: {error.Message}",
                error.Detail,
                error.Hint,
                error
            );
        }
        finally
        {
            RemoveState(context);
        }
    }

    public override async Task UndoAsync(OperationContext context)
    {
        context.Journal.Remember(SaveNotes.GivenUp, "1");
        SaveFiles.Delete(SaveNotes.PartialOf(path, context.DomainId));
        if (context.IsSuspensionAsked)
        {
            await GuestSuspension.ResumeAsync(context).ConfigureAwait(false);
        }
    }

    /// <summary>Old xend's form of a configuration, on one line.</summary>
    public static string Describe(OperationContext context) => SxpWriter.OneLine(Form(context.Config, context.DomainId));

    public static SList Form(DomainConfig config, uint domainId) =>
        new(["domain", SList.Of("domid", domainId), .. DomainConfigWriter.Write(config).Items.Skip(1)]);

    private static void RemoveState(OperationContext context) =>
        SaveFiles.Delete(SaveNotes.DeviceModelPathOf(context.Host.Options.DeviceModelStateDirectory, context.DomainId));
}

/// <summary>Shows to whoever asks for the tasks how far a guest's memory is.</summary>
internal sealed class ShownProgress(OperationContext context, string step) : IProgress<SaveProgress>
{
    private const ulong PagesPerMib = 256;

    public void Report(SaveProgress value) =>
        context.ShowSteps(
            value.Total == 0
                ? step
                : string.Create(
                    CultureInfo.InvariantCulture,
                    $"{step} {Math.Min(100, value.Done * 100 / value.Total)} % of {value.Total / PagesPerMib} MiB"
                )
        );
}
