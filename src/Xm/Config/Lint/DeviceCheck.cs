using Xm.CommandLine;
using Xm.Config.Domain;
using Xm.Host;

namespace Xm.Config.Lint;

/// <summary>What of a list of devices xm itself cannot read, string by string, where create stops at the first.</summary>
internal sealed class DeviceCheck(Settings settings, Surroundings surroundings)
{
    /// <summary>What is wrong with a string; null where it can be sent.</summary>
    public string? Problem(string variable, string line)
    {
        try
        {
            Read(variable, line);
            return null;
        }
        catch (CommandError error)
        {
            return error.Message.TrimEnd();
        }
    }

    private void Read(string variable, string line)
    {
        switch (variable)
        {
            case "disk":
                DiskLine.Parse(line);
                break;
            case "vif" or "vif2":
                NetworkLine.ToSxp(variable, line);
                break;
            case "vfb":
                FramebufferLine.ToSxp(line, settings, surroundings);
                break;
            case "vusb":
                UsbControllerLine.ToSxp(line);
                break;
            case "p9":
                P9Line.ToSxp(line);
                break;
            case "channel":
                ChannelLine.ToSxp(line);
                break;
            case "vtpm":
                TpmLine.ToSxp(line);
                break;
            case "pci":
                PciLine.Parse(line, surroundings);
                break;
            case "cpuid" or "cpuid_check":
                CpuidLines.Leaf(line);
                break;
            case "ioports":
                DeviceSection.IoPorts(line);
                break;
        }
    }
}
