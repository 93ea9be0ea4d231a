using System.Text;

namespace Model.Domains;

/// <summary>The words that a boot loader is given of <c>bootargs</c>.</summary>
public static class ShellWords
{
    /// <summary>
    /// Splits as a shell does: blanks, both kinds of quotes, backslashes; nothing is expanded. Throws <see cref="XendError"/> for an open
    /// quote.
    /// </summary>
    public static List<string> Split(string text)
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
            throw DomainConfigReader.Invalid(
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
