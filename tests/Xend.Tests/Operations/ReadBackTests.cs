using Serilog;
using Xend.Domains;
using Xend.Persistence;
using Xend.Tests.Operations.Sweeps;

namespace Xend.Tests.Operations;

/// <summary>A configuration that the next daemon could not read is refused, and what was kept before stands.</summary>
public sealed class ReadBackTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("read-back-").FullName;

    private static ILogger Silent { get; } = new LoggerConfiguration().CreateLogger();

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void Of_a_managed_domain()
    {
        var storage = new ManagedDomains(_root, new DurableFiles(), Silent);
        var entry = Entry() with { Managed = true, State = DomainState.Halted };
        storage.Save(entry);
        DemandRefusal(() => storage.Save(entry with { Config = Unreadable(entry) }));
        Assert.Equal(entry.Config!.CpuCap, Assert.Single(storage.LoadAll()).Config!.CpuCap);
    }

    [Fact]
    public void Of_a_running_domain()
    {
        var storage = new DomainRecords(_root, new DurableFiles(), Silent);
        var entry = Entry() with { State = DomainState.Running, Runtime = new DomainRuntime(1) };
        storage.Save(entry);
        DemandRefusal(() => storage.Save(entry with { Config = Unreadable(entry) }));
        Assert.Equal(entry.Config!.CpuCap, Assert.Single(storage.LoadAll()).Config!.CpuCap);
    }

    private static void DemandRefusal(Action save)
    {
        var error = Assert.Throws<XendError>(save);
        Assert.Equal("The configuration of linux cannot be kept.", error.Message);
        Assert.StartsWith("It could not be read again: Cpu cap out of range", error.Detail);
    }

    /// <summary>Two vCPUs are worth 200, no more.</summary>
    private static DomainConfig Unreadable(DomainEntry entry) => entry.Config! with { CpuCap = 201, Vcpus = 2 };

    private static DomainEntry Entry()
    {
        var config = new DomainConfigReader("vif-bridge").Read(Sample.Linux());
        return new DomainEntry
        {
            Uuid = config.Uuid,
            Name = config.Name,
            Config = config,
        };
    }
}
