using System.Reflection;

namespace Architecture.Tests;

/// <summary>The rooms of xend and who may call whom: docs/architecture.md in a form that fails.</summary>
public sealed class RoomTests
{
    /// <summary>The types directly in namespace Xend (errors, the seams together) are everybody's.</summary>
    private const string Hall = "";

    private static readonly Assembly Xend = Assembly.Load("xend");

    /// <summary>
    /// Which rooms a room may use. Hosting puts everything together and may use all. A room with names in brackets may be used for these
    /// types only.
    /// </summary>
    private static readonly Dictionary<string, string[]> MayUse = new()
    {
        // The request handler, and what it answers with: data, checked by a test of its own below.
        ["Api"] = ["Operations(IToolstack TaskView AuditFinding VncView)", "Domains", "Devices", "Hypervisor", "Host(NodeInfo HostName)"],
        ["Operations"] = ["Domains", "Devices", "DeviceModel", "Build", "Memory", "Persistence", "Hypervisor", "Host"],
        ["Domains"] = ["Hypervisor"],
        ["Devices"] = ["Domains", "Host", "Hotplug", "DeviceModel(IDeviceModels IQmpSession QmpException)"],
        ["DeviceModel"] = [],
        ["Memory"] = ["Domains", "Hypervisor"],
        ["Persistence"] = ["Domains"],
        ["Build"] = ["Hypervisor", "Host(KernelFacts)"],
        ["Host"] = ["Hypervisor"],
        ["Hotplug"] = [],
        ["Hypervisor"] = [],
        [Hall] =
        [
            "Hypervisor(IHypervisor ICoreDumper)",
            "DeviceModel(IDeviceModels)",
            "Build(IImageBuilder IBootloaderRunner)",
            "Hotplug(IScriptRunner)",
            "Host(IHostDevices IHostInventory)",
        ],
    };

    [Fact]
    public void No_room_calls_one_that_it_may_not()
    {
        var broken =
            from pair in Uses.Of(Xend)
            let user = RoomOf(pair.User)
            let used = RoomOf(pair.Used)
            where user is not (null or "Hosting") && used is not (null or Hall) && user != used
            where !MayUse.TryGetValue(user, out var rooms) || !rooms.Any(room => Allows(room, used, pair.Used))
            select $"{pair.User.FullName} uses {pair.Used.FullName}";
        Assert.Empty(broken.Order());
    }

    [Fact]
    public void The_interfaces_see_only_data_of_the_rooms_behind_the_request_handler()
    {
        // A domain's state in users' words is a pure function of that data.
        string[] pure = ["DomainStatus", "DomainActions"];
        var broken =
            from pair in Uses.Of(Xend)
            where RoomOf(pair.User) == "Api" && RoomOf(pair.Used) is "Domains" or "Devices" or "Hypervisor"
            where !IsData(pair.Used) && !pure.Contains(pair.Used.Name)
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
        Assert.Equal(MayUse.Keys.Order(), rooms.Order());
    }

    /// <summary>The folder of src/Xend that a type stands in; null for types of others.</summary>
    private static string? RoomOf(Type type)
    {
        var names = (type.Namespace ?? "").Split('.');
        return names[0] != "Xend" || type.Assembly != Xend ? null
            : names.Length > 1 ? names[1]
            : Hall;
    }

    private static bool Allows(string rule, string room, Type used)
    {
        var parts = rule.Split(['(', ')'], StringSplitOptions.RemoveEmptyEntries);
        return parts[0] == room && (parts.Length == 1 || parts[1].Split(' ').Contains(used.Name));
    }

    /// <summary>An enum or a record: it holds values and acts on nothing.</summary>
    private static bool IsData(Type type) =>
        type.IsEnum
        || type.GetMethod("PrintMembers", BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.DeclaredOnly) is not null;
}
