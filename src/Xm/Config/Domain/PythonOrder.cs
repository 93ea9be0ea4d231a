using Xm.Config.Values;

namespace Xm.Config.Domain;

/// <summary>The order in which Python 2 (64 bits, no hash randomization) walks through a dictionary whose keys are strings.</summary>
/// <remarks>Old xm put the parts of a vif or vfb into a dictionary and printed them in this order; scripts compare the output.</remarks>
internal static class PythonOrder
{
    /// <summary>The keys in dictionary order; a key that comes twice stands once.</summary>
    public static List<string> Of(IEnumerable<string> keys)
    {
        var slots = new string?[8];
        var used = 0;
        foreach (var key in keys)
        {
            if (!Insert(slots, key))
            {
                continue;
            }
            used++;
            if (used * 3 >= slots.Length * 2)
            {
                slots = Grow(slots, used);
            }
        }
        return slots.OfType<string>().ToList();
    }

    /// <summary>A dictionary that is two thirds full gets at least four times as many slots as it has entries.</summary>
    private static string?[] Grow(string?[] slots, int used)
    {
        var size = 8;
        while (size <= used * 4)
        {
            size <<= 1;
        }
        var grown = new string?[size];
        foreach (var key in slots.OfType<string>())
        {
            Insert(grown, key);
        }
        return grown;
    }

    private static bool Insert(string?[] slots, string key)
    {
        var mask = (ulong)slots.Length - 1;
        var perturb = (ulong)PythonHash.OfText(key);
        var index = perturb;
        while (slots[index & mask] is { } other)
        {
            if (other == key)
            {
                return false;
            }
            index = index * 5 + perturb + 1;
            perturb >>= 5;
        }
        slots[index & mask] = key;
        return true;
    }
}
