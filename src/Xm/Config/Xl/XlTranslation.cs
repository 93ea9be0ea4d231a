using System.Globalization;
using Xm.Config.Values;

namespace Xm.Config.Xl;

/// <summary>Says the variables of an xl file in those of xm. What is alike in both passes as it is, xm's own names too.</summary>
internal sealed class XlTranslation
{
    private readonly Dictionary<string, Value> _values;
    private readonly List<GuestProblem> _problems = [];
    private readonly List<string> _leftOut = [];

    public XlTranslation(IReadOnlyDictionary<string, Value> values)
    {
        _values = new Dictionary<string, Value>(values, StringComparer.Ordinal);
        TranslateType();
        TranslateNames();
        TranslateBoot();
        TranslateModes();
        TranslateDisplay();
        TranslateCpus();
        TranslateDevices();
        // xl removes a guest that crashed unless told otherwise; xend would start it again.
        _values.TryAdd("on_crash", "destroy");
    }

    public IReadOnlyDictionary<string, Value> Values => _values;

    /// <summary>What follows from taking a file for one of xl, for the user.</summary>
    public static string Consequence(IReadOnlyDictionary<string, Value> values) =>
        (values.GetValueOrDefault("on_crash") is { IsSetting: true } ? "" : "a guest that crashes is destroyed, for on_crash is not set; ")
        + "disk, vif, vfb, pci, cpus and cpuid are in xl's forms";

    /// <summary>What cannot be said in xm's variables.</summary>
    public IReadOnlyList<GuestProblem> Problems => _problems;

    public IReadOnlyList<string> Notices => _leftOut.Count == 0 ? [] : ["left out what xend does not have: " + string.Join(' ', _leftOut)];

    private bool IsHvm => Text("type") == "hvm" || Text("builder") == "hvm";

    /// <summary>The number of one of xl's names for a mode of <c>tsc_mode</c> or <c>timer_mode</c>.</summary>
    public static int? ModeNumber(string variable, string name) =>
        (variable, name) switch
        {
            ("tsc_mode", "default") => 0,
            ("tsc_mode", "always_emulate") => 1,
            ("tsc_mode", "native") => 2,
            ("tsc_mode", "native_paravirt") => 3,
            ("timer_mode", "delay_for_missed_ticks") => 0,
            ("timer_mode", "no_delay_for_missed_ticks") => 1,
            ("timer_mode", "no_missed_ticks_pending") => 2,
            ("timer_mode", "one_missed_tick_pending") => 3,
            _ => null,
        };

    private string? Text(string name) => (_values.GetValueOrDefault(name) as StrValue)?.Text;

    private bool IsTrue(string name) => _values.GetValueOrDefault(name)?.IsTrue ?? false;

    private void TranslateType()
    {
        if (Text("builder") == "generic")
        {
            _values["builder"] = "linux";
        }
        if (_values.Remove("pvh", out var pvh) && pvh.IsTrue)
        {
            _values["type"] = "pvh";
        }
        if (Text("type") is { } type)
        {
            // xl's type and builder must agree, so that one is enough.
            _values["builder"] = type == "pv" ? "linux" : type;
            _values.Remove("type");
            if (type is not ("pv" or "pvh" or "hvm"))
            {
                _problems.Add(new GuestProblem("type", $"Invalid domain type: {type} (it is pv, pvh or hvm)"));
            }
        }
    }

    private void TranslateNames()
    {
        foreach (var name in _values.Keys.Where(name => _values[name].IsSetting).Order(StringComparer.Ordinal).ToList())
        {
            if (XlNames.IsLeftOut(name))
            {
                _values.Remove(name);
                _leftOut.Add(name);
            }
            else if (XlNames.Renamed(name) is { } renamed)
            {
                _values.Remove(name, out var value);
                _values[renamed] = value!;
            }
        }
        if (_values.Remove("driver_domain", out var serves) && serves.IsTrue)
        {
            _values["blkif"] = 1;
            _values["netif"] = 1;
        }
    }

    private void TranslateBoot()
    {
        if (_values.Remove("cmdline", out var line))
        {
            _values["extra"] = line;
            _values.Remove("root");
        }
        if (_values.Remove("bootloader_args", out var arguments))
        {
            _values["bootargs"] = arguments is ListValue list
                ? string.Join(' ', list.Items.Select(item => Quoted(Shown(item))))
                : arguments;
        }
        if (!_values.Remove("firmware", out var given))
        {
            return;
        }
        switch (Shown(given))
        {
            case "bios" when IsHvm:
                break;
            case "uefi" when IsHvm:
                _values["bios"] = "ovmf";
                break;
            case ("ovmf" or "seabios" or "rombios") and var bios when IsHvm:
                _values["bios"] = bios;
                break;
            case var path when IsHvm:
                _values["loader"] = path;
                break;
            case var grub:
                _problems.Add(
                    new GuestProblem("firmware", $"{grub} of a guest that is not hvm: name its file in /usr/lib/xen-*/boot as kernel")
                );
                break;
        }
    }

    private void TranslateModes()
    {
        foreach (var name in new[] { "tsc_mode", "timer_mode" })
        {
            if (Text(name) is { } mode && !int.TryParse(mode, CultureInfo.InvariantCulture, out _))
            {
                if (ModeNumber(name, mode) is { } number)
                {
                    _values[name] = number;
                }
                else
                {
                    _problems.Add(new GuestProblem(name, $"'{mode}' is unknown"));
                }
            }
        }
        if (_values.GetValueOrDefault("viridian") is ListValue groups)
        {
            // Which groups of it are offered cannot be chosen.
            _values["viridian"] = groups.Items.OfType<StrValue>().Any(group => !group.Text.StartsWith('!')) ? 1 : 0;
        }
        if (Text("gfx_passthru") is { } card && card is not ("0" or "1" or ""))
        {
            _values["gfx_passthru"] = 1;
        }
        if (Text("cpuid") is not null)
        {
            _values.Remove("cpuid");
            _leftOut.Add("cpuid");
        }
    }

    private void TranslateDisplay()
    {
        switch (_values.Remove("vga", out var card) ? Shown(card) : null)
        {
            case "stdvga":
                _values["stdvga"] = 1;
                break;
            case "cirrus":
                _values["stdvga"] = 0;
                break;
            case "none":
                _values["nographic"] = 1;
                break;
            case { } other:
                _problems.Add(new GuestProblem("vga", $"'{other}' is not to be had: it is stdvga, cirrus or none"));
                break;
        }
        if (XlVfb.SplitListen(Text("vnclisten") ?? "") is var (address, display))
        {
            if (Number("vncdisplay") is > 0 and var other)
            {
                _problems.Add(new GuestProblem("vnclisten", $"{address}:{display} names a display, and vncdisplay = {other} another"));
            }
            _values["vnclisten"] = address;
            _values["vncdisplay"] = display;
        }
        // Of a paravirtualized guest, xl takes vnc and the others for a vfb.
        if (!IsHvm && IsTrue("vnc") && !IsTrue("vfb"))
        {
            var parts = new List<string>();
            foreach (var key in new[] { "vnc", "vnclisten", "vncdisplay", "vncunused", "vncpasswd", "sdl", "opengl", "keymap" })
            {
                if (_values.Remove(key, out var value) && Shown(value).Length > 0)
                {
                    parts.Add($"{key}={Shown(value)}");
                }
            }
            _values["vfb"] = new ListValue([string.Join(',', parts)]);
        }
        foreach (var name in new[] { "serial", "usbdevice" })
        {
            if (_values.GetValueOrDefault(name) is ListValue { Items: [var only] })
            {
                _values[name] = only;
            }
        }
    }

    private void TranslateCpus()
    {
        if (Text("cpus") is { } text)
        {
            if (text == "all")
            {
                _values.Remove("cpus");
            }
            else if (text.Contains("node"))
            {
                _problems.Add(new GuestProblem("cpus", $"'{text}' names a NUMA node: name its CPUs"));
            }
        }
        // xl leaves the vCPUs behind the end of the list where they are, and passes over entries of vCPUs that there are not.
        if (_values.GetValueOrDefault("cpus") is ListValue list)
        {
            var count = new[] { "maxvcpus", "vcpus" }.Select(Number).FirstOrDefault(number => number is not null) ?? 1;
            var cpus = list.Items.Take(count).Select(item => (Value)Shown(item)).ToList();
            cpus.AddRange(Enumerable.Repeat((Value)"", Math.Clamp(count - cpus.Count, 0, 512)));
            _values["cpus"] = new ListValue(cpus);
        }
    }

    private void TranslateDevices()
    {
        Each("disk", XlDisk.ToXm);
        Each("vif", line => XlVif.ToXm(line, IsHvm));
        Each("vfb", XlVfb.ToXm);
        Each("pci", XlPci.ToXm);
        Each("cpuid", XlCpuid.ToXm);
        if (_values.GetValueOrDefault("irq") is ListValue interrupts)
        {
            _values["irq"] = new ListValue([
                .. interrupts.Items.Select(item =>
                    item is StrValue number && int.TryParse(number.Text, NumberStyles.None, CultureInfo.InvariantCulture, out var parsed)
                        ? parsed
                        : item
                ),
            ]);
        }
        if (_values.GetValueOrDefault("ioports") is ListValue ports)
        {
            _values["ioports"] = new ListValue([.. ports.Items.Select(item => item is IntValue ? Shown(item) : item)]);
        }
    }

    /// <summary>Translates each string of a list; those that cannot be are taken out, and what is wrong with them told.</summary>
    private void Each(string name, Func<string, XlLine> translate)
    {
        if (_values.GetValueOrDefault(name) is not ListValue list)
        {
            return;
        }
        var items = new List<Value>();
        foreach (var item in list.Items)
        {
            if (item is not StrValue line)
            {
                items.Add(item);
                continue;
            }
            var (translated, problem, leftOut) = translate(line.Text);
            _leftOut.AddRange(leftOut);
            if (problem is not null)
            {
                _problems.Add(new GuestProblem(name, $"'{line.Text}': {problem}"));
            }
            else if (translated is not null)
            {
                items.Add(translated);
            }
        }
        _values[name] = new ListValue(items);
    }

    private int? Number(string name) =>
        _values.TryGetValue(name, out var value)
        && int.TryParse(Shown(value), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : null;

    private static string Shown(Value value) =>
        value switch
        {
            StrValue text => text.Text,
            IntValue number => number.ToString(),
            _ => "",
        };

    /// <summary>An argument as the words of <c>bootargs</c> are split: like a shell's.</summary>
    private static string Quoted(string argument) =>
        argument.Length > 0 && argument.All(letter => !char.IsWhiteSpace(letter) && letter is not ('\'' or '"' or '\\'))
            ? argument
            : "'" + argument.Replace("'", "'\\''") + "'";
}
