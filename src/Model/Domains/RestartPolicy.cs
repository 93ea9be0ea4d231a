using Sxp;

namespace Model.Domains;

/// <summary>
/// What becomes of a domain that ended, from <c>on_poweroff</c>, <c>on_reboot</c>, <c>on_crash</c> and their old common form
/// <c>restart</c>.
/// </summary>
public sealed record RestartPolicy(DomainAction OnPoweroff, DomainAction OnReboot, DomainAction OnCrash)
{
    public static RestartPolicy Read(SList source, PartReader parts)
    {
        // What "restart" meant for each of the three: XendConfig of Xen 4.1. There "never" became an action that does not exist; here it is
        // what its name says.
        var (poweroff, reboot, crash) = parts.Read("restart", null, () => DomainConfigReader.Text(source, "restart")) switch
        {
            "onreboot" => ("destroy", "restart", "destroy"),
            "always" => ("restart", "restart", "restart"),
            "never" => ("destroy", "destroy", "destroy"),
            _ => ("destroy", "restart", "restart"),
        };
        return new RestartPolicy(
            Action(source, parts, "on_poweroff", "shutdown", poweroff),
            Action(source, parts, "on_reboot", "reboot", reboot),
            Action(source, parts, "on_crash", "crash", crash)
        );
    }

    private static DomainAction Action(SList source, PartReader parts, string key, string oldWord, string otherwise) =>
        parts.Read(key, DomainAction.Destroy, () =>
        {
            var text = DomainConfigReader.Text(source, key) is { Length: > 0 } given ? given : otherwise;
            return DomainActions.Parse(text)
                ?? throw DomainConfigReader.Invalid(
                    $"Invalid event handling mode: {oldWord}",
                    $"{key} is '{DomainConfigReader.Printable(text)}'; it can be {string.Join(", ", DomainActions.Names)}."
                );
        });
}
