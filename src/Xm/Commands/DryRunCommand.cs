using Sxp;
using Xm.CommandLine;
using Xm.Config;

namespace Xm.Commands;

/// <summary>
/// <c>xm dry-run</c>: whether a domain may use its resources. Without a security module, which is all that Xen has left, it may.
/// </summary>
internal sealed class DryRunCommand : Command
{
    public override int Run(CommandCall call)
    {
        var settings = new Settings(CreateOptions.Specs);
        using var words = new CommandCall(
            call.Name,
            new OptionParser([CreateOptions.As], "").Parse(call.Arguments, settings),
            call.Surroundings
        );
        words.RequireCount(1);
        var form = CreateOptions.Form(settings);
        GuestFile.SetDisplay(settings, call.Surroundings);
        var name = words.Word;
        var file = ConfigFile.Find(name, settings.Text("path") ?? "", call.Surroundings)
            ?? throw new UsageError($"Unable to open config file: {name}");
        call.Out.WriteLine($"Using config file \"{file.Path}\".");
        var domain =
            GuestFile.Read(file, CreateOptions.ScriptVariables([]), form).ToExpression(settings, name, call.Surroundings) as SList
            ?? SList.Empty;
        call.Out.WriteLine("Checking domain:");
        call.Out.WriteLine($"   {domain.Value("name").AsText()}: PERMITTED");
        call.Out.WriteLine("Checking resources:");
        foreach (var device in domain.Children("device"))
        {
            if (
                device.Count > 1
                && device[1] is SList { Name: "vbd" or "tap" or "tap2" } disk
                && disk.Value("uname").AsText() is { Length: > 0 } uname
            )
            {
                call.Out.WriteLine($"   {uname}: PERMITTED");
            }
        }
        call.Out.WriteLine("Dry Run: PASSED");
        return 0;
    }
}
