using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace Xm.Config.Values;

/// <summary>
/// The entries of a dictionary or a set, in the slots in which CPython 2.7 kept them: its order is that of the slots, and follows from the
/// hashes of the keys and from what was added and removed before. A table of a file that only Python 3 reads keeps the order in which it
/// was filled.
/// </summary>
/// <remarks>
/// Figures and rules are those of dictobject.c and setobject.c. As there, a slot whose entry was removed stays marked until the table is
/// made anew.
/// </remarks>
internal sealed class HashTable(Equality equality, bool keepsOrder) : IEnumerable<KeyValuePair<Value, Value>>
{
    private const int SmallestSize = 8;
    private const int Free = 0;
    private const int Removed = -1;

    /// <summary>Where tables stop to grow by four.</summary>
    private const int Large = 50_000;

    private record struct Entry(long Hash, Value? Key, Value? Value);

    /// <summary>Free, removed, or the number of an entry plus one.</summary>
    private int[] _slots = new int[SmallestSize];

    /// <summary>In the order in which they were added; those without a key are gone.</summary>
    private List<Entry> _entries = [];

    /// <summary>Slots that are not free, be their entries removed.</summary>
    private int _filled;

    /// <summary>What is left of a hash in the first slot, where CPython keeps its place between two calls of <c>popitem</c>.</summary>
    private long _finger;

    public int Count { get; private set; }

    /// <summary>Told of each change: key and value, null for a value that is gone.</summary>
    public Action<Value, Value?>? Changed { get; set; }

    public IEnumerable<Value> Keys => this.Select(entry => entry.Key);

    public IEnumerable<Value> Values => this.Select(entry => entry.Value);

    public bool ContainsKey(Value key) => _slots[SlotOf(key, equality.HashOf(key))] > 0;

    public bool TryGetValue(Value key, [NotNullWhen(true)] out Value? value)
    {
        var slot = _slots[SlotOf(key, equality.HashOf(key))];
        value = slot > 0 ? _entries[slot - 1].Value : null;
        return value is not null;
    }

    public Value GetValueOrDefault(Value key, Value missing) => TryGetValue(key, out var value) ? value : missing;

    /// <summary>Sets an entry, and makes room where the table is two thirds full. True where it is a new one.</summary>
    public bool Set(Value key, Value value)
    {
        var isNew = SetWithin(key, value);
        if (isNew && _filled * 3 >= _slots.Length * 2)
        {
            Resize((long)Count * (Count > Large ? 2 : 4));
        }
        return isNew;
    }

    /// <summary>Sets an entry in a table that has room enough.</summary>
    public bool SetWithin(Value key, Value value)
    {
        var hash = equality.HashOf(key);
        var slot = SlotOf(key, hash);
        var isNew = _slots[slot] <= 0;
        if (isNew)
        {
            _filled += _slots[slot] == Free ? 1 : 0;
            _entries.Add(new Entry(hash, key, value));
            _slots[slot] = _entries.Count;
            Count++;
        }
        else
        {
            var number = _slots[slot] - 1;
            _entries[number] = _entries[number] with { Value = value };
        }
        Changed?.Invoke(key, value);
        return isNew;
    }

    public bool Remove(Value key)
    {
        var slot = SlotOf(key, equality.HashOf(key));
        if (_slots[slot] <= 0)
        {
            return false;
        }
        RemoveAt(slot);
        return true;
    }

    public void Clear()
    {
        var keys = Changed is null ? [] : Keys.ToList();
        (_slots, _entries, _filled, Count, _finger) = (new int[SmallestSize], [], 0, 0, 0);
        keys.ForEach(key => Changed?.Invoke(key, null));
    }

    /// <summary>Takes over all that another table has, which is not used any more.</summary>
    public void Become(HashTable other) =>
        (_slots, _entries, _filled, _finger, Count) = (other._slots, other._entries, other._filled, other._finger, other.Count);

    /// <summary>Takes the entry out that Python would take.</summary>
    public KeyValuePair<Value, Value> Pop(bool first)
    {
        var slot = keepsOrder ? SlotOfEntry(first ? _entries.FindIndex(IsThere) : _entries.FindLastIndex(IsThere)) : NextToPop();
        var entry = _entries[_slots[slot] - 1];
        RemoveAt(slot);
        if (!keepsOrder)
        {
            _finger = slot + 1;
        }
        return new KeyValuePair<Value, Value>(entry.Key!, entry.Value!);
    }

    /// <summary>Room for that many entries that are merged in.</summary>
    public void Reserve(int more)
    {
        if ((_filled + more) * 3L >= _slots.Length * 2L)
        {
            Resize((Count + more) * 2L);
        }
    }

    /// <summary>After entries were removed one by one: a table of which a fifth is marked as removed is made anew.</summary>
    public void Tidy()
    {
        if ((_filled - Count) * 5 >= _slots.Length - 1)
        {
            Resize((long)Count * (Count > Large ? 2 : 4));
        }
    }

    /// <summary>Makes the table anew, larger than <paramref name="least"/>; the entries go in in the order of their old slots.</summary>
    public void Resize(long least)
    {
        var size = SmallestSize;
        while (size <= least)
        {
            size <<= 1;
        }
        if (size == SmallestSize && _slots.Length == SmallestSize && _filled == Count)
        {
            return;
        }
        var old = _slots;
        _slots = new int[size];
        foreach (var slot in old)
        {
            if (slot > 0)
            {
                _slots[FreeSlot(_entries[slot - 1].Hash)] = slot;
            }
        }
        (_filled, _finger) = (Count, 0);
        Compact();
    }

    public IEnumerator<KeyValuePair<Value, Value>> GetEnumerator() => (keepsOrder ? InOrder() : BySlots()).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private IEnumerable<KeyValuePair<Value, Value>> BySlots()
    {
        for (var i = 0; i < _slots.Length; i++)
        {
            if (_slots[i] > 0)
            {
                var entry = _entries[_slots[i] - 1];
                yield return new KeyValuePair<Value, Value>(entry.Key!, entry.Value!);
            }
        }
    }

    private IEnumerable<KeyValuePair<Value, Value>> InOrder()
    {
        for (var i = 0; i < _entries.Count; i++)
        {
            if (_entries[i].Key is { } key)
            {
                yield return new KeyValuePair<Value, Value>(key, _entries[i].Value!);
            }
        }
    }

    private static bool IsThere(Entry entry) => entry.Key is not null;

    /// <summary>The slot that has the key, or else the one that it would be put into.</summary>
    private int SlotOf(Value key, long hash)
    {
        var mask = (ulong)_slots.Length - 1;
        var perturbation = (ulong)hash;
        var removed = -1;
        for (var i = perturbation; ; perturbation >>= 5)
        {
            var slot = (int)(i & mask);
            if (_slots[slot] == Free)
            {
                return removed >= 0 ? removed : slot;
            }
            if (_slots[slot] == Removed)
            {
                removed = removed >= 0 ? removed : slot;
            }
            else if (_entries[_slots[slot] - 1] is var entry && entry.Hash == hash && equality.Equals(entry.Key, key))
            {
                return slot;
            }
            equality.Probed();
            i = unchecked(i * 5 + perturbation + 1);
        }
    }

    private int FreeSlot(long hash)
    {
        var mask = (ulong)_slots.Length - 1;
        var perturbation = (ulong)hash;
        for (var i = perturbation; ; perturbation >>= 5)
        {
            if (_slots[i & mask] == Free)
            {
                return (int)(i & mask);
            }
            equality.Probed();
            i = unchecked(i * 5 + perturbation + 1);
        }
    }

    private int NextToPop()
    {
        if (_slots[0] > 0)
        {
            return 0;
        }
        var slot = _finger < 1 || _finger >= _slots.Length ? 1 : (int)_finger;
        while (_slots[slot] <= 0)
        {
            slot = slot + 1 < _slots.Length ? slot + 1 : 1;
        }
        return slot;
    }

    private int SlotOfEntry(int number) => Array.IndexOf(_slots, number + 1);

    private void RemoveAt(int slot)
    {
        var entry = _entries[_slots[slot] - 1];
        _entries[_slots[slot] - 1] = default;
        _slots[slot] = Removed;
        Count--;
        if (slot == 0)
        {
            _finger = entry.Hash;
        }
        if (_entries.Count > 2 * Count + SmallestSize)
        {
            Compact();
        }
        Changed?.Invoke(entry.Key!, null);
    }

    /// <summary>Forgets the entries that are gone.</summary>
    private void Compact()
    {
        if (_entries.Count == Count)
        {
            return;
        }
        var numbers = new int[_entries.Count + 1];
        var kept = new List<Entry>(Count);
        for (var i = 0; i < _entries.Count; i++)
        {
            if (IsThere(_entries[i]))
            {
                kept.Add(_entries[i]);
                numbers[i + 1] = kept.Count;
            }
        }
        for (var i = 0; i < _slots.Length; i++)
        {
            _slots[i] = _slots[i] > 0 ? numbers[_slots[i]] : _slots[i];
        }
        _entries = kept;
    }
}
