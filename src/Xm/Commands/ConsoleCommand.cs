using System.Globalization;
using Sxp;
using Xm.CommandLine;
using Xm.Connection;
using Xm.Host;

namespace Xm.Commands;

/// <summary><c>xm console</c></summary>
internal sealed class ConsoleCommand : Command
{
    public override int Run(CommandCall call)
    {
        call.RequireCount(1, 3);
        var isQuiet = false;
        var number = 0;
        var (options, domains) = call.Options("qn:", "quiet", "num");
        foreach (var option in options)
        {
            if (option.Key is "-q" or "--quiet")
            {
                isQuiet = true;
            }
            else if (option.Value is { Length: > 0 } value)
            {
                number = char.IsAsciiDigit(value[0]) ? value[0] - '0' : throw new UsageError($"Invalid console number: {value}");
            }
        }
        if (domains.Count != 1)
        {
            throw new UsageError("No domain given");
        }
        SList domain;
        try
        {
            domain = call.Xend.Domain(domains[0]);
        }
        catch (Exception error) when (isQuiet && error is XendFault or XendUnreachable or XendCrashed)
        {
            return 1;
        }
        if (domain.Id() is not { } id)
        {
            return isQuiet ? 1 : throw new XendFault(0, $"Domain '{domains[0]}' is not started");
        }
        return new GuestConsole(call, domain.Name(), number).Run(id);
    }

    /// <summary>Starts xenconsole for a domain on xm's terminal, once the domain has a console.</summary>
    /// <exception cref="CommandError">There is no xenconsole, or another process has that console open.</exception>
    /// <exception cref="XendFault">The domain ended before it had a console.</exception>
    public static IForegroundProgram Open(CommandCall call, long domain, int number)
    {
        var surroundings = call.Surroundings;
        var program = new XenTools(surroundings).Find("xenconsole")
            ?? throw new CommandError("Cannot find xenconsole, which comes with Xen (Debian: package xen-utils).");
        // xenconsole itself waits five seconds only, and making a domain may take longer than that.
        call.Xend.Call("xend.domain.waitForConsole", (int)domain);
        if (new ConsoleLock(surroundings, domain).WaitForHolder() is { } holder)
        {
            throw new CommandError(
                $"The console of domain {domain} is in use: process {holder.Process} ({holder.CommandLine}) has it open.\n"
                    + $"  One at a time can. It ends with Ctrl-] on its terminal, or by: kill {holder.Process}"
            );
        }
        surroundings.Out.Flush();
        surroundings.Errors.Flush();
        return surroundings.Foreground.Start(
            program,
            [domain.ToString(CultureInfo.InvariantCulture), "--num", number.ToString(CultureInfo.InvariantCulture)]
        );
    }
}
