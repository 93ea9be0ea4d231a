using Sxp;
using Xm.CommandLine;

namespace Xm.Config;

/// <summary>
/// A file that holds a domain's s-expression: what <c>--dryrun</c> printed, or what <c>xm list --long</c> said of a running domain.
/// </summary>
internal static class ExpressionFile
{
    /// <summary>What belongs to one run of a domain and not to what it is to be.</summary>
    private static bool IsOfOneRun(string? name) =>
        name
            is "domid"
                or "start_time"
                or "cpu_time"
                or "up_time"
                or "online_vcpus"
                or "status"
                or "state"
                or "store_mfn"
                or "console_mfn"
                or "shutdown_reason"
                or "restart_count"
                or "security_label"
                or "change_home_server";

    /// <summary>Whether the text starts as such a file does, behind blanks and comments. No file in Python can start like that.</summary>
    public static bool IsExpression(string text)
    {
        foreach (var line in text.Split('\n'))
        {
            var start = line.TrimStart();
            if (start.Length > 0 && start[0] != '#')
            {
                return Heads.Any(head =>
                    start.StartsWith(head, StringComparison.Ordinal)
                    && (start.Length == head.Length || start[head.Length] is ' ' or '\t' or '(')
                );
            }
        }
        return false;
    }

    private static string[] Heads => ["(vm", "(domain"];

    /// <summary>The first expression; of a saved <c>(domain …)</c> without what belonged to its run.</summary>
    /// <exception cref="CommandError">There is none, or it is malformed.</exception>
    public static (SValue Expression, IReadOnlyList<string> Notices) Parse(string file, ReadOnlySpan<byte> bytes)
    {
        try
        {
            var expressions = SxpReader.ReadMany(bytes);
            if (expressions.Length == 0)
            {
                throw new CommandError($"File {file} has no s-expression in it.");
            }
            var notices = new List<string>();
            var first = expressions[0] is SList { Name: "domain" } saved ? WithoutRun(saved, notices) : expressions[0];
            if (expressions.Length > 1)
            {
                notices.Add($"xm: only the first of the {expressions.Length} expressions in {file} is used");
            }
            return (first, notices);
        }
        catch (SxpException error)
        {
            throw new CommandError($"File {file}, line {error.Line}, column {error.Column}: {error.Message}");
        }
    }

    private static SList WithoutRun(SList domain, List<string> notices)
    {
        var kept = new List<SValue> { "vm" };
        var left = new List<string>();
        foreach (var item in domain.Items.Skip(1))
        {
            switch (item)
            {
                case SList { Name: var name } when IsOfOneRun(name):
                    left.Add(name!);
                    break;
                // xend makes the console of every domain by itself.
                case SList { Name: "device", Count: > 1 } device when device[1] is SList { Name: "console" }:
                    left.Add("console");
                    break;
                case SList { Name: "image", Count: > 1 } image when image[1] is SList body:
                    // The notes are read from the kernel anew.
                    kept.Add(SList.Of("image", new SList(body.Items.Where(child => child is not SList { Name: "notes" }))));
                    break;
                default:
                    kept.Add(item);
                    break;
            }
        }
        if (left.Count > 0)
        {
            notices.Add("xm: taken as a saved domain; left out what belonged to its run: " + string.Join(' ', left.Distinct()));
        }
        return new SList(kept);
    }
}
