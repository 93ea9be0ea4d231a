using Lab.Host;
using Simulation.Contracts;
using XenStore;

namespace Lab.Guests;

/// <summary>The promises of the store, kept by both programs that Xen ships for it.</summary>
public abstract class StoreContractTests(LabHost host)
{
    public static TheoryData<string> Cases => [.. XenStoreContract.Cases.Select(one => one.Name)];

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task The_store_keeps_its_promise(string name)
    {
        await host.ReplaceIfDeadAsync();
        var transport = new XenStoreStreamTransport("the emulated host", cancellation =>
            host.OpenUnixStreamAsync("/run/xenstored/socket", cancellation)
        );
        await using var store = new XenStoreClient(transport);
        await using var other = new XenStoreClient(transport);
        await XenStoreContract.Named(name).RunAsync(store, other, "/test");
    }
}

[Collection(SecondLabCollection.Name)]
public sealed class OCamlStoreContractTests(LabHost host) : StoreContractTests(host);

[Collection(LabCollectionWithCXenStored.Name)]
[Trait("Length", "long")]
public sealed class CStoreContractTests(LabHostWithCXenStored host) : StoreContractTests(host)
{
    private readonly LabHost _host = host;

    [Fact]
    public async Task A_guest_is_created_and_destroyed_with_the_C_xenstored_too()
    {
        await _host.EnsureXendAsync();
        var before = await Snapshot.HostSnapshot.TakeAsync(_host);
        var config = await _host.WriteGuestAsync("plain", XendOnHost.Devices());
        await _host.RunOkAsync($"xm create -q {config}");
        Assert.Matches(@"(?m)^plain +\d+ +16 ", await _host.RunOkAsync("xm list"));
        await _host.DestroyAsync("plain");
        await before.AssertRestoredAsync(_host);
    }
}
