using Sprache;

namespace Sxp;

/// <summary>A position in the text, for Sprache. Line and column are counted only when somebody asks, which is on an error.</summary>
internal sealed class SxpInput(string source, int position) : IInput
{
    private Dictionary<object, object>? _memos;

    public string Source => source;

    public int Position => position;

    public bool AtEnd => position == source.Length;

    public char Current => source[position];

    public ReadOnlySpan<char> Rest => source.AsSpan(position);

    public int Line => source.AsSpan(0, position).Count('\n') + 1;

    public int Column => position - source.AsSpan(0, position).LastIndexOf('\n');

    public IDictionary<object, object> Memos => _memos ??= [];

    public IInput Advance() => Skip(1);

    public SxpInput Skip(int length) => new(source, position + length);

    public bool Equals(IInput? other) => other is SxpInput input && input.Position == position && ReferenceEquals(input.Source, source);

    public override bool Equals(object? obj) => Equals(obj as IInput);

    public override int GetHashCode() => position;
}
