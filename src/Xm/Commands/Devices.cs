using Sxp;
using Xm.CommandLine;

namespace Xm.Commands;

/// <summary>What the commands for disks, network interfaces and other devices share.</summary>
internal static class Devices
{
    /// <summary>A disk of the words <c>DOMAIN BACKDEV FRONTDEV MODE [BACKDOMAIN]</c>.</summary>
    public static SList Disk(string deviceClass, IReadOnlyList<string> words)
    {
        List<SValue> disk = [deviceClass, SList.Of("uname", words[1]), SList.Of("dev", words[2]), SList.Of("mode", words[3])];
        if (words.Count == 5)
        {
            disk.Add(SList.Of("backend", words[4]));
        }
        return new SList(disk);
    }

    /// <summary>Takes a device away. Only the two words of old are an option; another is told and passed over.</summary>
    public static void Detach(CommandCall call, string domain, string deviceClass, SValue device, string? option)
    {
        if (option is not (null or "-f" or "--force"))
        {
            call.Out.WriteLine($"Ignoring option {option}");
            option = null;
        }
        call.Xend.Call("xend.domain.destroyDevice", domain, deviceClass, device, option is null ? SNone.Instance : option, true);
    }

    /// <summary>
    /// The devices of one domain or of several, in one table. Prints nothing at all where there is no device, or a domain is unknown.
    /// </summary>
    public static int List(CommandCall call, string deviceClass, string header, Func<SList, string> row)
    {
        call.RequireCount(1, int.Max(2, call.Arguments.Count));
        var (options, words) = call.Options("l", "long");
        if (words.Count == 0)
        {
            throw new UsageError("No domain parameter given");
        }
        var devices = words.SelectMany(domain => Of(call, domain, deviceClass)).ToList();
        if (options.Count > 0)
        {
            foreach (var device in devices)
            {
                call.Out.Write(SxpWriter.Pretty(device));
            }
            return 0;
        }
        if (devices.Count > 0)
        {
            call.Out.WriteLine(header);
        }
        foreach (var device in devices)
        {
            call.Out.WriteLine(row(device));
        }
        return 0;
    }

    /// <summary>The devices of a class as xend answers: <c>(51712 ((backend-id 0) ...))</c> each.</summary>
    public static IReadOnlyList<SList> Of(CommandCall call, string domain, string deviceClass) =>
        call.Xend.Call("xend.domain.getDeviceSxprs", domain, deviceClass) is SList list ? [.. list.Items.OfType<SList>()] : [];
}
