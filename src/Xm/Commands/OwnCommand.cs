using System.CommandLine;
using Xm.CommandLine;

namespace Xm.Commands;

/// <summary>
/// A command that old xm did not have. What words it takes is declared; System.CommandLine reads them. Old xm's commands keep old xm's ways
/// of reading words, which no library has.
/// </summary>
internal abstract class OwnCommand : Command
{
    /// <summary>Words that begin with <c>@</c> name no files, and switches are not run together.</summary>
    private static readonly ParserConfiguration Rules = new() { ResponseFileTokenReplacer = null, EnablePosixBundling = false };

    /// <summary>The options and arguments, which the command holds on to for reading their values.</summary>
    protected abstract IEnumerable<Symbol> Words { get; }

    /// <exception cref="UsageError">The words are not those that are declared.</exception>
    protected ParseResult Read(CommandCall call)
    {
        var grammar = new System.CommandLine.Command(call.Name);
        foreach (var word in Words)
        {
            if (word is Option option)
            {
                grammar.Options.Add(option);
            }
            else if (word is Argument argument)
            {
                grammar.Arguments.Add(argument);
            }
        }
        var result = grammar.Parse(call.Arguments, Rules);
        return result.UnmatchedTokens is [var unknown, ..] ? throw new UsageError($"'xm {call.Name}' takes no '{unknown}'")
            : result.Errors.Count > 0
                ? throw new UsageError($"'xm {call.Name}' requires {grammar.Arguments.FirstOrDefault()?.Name ?? "other words"}.")
            : result;
    }
}
