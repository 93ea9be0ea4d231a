namespace Xm.Commands;

/// <summary>One line of the command table.</summary>
/// <param name="Name">The word behind <c>xm</c>.</param>
/// <param name="Arguments">What usage shows behind it.</param>
/// <param name="Description">What it does.</param>
/// <param name="Make">Makes the command; null where this version does not have it.</param>
/// <param name="Absence">Why there can be no such command any more; null where it is only not written yet.</param>
internal sealed record CommandEntry(string Name, string Arguments, string Description, Func<Command>? Make = null, string? Absence = null)
{
    /// <summary>Hidden commands stand in no help list.</summary>
    public bool IsHidden { get; init; }

    /// <summary>Old xm had no such command. Its name cannot be shortened: what scripts shorten must go on to mean what it meant.</summary>
    public bool IsNew { get; init; }

    /// <summary>The sentence for a command that is not there.</summary>
    public string Refusal =>
        Absence is null ? $"'xm {Name}' is not part of this version yet." : $"'xm {Name}' is no longer possible: {Absence}";
}
