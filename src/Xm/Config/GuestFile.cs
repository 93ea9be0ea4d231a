using Sxp;
using Xm.CommandLine;
using Xm.Config.Domain;
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
    /// <exception cref="CommandError">The file cannot be read, or is wrong.</exception>
    public static GuestFile Read(ConfigFile file, IReadOnlyDictionary<string, string> given)
    {
        if (ExpressionFile.IsExpression(file.Source.Text))
        {
            var (expression, notices) = ExpressionFile.Parse(file.Path, ByteText.ToBytes(file.Source.Text));
            return new GuestFile(GuestForm.Expression, Nothing, expression, [$"xm: taken as an s-expression: {file.Path}", .. notices], []);
        }
        return Of(file, file.Evaluate(given), given);
    }

    /// <summary>What a file that is a program has set, in xm's names and forms.</summary>
    public static GuestFile Of(ConfigFile file, IReadOnlyDictionary<string, Value> values, IReadOnlyDictionary<string, string> given)
    {
        var overruled = Overruled(values, given);
        if (XlDetection.Evidence(values.Where(pair => !given.ContainsKey(pair.Key))) is not { } evidence)
        {
            return new GuestFile(GuestForm.Xm, overruled, null, [], []);
        }
        var translation = new XlTranslation(overruled);
        return new GuestFile(
            GuestForm.Xl,
            translation.Values,
            null,
            [$"xm: taken as an xl configuration: {file.Path} ({evidence})", .. translation.Notices.Select(notice => "xm: " + notice)],
            translation.Problems
        );
    }

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
