using Sxp;
using Xm.CommandLine;

namespace Xm.Config.Domain;

/// <summary><c>UNAME,DEV,MODE[,BACKEND[,PROTOCOL]]</c>. The fields are not trimmed, and none can contain a comma.</summary>
internal sealed record DiskLine(string Uname, string Device, string Mode, string Backend, string Protocol)
{
    /// <exception cref="CommandError">There are too few or too many fields.</exception>
    public static DiskLine Parse(string line)
    {
        var fields = line.Split(',');
        return fields.Length is >= 3 and <= 5
            ? new DiskLine(fields[0], fields[1], fields[2], fields.ElementAtOrDefault(3) ?? "", fields.ElementAtOrDefault(4) ?? "")
            : throw new CommandError("Invalid disk specifier: " + line);
    }

    /// <summary><c>(vbd (uname …) (dev …) (mode …))</c>; tap: and tap2: have classes of their own.</summary>
    public SList ToSxp()
    {
        var disk = new SxpList(
            Uname.StartsWith("tap2:", StringComparison.Ordinal) ? "tap2"
            : Uname.StartsWith("tap:", StringComparison.Ordinal) ? "tap"
            : "vbd"
        );
        disk.Add("uname", Uname).Add("dev", Device).Add("mode", Mode);
        if (Backend.Length > 0)
        {
            disk.Add("backend", Backend);
        }
        if (Protocol.Length > 0)
        {
            disk.Add("protocol", Protocol);
        }
        return disk.ToSxp();
    }
}
