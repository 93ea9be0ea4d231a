using System.Collections.Immutable;
using Sprache;

namespace Sxp;

/// <summary>
/// Reads s-expressions: <c>xend-config.sxp</c>, <c>xm create -F</c>, what <c>xm list --long</c> printed, the bodies of HTTP requests.
/// </summary>
/// <remarks>
/// All atoms are read as strings, numbers too, as old xend read them: the reader cannot know whether <c>(args 4)</c> is a number.
/// Time and memory are linear in the length of the text.
/// </remarks>
public static class SxpReader
{
    /// <summary>Deepest nesting of lists accepted. Real expressions stay below 12.</summary>
    public const int MaxDepth = 128;

    /// <summary>Reads exactly one expression.</summary>
    /// <exception cref="SxpException">The text holds none, more than one, or is malformed.</exception>
    public static SValue Read(string text)
    {
        var input = new SxpInput(text, 0);
        var first = Next(ref input) ?? throw Error(input, "There is no expression here.");
        var rest = input;
        return Next(ref input) is null ? first : throw Error(SkipBlank(rest), "There is more than one expression here.");
    }

    /// <summary>Reads all expressions up to the end of the text. There may be none.</summary>
    /// <exception cref="SxpException">The text is malformed.</exception>
    public static ImmutableArray<SValue> ReadMany(string text)
    {
        var values = ImmutableArray.CreateBuilder<SValue>();
        var input = new SxpInput(text, 0);
        while (Next(ref input) is { } value)
        {
            values.Add(value);
        }
        return values.DrainToImmutable();
    }

    /// <summary>
    /// As <see cref="ReadMany(string)"/>, from the bytes of a file. Bytes that are not UTF-8 are kept, see <see cref="ByteText"/>.
    /// </summary>
    /// <exception cref="SxpException">The text is malformed.</exception>
    public static ImmutableArray<SValue> ReadMany(ReadOnlySpan<byte> bytes) =>
        ReadMany(ByteText.FromBytes(bytes.StartsWith("\uFEFF"u8) ? bytes[3..] : bytes));

    /// <summary>As <see cref="ReadMany(ReadOnlySpan{byte})"/>, each expression with the line on which it begins, counted from 1.</summary>
    /// <exception cref="SxpException">The text is malformed.</exception>
    public static ImmutableArray<(SValue Value, int Line)> ReadLocated(ReadOnlySpan<byte> bytes)
    {
        var values = ImmutableArray.CreateBuilder<(SValue, int)>();
        var input = new SxpInput(ByteText.FromBytes(bytes.StartsWith("\uFEFF"u8) ? bytes[3..] : bytes), 0);
        var counted = 0;
        var line = 1;
        while (true)
        {
            input = SkipBlank(input);
            line += input.Source.AsSpan(counted, input.Position - counted).Count('\n');
            counted = input.Position;
            if (Next(ref input) is not { } value)
            {
                return values.DrainToImmutable();
            }
            values.Add((value, line));
        }
    }

    /// <returns>The next expression, or null at the end of the text.</returns>
    private static SValue? Next(ref SxpInput input)
    {
        var open = new Stack<(SxpInput At, ImmutableArray<SValue>.Builder Items)>();
        while (true)
        {
            input = SkipBlank(input);
            if (input.AtEnd)
            {
                return open.Count == 0 ? null : throw Error(open.Peek().At, "This list is not closed: a ) is missing.");
            }
            SValue value;
            switch (input.Current)
            {
                case '(':
                    if (open.Count == MaxDepth)
                    {
                        throw Error(input, $"Lists are nested too deeply: at most {MaxDepth} levels.");
                    }
                    open.Push((input, ImmutableArray.CreateBuilder<SValue>()));
                    input = input.Skip(1);
                    continue;
                case ')':
                    if (!open.TryPop(out var closed))
                    {
                        throw Error(input, "This ) closes no list.");
                    }
                    input = input.Skip(1);
                    value = closed.Items.Count == 0 ? SList.Empty : new SList(closed.Items.DrainToImmutable());
                    break;
                default:
                    value = Scalar(ref input);
                    break;
            }
            if (open.Count == 0)
            {
                return value;
            }
            open.Peek().Items.Add(value);
        }
    }

    private static SString Scalar(ref SxpInput input)
    {
        var quoted = input.Current is '\'' or '"';
        var result = (quoted ? SxpGrammar.Quoted : SxpGrammar.Atom)(input);
        if (!result.WasSuccessful)
        {
            var at = (SxpInput)result.Remainder;
            throw quoted && at.AtEnd ? Error(input, $"This string is not closed: a {input.Current} is missing.")
            : quoted ? Error(at.Skip(-1), result.Message) // A bad escape: the failure stands after its backslash.
            : Error(input, $"The character with code {(int)input.Current} cannot stand here.");
        }
        input = (SxpInput)result.Remainder;
        return new SString(result.Value);
    }

    private static SxpInput SkipBlank(SxpInput input) => (SxpInput)SxpGrammar.Blank(input).Remainder;

    private static SxpException Error(SxpInput at, string sentence) => new(sentence, at.Line, at.Column);
}
