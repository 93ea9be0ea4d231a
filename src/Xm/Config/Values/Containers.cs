namespace Xm.Config.Values;

/// <summary>A list. Python's lists change in place, and two names may mean the same list: it is equal to itself only, here.</summary>
internal sealed record ListValue(List<Value> Items) : Value
{
    public override string TypeName => "list";
    public override bool IsTrue => Items.Count > 0;
    public override bool IsSetting => true;

    public bool Equals(ListValue? other) => ReferenceEquals(this, other);

    public override int GetHashCode() => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(this);

    public override string ToString() => $"list of {Items.Count}";
}

/// <summary>A tuple, which is no setting.</summary>
internal sealed record TupleValue(IReadOnlyList<Value> Items) : Value
{
    /// <summary>Names of the parts, where they have some (<c>time.localtime().tm_hour</c>).</summary>
    public IReadOnlyList<string> Names { get; init; } = [];

    public override string TypeName => "tuple";
    public override bool IsTrue => Items.Count > 0;

    public bool Equals(TupleValue? other) => ReferenceEquals(this, other);

    public override int GetHashCode() => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(this);

    public override string ToString() => $"tuple of {Items.Count}";
}

/// <summary>A dictionary.</summary>
internal sealed record DictValue(HashTable Items) : Value
{
    public override string TypeName => "dict";
    public override bool IsTrue => Items.Count > 0;

    public bool Equals(DictValue? other) => ReferenceEquals(this, other);

    public override int GetHashCode() => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(this);

    public override string ToString() => $"dict of {Items.Count}";
}

/// <summary>A set.</summary>
internal sealed record SetValue(HashTable Items, bool IsFrozen = false) : Value
{
    public override string TypeName => IsFrozen ? "frozenset" : "set";
    public override bool IsTrue => Items.Count > 0;

    public bool Equals(SetValue? other) => ReferenceEquals(this, other);

    public override int GetHashCode() => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(this);

    public override string ToString() => $"set of {Items.Count}";
}

/// <summary><c>xrange</c>: numbers that are made one by one.</summary>
internal sealed record RangeValue(long Start, long Step, long Count) : Value
{
    public override string TypeName => "xrange";
    public override bool IsTrue => Count > 0;
    public Value this[long index] => new IntValue(Start + index * Step);
}

/// <summary>A slice as an index of its own: <c>x[a:b:c]</c>, any part None.</summary>
internal sealed record SliceValue(Value Start, Value Stop, Value Step) : Value
{
    public override string TypeName => "slice";
    public override bool IsTrue => true;
}

/// <summary>What <c>iter()</c>, <c>enumerate()</c>, <c>reversed()</c> and generators give: each element can be had once.</summary>
internal sealed record IteratorValue(IEnumerator<Value> Elements, string Kind) : Value
{
    public override string TypeName => Kind;
    public override bool IsTrue => true;

    public bool Equals(IteratorValue? other) => ReferenceEquals(this, other);

    public override int GetHashCode() => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(this);

    public override string ToString() => Kind;
}
