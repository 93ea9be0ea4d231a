using Xend.Tests.Operations.Sweeps;

namespace Xend.Tests.Operations.Migration;

/// <summary>What a migration is without faults.</summary>
/// <param name="Writes">How often something is written to a connection until the other host has the guest and has said so.</param>
internal sealed record MigrationCourse(int Writes)
{
    public static async Task<MigrationCourse> ObserveAsync(TwoHosts hosts, bool live)
    {
        await hosts.MigrateAsync(live);
        // What is behind: the source's word that the target may forget, and its answer.
        return new MigrationCourse(hosts.Network.Written - 2);
    }

    /// <summary>How a host is without a guest.</summary>
    public static async Task<string> EmptyAsync()
    {
        await using var hosts = await TwoHosts.StartAsync();
        return hosts.First.Dump();
    }
}
