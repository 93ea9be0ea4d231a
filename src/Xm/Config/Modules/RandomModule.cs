using System.Numerics;
using Xm.Config.Evaluation;
using Xm.Config.Values;

namespace Xm.Config.Modules;

/// <summary>
/// Module <c>random</c> with Python 2's own generator, so that a file that seeds it (to give each guest its own lasting MAC address, say)
/// gets the numbers that it always got.
/// </summary>
internal static class RandomModule
{
    public static IEnumerable<(string, Value)> All()
    {
        // One generator a file.
        var generator = new MersenneTwister(new BigInteger(Random.Shared.NextInt64()));
        return Functions(generator).Select(function => (function.Name, (Value)function));
    }

    private static Builtin[] Functions(MersenneTwister generator) =>
        [
            new("choice(sequence)", call =>
                call[0] is not DictValue && Builtins.Length(call[0]) is > 0 and var count
                    ? call.Machine.Sequences.Get(call[0], new IntValue(generator.Below(count)))
                    : throw Raised.Index("list index out of range")
            ),
            new("getrandbits(k)", call =>
                call.Whole(0) is > 0 and <= Budget.MaxBits and var bits
                    ? Number.Of(generator.Bits((int)bits), isLong: true)
                    : throw Raised.Argument("number of bits must be greater than zero")
            ),
            new("randint(a, b)", call => Range(generator, call.Whole(0), call.Whole(1) + 1, 1)),
            new("random()", _ => new FloatValue(generator.NextReal())),
            new("randrange(start, stop=None, step=1)", call =>
                call.Has(1) ? Range(generator, call.Whole(0), call.Whole(1), call.Whole(2, 1)) : Range(generator, 0, call.Whole(0), 1)
            ),
            new("sample(population, k)", call => Sample(call, generator)),
            new("seed(a=None)", call =>
            {
                generator.Seed(SeedOf(call));
                return NoneValue.Instance;
            }),
            new("shuffle(x)", call =>
            {
                var items = (call[0] as ListValue ?? throw Raised.Type("only a list can be shuffled")).Items;
                call.Machine.Budget.Step(items.Count);
                for (var i = items.Count - 1; i > 0; i--)
                {
                    var j = (int)generator.Below(i + 1);
                    (items[i], items[j]) = (items[j], items[i]);
                }
                return NoneValue.Instance;
            }),
            new("uniform(a, b)", call => new FloatValue(call.Real(0) + (call.Real(1) - call.Real(0)) * generator.NextReal())),
        ];

    private static IntValue Range(MersenneTwister generator, long start, long stop, long step)
    {
        if (step == 0)
        {
            throw Raised.Argument("zero step for randrange()");
        }
        var count = step > 0 ? ((Int128)stop - start + step - 1) / step : ((Int128)stop - start + step + 1) / step;
        return count > 0
            ? new IntValue((long)(start + (Int128)step * generator.Below((long)Int128.Min(count, long.MaxValue))))
            : throw Raised.Argument($"empty range for randrange() ({start},{stop}, {(Int128)stop - start})");
    }

    private static BigInteger SeedOf(Arguments call) =>
        call[0] switch
        {
            NoneValue => Random.Shared.NextInt64(),
            StrValue or UnicodeValue => BigInteger.Abs(TextHash(call.Text(0))),
            FloatValue real => call.Machine.Equality.GetHashCode(real),
            var whole => BigInteger.Abs(Number.Whole(whole) ?? call.Machine.Equality.GetHashCode(whole)),
        };

    /// <summary>Python 2's hash of a byte string on a 64-bit machine.</summary>
    private static long TextHash(string text)
    {
        var bytes = Sxp.ByteText.ToBytes(text);
        if (bytes.Length == 0)
        {
            return 0;
        }
        var hash = (long)bytes[0] << 7;
        foreach (var b in bytes)
        {
            hash = unchecked(1000003 * hash) ^ b;
        }
        hash ^= bytes.Length;
        return hash == -1 ? -2 : hash;
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
        if (pool.Count <= limit)
        {
            for (var i = 0; i < count; i++)
            {
                var j = (int)generator.Below(pool.Count - i);
                chosen.Add(pool[j]);
                pool[j] = pool[pool.Count - i - 1];
            }
            return new ListValue(chosen);
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
