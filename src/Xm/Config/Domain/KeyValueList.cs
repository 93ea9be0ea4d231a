using Xm.CommandLine;

namespace Xm.Config.Domain;

/// <summary>A string like <c>bridge=eth0, mac=00:16:3e:38:d4:07</c>, in which vif, vfb and vusb have their parts.</summary>
internal sealed class KeyValueList
{
    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);

    /// <exception cref="CommandError">A part has no equals sign.</exception>
    public KeyValueList(string text)
    {
        var order = new List<string>();
        var trimmed = text.Trim();
        foreach (var part in trimmed.Length == 0 ? [] : trimmed.Split(','))
        {
            var equals = part.IndexOf('=');
            if (equals < 0)
            {
                throw new CommandError($"{part} should be a pair, separated by an equals sign.");
            }
            var key = part.Substring(0, equals).Trim();
            _values[key] = part.Substring(equals + 1).Trim();
            order.Add(key);
        }
        Keys = order;
    }

    private IReadOnlyList<string> Keys { get; set; }

    public string? this[string key] => _values.GetValueOrDefault(key);

    /// <summary>The pairs in the order in which old xm sent them.</summary>
    public IEnumerable<(string Key, string Value)> Pairs()
    {
        foreach (var key in PythonOrder.Of(Keys))
        {
            yield return (key, _values[key]);
        }
    }

    /// <summary>Takes a key out and puts another in; nothing happens where the key is not there.</summary>
    public void Rename(string key, Func<string, (string Key, string Value)> replacement)
    {
        if (_values.Remove(key, out var value))
        {
            var (name, text) = replacement(value);
            _values[name] = text;
            Keys = [.. Keys.Where(other => other != key && other != name), name];
        }
    }
}
