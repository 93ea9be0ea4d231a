using System.CommandLine;
using Sxp;
using Xm.Connection;
using Xm.Output;

namespace Xm.Commands;

/// <summary>
/// <c>xm why</c>: what went wrong last with a domain, also with one that is gone. As much as xend remembers of operations that ended.
/// </summary>
internal sealed class WhyCommand : OwnCommand
{
    private readonly Argument<string?> _domain = new("Domain") { Arity = ArgumentArity.ZeroOrOne };

    protected override IEnumerable<Symbol> Words => [_domain];

    public override int Run(CommandCall call)
    {
        var domain = Read(call).GetValue(_domain);
        var ended = (call.Xend.Call("xend.task.ended") as SList ?? SList.Empty)
            .Items.OfType<SList>()
            .Where(task => WhyText.Tells(task) && (domain is null || WhyText.Concerns(task, domain)))
            .ToList();
        var waits = domain is null ? null : WaitOf(call, domain, known: ended.Count > 0);
        foreach (var task in ended)
        {
            call.Out.Write(WhyText.Of(task, call.Surroundings));
        }
        if (waits is not null)
        {
            call.Out.WriteLine(waits);
        }
        else if (ended.Count == 0)
        {
            call.Out.WriteLine(
                domain is null ? "Nothing went wrong that xend remembers." : $"Nothing went wrong with {domain} that xend remembers."
            );
        }
        return 0;
    }

    /// <summary>Why it does not run now; null where nothing is to be said of that, or where it is gone.</summary>
    private static string? WaitOf(CommandCall call, string domain, bool known)
    {
        try
        {
            return call.Xend.Call("xend.domain", domain) is SList vm ? WhyText.Waits(domain, vm, call.Surroundings) : null;
        }
        catch (XendFault fault) when (known && fault.Code == XendFault.InvalidDomain)
        {
            return null;
        }
    }
}
