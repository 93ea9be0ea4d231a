namespace Xend.Operations.Steps;

/// <summary>Refuses early more vCPUs than Xen gives a guest, and vCPUs that may only run on physical CPUs that are not there.</summary>
internal sealed class CheckVcpus : Step
{
    /// <summary>HVM_MAX_VCPUS of xen/include/public/hvm/hvm_info_table.h.</summary>
    private const uint MostTranslated = 128;

    public override string Name => "check-vcpus";

    public override Task DoAsync(OperationContext context, CancellationToken cancellation)
    {
        var config = context.Config;
        if (config.Type != GuestType.Pv && config.Vcpus > MostTranslated)
        {
            throw new XendError(
                ErrorCode.InvalidRequest,
                $"{config.Name} is to have {config.Vcpus} vCPUs, and Xen gives a guest of type {config.Image.Builder} {MostTranslated} at "
                    + "most",
                hint: $"vcpus = {MostTranslated}"
            );
        }
        var highest = context.Host.Hypervisor.GetPhysicalInfo().HighestCpu;
        for (var vcpu = 0; vcpu < config.Cpus.Length; vcpu++)
        {
            var cpus = config.Cpus[vcpu];
            if (!cpus.IsEmpty && cpus.All(cpu => cpu > highest))
            {
                throw new XendError(
                    ErrorCode.InvalidRequest,
                    $"vCPU {vcpu} of {config.Name} is to run on physical CPU {string.Join(", ", cpus)}, and this host has "
                        + (highest == 0 ? "CPU 0 only" : $"CPUs 0 to {highest}"),
                    hint: "Correct cpus= in the guest's configuration; xm info shows the host's (nr_cpus)."
                );
            }
        }
        return Task.CompletedTask;
    }
}
