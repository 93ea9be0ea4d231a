using Model;
using Model.Devices;
using Model.Domains;
using Sxp;
using Xm.CommandLine;
using Xm.Config.Domain;
using Xm.Config.Values;
using Xm.Connection;
using XmlRpc;

namespace Xm.Config.Lint;

/// <summary>What is said of a domain that would be sent.</summary>
/// <param name="Severity">How bad it is.</param>
/// <param name="Variable">The variable that it is about; null where none can be named.</param>
/// <param name="Line">The string of that variable's list; empty where it is about no single one.</param>
/// <param name="Message">The sentence.</param>
/// <param name="Hint">What to write instead, or null.</param>
internal sealed record Complaint(Severity Severity, string? Variable, string Line, string Message, string? Hint);

/// <summary>Asks xend's own rules what they have against a domain, and knows which variables of a guest file they mean.</summary>
/// <param name="settings">The variables' values.</param>
/// <param name="isSet">Whether the guest file or the command line sets a variable.</param>
internal sealed class ShapeCheck(Settings settings, Func<string, bool> isSet)
{
    /// <summary>The script that xend has for interfaces without one; which it is makes no difference to the rules.</summary>
    private const string VifScript = "vif-bridge";

    /// <param name="domain">The s-expression.</param>
    /// <param name="devices">Its devices as the file gives them; none for a file that is an s-expression itself.</param>
    public IEnumerable<Complaint> Complaints(SList domain, IReadOnlyList<DeviceOfFile> devices)
    {
        var complaints = UnsendableText
            .AllIn(domain)
            .Select(found => new Complaint(Severity.Error, found.Setting is { } key ? Variable(key) : null, "", found.Sentence, null))
            .ToList();
        // Of a text that cannot be sent nothing more is to be said.
        var unsendable = complaints.Select(complaint => complaint.Variable).ToHashSet();
        var examination = ConfigExamination.Of(domain, VifScript);
        complaints.AddRange(
            examination.Problems.Select(problem => Complaint(problem, devices)).Where(complaint => !unsendable.Contains(complaint.Variable))
        );
        complaints.AddRange(RatesWithoutEffect(domain, examination, devices));
        return complaints;
    }

    private Complaint Complaint(ConfigProblem problem, IReadOnlyList<DeviceOfFile> devices)
    {
        var device = problem.Device is { } place ? devices.ElementAtOrDefault(place) : null;
        return new Complaint(
            Severity.Error,
            device is not null ? Variable(device, problem.Setting)
                : problem.Setting == "device" ? Most(devices)
                : Variable(problem.Setting),
            device?.Line ?? "",
            Sentence(problem.Error),
            problem.Error.Hint
        );
    }

    private static string Sentence(XendError error) =>
        error.Detail is { Length: > 0 } detail ? $"{error.Message.TrimEnd('.')}: {detail.ReplaceLineEndings(" ")}" : error.Message;

    /// <summary>A framebuffer that names no keyboard has that of the domain.</summary>
    private string Variable(DeviceOfFile device, string setting) =>
        device.Variable == "vfb" && setting == "keymap" && isSet("keymap") && !device.Line.Contains("keymap", StringComparison.Ordinal)
            ? "keymap"
            : Gives(device.Variable);

    /// <summary>The variable that gives the most devices.</summary>
    private string? Most(IReadOnlyList<DeviceOfFile> devices) =>
        devices
            .CountBy(device => device.Variable)
            .OrderByDescending(count => count.Value)
            .Select(count => Gives(count.Key))
            .FirstOrDefault();

    /// <summary>Interfaces without a line of their own are there by a number.</summary>
    private string Gives(string variable) => variable == "vif" && !isSet("vif") && isSet("nics") ? "nics" : variable;

    private string? Variable(string setting) =>
        setting switch
        {
            "" or "vm" => null,
            "args" or "extra" => Culprit("extra", "nfs_root", "nfs_server", "root", "ip"),
            "ip" => Culprit("ip", "nfs_server", "gateway", "netmask", "hostname", "interface", "dhcp"),
            "bootloader_args" => "bootargs",
            "pool_name" => "pool",
            "image" => "builder",
            "cpus" when !isSet("cpus") && isSet("cpu") => "cpu",
            "vcpus" when isSet("maxvcpus") => "maxvcpus",
            "vcpu_avail" => "vcpus",
            _ => setting,
        };

    /// <summary>
    /// Which of the variables that are put together is to blame: the one with characters that cannot be sent, or else the longest.
    /// </summary>
    private string Culprit(params string[] variables) =>
        variables
            .Where(isSet)
            .Select(name => (Name: name, (settings[name] as StrValue)?.Text))
            .OrderBy(part => part.Text is null || XmlCharacters.AllowsAll(part.Text))
            .ThenByDescending(part => part.Text?.Length)
            .Select(part => part.Name)
            .FirstOrDefault(variables[0]);

    /// <summary>As of old a rate that cannot be read is none, without a word.</summary>
    private static IEnumerable<Complaint> RatesWithoutEffect(
        SList domain,
        ConfigExamination examination,
        IReadOnlyList<DeviceOfFile> devices
    ) =>
        from found in domain.Children("device").Select((device, place) => (Body: device.Count > 1 ? device[1] as SList : null, place))
        let rate = found.Body?.Value("rate")?.ToString()
        where rate is { Length: > 0 } && examination.Devices.GetValueOrDefault(found.place) is VifConfig { Rate: "" }
        select new Complaint(
            Severity.Warning,
            "vif",
            devices.ElementAtOrDefault(found.place)?.Line ?? "",
            $"rate: '{rate}' is not like 10Mb/s or 1MB/s@20ms, and does not limit anything",
            null
        );
}
