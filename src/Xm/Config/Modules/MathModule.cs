using System.Numerics;
using Xm.Config.Evaluation;
using Xm.Config.Values;

namespace Xm.Config.Modules;

/// <summary>Module <c>math</c>.</summary>
internal static class MathModule
{
    public static IEnumerable<(string, Value)> All() =>
        [
            ("e", new FloatValue(Math.E)),
            ("pi", new FloatValue(Math.PI)),
            .. Functions().Select(function => (function.Name, (Value)function)),
        ];

    private static Builtin[] Functions() =>
        [
            One("acos", Math.Acos),
            One("asin", Math.Asin),
            One("atan", Math.Atan),
            One("ceil", Math.Ceiling),
            One("cos", Math.Cos),
            One("cosh", Math.Cosh),
            One("degrees", x => x * (180 / Math.PI)),
            One("exp", Math.Exp),
            One("fabs", Math.Abs),
            One("floor", Math.Floor),
            One("log10", Math.Log10, isPositive: true),
            One("radians", x => x * (Math.PI / 180)),
            One("sin", Math.Sin),
            One("sinh", Math.Sinh),
            One("sqrt", Math.Sqrt),
            One("tan", Math.Tan),
            One("tanh", Math.Tanh),
            new("atan2(y, x)", call => new FloatValue(Math.Atan2(call.Real(0), call.Real(1)))),
            new("factorial(n)", Factorial),
            new("fmod(x, y)", call => call.Real(1) == 0 ? throw Domain() : new FloatValue(call.Real(0) % call.Real(1))),
            new("hypot(x, y)", call => new FloatValue(Hypotenuse(call.Real(0), call.Real(1)))),
            new("isinf(x)", call => BoolValue.Of(double.IsInfinity(call.Real(0)))),
            new("isnan(x)", call => BoolValue.Of(double.IsNaN(call.Real(0)))),
            new("log(x, base=None)", call =>
                call.Real(0) <= 0 || (call.Has(1) && call.Real(1) <= 0)
                    ? throw Domain()
                    : new FloatValue(call.Has(1) ? Math.Log(call.Real(0)) / Math.Log(call.Real(1)) : Math.Log(call.Real(0)))
            ),
            new("modf(x)", call => new TupleValue([
                new FloatValue(call.Real(0) - Math.Truncate(call.Real(0))),
                new FloatValue(Math.Truncate(call.Real(0))),
            ])),
            new("pow(x, y)", call => new FloatValue(Power(call.Real(0), call.Real(1)))),
            new("trunc(x)", call =>
                double.IsFinite(call.Real(0)) ? Number.Of(new BigInteger(Math.Truncate(call.Real(0)))) : throw Domain()
            ),
        ];

    private static Builtin One(string name, Func<double, double> function, bool isPositive = false) => new(name + "(x)", call =>
        {
            var x = call.Real(0);
            var result = function(x);
            if ((isPositive && x <= 0) || (double.IsNaN(result) && !double.IsNaN(x)))
            {
                throw Domain();
            }
            return double.IsInfinity(result) && !double.IsInfinity(x)
                ? throw Raised.Of("OverflowError", "math range error")
                : new FloatValue(result);
        });

    private static double Power(double x, double y)
    {
        var power = Math.Pow(x, y);
        return double.IsFinite(power) || !double.IsFinite(x) || !double.IsFinite(y) ? power
            : double.IsNaN(power) || x == 0 ? throw Domain()
            : throw Raised.Of("OverflowError", "math range error");
    }

    /// <summary>To the last digit, as the C library has it: .NET's own is off by one now and then.</summary>
    private static double Hypotenuse(double x, double y)
    {
        var (more, less) = (Math.Max(Math.Abs(x), Math.Abs(y)), Math.Min(Math.Abs(x), Math.Abs(y)));
        if (!double.IsFinite(x) || !double.IsFinite(y) || less == 0)
        {
            return double.IsNaN(more) ? double.Hypot(x, y) : more;
        }
        // Near 1, so that no square is too large or too small.
        var exponent = Math.ILogB(more);
        (more, less) = (Math.ScaleB(more, -exponent), Math.ScaleB(less, -exponent));
        var (square, lost) = Square(more);
        var (other, alsoLost) = Square(less);
        var sum = square + other;
        var root = Math.Sqrt(sum);
        var (back, backLost) = Square(root);
        var missing = sum - back - backLost + (square - sum + other) + lost + alsoLost;
        var length = Math.ScaleB(root + missing / (2 * root), exponent);
        return double.IsFinite(length) ? length : throw Raised.Of("OverflowError", "math range error");
    }

    /// <summary>The square, and what rounding took from it.</summary>
    private static (double Rounded, double Lost) Square(double x) => (x * x, Math.FusedMultiplyAdd(x, x, -(x * x)));

    private static Raised Domain() => Raised.Argument("math domain error");

    private static Value Factorial(Arguments call)
    {
        var count = call.Whole(0);
        if (count < 0)
        {
            throw Raised.Argument("factorial() not defined for negative values");
        }
        var result = BigInteger.One;
        for (var i = 2L; i <= count; i++)
        {
            result *= i;
            call.Machine.Budget.Bits(Operators.Bits(result));
        }
        return Number.Of(result);
    }
}
