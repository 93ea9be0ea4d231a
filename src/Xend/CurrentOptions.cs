namespace Xend;

/// <summary>
/// The options in force. A reload replaces them as a whole, so that a reader never sees half of one file and half of another.
/// </summary>
public sealed class CurrentOptions(XendOptions options)
{
    private XendOptions _value = options;

    public XendOptions Value
    {
        get => Volatile.Read(ref _value);
        set => Volatile.Write(ref _value, value);
    }
}
