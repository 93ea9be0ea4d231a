using Simulation;
using Simulation.Contracts;

namespace XenStore.Tests;

/// <summary>
/// The contract of the store, on both simulated daemons; and on real ones where XENSTORED_TEST_SOCKETS names their sockets (path:path).
/// </summary>
public sealed class StoreContractTests
{
    private const string SocketsVariable = "XENSTORED_TEST_SOCKETS";

    public static TheoryData<string, string> OnEveryDaemon()
    {
        var daemons = Enum.GetNames<XenStoredFlavour>().Select(flavour => "simulated " + flavour).ToList();
        if (Environment.GetEnvironmentVariable(SocketsVariable) is { Length: > 0 } sockets)
        {
            daemons.AddRange(sockets.Split(':').Select(path => "real " + path));
        }

        var data = new TheoryData<string, string>();
        foreach (var daemon in daemons)
        {
            foreach (var one in XenStoreContract.Cases)
            {
                data.Add(daemon, one.Name);
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(OnEveryDaemon))]
    public async Task The_store_keeps_its_contract(string daemon, string promise)
    {
        var (kind, name) = (daemon.Split(' ')[0], daemon.Split(' ')[1]);
        if (kind == "real")
        {
            await RunAsync(promise, new XenStoreUnixSocket([name]));
        }
        else
        {
            var store = new SimulatedXenStored(new() { Flavour = Enum.Parse<XenStoredFlavour>(name) });
            await RunAsync(promise, store.Transport());
            Assert.Equal("/ =  (n0)\n/test =  (n0)\n", store.Dump());
            Assert.Equal(0, store.WatchCount);
            Assert.Equal(0, store.OpenTransactions);
        }
    }

    [Fact]
    public void The_cases_of_the_contract_have_names_of_their_own() =>
        Assert.Equal(XenStoreContract.Cases.Count, XenStoreContract.Cases.Select(one => one.Name).Distinct().Count());

    private static async Task RunAsync(string promise, IXenStoreTransport transport)
    {
        await using var store = new XenStoreClient(transport);
        await using var other = new XenStoreClient(transport);
        await store.ConnectAsync();
        await other.ConnectAsync();
        await store.MakeDirectoryAsync("/test");
        await XenStoreContract.Named(promise).RunAsync(store, other, "/test");

        // What was given up on is cleared up by then: the answers come in order.
        await store.ReadAsync("/test");
        await other.ReadAsync("/test");
    }
}
