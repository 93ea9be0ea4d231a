using Xunit.Abstractions;

// One emulated host at a time: two on two processors take three times as long, and stock scripts meet their time limits.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
[assembly: TestCollectionOrderer("Lab.Host.LongestCollectionFirst", "Lab")]

namespace Lab.Host;

/// <summary>
/// The tests that share the first of two equal hosts, which run oxenstored: [Collection(LabCollection.Name)] and a LabHost in the
/// constructor.
/// </summary>
[CollectionDefinition(Name)]
public sealed class LabCollection : ICollectionFixture<LabHost>
{
    public const string Name = "Xen host";
}

/// <summary>The tests that share the second host.</summary>
[CollectionDefinition(Name)]
public sealed class SecondLabCollection : ICollectionFixture<LabHost>
{
    public const string Name = "second Xen host";
}

/// <summary>A host whose store is kept by the C xenstored.</summary>
public sealed class LabHostWithCXenStored() : LabHost(new LabOptions { XenStored = XenStoreDaemon.C });

/// <summary>The tests that share one host with the C xenstored.</summary>
[CollectionDefinition(Name)]
public sealed class LabCollectionWithCXenStored : ICollectionFixture<LabHostWithCXenStored>
{
    public const string Name = "Xen host with the C xenstored";
}

/// <summary>The two hosts with most of the tests come first.</summary>
public sealed class LongestCollectionFirst : ITestCollectionOrderer
{
    public IEnumerable<ITestCollection> OrderTestCollections(IEnumerable<ITestCollection> testCollections) =>
        testCollections.OrderByDescending(collection => collection.DisplayName is LabCollection.Name or SecondLabCollection.Name);
}
