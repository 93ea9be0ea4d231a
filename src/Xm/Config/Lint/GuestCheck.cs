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
/// <param name="settings">What the command line gives; the file's variables are put below it.</param>
/// <param name="words">The words of the command line, to say which of them is wrong.</param>
/// <param name="surroundings">Where files are looked for.</param>
internal sealed class GuestCheck(Settings settings, IReadOnlyList<string> words, Surroundings surroundings)
{
    /// <summary>A file with more mistakes than this is something else.</summary>
    private const int MostFindings = 200;

    private readonly List<Finding> _findings = [];
    private NamesInFile? _names;
    private IReadOnlyDictionary<string, Position> _positions = new Dictionary<string, Position>();
    private IReadOnlyDictionary<string, string> _given = new Dictionary<string, string>();
    private bool _isIncomplete;
    private bool _isUnreadable;

    /// <param name="file">The file.</param>
    /// <param name="name">What the command line calls it.</param>
    /// <param name="given">Variables of the command line that nobody declared.</param>
    /// <param name="asked">The form that the user wants the file taken for; null where the file is to say.</param>
    public LintReport Check(ConfigFile file, string name, IReadOnlyDictionary<string, string> given, GuestForm? asked = null)
    {
        _given = given;
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
            var domain = expression as SList ?? SList.Empty;
            CheckDomain(new SentDomain(domain, []), _ => false);
            return Report(file, guest.Form, domain);
        }
        return _isUnreadable ? Report(file, null, null) : Report(file, guest.Form, CheckGuest(guest, file, name));
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
        // The command line has no place among the lines: it comes last.
        var findings = _findings
            .OrderBy(finding => finding.Given is not null)
            .ThenBy(finding => finding.Line ?? 0)
            .Take(MostFindings)
            .ToList();
        return new LintReport(file.Path, form, findings, findings.Exists(finding => finding.Severity == Severity.Error) ? null : domain);
    }

    /// <returns>What create would send, as far as that can be said.</returns>
    private SList? CheckGuest(GuestFile guest, ConfigFile file, string name)
    {
        _names = new NamesInFile(file.Source.Text, _positions);
        // What the command line gives goes before the file, so that the file's value is nobody's.
        var values = guest.Values.Where(pair => !settings.IsGiven(pair.Key)).ToList();
        CheckVariables(values);
        foreach (var problem in guest.Problems)
        {
            Add(Severity.Error, problem.Variable, problem.Text);
        }
        guest.Fill(settings, name);
        var set = values
            .Where(pair => pair.Value.IsSetting)
            .Select(pair => pair.Key)
            .Concat(VariableRules.Names.Where(settings.IsGiven))
            .ToHashSet();
        if (!_isIncomplete)
        {
            foreach (var (variable, message) in new DomainCheck(settings, set).Problems())
            {
                Add(Severity.Warning, variable, message);
            }
        }
        var build = new PatientBuild(settings, surroundings, (variable, message) => AddIfKnown(set, variable, message));
        CheckLists(set, build);
        if (_findings.Count >= MostFindings || build.Build() is not { } sent)
        {
            return null;
        }
        CheckDomain(sent, set.Contains);
        return sent.Expression;
    }

    private void CheckVariables(IEnumerable<KeyValuePair<string, Value>> values)
    {
        foreach (var (name, value) in values)
        {
            if (_findings.Count >= MostFindings)
            {
                break;
            }
            if (name is "xm_file" or "xm_help" or "xm_vars" or "Vars" || IsOption(name))
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
        foreach (var rule in VariableRules.Names.Where(settings.IsGiven).Select(name => VariableRules.Of(name)!))
        {
            CheckValue(rule, settings[rule.Name]);
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
        if ((rule.HasNoEffect || rule.IsRefused) && VariableRules.IsDefault(rule.Name, value))
        {
            return;
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

    /// <summary>Tells what of the lists xm itself cannot read, string by string, and goes on without.</summary>
    private void CheckLists(IEnumerable<string> set, PatientBuild build)
    {
        var check = new DeviceCheck(settings, surroundings);
        // cpuid_check is looked at only beside cpuid, as of old.
        foreach (
            var rule in set.Where(name => name != "cpuid_check" || settings.IsTrue("cpuid")).Select(VariableRules.Of).OfType<VariableRule>()
        )
        {
            if (rule.Problem(settings[rule.Name]) is { } problem)
            {
                Add(
                    Severity.Error,
                    rule.Name,
                    problem,
                    rule.Kind == ValueKind.Texts && settings[rule.Name] is StrValue text ? $"Write {rule.Name} = [ '{text.Text}' ]." : null
                );
                build.Reset(rule.Name);
            }
            else if (rule.Kind == ValueKind.Texts && settings[rule.Name] is ListValue list)
            {
                settings.Set(rule.Name, new ListValue([.. list.Items.Where(item => IsReadable(check, rule.Name, ((StrValue)item).Text))]));
            }
        }
        // Of these a line alone says nothing.
        CheckWhole("vscsi", () => ScsiLine.Parse(settings, surroundings), build);
        CheckWhole("access_control", () => AccessControlLine.ToSxp(settings), build);
    }

    private void CheckWhole(string variable, Action parse, PatientBuild build)
    {
        try
        {
            parse();
        }
        catch (CommandError error)
        {
            Add(Severity.Error, variable, error.Message.TrimEnd());
            build.Reset(variable);
        }
    }

    private bool IsReadable(DeviceCheck check, string variable, string line)
    {
        var problem = _findings.Count < MostFindings ? check.Problem(variable, line) : null;
        if (problem is not null)
        {
            Add(Severity.Error, variable, problem, null, line);
        }
        return problem is null;
    }

    private void CheckDomain(SentDomain sent, Func<string, bool> isSet)
    {
        foreach (var complaint in new ShapeCheck(settings, isSet).Complaints(sent.Expression, sent.Devices))
        {
            // What is missing may only be missing because the file failed before it.
            if (!_isIncomplete || (complaint.Variable is { } variable && variable is not ("kernel" or "bootloader") && isSet(variable)))
            {
                // A device that cannot be had at all is no matter of its words.
                var isOne = complaint.Line.Length > 0 && VariableRules.Of(complaint.Variable ?? "") is { IsRefused: false };
                Add(
                    complaint.Severity,
                    complaint.Variable,
                    isOne ? $"{complaint.Message} (in '{complaint.Line}')" : complaint.Message,
                    complaint.Hint,
                    complaint.Line
                );
            }
        }
        foreach (var (variable, message) in new HostFileCheck(surroundings).Problems(sent.Expression))
        {
            Add(Severity.Error, variable, message);
        }
    }

    private void AddIfKnown(HashSet<string> set, string? variable, string message)
    {
        if (!_isIncomplete || (variable is not null && set.Contains(variable)))
        {
            Add(Severity.Error, variable, message);
        }
    }

    /// <param name="severity">How bad it is.</param>
    /// <param name="variable">The variable, or null.</param>
    /// <param name="message">The sentence.</param>
    /// <param name="hint">What to do, or null.</param>
    /// <param name="line">The string of the variable's list that is to blame; empty where no single one is.</param>
    private void Add(Severity severity, string? variable, string message, string? hint = null, string line = "")
    {
        if (!_findings.Exists(other => other.Variable == variable && other.Message == message))
        {
            var given = variable is null ? null : Given(variable, line);
            var at = variable is null || given is not null ? null : _names?.LineOf(variable) ?? _names?.LineOf(XlNames.Original(variable));
            _findings.Add(new Finding(severity, variable, at, message, hint, given));
        }
    }

    /// <summary>The word of the command line by which a variable got its value, or the string in its list; null where none did.</summary>
    private string? Given(string variable, string line)
    {
        var name = _given.ContainsKey(XlNames.Original(variable)) ? XlNames.Original(variable) : variable;
        if (!settings.IsGiven(name) && !_given.ContainsKey(name))
        {
            return null;
        }
        var all = words.Where(word => word.Contains('=') && word.Split('=')[0].Trim() == name).ToList();
        // The words of a list are added up; of others the last one counts.
        return all.LastOrDefault(word => line.Length > 0 && word == $"{name}={line}")
            ?? (VariableRules.Of(name) is { Kind: ValueKind.Texts or ValueKind.Numbers } ? string.Join(' ', all) : all.LastOrDefault())
            ?? name;
    }
}
