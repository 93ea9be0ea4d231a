using Model.Domains;
using Sxp;
using Xm.Host;

namespace Xm.Config.Lint;

/// <summary>
/// Files of this host that a fully virtualized domain names, beside those of which create itself says that they are not there. Disks are
/// not asked for: a volume may be activated later.
/// </summary>
internal sealed class HostFileCheck(Surroundings surroundings)
{
    /// <summary>The variable, and the sentence.</summary>
    public IEnumerable<(string Variable, string Message)> Problems(SList domain)
    {
        if (domain.Child("image") is not { Count: > 1 } image || image[1] is not SList { Name: "hvm" } machine)
        {
            yield break;
        }
        foreach (var name in new[] { "fda", "fdb", "device_model" })
        {
            if (
                machine.Value(name) is SString { Value: ['/', ..] file }
                && !(name == "device_model" && DeviceModelName.IsStock(file))
                && !file.Contains('\0')
                && !File.Exists(surroundings.Resolve(file))
            )
            {
                yield return (name, $"Cannot find {name} \"{file}\"");
            }
        }
    }
}
