using System.Numerics;

namespace Xm.Config.Modules;

/// <summary>MT19937, seeded and read as Python does it (Matsumoto and Nishimura's init_by_array and genrand_res53).</summary>
internal sealed class MersenneTwister
{
    private const int Size = 624;
    private const int Middle = 397;

    private readonly uint[] _state = new uint[Size];
    private int _at;
    private double? _gauss;

    public MersenneTwister(BigInteger seed) => Seed(seed);

    public void Seed(BigInteger seed)
    {
        var key = new List<uint>();
        for (; !seed.IsZero; seed >>= 32)
        {
            key.Add((uint)(seed & uint.MaxValue));
        }
        if (key.Count == 0)
        {
            key.Add(0);
        }
        SeedByOne(19650218);
        var (i, j) = (1, 0);
        for (var k = Math.Max(Size, key.Count); k > 0; k--)
        {
            _state[i] = unchecked((_state[i] ^ ((_state[i - 1] ^ (_state[i - 1] >> 30)) * 1664525)) + key[j] + (uint)j);
            j = (j + 1) % key.Count;
            i = Turn(i);
        }
        for (var k = Size - 1; k > 0; k--)
        {
            _state[i] = unchecked((_state[i] ^ ((_state[i - 1] ^ (_state[i - 1] >> 30)) * 1566083941)) - (uint)i);
            i = Turn(i);
        }
        _state[0] = 0x80000000;
        _at = Size;
        _gauss = null;
    }

    /// <summary>From 0 up to 1, with 53 bits.</summary>
    public double NextReal() => ((Next() >> 5) * 67108864.0 + (Next() >> 6)) * (1.0 / 9007199254740992.0);

    /// <summary>Of the normal distribution: Python makes two at a time, and keeps the second.</summary>
    public double NextGauss()
    {
        if (_gauss is { } kept)
        {
            _gauss = null;
            return kept;
        }
        var angle = NextReal() * 2.0 * Math.PI;
        var radius = Math.Sqrt(-2.0 * Math.Log(1.0 - NextReal()));
        _gauss = Math.Sin(angle) * radius;
        return Math.Cos(angle) * radius;
    }

    /// <summary>From 0 up to <paramref name="count"/>, as <c>int(random() * count)</c>.</summary>
    public long Below(long count) => Math.Min((long)(NextReal() * count), count - 1);

    public BigInteger Bits(int count)
    {
        var number = BigInteger.Zero;
        for (var shift = 0; shift < count; shift += 32)
        {
            var word = Next() >> Math.Max(0, 32 - (count - shift));
            number |= (BigInteger)word << shift;
        }
        return number;
    }

    private void SeedByOne(uint seed)
    {
        _state[0] = seed;
        for (var i = 1; i < Size; i++)
        {
            _state[i] = unchecked(1812433253 * (_state[i - 1] ^ (_state[i - 1] >> 30)) + (uint)i);
        }
    }

    /// <summary>The next place while seeding: behind the last comes the second, and the first is the last.</summary>
    private int Turn(int i)
    {
        if (i + 1 < Size)
        {
            return i + 1;
        }
        _state[0] = _state[Size - 1];
        return 1;
    }

    private uint Next()
    {
        if (_at == Size)
        {
            for (var i = 0; i < Size; i++)
            {
                var y = (_state[i] & 0x80000000) | (_state[(i + 1) % Size] & 0x7fffffff);
                _state[i] = _state[(i + Middle) % Size] ^ (y >> 1) ^ ((y & 1) == 0 ? 0 : 0x9908b0df);
            }
            _at = 0;
        }
        var word = _state[_at++];
        word ^= word >> 11;
        word ^= (word << 7) & 0x9d2c5680;
        word ^= (word << 15) & 0xefc60000;
        return word ^ (word >> 18);
    }
}
