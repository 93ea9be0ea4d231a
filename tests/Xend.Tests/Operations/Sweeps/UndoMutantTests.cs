using Xend.Operations.Steps;

namespace Xend.Tests.Operations.Sweeps;

/// <summary>That <c>make mutants</c> can tell a lost undo from one that is there.</summary>
public sealed class UndoMutantTests
{
    [Fact]
    public async Task A_lost_undo_is_seen_by_a_sweep()
    {
        var red = await FindRedAsync(typeof(PinVcpus), "vcpu-pin of dom0");
        Assert.NotNull(red);
        Assert.StartsWith("vcpu-pin of dom0, after pin-vcpus: failed", red);
        Assert.Contains("vcpu 0 on 1 vcpu 1 on 1", red);
    }

    [Fact]
    public async Task An_undo_that_an_operation_does_not_need_is_told_as_such() =>
        Assert.Null(await FindRedAsync(typeof(SetShares), "vcpu-pin of dom0"));

    [Fact]
    public void There_is_a_mutant_for_every_step_with_an_undo_and_for_no_other()
    {
        var names = UndoMutant.All.Select(mutant => mutant.Name).ToList();
        Assert.Contains("pin-vcpus", names);
        Assert.Contains("write-memory", names);
        Assert.Contains("unplug-device", names);
        Assert.DoesNotContain("pause-domain", names);
        Assert.All(names, name => Assert.Matches("^[a-z0-9]+(-[a-z0-9]+)*$", name));
    }

    [Fact]
    public async Task The_undo_of_a_step_that_is_named_by_its_device_is_tried_too() =>
        Assert.StartsWith("attach a disk, after add-vbd-51728: failed", await FindRedAsync(typeof(AddDevice), "attach a disk"));

    private static async Task<string?> FindRedAsync(Type step, string scenario)
    {
        var course = await OperationCourse.ObserveAsync(OperationScenario.All.Single(other => other.Name == scenario));
        return await new UndoMutant(step) { Patience = TimeSpan.FromSeconds(2) }.FindRedAsync([course], default);
    }
}
