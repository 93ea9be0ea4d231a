using Xend.Domains;
using Xend.Operations.Plans;
using Xend.Operations.Steps;
using Xend.Requests;

namespace Xend.Operations;

/// <content>Guests whose memory somebody wants to look at.</content>
public sealed partial class Toolstack
{
    public async Task DumpAsync(
        string reference,
        string? path,
        bool live,
        AfterDump after,
        Requester requester,
        CancellationToken cancellation
    )
    {
        var entry = Resolve(reference);
        if (entry.Runtime.Id == 0)
        {
            throw new XendError(ErrorCode.WrongState, $"Cannot dump core for privileged domain {entry.Name}");
        }
        if (entry.Runtime.Id is null)
        {
            throw new XendError(ErrorCode.WrongState, $"Domain '{entry.Name}' is not started", $"It is {entry.State.Describe()}.");
        }
        if (path is not null && (path is not ['/', _, ..] || path.Any(char.IsControl)))
        {
            throw new XendError(
                ErrorCode.InvalidRequest,
                $"Failed to dump core: {DomainConfigReader.Printable(path)} cannot be a file for it",
                hint: "An absolute path of this host is needed."
            );
        }
        if (after == AfterDump.Reset && entry.Foreign)
        {
            throw new XendError(ErrorCode.WrongState, $"{entry.Name} cannot be reset: another toolstack created it.");
        }
        await RunAsync(
                entry,
                OperationKind.DumpCore,
                requester,
                async turn =>
                {
                    var current = Demand(entry.Uuid, OperationKind.DumpCore);
                    var file = path
                        ?? DumpCore.PathFor(
                            _rooms.Host.Options.DumpPath,
                            current.Name,
                            current.Runtime.Id!.Value,
                            _rooms.Host.Clock.GetLocalNow()
                        );
                    OperationLog.Asked(_rooms.Log, $"dump-core {entry.Name} to {file}", requester);
                    await _lifecycle
                        .RunAsync(OperationKind.DumpCore, current, DumpPlan.For(file, live, goesOn: after == AfterDump.GoOn), turn)
                        .ConfigureAwait(false);
                    // It is held until this is done: nobody gives that up any more.
                    switch (after)
                    {
                        case AfterDump.Destroy:
                            await _lifecycle.DestroyAsync(current, CancellationToken.None).ConfigureAwait(false);
                            break;
                        case AfterDump.Reset:
                            await _lifecycle
                                .RestartAsync(OperationKind.Reset, current, [], wait: null, CancellationToken.None)
                                .ConfigureAwait(false);
                            break;
                    }
                },
                cancellation
            )
            .ConfigureAwait(false);
    }
}
