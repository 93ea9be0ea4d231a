using Sxp;
using Xm.CommandLine;

namespace Xm.Commands;

/// <summary><c>xm block-configure</c>: another disc for a CD drive, in the words of a disk line.</summary>
internal sealed class BlockConfigureCommand : Command
{
    public override int Run(CommandCall call)
    {
        call.RequireCount(4, 5);
        var words = call.Arguments.Where(word => word != "--").ToList();
        call.Xend.Call("xend.domain.device_configure", words[0], Devices.Disk("vbd", words));
        return 0;
    }
}

/// <summary><c>xm cd-insert</c>: under the name that xl has for it.</summary>
internal sealed class CdInsertCommand : Command
{
    public override int Run(CommandCall call)
    {
        call.RequireCount(3);
        var words = call.Arguments.Where(word => word != "--").ToList();
        call.Xend.Call("xend.domain.device_configure", words[0], Drive.With(words[1], Source(words[1], words[2], call)));
        return 0;
    }

    /// <summary>A bare path is what it is: a device, or an image.</summary>
    private static string Source(string drive, string disc, CommandCall call)
    {
        if (disc.Length == 0)
        {
            throw new CommandError($"The disc for {drive} is empty: name a device or an image. 'xm cd-eject' leaves the drive empty.");
        }
        if (disc.StartsWith("phy:", StringComparison.Ordinal) || disc.StartsWith("file:", StringComparison.Ordinal))
        {
            return disc;
        }
        var path = call.Surroundings.FullPath(disc);
        return path.StartsWith("/dev/", StringComparison.Ordinal) ? $"phy:{path}" : $"file:{path}";
    }
}

/// <summary><c>xm cd-eject</c></summary>
internal sealed class CdEjectCommand : Command
{
    public override int Run(CommandCall call)
    {
        call.RequireCount(2);
        var words = call.Arguments.Where(word => word != "--").ToList();
        call.Xend.Call("xend.domain.device_configure", words[0], Drive.With(words[1], ""));
        return 0;
    }
}

/// <summary>A CD drive in the words of xend's interface.</summary>
internal static class Drive
{
    public static SList With(string name, string disc) =>
        SList.Of(
            "vbd",
            SList.Of("uname", disc),
            SList.Of("dev", name.EndsWith(":cdrom", StringComparison.Ordinal) ? name : name + ":cdrom"),
            SList.Of("mode", "r")
        );
}
