using System.Text;
using Xm.Config.Evaluation;
using Xm.Config.Language;
using Xm.Config.Modules;
using Xm.Config.Values;
using Xm.Host;
using Xm.Output;

namespace Xm.Tests;

/// <summary>Works out a text as a configuration file on a host of the test's own.</summary>
internal static class LanguageHost
{
    /// <summary>The directory that stands for / where a test brings none.</summary>
    private const string NoFiles = "/nonexistent";

    public static EvaluationResult Run(
        string text,
        bool goOn = false,
        string root = NoFiles,
        MemoryStream? output = null,
        string directory = "/etc/xen",
        IReadOnlyDictionary<string, string>? given = null,
        string? zone = null
    )
    {
        var names = new Dictionary<string, Value>(StringComparer.Ordinal) { ["xm_vars"] = new GuestVars() };
        foreach (var (name, value) in given ?? new Dictionary<string, string>())
        {
            names[name] = value;
        }
        var world = World(root, directory, output ?? new MemoryStream(), zone);
        var result = Evaluator.Run(new SourceText("./test", text), names, world, goOn);
        world.Out.Flush();
        world.Errors.Flush();
        names.Remove("xm_vars");
        return result;
    }

    /// <summary>A machine to look at its tables.</summary>
    public static Machine NewMachine() =>
        new(new SourceText("./test", ""), new GlobalNames([]), World(NoFiles, "/etc/xen", new MemoryStream(), null));

    private static Surroundings World(string root, string directory, MemoryStream output, string? zone) =>
        new()
        {
            Out = new TextSink(() => output),
            Errors = new TextSink(() => output),
            Variable = name =>
                name switch
                {
                    "HOME" => "/root",
                    "GUEST" => "web",
                    "TZ" => zone,
                    _ => null,
                },
            Arguments = ["create", "web.cfg", "vmid=1"],
            WorkingDirectory = directory,
            Root = root,
            OnInterrupt = _ => new MemoryStream(),
            IsRoot = true,
            Time = new ManualClock(),
            Pause = _ => { },
            Foreground = new FakeForeground(),
            Connect = _ => throw new InvalidOperationException(),
        };

    public static string TextOf(MemoryStream output) => Encoding.UTF8.GetString(output.ToArray());
}
