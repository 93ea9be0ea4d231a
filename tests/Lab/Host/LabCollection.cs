// Two emulated hosts at a time would halve the speed of both.
[assembly: CollectionBehavior(DisableTestParallelization = true)]

namespace Lab.Host;

/// <summary>
/// The tests that share one host, which runs oxenstored: [Collection(LabCollection.Name)] and a LabHost in the constructor.
/// </summary>
[CollectionDefinition(Name)]
public sealed class LabCollection : ICollectionFixture<LabHost>
{
    public const string Name = "Xen host";
}

/// <summary>A host whose store is kept by the C xenstored.</summary>
public sealed class LabHostWithCXenStored() : LabHost(new LabOptions { XenStored = XenStoreDaemon.C });

/// <summary>The tests that share one host with the C xenstored.</summary>
[CollectionDefinition(Name)]
public sealed class LabCollectionWithCXenStored : ICollectionFixture<LabHostWithCXenStored>
{
    public const string Name = "Xen host with the C xenstored";
}
