using Sxp;
using Xm.CommandLine;
using Xm.Config.Domain;
using Xm.Config.Evaluation;
using Xm.Config.Values;
using Xm.Config.Xl;
using Xm.Host;

namespace Xm.Config;

/// <summary>In what language a guest file is written.</summary>
internal enum GuestForm
{
    /// <summary>xm's own: Python.</summary>
    Xm,

    /// <summary>xl's, which looks the same and means other names and other strings.</summary>
    Xl,

    /// <summary>An s-expression, as <c>--dryrun</c> or <c>xm list --long</c> printed it.</summary>
    Expression,
}

/// <summary>Something that is wrong with one variable of a guest file.</summary>
internal sealed record GuestProblem(string Variable, string Text);

/// <summary>A guest file that was found and worked out.</summary>
/// <param name="Form">The language it is in.</param>
/// <param name="Values">The variables, with xm's names and forms; empty for an s-expression.</param>
/// <param name="Expression">The s-expression where the file is one.</param>
/// <param name="Notices">What the user should know: for what the file was taken, and what could not be kept.</param>
/// <param name="Problems">What cannot be said in xm's variables at all.</param>
internal sealed record GuestFile(
    GuestForm Form,
    IReadOnlyDictionary<string, Value> Values,
    SValue? Expression,
    IReadOnlyList<string> Notices,
    IReadOnlyList<GuestProblem> Problems
)
{
    /// <summary>Works a file out, whichever form it has.</summary>
    /// <param name="file">The file.</param>
    /// <param name="given">Variables of the command line that nobody declared: the file sees them as strings.</param>
    /// <param name="asked">The form that the user wants it taken for (<c>--as</c>); null where the file is to say.</param>
    /// <exception cref="CommandError">The file cannot be read, or is wrong.</exception>
    public static GuestFile Read(ConfigFile file, IReadOnlyDictionary<string, string> given, GuestForm? asked = null)
    {
        if (ExpressionFile.IsExpression(file.Source.Text))
        {
            var (expression, notices) = ExpressionFile.Parse(file.Path, ByteText.ToBytes(file.Source.Text));
            return new GuestFile(GuestForm.Expression, Nothing, expression, [$"xm: taken as an s-expression: {file.Path}", .. notices], []);
        }
        var (result, reason) = WorkOut(file, given, asked, goOn: false);
        return result.Problems.Count == 0
            ? Of(file, result.Names, given, asked, reason)
            : throw new CommandError(file.Source.Explain(result.Problems[0]));
    }

    /// <summary>
    /// What a file sets, worked out as a program; where that fails, and only xl can read the file, as xl reads it.
    /// </summary>
    /// <returns>The names, and in the second case what only xl reads.</returns>
    /// <exception cref="CommandError">The file cannot be read.</exception>
    public static (EvaluationResult Result, string? Reason) WorkOut(
        ConfigFile file,
        IReadOnlyDictionary<string, string> given,
        GuestForm? asked,
        bool goOn
    )
    {
        if (asked == GuestForm.Xl && XlSyntax.Read(file.Source.Text, out _) is { } wanted)
        {
            return (wanted.Result(given), null);
        }
        var result = file.Run(given, goOn);
        if (result.Problems.Count == 0 || asked == GuestForm.Xm || XlSyntax.Read(file.Source.Text, out _) is not { } syntax)
        {
            return (result, null);
        }
        var asXl = syntax.Result(given);
        var reason = syntax.Peculiarity
            ?? XlDetection.Decide(Own(asXl.Names, given), file.Source.Text) switch
            {
                { IsXl: true } verdict => verdict.Reason,
                _ => null,
            };
        return reason is null ? (result, null) : (asXl, reason);
    }

    /// <summary>What a file has set, in xm's names and forms.</summary>
    /// <param name="file">The file.</param>
    /// <param name="values">What it has set.</param>
    /// <param name="given">Variables of the command line that nobody declared.</param>
    /// <param name="asked">The form that the user wants it taken for; null where the file is to say.</param>
    /// <param name="reason">What only xl reads in it, where that is known already.</param>
    public static GuestFile Of(
        ConfigFile file,
        IReadOnlyDictionary<string, Value> values,
        IReadOnlyDictionary<string, string> given,
        GuestForm? asked = null,
        string? reason = null
    )
    {
        var overruled = Overruled(values, given);
        var verdict =
            asked is { } form ? new XlVerdict(form == GuestForm.Xl, form == GuestForm.Xl ? "--as=xl" : null, [])
            : reason is not null ? new XlVerdict(true, reason, [])
            : XlDetection.Decide(Own(values, given), file.Source.Text);
        if (!verdict.IsXl)
        {
            return new GuestFile(GuestForm.Xm, overruled, null, [.. XmNotices(file, verdict)], []);
        }
        var translation = new XlTranslation(overruled);
        return new GuestFile(
            GuestForm.Xl,
            translation.Values,
            null,
            [
                $"xm: taken as an xl configuration: {file.Path} ({verdict.Reason})",
                $"xm: therefore {XlTranslation.Consequence(overruled)}{(asked is null ? "; --as=xm takes the file as xm's" : "")}",
                .. translation.Notices.Select(notice => "xm: " + notice),
            ],
            translation.Problems
        );
    }

    /// <summary>A file that something speaks for xl in, and more for xm. Of a plain file of xm's nothing is said.</summary>
    private static IEnumerable<string> XmNotices(ConfigFile file, XlVerdict verdict) =>
        verdict.Ignored.Count == 0
            ? []
            :
            [
                $"xm: taken as an xm configuration: {file.Path} ({verdict.Reason})",
                $"xm: therefore without effect, for only xl has such names: {string.Join(' ', verdict.Ignored)}; --as=xl takes the "
                    + $"file as xl's",
            ];

    private static IEnumerable<KeyValuePair<string, Value>> Own(
        IReadOnlyDictionary<string, Value> values,
        IReadOnlyDictionary<string, string> given
    ) => values.Where(pair => !given.ContainsKey(pair.Key));

    private static Dictionary<string, Value> Nothing => new(StringComparer.Ordinal);

    /// <summary>
    /// What the command line gives of the later variables goes before the file, which could read and change them: they are strings that
    /// nobody declared.
    /// A type of the command line goes before the file's builder, too.
    /// </summary>
    private static IReadOnlyDictionary<string, Value> Overruled(
        IReadOnlyDictionary<string, Value> values,
        IReadOnlyDictionary<string, string> given
    )
    {
        var overruled = new Dictionary<string, Value>(values, StringComparer.Ordinal);
        foreach (var name in LaterVariables.All.Select(spec => spec.Name).Where(given.ContainsKey))
        {
            overruled[name] = given[name];
        }
        if (given.ContainsKey("type"))
        {
            overruled.Remove("builder");
        }
        return overruled;
    }

    /// <summary>The domain's s-expression. Notices and warnings go to stderr.</summary>
    /// <exception cref="CommandError">Something is wrong with a variable.</exception>
    public SValue ToExpression(Settings settings, string fileName, Surroundings surroundings)
    {
        foreach (var notice in Notices)
        {
            surroundings.Errors.WriteLine(notice);
        }
        if (Problems.Count > 0)
        {
            throw new CommandError(string.Join("\n  ", Problems.Select(problem => $"{problem.Variable}: {problem.Text}")));
        }
        if (Expression is not null)
        {
            return Expression;
        }
        Fill(settings, fileName);
        return new DomainConfiguration(settings, surroundings, surroundings.Errors.WriteLine).Build();
    }

    /// <summary>Puts the variables among the settings, below those of the command line.</summary>
    public void Fill(Settings settings, string fileName)
    {
        foreach (var (name, value) in Values)
        {
            if (value.IsSetting)
            {
                settings.SetFromFile(name, value);
            }
        }
        if (!settings.IsTrue("name"))
        {
            settings.Set("name", Path.GetFileName(fileName));
        }
    }

    /// <summary>The user's X server is the default of <c>display</c> and <c>xauthority</c>.</summary>
    public static void SetDisplay(Settings settings, Surroundings surroundings)
    {
        if (!settings.IsTrue("display") && surroundings.Variable("DISPLAY") is { } display)
        {
            settings.Set("display", display);
        }
        if (!settings.IsTrue("xauthority"))
        {
            settings.Set("xauthority", UserDisplay.KeyFile(surroundings));
        }
    }
}
