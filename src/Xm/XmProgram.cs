using Xm.CommandLine;
using Xm.Commands;
using Xm.Connection;
using Xm.Help;
using Xm.Host;

namespace Xm;

/// <summary>xm from its words to its exit status.</summary>
internal sealed class XmProgram(Surroundings surroundings)
{
    private readonly CommandTable _table = new();

    public int Run(IReadOnlyList<string> arguments)
    {
        var status = Dispatch(arguments);
        surroundings.Out.Flush();
        if (surroundings.Out.Failure is { } failure)
        {
            PrintError($"Cannot write the output: {failure}.");
            status = status == 0 ? 1 : status;
        }
        surroundings.Errors.Flush();
        return surroundings.Out.IsClosed && status == 0 ? 1 : status;
    }

    private HelpPage Help => new(_table, surroundings.Out);

    private int Dispatch(IReadOnlyList<string> arguments)
    {
        if (arguments.Count == 0)
        {
            Help.PrintShort();
            return 1;
        }
        // Help is asked for anywhere in the words, before the command sees them.
        if (arguments[0] is "--help" or "-h" or "help")
        {
            Help.PrintLong();
            return 0;
        }
        if (arguments.Contains("--help") || arguments.Contains("-h"))
        {
            Help.PrintUsage(arguments[0]);
            return 1;
        }
        if (_table.Resolve(arguments[0], out var isAlias) is not { } entry)
        {
            PrintError($"Subcommand {arguments[0]} not found!");
            Help.PrintShort();
            return 1;
        }
        if (isAlias)
        {
            surroundings.Errors.WriteLine($"Command {arguments[0]} is deprecated.  Please use xm {entry.Name} instead.");
        }
        return Run(entry, arguments.Skip(1).ToArray());
    }

    private int Run(CommandEntry entry, IReadOnlyList<string> arguments)
    {
        if (entry.Make is null)
        {
            PrintError(entry.Refusal);
            return 1;
        }
        using var call = new CommandCall(entry.Name, arguments, surroundings);
        try
        {
            return entry.Make().Run(call);
        }
        catch (UsageError error)
        {
            PrintError(error.Spaced ? error.Message + "\n" : error.Message);
            Help.PrintUsage(entry.Name);
            if (error.Closing is { } closing)
            {
                surroundings.Out.WriteLine(closing);
            }
            return error.ExitStatus;
        }
        catch (CommandError error)
        {
            PrintError(error.Message);
            return error.ExitStatus;
        }
        catch (XendFault fault) when (fault.Code == XendFault.InvalidDomain)
        {
            PrintError($"Domain '{fault.Text}' does not exist.");
            return XendFault.InvalidDomain;
        }
        catch (XendFault fault)
        {
            PrintError(fault.Text);
            Help.PrintUsage(entry.Name);
            return 1;
        }
        catch (XendUnreachable error)
        {
            PrintError(
                surroundings.IsRoot
                    ? $"Unable to connect to xend: {error.Reason}. Is xend running?"
                    : "Most commands need root access. Please try again as root."
            );
            return 1;
        }
        catch (XendCrashed error)
        {
            surroundings.Errors.WriteLine(error.Message);
            return 1;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            PrintError(
                surroundings.IsRoot
                    ? $"Unable to connect to xend: {Errno.Text(error)}."
                    : "Most commands need root access.  Please try again as root."
            );
            return 1;
        }
    }

    private void PrintError(string text)
    {
        // What was printed before the error stands before it on a terminal too.
        surroundings.Out.Flush();
        surroundings.Errors.WriteLine("Error: " + text);
        surroundings.Errors.Flush();
    }
}
