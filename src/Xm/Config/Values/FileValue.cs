namespace Xm.Config.Values;

/// <summary>A file that was opened for reading: its whole text, and how far it was read.</summary>
internal sealed record FileValue(string Name, string Content) : Value
{
    private int _at;

    public override string TypeName => "file";
    public override bool IsTrue => true;
    public bool IsClosed { get; set; }

    /// <summary>How many characters were read.</summary>
    public int Place => _at;

    public bool Equals(FileValue? other) => ReferenceEquals(this, other);

    public override int GetHashCode() => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(this);

    public override string ToString() => Name;

    public string Read(long count = -1)
    {
        Require();
        var length = count < 0 ? Content.Length - _at : (int)Math.Min(count, Content.Length - _at);
        var text = Content.Substring(_at, length);
        _at += length;
        return text;
    }

    /// <summary>The next line with its end, or an empty string behind the last.</summary>
    public string ReadLine()
    {
        Require();
        var end = Content.IndexOf('\n', _at);
        return Read(end < 0 ? -1 : end + 1 - _at);
    }

    public void Seek(long place) => _at = (int)Math.Clamp(place, 0, Content.Length);

    private void Require()
    {
        if (IsClosed)
        {
            throw Raised.Argument("I/O operation on closed file");
        }
    }
}
