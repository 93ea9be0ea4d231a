using System.Globalization;
using Sxp;
using Xm.CommandLine;

namespace Xm.Config.Domain;

/// <summary><c>usbver=1|2, numports=1..16, port_N=DEVICE</c></summary>
internal static class UsbControllerLine
{
    private const int MaxPorts = 16;

    /// <exception cref="CommandError">A part has no equals sign, or a number is out of its range.</exception>
    public static SList ToSxp(string line)
    {
        var parts = new KeyValueList(line);
        var version = Number(parts["usbver"] ?? "2", "usbver", 1, 2);
        var count = Number(parts["numports"] ?? "8", "numports", 1, MaxPorts);
        var ports = new SxpList("port");
        for (var port = 1; port <= count; port++)
        {
            var number = port.ToString(CultureInfo.InvariantCulture);
            ports.Add(number, parts["port_" + number] ?? "");
        }
        return new SxpList("vusb")
            .Add("usb-ver", version.ToString(CultureInfo.InvariantCulture))
            .Add("num-ports", parts["numports"] ?? "8")
            .Add(ports.ToSxp())
            .ToSxp();
    }

    private static int Number(string text, string key, int least, int most) =>
        int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
            ? number
            : throw new CommandError("Invalid vusb option: " + key);
}
