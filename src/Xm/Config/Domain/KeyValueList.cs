using Xm.CommandLine;

namespace Xm.Config.Domain;

/// <summary>A string like <c>bridge=eth0, mac=00:16:3e:38:d4:07</c>, in which vif, vfb and vusb have their parts.</summary>
internal sealed class KeyValueList
{
    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);
    private readonly List<string> _keys = [];

    /// <exception cref="CommandError">A part has no equals sign.</exception>
    public KeyValueList(string text)
    {
        var trimmed = PythonStrip.Strip(text);
        foreach (var part in trimmed.Length == 0 ? [] : trimmed.Split(','))
        {
            var equals = part.IndexOf('=');
            if (equals < 0)
            {
                throw new CommandError($"{part} should be a pair, separated by an equals sign.");
            }
            var key = PythonStrip.Strip(part.Substring(0, equals));
            _values[key] = PythonStrip.Strip(part.Substring(equals + 1));
            _keys.Add(key);
        }
    }

    public string? this[string key] => _values.GetValueOrDefault(key);

    /// <summary>The pairs in the order in which old xm sent them.</summary>
    public IEnumerable<(string Key, string Value)> Pairs()
    {
        foreach (var key in PythonOrder.Of(_keys).Where(_values.ContainsKey))
        {
            yield return (key, _values[key]);
        }
    }

    /// <summary>Takes a key out and puts another in; nothing happens where the key is not there.</summary>
    /// <remarks>In Python's dictionary the new key is there before the old one goes, so that both have a place of their own.</remarks>
    public void Rename(string key, Func<string, (string Key, string Value)> replacement)
    {
        if (_values.TryGetValue(key, out var value))
        {
            var (name, text) = replacement(value);
            _values[name] = text;
            _keys.Add(name);
            _values.Remove(key);
        }
    }
}
