using Lab.Host;

namespace Lab.Guests;

/// <summary>Fully virtualized guests that the tests make: no disk, no network, only what a test adds.</summary>
internal static class HvmGuests
{
    /// <param name="host">The host.</param>
    /// <param name="name">Its name, and the file's.</param>
    /// <param name="image">Further words of its image: (vnc 1).</param>
    /// <param name="devices">Its devices.</param>
    public static async Task<string> WriteHvmAsync(this LabHost host, string name, string image = "(vnc 1)", string devices = "")
    {
        var path = $"/etc/xen/{name}.sxp";
        await host.WriteTextAsync(
            path,
            $"(vm (name {name}) (memory 32) (vcpus 1) (on_crash destroy) (image (hvm (kernel /usr/lib/xen/boot/hvmloader) {image})) "
                + $"{devices})\n"
        );
        return path;
    }

    /// <summary>Expects that a creation is refused; what xm said.</summary>
    public static async Task<string> CreateHvmRefusedAsync(this LabHost host, string path)
    {
        var result = await host.RunAsync($"xm create -F {path}", TimeSpan.FromSeconds(240));
        Assert.True(result.ExitStatus == 1, $"exit status {result.ExitStatus}\n{result.Stdout}{result.Stderr}");
        Assert.StartsWith("Error: ", result.Stderr);
        return result.Stderr;
    }
}
