namespace Model.Domains;

/// <summary>What a domain may be called.</summary>
/// <remarks>
/// Files are named by it: a directory of core dumps, the device model's log. No name is longer than a file's may be with what is added, and
/// none leads out of a directory.
/// </remarks>
public static class DomainName
{
    private const int Longest = 128;

    public static bool IsValid(string name) =>
        name.Length is > 0 and <= Longest
        && name is not ("." or "..")
        && name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '-' or '.' or ':' or '+');

    /// <summary>Refuses a name that cannot be had, in old xend's words.</summary>
    public static string Checked(string name) =>
        IsValid(name)
            ? name
            : throw DomainConfigReader.Invalid(
                "Invalid VM Name",
                $"'{DomainConfigReader.Printable(name)}': letters, digits and _ - . : + are allowed, at most {Longest} of them, "
                    + "and neither . nor .. alone."
            );
}
