namespace Model.Domains;

/// <summary>The words for <see cref="DomainAction"/>.</summary>
public static class DomainActions
{
    public static IReadOnlyList<string> Names { get; } =
    ["destroy", "restart", "preserve", "rename-restart", "coredump-destroy", "coredump-restart"];

    public static string Name(this DomainAction action) => Names[(int)action];

    /// <summary>The action of that name, or null. Underscores are taken for dashes, as in saved configurations of old xend.</summary>
    public static DomainAction? Parse(string name)
    {
        var dashed = name.Replace('_', '-');
        for (var index = 0; index < Names.Count; index++)
        {
            if (Names[index] == dashed)
            {
                return (DomainAction)index;
            }
        }
        return null;
    }
}
