namespace Lab.Host;

/// <summary>Two hosts with a cable between them, <c>xlink</c> on each: 10.77.0.1 and 10.77.0.2.</summary>
public sealed class LinkedHosts : IAsyncLifetime
{
    private static readonly int Port = 14000 + Random.Shared.Next(1000) * 2;

    public LabHost First { get; } = new Host(Port, Port + 1);

    public LabHost Second { get; } = new Host(Port + 1, Port);

    public async Task InitializeAsync()
    {
        await Task.WhenAll(First.InitializeAsync(), Second.InitializeAsync());
        await ConnectAsync(First, "10.77.0.1");
        await ConnectAsync(Second, "10.77.0.2");
        await First.RunOkAsync("ping -c 1 -w 60 10.77.0.2");
    }

    public async Task DisposeAsync()
    {
        await First.DisposeAsync();
        await Second.DisposeAsync();
    }

    /// <summary>
    /// The card of the cable is the one whose address begins with 52:54:00:77. The bridge has it, too: by itself it would have the same on
    /// both hosts, for it comes from the image.
    /// </summary>
    private static Task ConnectAsync(LabHost host, string address) =>
        host.RunOkAsync(
            "card=$(grep -l '^52:54:00:77' /sys/class/net/*/address | cut -d/ -f5); "
                + $"ip link add xlink address $(cat /sys/class/net/$card/address) type bridge; ip link set $card up master xlink; ip addr add {address}/24 dev xlink; ip link set xlink up"
        );

    private sealed class Host(int own, int other) : LabHost(new LabOptions { Link = (own, other) });
}

/// <summary>The tests that need two hosts, which are booted for them alone.</summary>
[Xunit.CollectionDefinition(Name)]
public sealed class LinkedHostsCollection : Xunit.ICollectionFixture<LinkedHosts>
{
    public const string Name = "two linked Xen hosts";
}
