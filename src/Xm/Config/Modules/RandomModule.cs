using System.Numerics;
using Xm.Config.Evaluation;
using Xm.Config.Values;

namespace Xm.Config.Modules;

/// <summary>A generator of its own: <c>random.Random(seed)</c>.</summary>
internal sealed record RandomValue(IReadOnlyDictionary<string, Value> Methods) : Value
{
    public override string TypeName => "Random";
    public override bool IsTrue => true;
}

/// <summary>
/// Module <c>random</c> with Python 2's own generator, so that a file that seeds it (to give each guest its own lasting MAC address, say)
/// gets the numbers that it always got.
/// </summary>
internal static class RandomModule
{
    /// <summary>Ranges of more numbers than a float can tell apart take whole random bits.</summary>
    private const long WidestOfReals = 1L << 53;

    public static IEnumerable<(string, Value)> All()
    {
        // One generator a file.
        return
        [
            .. Functions(Fresh()).Select(function => (function.Name, (Value)function)),
            ("Random", new Builtin("Random(x=None)", Make)),
            ("SystemRandom", new RefusedFunction("gives other numbers at each run: use random.Random(seed)")),
        ];
    }

    private static MersenneTwister Fresh() => new(new BigInteger(Random.Shared.NextInt64()));

    private static RandomValue Make(Arguments call)
    {
        var generator = Fresh();
        generator.Seed(SeedOf(call));
        return new RandomValue(Functions(generator).ToDictionary(method => method.Name, method => (Value)method, StringComparer.Ordinal));
    }

    private static Builtin[] Functions(MersenneTwister generator) =>
        [
            new("choice(sequence)", call =>
                call[0] is not DictValue && Builtins.Length(call[0]) is > 0 and var count
                    ? call.Machine.Sequences.Get(call[0], new IntValue(generator.Below(count)))
                    : throw Raised.Index("list index out of range")
            ),
            new("expovariate(lambd)", call => new FloatValue(-Math.Log(1.0 - generator.NextReal()) / call.Real(0))),
            new("gauss(mu, sigma)", call => new FloatValue(call.Real(0) + generator.NextGauss() * call.Real(1))),
            new("getrandbits(k)", call =>
                call.Whole(0) is > 0 and <= Budget.MaxBits and var bits
                    ? Number.Of(generator.Bits((int)bits), isLong: true)
                    : throw Raised.Argument("number of bits must be greater than zero")
            ),
            new("randint(a, b)", call => Range(generator, Bound(call, 0), Bound(call, 1) + 1, 1)),
            new("random()", _ => new FloatValue(generator.NextReal())),
            new("randrange(start, stop=None, step=1)", call =>
                call.Has(1)
                    ? Range(generator, Bound(call, 0), Bound(call, 1), call.Has(2) ? Bound(call, 2) : 1)
                    : UpTo(generator, Bound(call, 0))
            ),
            new("sample(population, k)", call => Sample(call, generator)),
            new("seed(a=None)", call =>
            {
                generator.Seed(SeedOf(call));
                return NoneValue.Instance;
            }),
            new("shuffle(x, random=None)", call => Shuffle(call, generator)),
            new("triangular(low=0.0, high=1.0, mode=None)", call => Triangular(call, generator)),
            new("uniform(a, b)", call => new FloatValue(call.Real(0) + (call.Real(1) - call.Real(0)) * generator.NextReal())),
        ];

    /// <summary>A whole number, be it written as a float.</summary>
    private static BigInteger Bound(Arguments call, int place) =>
        Number.Whole(call[place])
        ?? (
            call[place] is FloatValue { Number: var real } && double.IsFinite(real) && real == Math.Truncate(real)
                ? new BigInteger(real)
                : throw Raised.Argument(
                    place switch
                    {
                        0 => "non-integer arg 1 for randrange()",
                        1 => "non-integer stop for randrange()",
                        _ => "non-integer step for randrange()",
                    }
                )
        );

    private static Value UpTo(MersenneTwister generator, BigInteger count) =>
        count.Sign > 0
            ? Number.Of(Below(generator, count), isLong: count >= WidestOfReals)
            : throw Raised.Argument("empty range for randrange()");

    private static Value Range(MersenneTwister generator, BigInteger start, BigInteger stop, BigInteger step)
    {
        var width = stop - start;
        if (step.IsZero)
        {
            throw Raised.Argument("zero step for randrange()");
        }
        var count = step.Sign > 0 ? Operators.FloorDivide(width + step - 1, step) : Operators.FloorDivide(width + step + 1, step);
        if (count.Sign <= 0)
        {
            throw Raised.Argument($"empty range for randrange(){(step.IsOne ? $" ({start},{stop}, {width})" : "")}");
        }
        return Number.Of(start + step * Below(generator, count), isLong: !step.IsOne && count >= WidestOfReals);
    }

    /// <summary>From 0 up to <paramref name="count"/>: from a float while it has bits enough, else drawn until it fits.</summary>
    private static BigInteger Below(MersenneTwister generator, BigInteger count)
    {
        if (count < WidestOfReals)
        {
            return generator.Below((long)count);
        }
        var bits = (int)(1.00001 + BigInteger.Log(count - 1, 2));
        while (true)
        {
            var drawn = generator.Bits(bits);
            if (drawn < count)
            {
                return drawn;
            }
        }
    }

    /// <summary>A whole number's magnitude; of all else the hash, whose sign counts as a bit.</summary>
    private static BigInteger SeedOf(Arguments call) =>
        call[0] is NoneValue ? Random.Shared.NextInt64()
        : Number.Whole(call[0]) is { } whole ? BigInteger.Abs(whole)
        : (ulong)call.Machine.Equality.HashOf(call[0]);

    private static NoneValue Shuffle(Arguments call, MersenneTwister generator)
    {
        var items = (call[0] as ListValue ?? throw Raised.Type("only a list can be shuffled")).Items;
        call.Machine.Budget.Step(items.Count);
        for (var i = items.Count - 1; i > 0; i--)
        {
            var drawn = call.Has(1) ? Number.Real(call.Machine.Calls.Call(call[1])) : generator.NextReal();
            var j = Sequences.At(items.Count, new IntValue((long)(drawn * (i + 1))), "list");
            (items[i], items[j]) = (items[j], items[i]);
        }
        return NoneValue.Instance;
    }

    private static FloatValue Triangular(Arguments call, MersenneTwister generator)
    {
        var (low, high) = (call.IsGiven(0) ? call.Real(0) : 0.0, call.IsGiven(1) ? call.Real(1) : 1.0);
        var drawn = generator.NextReal();
        var middle = call.Has(2) ? (call.Real(2) - low) / (high - low) : 0.5;
        if (drawn > middle)
        {
            (drawn, middle, low, high) = (1.0 - drawn, 1.0 - middle, high, low);
        }
        return new FloatValue(low + (high - low) * Math.Sqrt(drawn * middle));
    }

    private static ListValue Sample(Arguments call, MersenneTwister generator)
    {
        var pool = call.Machine.Iteration.ToList(call[0]);
        var count = call.Whole(1);
        if (count < 0 || count > pool.Count)
        {
            throw Raised.Argument("sample larger than population");
        }
        call.Machine.Budget.Elements(count);
        var chosen = new List<Value>();
        // Python draws from a shrinking pool for small populations and retries for large ones.
        var limit = count > 5 ? 21 + Math.Pow(4, Math.Ceiling(Math.Log(count * 3) / Math.Log(4))) : 21;
        if (pool.Count <= limit || call[0] is DictValue)
        {
            for (var i = 0; i < count; i++)
            {
                var j = (int)generator.Below(pool.Count - i);
                chosen.Add(pool[j]);
                pool[j] = pool[pool.Count - i - 1];
            }
            return new ListValue(chosen);
        }
        if (call[0] is SetValue && count > 0)
        {
            // CPython draws once before it finds out that a set has no places.
            generator.NextReal();
        }
        var taken = new HashSet<long>();
        while (chosen.Count < count)
        {
            call.Machine.Budget.Step();
            var j = generator.Below(pool.Count);
            if (taken.Add(j))
            {
                chosen.Add(pool[(int)j]);
            }
        }
        return new ListValue(chosen);
    }
}
