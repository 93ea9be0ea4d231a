using XenStore;

namespace Simulation.Contracts;

/// <summary>Where a case plays.</summary>
/// <param name="Store">The store, as dom0.</param>
/// <param name="Other">The same store on a connection of its own.</param>
/// <param name="Root">A path of the case's own; it does not exist yet.</param>
public sealed record XenStoreContractStage(IXenStore Store, IXenStore Other, string Root)
{
    /// <summary>A path below the root.</summary>
    public string At(string below) => $"{Root}/{below}";
}

/// <summary>One promise of the store, that every implementation keeps: the simulated one, oxenstored, C xenstored.</summary>
public sealed class XenStoreContractCase(string name, Func<XenStoreContractStage, Task> body)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    public string Name { get; } = name;

    /// <summary>Plays the case below <paramref name="scratch"/>, and removes what it made.</summary>
    /// <exception cref="ContractBrokenException">The promise is not kept.</exception>
    public async Task RunAsync(IXenStore store, IXenStore other, string scratch)
    {
        var root = $"{scratch}/{Guid.NewGuid():N}";
        try
        {
            await body(new(store, other, root)).WaitAsync(Limit).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            throw new ContractBrokenException($"{Name}: not done after {Limit.TotalSeconds} s");
        }
        finally
        {
            await store.RemoveAsync(root).ConfigureAwait(false);
        }
    }

    public override string ToString() => Name;
}
