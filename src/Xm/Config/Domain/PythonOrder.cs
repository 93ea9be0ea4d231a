using Xm.Config.Values;

namespace Xm.Config.Domain;

/// <summary>The order in which Python 2 (64 bits, no hash randomization) walks through a dictionary whose keys are strings.</summary>
/// <remarks>Old xm put the parts of a vif or vfb into a dictionary and printed them in this order; scripts compare the output.</remarks>
internal static class PythonOrder
{
    /// <summary>The keys in dictionary order; a key that comes twice stands once.</summary>
    public static List<string> Of(IEnumerable<string> keys) => Of(keys, key => (ulong)PythonHash.OfText(key));

    /// <summary>The same of numbers that are not negative: each is its own hash.</summary>
    public static List<int> Of(IEnumerable<int> keys) =>
        [.. Of(keys.Select(key => new Number(key)), key => (ulong)key.Key).Select(key => key.Key)];

    private static List<T> Of<T>(IEnumerable<T> keys, Func<T, ulong> hash)
        where T : class, IEquatable<T>
    {
        var slots = new T?[8];
        var used = 0;
        foreach (var key in keys)
        {
            if (!Insert(slots, key, hash))
            {
                continue;
            }
            used++;
            if (used * 3 >= slots.Length * 2)
            {
                slots = Grow(slots, used, hash);
            }
        }
        return slots.OfType<T>().ToList();
    }

    /// <summary>A dictionary that is two thirds full gets at least four times as many slots as it has entries.</summary>
    private static T?[] Grow<T>(T?[] slots, int used, Func<T, ulong> hash)
        where T : class, IEquatable<T>
    {
        var size = 8;
        while (size <= used * 4)
        {
            size <<= 1;
        }
        var grown = new T?[size];
        foreach (var key in slots.OfType<T>())
        {
            Insert(grown, key, hash);
        }
        return grown;
    }

    private static bool Insert<T>(T?[] slots, T key, Func<T, ulong> hash)
        where T : class, IEquatable<T>
    {
        var mask = (ulong)slots.Length - 1;
        var perturb = hash(key);
        var index = perturb;
        while (slots[index & mask] is { } other)
        {
            if (other.Equals(key))
            {
                return false;
            }
            index = index * 5 + perturb + 1;
            perturb >>= 5;
        }
        slots[index & mask] = key;
        return true;
    }

    private sealed record Number(int Key);
}
