using System.Collections.Immutable;
using Sxp;

namespace Model.Domains;

/// <summary>
/// All for which xend refuses a configuration on every host, by the rules of which xend tells the first that is broken. What only one host
/// or another lacks is not asked here.
/// </summary>
/// <param name="Problems">What is wrong, in the order in which xend reads.</param>
/// <param name="Devices">The devices that can be read, by their place among all <c>(device ...)</c>, from 0.</param>
public sealed record ConfigExamination(IReadOnlyList<ConfigProblem> Problems, IReadOnlyDictionary<int, DeviceConfig> Devices)
{
    /// <param name="source">The domain's s-expression.</param>
    /// <param name="defaultVifScript">As for <see cref="DomainConfigReader"/>.</param>
    public static ConfigExamination Of(SList source, string defaultVifScript)
    {
        var problems = new List<ConfigProblem>();
        var parts = PartReader.Collecting(problems);
        ImmutableArray<PlacedDevice> devices = [];
        var config = parts.Read<DomainConfig?>("", null, () => new DomainConfigReader(defaultVifScript).Read(source, parts, out devices));
        if (config is not null)
        {
            config = config with { Devices = [.. devices.Select(device => device.Device)] };
            // What is missing may be what could not be read.
            var isBootKnown = problems.TrueForAll(problem =>
                problem.Device is null && problem.Setting is not ("image" or "builder" or "kernel" or "bootloader" or "device")
            );
            var isWhole = problems.Count == 0;
            // Nor is a device judged by what stands in for one of its parts.
            var doubtful = problems.Select(problem => problem.Device).ToHashSet();
            foreach (var (place, device) in devices.Where(device => !doubtful.Contains(device.Place)))
            {
                parts.ForDevice(place).Check(device.Class, () => DeviceClasses.Of(device).RefuseUnconnectable(device, config));
            }
            if (config.Type == GuestType.Hvm || config.Devices.Any(device => device is VfbConfig))
            {
                parts.Check("device_model", () => DeviceModelName.Check(config.Machine.DeviceModel));
            }
            if (isBootKnown)
            {
                CheckBoot(config, parts);
            }
            if (isWhole)
            {
                parts.Check("args", () => DomainConfigReader.CheckWritten(config));
            }
        }
        return new ConfigExamination(problems, devices.ToDictionary(device => device.Place, device => device.Device));
    }

    private static void CheckBoot(DomainConfig config, PartReader parts)
    {
        if (BootSource.IsNeeded(config))
        {
            parts.Check(config.Bootloader.Length > 0 ? "bootloader" : "kernel", () => BootSource.Of(config));
            parts.Check("bootloader_args", () => ShellWords.Split(config.BootloaderArgs));
        }
    }
}
