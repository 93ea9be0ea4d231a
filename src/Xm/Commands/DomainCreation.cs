using Sxp;
using Xm.CommandLine;
using Xm.Connection;

namespace Xm.Commands;

/// <summary>Has xend make the domain, waits for its devices and lets it run; what fails half way is destroyed again.</summary>
internal sealed class DomainCreation(CommandCall call, SValue configuration, bool isPaused, bool isQuiet)
{
    /// <summary>The name that the configuration gives the domain.</summary>
    public string? Name => (configuration as SList)?.Value("name").AsText();

    /// <summary>Called with the domain's id when the domain exists and before it runs.</summary>
    public Action<long>? Created { get; set; }

    /// <summary>Called with the connection and the domain's name when it runs.</summary>
    public Action<IXend, string>? Started { get; set; }

    /// <summary>What ends a line on a terminal that a console has in raw mode.</summary>
    public string LineEnd { get; set; } = "\n";

    /// <exception cref="CommandError">xend refused; nothing is left of the domain.</exception>
    public int Run() => Run(call.Xend);

    public int Run(IXend xend)
    {
        var domain = Create(xend);
        var name = domain.Name();
        var id = domain.Id() ?? -1;
        Created?.Invoke(id);
        Attempt(xend, name, "xend.domain.waitForDevices", fault => fault.Text, $"Device creation failed for domain {name}");
        if (!isPaused)
        {
            Attempt(
                xend,
                name,
                "xend.domain.unpause",
                fault => $"Failed to unpause domain {name}\n  {fault.Text}",
                $"Failed to unpause domain {name}"
            );
        }
        if (!isQuiet)
        {
            call.Out.Write($"Started domain {name} (id={id}){LineEnd}");
            call.Out.Flush();
        }
        Started?.Invoke(xend, name);
        return 0;
    }

    private SList Create(IXend xend)
    {
        try
        {
            return xend.Call("xend.domain.create", configuration) as SList ?? SList.Empty;
        }
        catch (XendFault fault)
        {
            throw new CommandError(fault.Code == XendFault.InvalidDomain ? $"the domain '{fault.Text}' does not exist." : fault.Text);
        }
    }

    private static void Attempt(IXend xend, string name, string method, Func<XendFault, string> explain, string otherwise)
    {
        try
        {
            xend.Call(method, name);
        }
        catch (Exception error) when (error is XendFault or XendUnreachable or XendCrashed)
        {
            Destroy(xend, name);
            throw new CommandError(error is XendFault fault ? explain(fault) : $"{otherwise}\n  {Cause(error)}");
        }
    }

    private static string Cause(Exception error) =>
        error is XendUnreachable unreachable ? $"Unable to connect to xend: {unreachable.Reason}." : error.Message;

    private static void Destroy(IXend xend, string name)
    {
        try
        {
            xend.Call("xend.domain.destroy", name);
        }
        catch (Exception error) when (error is XendFault or XendUnreachable or XendCrashed)
        {
            // xend has removed the domain itself, or is gone; the first failure is what the user must see.
        }
    }
}
