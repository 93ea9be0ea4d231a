using Sxp;
using Xm.CommandLine;
using Xm.Config.Domain;
using Xm.Config.Language;
using Xm.Config.Values;
using Xm.Config.Xl;
using Xm.Host;

namespace Xm.Config.Lint;

/// <summary>What lint has to say of a guest file.</summary>
/// <param name="File">The file as it is announced.</param>
/// <param name="Form">The language it is in; null where it could not be read.</param>
/// <param name="Findings">All that is wrong, in the order of the file.</param>
/// <param name="Domain">The s-expression that create would send; null where there would be none.</param>
internal sealed record LintReport(string File, GuestForm? Form, IReadOnlyList<Finding> Findings, SList? Domain)
{
    public int Errors => Findings.Count(finding => finding.Severity == Severity.Error);

    public int Warnings => Findings.Count - Errors;
}

/// <summary>Finds all that is wrong with a guest file, where <c>xm create</c> stops at the first.</summary>
internal sealed class GuestCheck(Settings settings, Surroundings surroundings)
{
    /// <summary>A file with more mistakes than this is something else.</summary>
    private const int MostFindings = 200;

    private readonly List<Finding> _findings = [];
    private NamesInFile? _names;
    private IReadOnlyDictionary<string, Position> _positions = new Dictionary<string, Position>();
    private bool _isIncomplete;
    private bool _isUnreadable;

    /// <param name="file">The file.</param>
    /// <param name="name">What the command line calls it.</param>
    /// <param name="given">Variables of the command line that nobody declared.</param>
    /// <param name="asked">The form that the user wants the file taken for; null where the file is to say.</param>
    public LintReport Check(ConfigFile file, string name, IReadOnlyDictionary<string, string> given, GuestForm? asked = null)
    {
        GuestFile guest;
        try
        {
            guest = ExpressionFile.IsExpression(file.Source.Text) ? GuestFile.Read(file, given) : Examine(file, given, asked);
        }
        catch (CommandError error)
        {
            Add(Severity.Error, null, error.Message);
            return Report(file, null, null);
        }
        foreach (var notice in guest.Notices.Where(notice => notice.Contains("left out", StringComparison.Ordinal)))
        {
            Add(Severity.Warning, null, notice.Substring("xm: ".Length));
        }
        if (guest.Expression is { } expression)
        {
            return Report(file, guest.Form, expression as SList);
        }
        if (_isUnreadable)
        {
            return Report(file, null, null);
        }
        _names = new NamesInFile(file.Source.Text, _positions);
        CheckVariables(guest, given);
        foreach (var problem in guest.Problems)
        {
            Add(Severity.Error, problem.Variable, problem.Text);
        }
        guest.Fill(settings, name);
        var set = guest.Values.Where(pair => pair.Value.IsSetting).Select(pair => pair.Key).ToList();
        CheckDevices(set);
        if (_isIncomplete)
        {
            // What is missing may only be missing because the file failed before it.
            return Report(file, guest.Form, null);
        }
        foreach (var (variable, message, isError) in new DomainCheck(settings, set).Problems())
        {
            Add(isError ? Severity.Error : Severity.Warning, variable, message);
        }
        return Report(file, guest.Form, Build());
    }

    /// <summary>Works a program out, statement by statement, whatever fails on the way.</summary>
    private GuestFile Examine(ConfigFile file, IReadOnlyDictionary<string, string> given, GuestForm? asked)
    {
        var (result, reason) = GuestFile.WorkOut(file, given, asked, goOn: true);
        foreach (var problem in result.Problems)
        {
            var isHere = problem.File is null || problem.File == file.Source;
            _findings.Add(new Finding(Severity.Error, null, isHere ? problem.At.Line : null, file.Source.Explain(problem)));
        }
        foreach (var warning in result.Warnings)
        {
            _findings.Add(new Finding(Severity.Warning, null, warning.At.Line, warning.Message));
        }
        _positions = result.Positions;
        _isIncomplete = result.Problems.Count > 0;
        _isUnreadable = result.Problems.Any(problem => problem.IsSyntax);
        return GuestFile.Of(file, result.Names, given, asked, reason);
    }

    private LintReport Report(ConfigFile file, GuestForm? form, SList? domain)
    {
        var findings = _findings.OrderBy(finding => finding.Line ?? 0).Take(MostFindings).ToList();
        return new LintReport(file.Path, form, findings, findings.Exists(finding => finding.Severity == Severity.Error) ? null : domain);
    }

    private void CheckVariables(GuestFile guest, IReadOnlyDictionary<string, string> given)
    {
        foreach (var (name, value) in guest.Values)
        {
            if (_findings.Count >= MostFindings)
            {
                break;
            }
            if (given.ContainsKey(name) || name is "xm_file" or "xm_help" or "xm_vars" or "Vars" || IsOption(name))
            {
                continue;
            }
            if (VariableRules.Of(name) is { } rule)
            {
                CheckValue(rule, value);
            }
            else if (VariableRules.FormerName(name) is { } today)
            {
                Add(Severity.Warning, name, $"{name} has no effect.", $"Write {today}.");
            }
            else if (value.IsSetting && !_names!.IsRead(name))
            {
                var near = NearestName.Of(name, VariableRules.Names);
                Add(
                    Severity.Warning,
                    name,
                    $"{name} is no variable of xm, and has no effect.",
                    near is null ? null : $"Did you mean {near}?"
                );
            }
        }
    }

    /// <summary>These act as the options of create that are called like them.</summary>
    private static bool IsOption(string name) =>
        name is "paused" or "quiet" or "dryrun" or "xmldryrun" or "console_autoconnect" or "skipdtd";

    private void CheckValue(VariableRule rule, Value value)
    {
        if (!value.IsSetting)
        {
            Add(
                Severity.Warning,
                rule.Name,
                $"A value of type {value.TypeName} is ignored, as if {rule.Name} were not there.",
                value switch
                {
                    BoolValue truth => $"Write {rule.Name} = {(truth.Truth ? 1 : 0)}.",
                    UnicodeValue => "Write the string without the u.",
                    TupleValue => $"Write a list: {rule.Name} = [ ... ].",
                    LongValue => "Write the number without an L.",
                    _ => "Leave the line out, or give a value.",
                }
            );
            return;
        }
        if (rule.Problem(value) is { } problem)
        {
            Add(
                Severity.Error,
                rule.Name,
                problem,
                rule.Kind == ValueKind.Texts && value is StrValue text ? $"Write {rule.Name} = [ '{text.Text}' ]." : null
            );
        }
        if ((rule.HasNoEffect || rule.IsRefused) && VariableRules.IsDefault(rule.Name, value))
        {
            return;
        }
        if (rule.IsRefused)
        {
            Add(
                Severity.Error,
                rule.Name,
                $"xend refuses a domain with {rule.Name}: such devices cannot be connected yet.",
                "Leave the line out."
            );
        }
        if (rule.Successor is { } successor)
        {
            Add(Severity.Warning, rule.Name, $"{rule.Name} is deprecated.", $"Use {successor}.");
        }
        else if (rule.HasNoEffect)
        {
            Add(Severity.Warning, rule.Name, $"{rule.Name} is accepted and has no effect with today's Xen.");
        }
    }

    private void CheckDevices(IEnumerable<string> set)
    {
        var check = new DeviceCheck(settings, surroundings);
        Try("vscsi", () => ScsiLine.Parse(settings, surroundings));
        Try("access_control", () => AccessControlLine.ToSxp(settings));
        foreach (var variable in set)
        {
            if (settings[variable] is ListValue list && VariableRules.Of(variable) is { Kind: ValueKind.Texts })
            {
                foreach (
                    var problem in list.Items.OfType<StrValue>().Take(MostFindings).SelectMany(line => check.Problems(variable, line.Text))
                )
                {
                    Add(Severity.Error, variable, problem);
                }
            }
        }
    }

    /// <summary>
    /// What create itself would stop at comes last. Of the devices all has been said; of the files and the kernel's command line nothing
    /// yet.
    /// </summary>
    private SList? Build()
    {
        var hasErrors = _findings.Exists(finding => finding.Severity == Severity.Error);
        SList? domain = null;
        Try(null, () =>
        {
            if (!_findings.Exists(finding => finding is { Severity: Severity.Error, Variable: "builder" }))
            {
                new ImageSection(settings, surroundings).Build();
            }
            domain = hasErrors ? null : new DomainConfiguration(settings, surroundings, _ => { }).Build();
        });
        return domain;
    }

    private void Try(string? variable, Action parse)
    {
        try
        {
            parse();
        }
        catch (CommandError error)
        {
            var sentence = error.Message.TrimEnd();
            if (!_findings.Exists(finding => finding.Message == sentence))
            {
                Add(Severity.Error, variable, sentence);
            }
        }
    }

    private void Add(Severity severity, string? variable, string message, string? hint = null) =>
        _findings.Add(
            new Finding(
                severity,
                variable,
                variable is null ? null : _names?.LineOf(variable) ?? _names?.LineOf(XlNames.Original(variable)),
                message,
                hint
            )
        );
}
