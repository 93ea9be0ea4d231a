namespace Xm.Config.Xl;

/// <summary>A disk as xl writes it: <c>target,format,vdev,access</c>, or the same by name in any order, the target last.</summary>
/// <remarks>The grammar is that of xl-disk-configuration(5), with its deprecated prefixes, which are xm's own form.</remarks>
internal sealed class XlDisk
{
    private string? _target;
    private string? _format;
    private string? _vdev;
    private string? _access;
    private string _script = "";
    private string _backend = "";
    private bool _isCdrom;

    private XlDisk() { }

    /// <summary>What could not be kept: discard, direct-io-safe…</summary>
    public List<string> LeftOut { get; } = [];

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

    /// <summary>The disk in xm's form, or what is wrong with it.</summary>
    public static (string? Line, string? Problem, IReadOnlyList<string> LeftOut) ToXm(string line)
    {
        if (!IsXl(line))
        {
            return (line, null, []);
        }
        var disk = new XlDisk();
        var problem = disk.Parse(line);
        return problem is null ? (disk.Line(out problem), problem, disk.LeftOut) : (null, problem, []);
    }

    private string? Parse(string line)
    {
        var rest = line.TrimStart();
        while (rest.Length > 0)
        {
            // The target eats all that follows, commas too.
            if (rest.StartsWith("target=", StringComparison.Ordinal))
            {
                _target = rest.Substring("target=".Length).TrimEnd(',', ' ', '\t');
                return null;
            }
            var comma = rest.IndexOf(',');
            var item = (comma < 0 ? rest : rest.Substring(0, comma)).Trim();
            rest = comma < 0 ? "" : rest.Substring(comma + 1).TrimStart();
            var equals = item.IndexOf('=');
            var problem =
                equals > 0 ? Keyed(item.Substring(0, equals), item.Substring(equals + 1), item)
                : Flag(item) ? null
                : Positional(item);
            if (problem is not null)
            {
                return problem;
            }
        }
        return null;
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

    private string? Keyed(string key, string value, string item)
    {
        switch (key)
        {
            case "format":
                _format = value;
                break;
            case "vdev":
                _vdev = value;
                break;
            case "access":
                _access = value;
                break;
            case "script":
                _script = value;
                break;
            case "backend":
                _backend = value;
                break;
            case "devtype" when value is "cdrom" or "disk":
                _isCdrom = value == "cdrom";
                break;
            case "backendtype":
                // Where the data is says what serves it.
                break;
            default:
                if (!IsKey(key) || key == "devtype")
                {
                    return $"'{item}' is unknown";
                }
                LeftOut.Add(item);
                break;
        }
        return null;
    }

    private bool Flag(string item)
    {
        if (item == "cdrom")
        {
            return _isCdrom = true;
        }
        if (item is "discard" or "no-discard" or "direct-io-safe" or "colo" or "no-colo" or "trusted" or "untrusted")
        {
            LeftOut.Add(item);
            return true;
        }
        return false;
    }

    private string? Positional(string item)
    {
        if (_target is null)
        {
            _target = item;
        }
        else if (_format is null && _target.Length == 0 && item.Contains(':'))
        {
            (_format, _vdev) = ("empty", item);
        }
        else if (_format is null)
        {
            _format = item;
        }
        else if (_vdev is null)
        {
            _vdev = item;
        }
        else if (_access is null)
        {
            _access = item;
        }
        else
        {
            return $"'{item}' is one field too many";
        }
        return null;
    }

    private string? Line(out string? problem)
    {
        var target = _target ?? "";
        var device = _vdev ?? "";
        var isCdrom = _isCdrom || device.EndsWith(":cdrom", StringComparison.Ordinal);
        problem = null;
        if (device.Length == 0)
        {
            problem = "vdev is missing: the name that the disk has in the guest";
        }
        else if (target.Contains(','))
        {
            problem = $"the path '{target}' has a comma, which xm cannot say";
        }
        var mode = isCdrom
            ? "r"
            : _access switch
            {
                null or "" or "rw" or "w" => "w",
                "ro" or "r" => "r",
                _ => null,
            };
        if (mode is null)
        {
            problem ??= $"access={_access} is unknown: it is ro or rw";
        }
        var uname = Uname(target, isCdrom, ref problem);
        if (problem is not null)
        {
            return null;
        }
        var name = isCdrom && !device.Contains(':') ? device + ":cdrom" : device;
        return $"{uname},{name},{mode}{(_backend.Length > 0 ? "," + _backend : "")}";
    }

    private string Uname(string target, bool isCdrom, ref string? problem)
    {
        if (_script.Length > 0)
        {
            if (_script.Contains('/') || !_script.StartsWith("block-", StringComparison.Ordinal))
            {
                problem ??= $"script={_script} cannot be said: xm knows /etc/xen/scripts/block-NAME as NAME:";
            }
            return $"{_script.Substring(Math.Min(_script.Length, "block-".Length))}:{target}";
        }
        if (target.Length == 0)
        {
            problem ??= isCdrom ? null : "target is missing: only a CD drive can be empty";
            return "";
        }
        switch (_format)
        {
            case null or "" or "raw":
                return (target.StartsWith("/dev/", StringComparison.Ordinal) || !target.StartsWith('/') ? "phy:" : "file:") + target;
            case "qcow" or "qcow2" or "vhd":
                return $"tap:{_format}:{target}";
            case "empty" when isCdrom:
                return "";
            default:
                problem ??= $"format={_format} is unknown: it is raw, qcow, qcow2 or vhd";
                return "";
        }
    }
}
