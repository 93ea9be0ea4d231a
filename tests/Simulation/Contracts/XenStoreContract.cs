namespace Simulation.Contracts;

/// <summary>What the toolstack relies on in a store, as cases that run on any.</summary>
public static class XenStoreContract
{
    /// <summary>All cases.</summary>
    public static IReadOnlyList<XenStoreContractCase> Cases { get; } =
    [
        .. XenStoreNodeContract.Cases,
        .. XenStorePermissionContract.Cases,
        .. XenStoreTransactionContract.Cases,
        .. XenStoreWatchContract.Cases,
        .. XenStorePipelineContract.Cases,
    ];

    /// <summary>The case of a name.</summary>
    public static XenStoreContractCase Named(string name) => Cases.Single(one => one.Name == name);
}
