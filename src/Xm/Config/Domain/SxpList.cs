using Sxp;
using Xm.CommandLine;
using Xm.Config.Values;

namespace Xm.Config.Domain;

/// <summary>A list of an s-expression while it is being put together.</summary>
internal sealed class SxpList(string name)
{
    private readonly List<SValue> _items = [name];

    /// <summary>Adds <c>(name value)</c>.</summary>
    public SxpList Add(string key, SValue value) => Add(SList.Of(key, value));

    public SxpList Add(SValue item)
    {
        _items.Add(item);
        return this;
    }

    /// <summary>Adds <c>(name value)</c> where the value is true as Python sees it: not None, not zero, not empty.</summary>
    public SxpList AddIfTrue(string key, Value value) => value.IsTrue ? Add(key, ToSxp(key, value)) : this;

    /// <summary>Adds <c>(name value)</c> where there is a value, even zero or an empty one.</summary>
    public SxpList AddIfSet(string key, Value value) => value is NoneValue ? this : Add(key, ToSxp(key, value));

    public SList ToSxp() => new(_items);

    public static SValue ToSxp(string key, Value value) =>
        value switch
        {
            StrValue text => text.Text,
            IntValue number => number.Number,
            FloatValue number => number.Number,
            ListValue list => new SList(list.Items.Select(item => ToSxp(key, item))),
            TupleValue tuple => new SList(tuple.Items.Select(item => ToSxp(key, item))),
            BoolValue truth => truth.Truth,
            NoneValue => SNone.Instance,
            UnicodeValue text => text.Text,
            LongValue number => number.Number.ToString(),
            _ => throw new CommandError($"{key} cannot have a value of type {value.TypeName}."),
        };
}
