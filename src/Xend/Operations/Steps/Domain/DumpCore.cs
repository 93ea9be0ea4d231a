using System.Globalization;
using Xend.Hypervisor;

namespace Xend.Operations.Steps;

/// <summary>
/// Writes the memory of a crashed guest to <c>/var/xen/dump/NAME/</c>. What cannot be written is said, and the guest's policy goes on.
/// </summary>
internal sealed class DumpCore(string directory) : Step
{
    public override string Name => "dump-core";

    public override bool Required => false;

    /// <summary>The domain goes next, and its memory with it.</summary>
    public override bool OwedStill => false;

    public override async Task DoAsync(OperationContext context, CancellationToken cancellation)
    {
        if (context.Host.Hypervisor.FindDomain(context.DomainId) is not { } info || info.Uuid != context.Uuid)
        {
            return;
        }
        var path = PathFor(directory, context.Name, context.DomainId, context.Host.Clock.GetLocalNow());
        OperationLog.Dumping(context.Log, context.Name, context.DomainId, path);
        await context
            .Host.Dumper.DumpAsync(new CoreDumpRequest(context.DomainId, path, info.CurrentMemoryKib), cancellation)
            .ConfigureAwait(false);
    }

    /// <summary>Old xend's name: <c>NAME/2026-1125-0412.58-NAME.7.core</c>.</summary>
    internal static string PathFor(string directory, string name, uint domainId, DateTimeOffset now) =>
        Path.Combine(directory, name, string.Create(CultureInfo.InvariantCulture, $"{now:yyyy-MMdd-HHmm.ss}-{name}.{domainId}.core"));
}
