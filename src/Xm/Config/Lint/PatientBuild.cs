using Sxp;
using Xm.CommandLine;
using Xm.Config.Domain;
using Xm.Host;

namespace Xm.Config.Lint;

/// <summary>What create would send.</summary>
/// <param name="Expression"><c>(vm ...)</c></param>
/// <param name="Devices">Its devices, in its order.</param>
internal sealed record SentDomain(SList Expression, IReadOnlyList<DeviceOfFile> Devices);

/// <summary>
/// Builds what create would send although settings are wrong: what create stops at is told, and the next attempt is made without it.
/// </summary>
/// <param name="settings">The settings; what is wrong is reset among them.</param>
/// <param name="surroundings">Where files are looked for.</param>
/// <param name="tell">Is told the setting, where one is known, and the sentence.</param>
internal sealed class PatientBuild(Settings settings, Surroundings surroundings, Action<string?, string> tell)
{
    private readonly Settings _defaults = new(GuestVariables.All);

    /// <summary>null where what is wrong cannot be told apart from the rest.</summary>
    public SentDomain? Build()
    {
        var reset = new HashSet<string>(StringComparer.Ordinal);
        while (true)
        {
            try
            {
                var devices = new DeviceSection(settings, surroundings, _ => { }).Build().ToList();
                return new SentDomain(new DomainConfiguration(settings, surroundings, _ => { }).Build(), devices);
            }
            catch (CommandError error)
            {
                // A file may be missing only because it is looked for as another builder's.
                if (error.Setting is not ("kernel" or "loader" or "ramdisk") || !reset.Contains("builder"))
                {
                    tell(error.Setting, Sentence(error));
                }
                if (error.Setting is not { } setting || !reset.Add(setting))
                {
                    return null;
                }
                Reset(setting);
            }
        }
    }

    /// <summary>On one line, without the variable's name that old xm put before some of its sentences.</summary>
    private static string Sentence(CommandError error) =>
        string.Join(
            ' ',
            error
                .Message.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
                .Where(line => line != $"'{error.Setting}'")
        );

    /// <summary>As if nothing were said of it. A kernel was named, though: it stands for itself.</summary>
    public void Reset(string setting) => settings.Set(setting, setting == "kernel" ? ImageSection.HvmLoader : _defaults[setting]);
}
