namespace Xm.Commands;

/// <summary>The commands that old xm did not have. They stand behind its own, whose order is known.</summary>
internal static class OwnCommands
{
    public static CommandEntry[] Entries =>
        [
            new("tasks", "", "List what xend is doing.", static () => new TasksCommand()),
            new("cancel", "<Task|Domain>", "Give up what xend is doing with a domain.", static () => new CancelCommand()),
            new("audit", "[--fix]", "Find what is on the host and belongs to no domain; --fix removes it.", static () =>
                new AuditCommand()
            ),
            new("why", "[Domain]", "Tell what went wrong last, also with a domain that is gone.", static () => new WhyCommand()),
        ];
}
