using System.Diagnostics;
using System.Text.Json;

namespace LibXc.Interop.Tests;

/// <summary>What abi/abi-probe.c printed: sizes, offsets and constants of one Xen release's headers.</summary>
internal sealed class AbiDescription
{
    private readonly JsonElement _root;

    private AbiDescription(string json) => _root = JsonDocument.Parse(json).RootElement;

    public static AbiDescription Committed(XenVersion version) => new(File.ReadAllText(DataPath($"xen-{version}.json")));

    /// <summary>Compiles the probe with the headers of this machine; null where it has no compiler or no libxen-dev.</summary>
    public static AbiDescription? OfThisMachine()
    {
        if (!File.Exists("/usr/bin/gcc") || !File.Exists("/usr/include/xenguest.h"))
        {
            return null;
        }

        var program = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        try
        {
            Run("/usr/bin/gcc", "-o", program, DataPath("abi-probe.c"));
            return new AbiDescription(Run(program));
        }
        finally
        {
            File.Delete(program);
        }
    }

    public string Text => _root.GetRawText();

    public int Size(string structure) => Structure(structure).GetProperty("size").GetInt32();

    public IReadOnlyDictionary<string, (int Offset, int Size)> Fields(string structure) =>
        Structure(structure)
            .GetProperty("fields")
            .EnumerateObject()
            .ToDictionary(field => field.Name, field => (field.Value[0].GetInt32(), field.Value[1].GetInt32()));

    public long Constant(string name) => _root.GetProperty("constants").GetProperty(name).GetInt64();

    private JsonElement Structure(string name) => _root.GetProperty("structures").GetProperty(name);

    private static string DataPath(string name) => Path.Combine(AppContext.BaseDirectory, "abi", name);

    private static string Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        return output;
    }
}
