using Xm.Config.Evaluation;

namespace Xm.Config.Modules;

/// <summary>The methods of each type of value.</summary>
internal static class MethodTables
{
    public static IReadOnlyList<string> Types { get; } =
    ["str", "list", "dict", "set", "tuple", "file", "regular expression", "match", "HASH"];

    public static IEnumerable<Builtin> Of(string type) =>
        type switch
        {
            "str" or "unicode" => [.. StrMethods.Looking(), .. StrMethods.Making()],
            "list" => ListMethods.All(),
            "tuple" => ListMethods.OfTuples(),
            "dict" => DictMethods.All(),
            "set" => [.. SetMethods.Reading(), .. SetMethods.Changing()],
            "frozenset" => SetMethods.Reading(),
            "file" => FileMethods.All(),
            "regular expression" => ReModule.RegexMethods(),
            "match" => ReModule.MatchMethods(),
            "HASH" => HashModule.Methods(),
            "environ" => OsModule.EnvironmentMethods(),
            "Vars" => GuestVars.Methods(),
            "stream" => SysModule.StreamMethods(),
            "int" or "long" or "bool" =>
            [
                new("bit_length()", call => new Values.IntValue(
                    Operators.Bits(System.Numerics.BigInteger.Abs(Values.Number.Whole(call.Self)!.Value))
                )),
            ],
            "float" =>
            [
                new("is_integer()", call =>
                    Values.BoolValue.Of(Values.Number.Real(call.Self) is var real && real == Math.Floor(real) && double.IsFinite(real))
                ),
            ],
            "generator" => [new("next()", call => Builtins.Next(call.Machine, call.Self))],
            _ => type.EndsWith("iterator", StringComparison.Ordinal) || type is "enumerate"
                ? [new("next()", call => Builtins.Next(call.Machine, call.Self))]
                : [],
        };
}
