using Xm.CommandLine;
using Xm.Commands;
using Xm.Output;

namespace Xm.Help;

/// <summary>Prints help in old xm's layout.</summary>
internal sealed class HelpPage(CommandTable table, TextSink output)
{
    private const int NameWidth = 20;
    private const int DescriptionWidth = 50;
    private const int OptionWidth = 30;
    private const int UseWidth = 43;

    /// <summary>The commands most used; <c>xm</c> alone prints it.</summary>
    public void PrintShort()
    {
        PrintHead("Common 'xm' commands:");
        foreach (var name in CommandTable.Common)
        {
            PrintEntry(table.Find(name)!);
        }
        PrintFoot();
        output.WriteLine("For a complete list of subcommands run 'xm help'.");
    }

    /// <summary>All commands; <c>xm help</c> prints it.</summary>
    public void PrintLong()
    {
        PrintHead("xm full list of subcommands:");
        foreach (var entry in table.Entries)
        {
            if (!entry.IsHidden)
            {
                PrintEntry(entry);
            }
        }
        PrintFoot();
    }

    /// <summary>
    /// The usage of one command. A word that is none stands for the first command that starts with it, else the short help is printed.
    /// </summary>
    public void PrintUsage(string word)
    {
        var entry = table.Find(word) ?? table.Entries.FirstOrDefault(entry => entry.Name.StartsWith(word, StringComparison.Ordinal));
        if (entry is null)
        {
            PrintShort();
            return;
        }
        output.WriteLine($"Usage: xm {entry.Name} {entry.Arguments}");
        output.WriteLine();
        output.WriteLine(entry.Description);
        if (OptionLines.Of(entry.Name) is { } options)
        {
            foreach (var option in options)
            {
                PrintLines($"  {PythonText.Left(option.Keys, OptionWidth)} ", option.Use, UseWidth, 2 + OptionWidth + 1);
            }
            output.WriteLine();
        }
        else if (entry.Make?.Invoke().ParserHelp is { } help)
        {
            output.WriteLine(help);
        }
    }

    private void PrintHead(string title)
    {
        output.WriteLine("Usage: xm <subcommand> [args]");
        output.WriteLine();
        output.WriteLine("Start, list and manage the domains of a Xen host.");
        output.WriteLine();
        output.WriteLine(title);
        output.WriteLine();
    }

    private void PrintFoot()
    {
        output.WriteLine();
        output.WriteLine("<Domain> can either be the Domain Name or Id.");
        output.WriteLine("The man page xm(1) tells more about 'xm',");
        output.WriteLine("and xmdomain.cfg(5) about the files of 'xm create'.");
        output.WriteLine();
    }

    private void PrintEntry(CommandEntry entry) =>
        PrintLines($" {PythonText.Left(entry.Name, NameWidth)} ", entry.Description, DescriptionWidth, 1 + NameWidth + 1);

    /// <summary>The first line is filled up with blanks to the width, as it always was.</summary>
    private void PrintLines(string lead, string text, int width, int indent)
    {
        var lines = Wrapping.Wrap(text, width);
        output.WriteLine(lead + PythonText.Left(lines[0], width));
        for (var i = 1; i < lines.Count; i++)
        {
            output.WriteLine(new string(' ', indent) + lines[i]);
        }
    }
}
