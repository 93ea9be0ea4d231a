using Sxp;
using Xm.CommandLine;
using Xm.Config.Values;
using Xm.Host;

namespace Xm.Config.Domain;

/// <summary>One device of a domain.</summary>
/// <param name="Variable">The variable that gives it.</param>
/// <param name="Line">The string of that variable's list; empty where it stands for none, or for more than one.</param>
/// <param name="Expression">What is sent.</param>
internal sealed record DeviceOfFile(string Variable, string Line, SList Expression);

/// <summary>The devices of a domain, in the order in which xm 4.1 listed them.</summary>
internal sealed class DeviceSection(Settings settings, Surroundings surroundings, Action<string> warn)
{
    /// <summary>Looks at what old xm looked at before it built anything.</summary>
    /// <exception cref="CommandError">A device line is malformed, or its device is not there.</exception>
    public void Check()
    {
        foreach (var line in settings.Texts("disk"))
        {
            DiskLine.Parse(line);
        }
        PciLine.Parse(settings, surroundings);
        ScsiLine.Parse(settings, surroundings);
        AccessControlLine.ToSxp(settings);
    }

    /// <exception cref="CommandError">A device line is malformed.</exception>
    public IEnumerable<DeviceOfFile> Build()
    {
        foreach (var line in settings.Texts("disk"))
        {
            yield return new("disk", line, DiskLine.Parse(line).ToSxp());
        }
        if (PciLine.Parse(settings, surroundings) is { Count: > 0 } functions)
        {
            yield return new("pci", "", PciLine.ToSxp(functions));
        }
        foreach (var scsi in ScsiLine.ToSxp(settings, surroundings))
        {
            yield return new("vscsi", "", scsi);
        }
        foreach (var line in settings.Texts("vusb"))
        {
            yield return new("vusb", line, UsbControllerLine.ToSxp(line));
        }
        foreach (var line in settings.Texts("ioports"))
        {
            yield return new("ioports", line, IoPorts(line));
        }
        foreach (var interrupt in Interrupts())
        {
            yield return new("irq", "", SList.Of("irq", SList.Of("irq", interrupt)));
        }
        foreach (var line in NetworkLine.Lines(settings, warn))
        {
            yield return new("vif", line, NetworkLine.ToSxp("vif", line));
        }
        foreach (var line in settings.Texts("vif2"))
        {
            yield return new("vif2", line, NetworkLine.ToSxp("vif2", line));
        }
        foreach (var line in settings.Texts("vtpm"))
        {
            yield return new("vtpm", line, TpmLine.ToSxp(line));
        }
        foreach (var line in settings.Texts("p9"))
        {
            yield return new("p9", line, P9Line.ToSxp(line));
        }
        foreach (var line in settings.Texts("channel"))
        {
            yield return new("channel", line, ChannelLine.ToSxp(line));
        }
        foreach (var line in settings.Texts("vfb"))
        {
            yield return new("vfb", line, SList.Of("vkbd"));
            yield return new("vfb", line, FramebufferLine.ToSxp(line, settings, surroundings));
        }
    }

    /// <summary>FROM[-TO], in hexadecimal.</summary>
    public static SList IoPorts(string line)
    {
        var ends = line.Split('-');
        return ends.Length <= 2
            ? SList.Of("ioports", SList.Of("from", "0x" + ends[0]), SList.Of("to", "0x" + ends[^1]))
            : throw new CommandError("Invalid i/o port range specifier: " + line);
    }

    /// <summary>
    /// Interrupts are numbers in the file; a string is passed on as Python printed it, and refused by xend. A string in place of the list
    /// is taken letter by letter.
    /// </summary>
    /// <exception cref="CommandError">There is something else.</exception>
    private IEnumerable<SValue> Interrupts() =>
        settings["irq"] switch
        {
            ListValue lines => lines.Items.Select(Interrupt),
            StrValue => settings.Texts("irq").Select(letter => (SValue)PythonString.Repr(letter)),
            var other when other.IsTrue => throw new CommandError($"irq must be a list of numbers, not {Settings.Describe(other)}.")
            {
                Setting = "irq",
            },
            _ => [],
        };

    private static SValue Interrupt(Value line) =>
        line switch
        {
            IntValue number => number.ToString(),
            StrValue text => PythonString.Repr(text.Text),
            _ => throw new CommandError($"irq must be a list of numbers, but one element is {Settings.Describe(line)}.")
            {
                Setting = "irq",
            },
        };
}
