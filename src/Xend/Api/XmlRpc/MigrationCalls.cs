using Sxp;
using Xend.Requests;

namespace Xend.Api.XmlRpc;

/// <summary>Calls about guests that go to other hosts.</summary>
internal static class MigrationCalls
{
    public static async Task<SValue> MigrateAsync(Call call)
    {
        var report = await call
            .Toolstack.MigrateAsync(call.Arguments.Domain(0), RequestIn(call), call.Requester, call.Stopping)
            .ConfigureAwait(false);
        // Old xend answered nil, and old xm looks at no answer.
        return string.Join('\n', report.Notices);
    }

    public static async Task<SValue> RehearseAsync(Call call)
    {
        var report = await call
            .Toolstack.RehearseMigrationAsync(call.Arguments.Domain(0), RequestIn(call), call.Stopping)
            .ConfigureAwait(false);
        return SList.Of(
            new SList(["blockers", .. report.Blockers.Select(SValue (text) => text)]),
            new SList(["notices", .. report.Notices.Select(SValue (text) => text)])
        );
    }

    private static MigrationRequest RequestIn(Call call) =>
        new()
        {
            Host = call.Arguments.Text(1, ""),
            IsLive = call.Arguments.Flag(2, false),
            Port = call.Arguments.NumberOrNone(3) ?? 0,
            Node = call.Arguments.NumberOrNone(4) ?? -1,
            IsSecure = call.Arguments.FlagOrNone(5),
            ChangesHome = call.Arguments.Flag(6, false),
            NeverStands = call.Arguments.Flag(7, false),
        };
}
