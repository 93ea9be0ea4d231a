using System.Text.RegularExpressions;
using Simulation.Xen;
using Sxp;
using Xend.Domains;
using Xend.Operations;

namespace Xend.Tests.Operations.Sweeps;

/// <summary>How things stand, but for what differs from run to run: numbers and UUIDs that nobody can foretell, and times.</summary>
/// <param name="Domains">What users can see of the domains.</param>
/// <param name="Host">All that the host has, and what the daemon holds for its domains.</param>
internal sealed partial record SweepPicture(string Domains, string Host)
{
    /// <summary>The number of a sweep's first domain, that of the guest beside; a number like no other in the picture.</summary>
    public const uint FirstDomainId = 30001;

    /// <summary>Before the first event channel's number.</summary>
    public const uint LastPort = 50000;

    public static SweepPicture Of(SimulatedHost host, SimulatedXend xend) => new(DomainsOf(xend.Toolstack), HostOf(host, xend.Rooms));

    /// <summary>The lines in which the hosts of two pictures differ.</summary>
    public string HostBeside(SweepPicture other)
    {
        var counts = Host.Split('\n')
            .Concat(other.Host.Split('\n'))
            .Distinct()
            .Select(line => (line, Count(this, line) - Count(other, line)));
        return string.Join(
            '\n',
            counts.Where(count => count.Item2 != 0).Select(count => $"{(count.Item2 > 0 ? "more" : "less")}: {count.line}")
        );

        static int Count(SweepPicture picture, string line) => picture.Host.Split('\n').Count(other => other == line);
    }

    public static string DomainsOf(Toolstack xend) =>
        string.Join(
            '\n',
            xend.ListDomains()
                .Where(domain => domain.Id != 0 && domain.Name != SweepHost.Bystander)
                .Select(domain =>
                    WithoutNewUuid(
                        domain.Name,
                        $"{domain.Name} {domain.Uuid} restarted {xend.GetRestartCount(domain.Uuid.ToString())} "
                            + $"{(domain.Id is null ? "no id" : "")} {DomainStatus.Of(domain)} {(domain.Ending ? "ending" : "")} "
                            + (domain.Config is { } config ? SxpWriter.OneLine(DomainConfigWriter.Write(config)) : "not ours")
                    )
                )
        );

    /// <summary>A dead domain that is kept gets a UUID that nobody can foretell.</summary>
    private static string WithoutNewUuid(string name, string text) =>
        name.StartsWith("Domain-", StringComparison.Ordinal) ? text.Replace(name["Domain-".Length..], "NEW") : text;

    private static string HostOf(SimulatedHost host, OperationRooms rooms)
    {
        var text = string.Join(
            '\n',
            host.Dump().Replace(host.StateDirectory, "STATE"),
            string.Join('\n', rooms.Claims.Holds()),
            $"promised {rooms.Memory.Sum().PromisedKib} KiB"
        );
        text = Uuid().Replace(text, match => match.Value == Sample.Id ? "OURS" : "UUID");
        text = DomainNumber().Replace(text, "ID");
        text = DomainInTarget().Replace(text, "ID");
        text = Port().Replace(text, "PORT");
        text = ChangingValue().Replace(text, "${key} = ");
        text = LoopDevice().Replace(text, "LOOP");
        text = ProcessNumber().Replace(text, "PROCESS");
        return string.Join('\n', text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal));
    }

    [GeneratedRegex("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")]
    private static partial Regex Uuid();

    [GeneratedRegex(@"(?<!\d)300(?!01)\d\d(?!\d)")]
    private static partial Regex DomainNumber();

    /// <summary>In the name of a SCSI target it is hexadecimal.</summary>
    [GeneratedRegex(@"(?<=naa\.30e4d15c)[0-9a-f]{4}")]
    private static partial Regex DomainInTarget();

    [GeneratedRegex(@"(?<!\d)500\d\d(?!\d)")]
    private static partial Regex Port();

    [GeneratedRegex("(?<key>/(ring-ref|start_time|device-model-pid)) = .*")]
    private static partial Regex ChangingValue();

    [GeneratedRegex(@"/dev/loop\d+")]
    private static partial Regex LoopDevice();

    [GeneratedRegex(@"(?<=GuestProcess \{ Id = )\d+")]
    private static partial Regex ProcessNumber();
}
