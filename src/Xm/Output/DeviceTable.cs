using Sxp;

namespace Xm.Output;

/// <summary>The tables of <c>xm block-list</c> and its kind: old xm's columns, and its blanks at the end of a row.</summary>
internal static class DeviceTable
{
    public const string BlockHeader = "Vdev  BE handle state evt-ch ring-ref BE-path";

    public const string NetworkHeader = "Idx BE     MAC Addr.     handle state evt-ch tx-/rx-ring-ref BE-path";

    public const string VtpmHeader = "Idx  BE handle state evt-ch ring-ref BE-path";

    public const string UsbHeader = "Idx BE  state usb-ver  BE-path                       ";

    public const string ScsiHeader = "Idx BE  state host  phy-hctl   phy   vir-hctl   devstate";

    /// <summary><c>0   0   4     0     2:0:0:0    sda   0:0:0:0    4   </c></summary>
    public static string ScsiRow(SList adapter, SList unit)
    {
        var nodes = NodesOf(adapter);
        return $"{Left(NumberOf(adapter), 3)} {Left(Number(nodes, "backend-id"), 3)} {Left(Number(nodes, "state"), 5)} "
            + $"{Left(Number(nodes, "feature-host"), 4)}  {Left(Text(unit, "p-dev"), 10)} {Left(Text(unit, "p-devname"), 5)} "
            + $"{Left(Text(unit, "v-dev"), 10)} {Left(Number(unit, "frontstate", "None"), 4)}";
    }

    /// <summary><c>0   0   4     USB2.0  /local/domain/0/backend/qusb/1/0  </c></summary>
    public static string UsbRow(SList device)
    {
        var nodes = NodesOf(device);
        var version = Number(nodes, "usb-ver") switch
        {
            "1" => "USB1.1",
            "2" => "USB2.0",
            _ => "??",
        };
        return $"{Left(NumberOf(device), 3)} {Left(Number(nodes, "backend-id"), 3)} {Left(Number(nodes, "state"), 5)} {Left(version, 7)} "
            + $"{Left(Text(nodes, "backend"), 30)}  ";
    }

    /// <summary><c>768    0    0     1      -1     -1    /local/domain/0/backend/vbd/1/768  </c></summary>
    public static string BlockRow(SList device)
    {
        var nodes = NodesOf(device);
        return $"{Left(Number(nodes, "virtual-device", NumberOf(device)), 5)}  {Left(Number(nodes, "backend-id"), 3)}  "
            + $"{Left(Number(nodes, "handle", "0"), 3)}   {Left(Number(nodes, "state"), 3)}    {Left(Number(nodes, "event-channel"), 3)}    "
            + $"{Left(Number(nodes, "ring-ref"), 5)} {Left(Text(nodes, "backend"), 30)}  ";
    }

    /// <summary><c>0   0  00:16:3e:38:d4:15    0     1      -1    -1   /-1      /local/domain/0/backend/vif/1/0  </c></summary>
    public static string NetworkRow(SList device)
    {
        var nodes = NodesOf(device);
        return $"{Left(NumberOf(device), 3)} {Left(Number(nodes, "backend-id"), 3)}{Left(Text(nodes, "mac"), 17)}    "
            + $"{Left(Number(nodes, "handle", "0"), 3)}   {Left(Number(nodes, "state"), 3)}    {Left(Number(nodes, "event-channel"), 3)}   "
            + $"{Left(Number(nodes, "tx-ring-ref"), 5)}/{Left(Number(nodes, "rx-ring-ref"), 5)}   {Left(Text(nodes, "backend"), 30)}  ";
    }

    /// <summary><c>0     1    0     4      9      8     /local/domain/1/backend/vtpm/2/0  </c></summary>
    public static string VtpmRow(SList device)
    {
        var nodes = NodesOf(device);
        return $"{Left(NumberOf(device), 3)}   {Left(Number(nodes, "backend-id"), 3)}  {Left(Number(nodes, "handle", "0"), 3)}   "
            + $"{Left(Number(nodes, "state"), 3)}    {Left(Number(nodes, "event-channel"), 3)}    {Left(Number(nodes, "ring-ref"), 5)} "
            + $"{Left(Text(nodes, "backend"), 30)}  ";
    }

    /// <summary>Of a running domain the guest's end; of another its configuration, behind the name of its class.</summary>
    public static SList NodesOf(SList device) => device.Count > 1 && device[1] is SList nodes ? nodes : SList.Empty;

    private static string NumberOf(SList device) => device.Count > 0 ? device[0].AsText() ?? "??" : "??";

    /// <summary>A number; the guest writes some of them, and what is none counts as missing.</summary>
    private static string Number(SList nodes, string key, string otherwise = "-1") =>
        nodes.Value(key).AsText() is { Length: > 0 and < 12 } text && text.All(char.IsAsciiDigit) ? text : otherwise;

    private static string Text(SList nodes, string key) => nodes.Value(key).AsText() ?? "??";

    private static string Left(string text, int width) => PythonText.Left(text, width);
}
