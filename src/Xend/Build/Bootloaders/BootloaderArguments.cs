using System.Text;

namespace Xend.Build.Bootloaders;

/// <summary>The words with which boot loaders are started, as old xend started them.</summary>
internal static class BootloaderArguments
{
    /// <summary>
    /// Programs of stock Xen that can be told where to put their files, and know an answer in which nothing can be forged.
    /// </summary>
    private static readonly string[] Stock = ["pygrub", "xenpvnetboot"];

    public static bool IsStock(string program) => Stock.Contains(Path.GetFileName(program));

    /// <param name="call">What to run.</param>
    /// <param name="answer">Where it is to write what it chose.</param>
    /// <param name="directory">Where it may put files.</param>
    public static List<string> Of(BootloaderCall call, string answer, string directory)
    {
        List<string> words = [];
        Add("--kernel=", call.Kernel);
        Add("--ramdisk=", call.Ramdisk);
        Add("--args=", call.CommandLine);
        words.Add("--output=" + answer);
        if (IsStock(call.Program))
        {
            words.Add("--output-format=simple0");
            words.Add("--output-directory=" + directory);
        }
        words.AddRange(Split(call.Arguments));
        words.Add(call.Disk);
        return words;

        void Add(string option, string value)
        {
            if (value.Length > 0)
            {
                words.Add(option + value);
            }
        }
    }

    /// <summary>
    /// Splits as a shell does: blanks, both kinds of quotes, backslashes; nothing is expanded. Throws <see cref="XendError"/> for an open
    /// quote.
    /// </summary>
    internal static List<string> Split(string text)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        var open = false;
        var quote = '\0';
        for (var at = 0; at < text.Length; at++)
        {
            var letter = text[at];
            if (quote != '\'' && letter == '\\' && at + 1 < text.Length && (quote == '\0' || text[at + 1] is '"' or '\\'))
            {
                word.Append(text[++at]);
                open = true;
            }
            else if (quote != '\0')
            {
                if (letter == quote)
                {
                    quote = '\0';
                }
                else
                {
                    word.Append(letter);
                }
            }
            else if (letter is '\'' or '"')
            {
                quote = letter;
                open = true;
            }
            else if (char.IsWhiteSpace(letter))
            {
                Finish();
            }
            else
            {
                word.Append(letter);
                open = true;
            }
        }
        if (quote != '\0')
        {
            throw new XendError(
                ErrorCode.InvalidRequest,
                "The boot loader's arguments have a quote that is not closed",
                $"bootargs = {text}",
                "Correct bootargs= in the guest's configuration."
            );
        }
        Finish();
        return words;

        void Finish()
        {
            if (open)
            {
                words.Add(word.ToString());
                word.Clear();
                open = false;
            }
        }
    }
}
