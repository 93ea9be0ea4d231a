using System.Reflection;
using Model.Devices;
using Model.Domains;

namespace Architecture.Tests;

/// <summary>No setting of a domain is read and then forgotten.</summary>
public sealed class ConfigurationUseTests
{
    private static readonly Assembly Xend = Assembly.Load("xend");

    private static readonly Type[] Configurations =
    [
        typeof(DomainConfig),
        typeof(ImageConfig),
        typeof(MachineOptions),
        typeof(DisplayOptions),
        typeof(StartOrder),
        .. typeof(DeviceConfig).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(DeviceConfig))).OrderBy(type => type.Name),
    ];

    /// <summary>
    /// The elements as they came, to be shown, and what they mean is read into the others; backends, of which the rules of shape leave dom0
    /// only.
    /// </summary>
    private static readonly string[] AsTheyCame =
    [
        "ImageConfig.Platform",
        "KeptDeviceConfig.Source",
        "VbdConfig.Backend",
        "VfbConfig.Source",
        "VifConfig.Backend",
    ];

    [Fact]
    public void Xend_acts_on_all_that_it_reads()
    {
        var used = Uses.Calls(Xend.GetTypes().Where(type => !IsOfRoom(type, "Api") && !IsOfRoom(type, "Persistence")))
            .Concat(Uses.Calls([.. Configurations, typeof(EmulatedDisk)]).Where(call => !IsMadeByCompiler(call.Caller)))
            .Select(call => (call.Called.DeclaringType, call.Called.Name))
            .ToHashSet();
        var unused =
            from type in Configurations
            from property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly)
            where !used.Contains((type, property.GetMethod!.Name))
            select $"{type.Name}.{property.Name}";
        Assert.Equal(AsTheyCame, unused);
    }

    private static bool IsOfRoom(Type type, string room) =>
        Uses.Written(type).Namespace is { } name && (name + ".").StartsWith($"Xend.{room}.", StringComparison.Ordinal);

    /// <summary>Equality, copies and printing of records touch every property.</summary>
    private static bool IsMadeByCompiler(MethodBase method) =>
        method.IsConstructor || method.Name is "Equals" or "GetHashCode" or "PrintMembers" or "ToString" or "Deconstruct";
}
