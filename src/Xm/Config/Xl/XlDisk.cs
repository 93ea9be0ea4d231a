namespace Xm.Config.Xl;

/// <summary>A disk as xl writes it: <c>target,format,vdev,access</c>, or the same by name in any order, the target last.</summary>
/// <remarks>
/// The grammar is that of xl-disk-configuration(5) as libxlu's scanner has it (libxlu_disk_l.l), its deprecated prefixes included, which
/// look like xm's own form: at each place the longest token counts. Blanks before a token are skipped, all others belong to it.
/// </remarks>
internal sealed class XlDisk
{
    private readonly List<string> _leftOut = [];
    private string? _problem;
    private string? _target;
    private string? _format;
    private string? _vdev;
    private string? _script;
    private string? _backend;
    private string? _backendType;
    private bool _isReadOnly;
    private bool _isCdrom;
    private bool _hasPrefix;
    private bool _hasAccess;

    private XlDisk() { }

    /// <summary>
    /// Whether only xl understands the line: it has a key of xl's, or behind a target without a type (xm's <c>phy:</c>) an image format,
    /// perhaps an empty one.
    /// </summary>
    public static bool IsXl(string line)
    {
        var fields = line.Split(',', StringSplitOptions.TrimEntries);
        return (fields.Length > 2 && !fields[0].Contains(':') && fields[1] is "" or "raw" or "qcow" or "qcow2" or "vhd" or "qed" or "empty")
            || fields.Any(field => field.IndexOf('=') is > 0 and var equals && IsKey(field.Substring(0, equals)));
    }

    /// <summary>Whether only xm understands the line: a disk that others may write too.</summary>
    public static bool IsXm(string line) => line.Split(',') is { Length: >= 3 and <= 5 } fields && fields[2] == "w!";

    /// <summary>The disk in xm's form.</summary>
    public static XlLine ToXm(string line)
    {
        var disk = new XlDisk();
        disk.Scan(line);
        var translated = disk._problem is null ? disk.Line() : null;
        return new XlLine(disk._problem is null ? translated : null, disk._problem, disk._leftOut);
    }

    private void Scan(string line)
    {
        for (var rest = Unblanked(line); _problem is null && rest.Length > 0; )
        {
            rest = Unblanked(rest.Substring(Take(rest)));
        }
    }

    private static string Unblanked(string text) => text.TrimStart(' ', '\t', '\n');

    /// <summary>Takes one token, and tells how long it was.</summary>
    private int Take(string rest)
    {
        // The target eats all that follows, commas too.
        if (rest.StartsWith("target=", StringComparison.Ordinal))
        {
            var value = rest.Substring("target=".Length);
            Save("target", ref _target, value.EndsWith(',') ? value.Substring(0, value.Length - 1) : value);
            return rest.Length;
        }
        if (PrefixLength(rest) is > 0 and var length && TryPrefix(rest.Substring(0, length - 1), rest.AsSpan(length)))
        {
            return length;
        }
        var comma = rest.IndexOf(',');
        var item = comma < 0 ? rest : rest.Substring(0, comma);
        if (item.IndexOf('=') is >= 0 and var equals)
        {
            TakeKey(item.Substring(0, equals), item.Substring(equals + 1), item);
        }
        else if (!TryFlag(item))
        {
            TakePositional(item);
        }
        return comma < 0 ? rest.Length : comma + 1;
    }

    /// <summary>How long the word and the colon are with which a text starts; 0 where it starts otherwise.</summary>
    private static int PrefixLength(string text)
    {
        var length = text.TakeWhile((letter, at) => char.IsAsciiLetterLower(letter) || (at > 0 && char.IsAsciiDigit(letter))).Count();
        return length > 0 && length < text.Length && text[length] == ':' ? length + 1 : 0;
    }

    /// <summary>One of the types that stood before a target in xm's form. Another word is one only where no letter follows.</summary>
    private bool TryPrefix(string prefix, ReadOnlySpan<char> behind)
    {
        switch (prefix)
        {
            case "raw" or "qcow" or "qcow2" or "vhd":
                SetFormat(prefix);
                break;
            case "iscsi" or "nbd" or "enbd" or "drbd":
                Save("script", ref _script, "block-" + prefix);
                break;
            case "tapdisk" or "tap" or "tap2" or "aio" or "ioemu" or "file" or "phy":
                break;
            default:
                if (behind.Length > 0 && (char.IsAsciiLetterLower(behind[0]) || char.IsAsciiDigit(behind[0])))
                {
                    return false;
                }
                _problem = $"'{prefix}:' is no type of a disk";
                break;
        }
        _hasPrefix = true;
        return true;
    }

    private static bool IsKey(string key) =>
        key
            is "target"
                or "format"
                or "vdev"
                or "access"
                or "script"
                or "backend"
                or "backendtype"
                or "devtype"
                or "specification"
                or "grant_usage"
                or "colo-host"
                or "colo-port"
                or "colo-export"
                or "active-disk"
                or "hidden-disk";

    private void TakeKey(string key, string value, string item)
    {
        switch (key)
        {
            case "format":
                SetFormat(value);
                break;
            case "vdev":
                Save(key, ref _vdev, value);
                break;
            case "access":
                SetAccess(value);
                break;
            case "script":
                Save(key, ref _script, value);
                break;
            case "backend":
                Save(key, ref _backend, value);
                break;
            case "backendtype" when value is "phy" or "tap" or "qdisk":
                Save(key, ref _backendType, value);
                break;
            case "devtype" when value is "cdrom" or "disk":
                _isCdrom = value == "cdrom";
                break;
            case "specification" when value == "xen":
                break;
            case "specification" when value == "virtio":
                _problem = "specification=virtio cannot be had: xend serves Xen's own disks";
                break;
            case "backendtype" when value == "standalone":
                _problem = "backendtype=standalone cannot be had: xend serves disks from dom0";
                break;
            case "grant_usage" when value is "0" or "1":
                _leftOut.Add(item);
                break;
            case "colo-host" or "colo-port" or "colo-export" or "active-disk" or "hidden-disk":
                _problem = $"{key} cannot be had: xend has no COLO";
                break;
            default:
                _problem = $"'{item}' is unknown";
                break;
        }
    }

    private bool TryFlag(string item)
    {
        switch (item)
        {
            case "cdrom":
                _isCdrom = true;
                return true;
            case "discard" or "no-discard" or "direct-io-safe" or "untrusted":
                _leftOut.Add(item);
                return true;
            case "trusted" or "no-colo":
                // That is how it is.
                return true;
            case "colo":
                _problem = "colo cannot be had: xend has no COLO";
                return true;
            default:
                return false;
        }
    }

    /// <summary>A field without a name is the next of target, format (not behind a type such as <c>phy:</c>), vdev and access.</summary>
    private void TakePositional(string item)
    {
        if (_target is null)
        {
            _target = item;
        }
        else if (!_hasPrefix && _format is null)
        {
            if (_target.Length == 0 && item.Contains(':'))
            {
                SetDevice(item);
                _format = "empty";
            }
            else
            {
                SetFormat(item);
            }
        }
        else if (_vdev is null)
        {
            SetDevice(item);
        }
        else if (!_hasAccess)
        {
            _hasAccess = true;
            SetAccess(item);
        }
        else
        {
            _problem = $"'{item}' is one field too many";
        }
    }

    /// <summary>A device, perhaps with <c>:cdrom</c> or <c>:disk</c> behind it.</summary>
    private void SetDevice(string item)
    {
        var colon = item.LastIndexOf(':');
        switch (colon < 0 ? null : item.Substring(colon + 1))
        {
            case "cdrom":
                _isCdrom = true;
                break;
            case "disk":
                _isCdrom = false;
                break;
            case { } type:
                _problem = $"':{type}' is no kind of a device: it is :cdrom or :disk";
                return;
        }
        Save("vdev", ref _vdev, colon < 0 ? item : item.Substring(0, colon));
    }

    private void SetFormat(string text)
    {
        var format = text.Length == 0 ? "raw" : text;
        if (format is not ("raw" or "qcow" or "qcow2" or "vhd" or "empty"))
        {
            _problem = $"format={text} is unknown: it is raw, qcow, qcow2 or vhd";
        }
        else if (_format is not null && _format != format)
        {
            _problem = $"format is given twice: {_format} and {format}";
        }
        _format = format;
    }

    private void SetAccess(string text)
    {
        if (text is not ("r" or "ro" or "w" or "rw" or ""))
        {
            _problem = $"access={text} is unknown: it is ro or rw";
        }
        _isReadOnly = text is "r" or "ro";
    }

    private void Save(string name, ref string? place, string value)
    {
        if (place is { Length: > 0 })
        {
            _problem = $"{name} is given twice: {place} and {value}";
        }
        place = value;
    }

    /// <summary>The disk in xm's form; null where something is wrong with the whole.</summary>
    private string? Line()
    {
        if (_vdev is not { Length: > 0 } device)
        {
            _problem = "vdev is missing: the name that the disk has in the guest";
            return null;
        }
        var uname = Uname(_target ?? "");
        if (uname.Contains(','))
        {
            _problem ??= $"the path '{_target}' has a comma, which xm cannot say";
        }
        if (_backendType is not null && !(_backendType == "phy" && uname.StartsWith("phy:", StringComparison.Ordinal)))
        {
            // Where the data is says what serves it.
            _leftOut.Add("backendtype=" + _backendType);
        }
        var backend = _backend is { Length: > 0 } ? "," + _backend : "";
        return $"{uname},{device}{(_isCdrom ? ":cdrom" : "")},{(_isReadOnly || _isCdrom ? "r" : "w")}{backend}";
    }

    private string Uname(string target)
    {
        if (_script is { Length: > 0 })
        {
            if (_script.Contains('/') || !_script.StartsWith("block-", StringComparison.Ordinal))
            {
                _problem = $"script={_script} cannot be said: xm knows /etc/xen/scripts/block-NAME as NAME:";
            }
            return $"{_script.Substring(Math.Min(_script.Length, "block-".Length))}:{target}";
        }
        if (target.Length == 0 || (_isCdrom && _format == "empty"))
        {
            _problem ??= _isCdrom ? null : "target is missing: only a CD drive can be empty";
            return "";
        }
        switch (_format)
        {
            case null or "raw":
                return (target.StartsWith("/dev/", StringComparison.Ordinal) || !target.StartsWith('/') ? "phy:" : "file:") + target;
            case "empty":
                _problem = "format=empty is for CD drives";
                return "";
            default:
                return $"tap:{_format}:{target}";
        }
    }
}
