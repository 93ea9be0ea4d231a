using System.Reflection;

namespace Architecture.Tests;

/// <summary>The rooms of xend and who may call whom: docs/architecture.md in a form that fails.</summary>
public sealed class RoomTests
{
    /// <summary>The types directly in namespace Xend (errors, the seams together) are everybody's.</summary>
    private const string Hall = "";

    private static readonly Assembly Xend = Assembly.Load("xend");

    /// <summary>
    /// Which rooms a room may use. Hosting puts everything together and may use all.
    /// </summary>
    private static readonly Dictionary<string, string[]> MayUse = new()
    {
        // The request handler, and what it answers with: data, checked by a test of its own below.
        ["Api"] = ["Requests", "Domains", "Devices", "Hypervisor", "Host"],
        // What the handler is asked, and answers: records.
        ["Requests"] = ["Domains", "Hypervisor"],
        ["Operations"] =
        [
            "Requests",
            "Domains",
            "Devices",
            "DeviceModel",
            "Build",
            "Memory",
            "Persistence",
            "Hypervisor",
            "Host",
            "Relocation",
        ],
        ["Domains"] = ["Hypervisor"],
        // What a guest may reach of a PCI device is Xen's to allow.
        ["Devices"] = ["Domains", "DeviceModel", "Host", "Hotplug", "Hypervisor"],
        ["DeviceModel"] = ["Host"],
        ["Memory"] = ["Domains", "Hypervisor"],
        ["Persistence"] = ["Domains"],
        ["Build"] = ["Hypervisor", "Host"],
        ["Host"] = ["Hypervisor"],
        ["Hotplug"] = ["Host"],
        ["Hypervisor"] = [],
        ["Relocation"] = [],
    };

    [Fact]
    public void No_room_calls_one_that_it_may_not()
    {
        var broken =
            from pair in Uses.Of(Xend)
            let user = RoomOf(pair.User)
            let used = RoomOf(pair.Used)
            where user is not (null or "Hosting" or Hall) && used is not (null or Hall) && user != used
            where !MayUse.TryGetValue(user, out var rooms) || !rooms.Contains(used)
            select $"{pair.User.FullName} uses {pair.Used.FullName}";
        Assert.Empty(broken.Order());
    }

    [Fact]
    public void No_rooms_use_each_other_in_a_circle()
    {
        var left = new Dictionary<string, string[]>(MayUse);
        while (left.FirstOrDefault(room => !room.Value.Any(left.ContainsKey)) is { Key: { } lowest })
        {
            left.Remove(lowest);
        }
        Assert.Empty(left.Keys);
    }

    [Fact]
    public void What_is_everybodys_names_the_seams_and_no_more()
    {
        var broken =
            from pair in Uses.Of(Xend)
            where RoomOf(pair.User) == Hall && pair.User.Name != "Program" && RoomOf(pair.Used) is not (null or Hall)
            where !pair.Used.IsInterface
            select $"{pair.User.FullName} uses {pair.Used.FullName}";
        Assert.Empty(broken.Order());
    }

    [Fact]
    public void The_interfaces_see_only_data_of_the_rooms_behind_the_request_handler()
    {
        var broken =
            from pair in Uses.Of(Xend)
            where RoomOf(pair.User) == "Api" && RoomOf(pair.Used) is "Domains" or "Devices" or "Hypervisor" or "Host"
            where !IsData(pair.Used)
            select $"{pair.User.FullName} uses {pair.Used.FullName}";
        Assert.Empty(broken.Order());
    }

    [Fact]
    public void Only_the_rooms_of_hypervisor_and_build_use_libxc()
    {
        var broken =
            from pair in Uses.Of(Xend)
            where pair.Used.Assembly.GetName().Name == "LibXc.Interop"
            where RoomOf(pair.User) is not ("Hypervisor" or "Build")
            // Where the rooms are put together, libxc's words are led into the log.
            where (pair.User.Name, pair.Used.Name) is not ("DaemonCore", "XenLogLine" or "XenLogLevel")
            select $"{pair.User.FullName} uses {pair.Used.FullName}";
        Assert.Empty(broken.Order());
    }

    [Theory]
    [InlineData("XenHypervisor")]
    [InlineData("ChildImageBuilder")]
    [InlineData("BootloaderRunner")]
    [InlineData("ScriptRunner")]
    [InlineData("QemuDeviceModels")]
    [InlineData("HostDevices")]
    [InlineData("PciDevices")]
    [InlineData("HostInventory")]
    [InlineData("XenStoreClient")]
    public void What_touches_the_host_is_named_only_where_the_daemon_is_put_together(string implementation)
    {
        var users = Uses.Of(Xend).Where(pair => pair.Used.Name == implementation).ToList();
        Assert.NotEmpty(users);
        Assert.All(users, pair =>
            Assert.True(
                pair.User.Name == "DaemonCore" || pair.User.Namespace == pair.Used.Namespace,
                $"{pair.User.FullName} uses {implementation}"
            )
        );
    }

    [Fact]
    public void Every_room_has_its_rule()
    {
        var rooms = Xend.GetTypes().Select(RoomOf).OfType<string>().Distinct().Where(room => room != "Hosting");
        Assert.Equal(MayUse.Keys.Append(Hall).Order(), rooms.Order());
    }

    /// <summary>The folder of src/Xend that a type stands in; null for types of others.</summary>
    private static string? RoomOf(Type type)
    {
        var names = (type.Namespace ?? "").Split('.');
        return names[0] != "Xend" || type.Assembly != Xend ? null
            : names.Length > 1 ? names[1]
            : Hall;
    }

    /// <summary>Values, or functions of values: an enum, a record, or a static class, which can keep nothing.</summary>
    private static bool IsData(Type type) =>
        type.IsEnum
        || type is { IsAbstract: true, IsSealed: true }
        || type.GetMethod("PrintMembers", BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.DeclaredOnly) is not null;
}
