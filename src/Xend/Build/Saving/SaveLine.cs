using System.Globalization;

namespace Xend.Build.Saving;

/// <summary>What daemon and child say to each other, in the form of <see cref="BuildLine"/>.</summary>
/// <remarks>
/// The daemon sends one line <c>save</c>, <c>inspect</c> or <c>restore</c>. The child answers with <c>log</c> and <c>progress</c> lines
/// and, at the end, one line <c>saved</c>, <c>found</c>, <c>restored</c> or <c>failed</c>. While it saves it asks <c>suspend</c>
/// and <c>state</c>, and is answered <c>done</c> or <c>refused</c>, or <c>state</c> with a path. <c>send</c> and <c>receive</c> have the
/// memory alone, over descriptor 3; who sends also asks <c>track</c> (0 or 1), tells each <c>round</c>, and ends with <c>sent</c>.
/// </remarks>
internal static class SaveLine
{
    public const string Save = "save";
    public const string Inspect = "inspect";
    public const string Restore = "restore";
    public const string Send = "send";
    public const string Receive = "receive";

    public const string Progress = "progress";
    public const string Suspend = "suspend";
    public const string State = "state";
    public const string Track = "track";

    /// <summary>Its number, and the pages that the guest wrote meanwhile.</summary>
    public const string Round = "round";
    public const string Done = "done";
    public const string Refused = "refused";

    /// <summary>The file's size.</summary>
    public const string Saved = "saved";

    /// <summary>The memory is out.</summary>
    public const string Sent = "sent";

    /// <summary>What is in a file.</summary>
    public const string Found = "found";

    /// <summary>The frames of the store and the console ring.</summary>
    public const string Restored = "restored";

    /// <summary>Reason, detail, hint.</summary>
    public const string Failed = "failed";

    public const string Yes = "1";
    public const string No = "0";

    /// <summary>A configuration with all its letters escaped, and numbers.</summary>
    public const int Longest = 3 * SaveFileFormat.MostConfigurationBytes + 1024;

    public static string Of(GuestSaveRequest request) =>
        BuildLine.Of(Save, Text(request.DomainId), request.Path, request.Configuration, Text(request.NeededBytes));

    public static GuestSaveRequest? ReadSave(string[] words) =>
        words is [Save, var domain, var path, var configuration, var needed]
        && uint.TryParse(domain, CultureInfo.InvariantCulture, out var id)
        && long.TryParse(needed, CultureInfo.InvariantCulture, out var bytes)
            ? new GuestSaveRequest(id, path, configuration, bytes)
            : null;

    public static GuestRestoreRequest? ReadRestore(string[] words) =>
        words is [Restore, var domain, var path, var offset, var store, var console]
        && uint.TryParse(domain, CultureInfo.InvariantCulture, out var id)
        && long.TryParse(offset, CultureInfo.InvariantCulture, out var memory)
        && uint.TryParse(store, CultureInfo.InvariantCulture, out var storePort)
        && uint.TryParse(console, CultureInfo.InvariantCulture, out var consolePort)
            ? new GuestRestoreRequest(id, path, memory, storePort, consolePort)
            : null;

    public static string Of(GuestRestoreRequest request) =>
        BuildLine.Of(
            Restore,
            Text(request.DomainId),
            request.Path,
            Text(request.MemoryOffset),
            Text(request.StorePort),
            Text(request.ConsolePort)
        );

    public static string Of(GuestSendRequest request) => BuildLine.Of(Send, Text(request.DomainId), request.IsLive ? Yes : No);

    public static GuestSendRequest? ReadSend(string[] words) =>
        words is [Send, var domain, var live] && uint.TryParse(domain, CultureInfo.InvariantCulture, out var id)
            ? new GuestSendRequest(id, live == Yes)
            : null;

    public static string Of(GuestReceiveRequest request) =>
        BuildLine.Of(Receive, Text(request.DomainId), Text(request.StorePort), Text(request.ConsolePort));

    public static GuestReceiveRequest? ReadReceive(string[] words) =>
        words is [Receive, var domain, var store, var console]
        && uint.TryParse(domain, CultureInfo.InvariantCulture, out var id)
        && uint.TryParse(store, CultureInfo.InvariantCulture, out var storePort)
        && uint.TryParse(console, CultureInfo.InvariantCulture, out var consolePort)
            ? new GuestReceiveRequest(id, storePort, consolePort)
            : null;

    public static string Of(SavedGuest guest) =>
        BuildLine.Of(
            Found,
            guest.Configuration,
            Text(guest.MemoryOffset),
            guest.StateOffset is { } offset ? Text(offset) : "",
            guest.IsTranslated ? Yes : No
        );

    public static SavedGuest? ReadFound(string[] words) =>
        words is [Found, var configuration, var memory, var state, var translated]
        && long.TryParse(memory, CultureInfo.InvariantCulture, out var memoryOffset)
            ? new SavedGuest(
                configuration,
                memoryOffset,
                long.TryParse(state, CultureInfo.InvariantCulture, out var stateOffset) ? stateOffset : null,
                translated == Yes
            )
            : null;

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
