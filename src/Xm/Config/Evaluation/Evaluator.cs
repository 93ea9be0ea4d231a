using Xm.Config.Language;
using Xm.Config.Values;
using Xm.Host;

namespace Xm.Config.Evaluation;

/// <summary>Works out a configuration file: the values of its top-level names.</summary>
internal static class Evaluator
{
    /// <summary>How many lists may stand within each other in a setting.</summary>
    private const int MaxDepthOfSettings = 20;

    /// <param name="source">The file.</param>
    /// <param name="given">The names that are there before the file.</param>
    /// <param name="world">Where the file's functions find environment, files and clock.</param>
    /// <param name="goOn">Whether to go on behind a statement of the top level that failed, to find all that is wrong.</param>
    public static EvaluationResult Run(SourceText source, Dictionary<string, Value> given, Surroundings world, bool goOn = false)
    {
        var globals = new GlobalNames(given);
        var machine = new Machine(source, globals, world);
        var problems = new List<ConfigError>();
        IReadOnlyList<Statement> statements = [];
        Attempt(source, machine, problems, () =>
        {
            statements = StatementParser.Parse(source.Text, out var isPython3);
            machine.IsPython3 = isPython3;
        });
        var scope = new Scope(globals);
        foreach (var statement in statements)
        {
            if (!Attempt(source, machine, problems, () => machine.Statements.Run(statement, scope)) && (!goOn || machine.HasEnded))
            {
                break;
            }
        }
        if (problems.Count == 0 || goOn)
        {
            CheckSettings(globals, problems);
        }
        return new EvaluationResult(globals.Values, globals.Positions, problems, machine.Warnings);
    }

    private static bool Attempt(SourceText source, Machine machine, List<ConfigError> problems, Action part)
    {
        try
        {
            part();
            return true;
        }
        catch (ConfigError error)
        {
            problems.Add(error);
        }
        catch (Refused refusal)
        {
            problems.Add(ConfigError.Evaluation(refusal.Message, machine.At).In(machine.Source));
        }
        catch (Raised error) when (error.Value.Type.Name == "SystemExit" && IsGoodEnd(error.Value))
        {
            // sys.exit(0): what was set until here holds.
            machine.HasEnded = true;
        }
        catch (Raised error)
        {
            machine.HasEnded |= error.Value.Type.Name == "SystemExit";
            var problem = new ConfigError(MessageOf(error.Value, machine), error.At ?? machine.At, isSyntax: false)
            {
                Kind = error.Value.Type.Name,
            };
            problems.Add(problem.In(error.File ?? machine.Source));
        }
        machine.Recover();
        machine.Source = source;
        return false;
    }

    private static bool IsGoodEnd(ExceptionValue exit) =>
        exit.Arguments.Count == 0 || exit.Arguments[0] is NoneValue || Number.Whole(exit.Arguments[0]) is { IsZero: true };

    private static string MessageOf(ExceptionValue error, Machine machine)
    {
        try
        {
            return error.Type.Name == "SystemExit" && Number.Whole(error.Arguments[0]) is { } status
                ? $"the file ended itself with sys.exit({status})"
                : machine.Texts.Str(error);
        }
        catch (Exception failure) when (failure is Refused or Raised)
        {
            return error.Type.Name;
        }
    }

    /// <summary>What becomes a setting is walked through by others, who rely on it being a tree of some size.</summary>
    private static void CheckSettings(GlobalNames globals, List<ConfigError> problems)
    {
        foreach (var (name, value) in globals.Values)
        {
            var left = Budget.MaxSize;
            if (value.IsSetting && !IsSmallTree(value, MaxDepthOfSettings, ref left))
            {
                problems.Add(
                    ConfigError.Evaluation(
                        $"{name} has lists too deep within each other, or contains itself",
                        globals.Positions.GetValueOrDefault(name, new Position(1, 1))
                    )
                );
            }
        }
    }

    private static bool IsSmallTree(Value value, int depth, ref int left)
    {
        if (--left < 0)
        {
            return false;
        }
        var items = value switch
        {
            ListValue list => list.Items,
            TupleValue tuple => tuple.Items,
            _ => [],
        };
        if (depth == 0 && items.Count > 0)
        {
            return false;
        }
        foreach (var item in items)
        {
            if (!IsSmallTree(item, depth - 1, ref left))
            {
                return false;
            }
        }
        return true;
    }
}
