using Lab.Host;

namespace Lab.Guests;

/// <summary>xend as a service of the emulated host, and the guests that the tests make with xm.</summary>
internal static class XendOnHost
{
    public const string FaultFile = "/run/xend-faults";

    private const string FaultUnit = "/etc/systemd/system/xend.service.d/faults.conf";

    /// <summary>The user's own guest: a volume, a bridge, a login.</summary>
    public const string Linux = "/etc/xen/linux.cfg";

    /// <summary>
    /// Starts the daemon if it does not run, and ends the guests of a test that failed. It takes faults on order from
    /// <see cref="FaultFile"/>.
    /// </summary>
    public static async Task EnsureXendAsync(this LabHost host)
    {
        await host.ReplaceIfDeadAsync();
        // systemd reads all of its units anew for one that was added: once.
        await host.RunOkAsync(
            $"rm -f {FaultFile}; if [ ! -e {FaultUnit} ]; then mkdir -p $(dirname {FaultUnit}); printf "
                + $"'[Service]\\nEnvironment=XEND_FAULTS={FaultFile}\\n' >{FaultUnit}; systemctl daemon-reload; fi; systemctl start xend; "
                + "for n in $(xm list | awk 'NR > 2 { print $1 }'); do xm destroy $n; xm delete $n; done >/dev/null 2>&1; true",
            TimeSpan.FromSeconds(300)
        );
    }

    /// <summary>A guest with a kernel and a boot menu on its own disk.</summary>
    public const string Grubbed = "/etc/xen/grubbed.cfg";

    /// <summary>Kills the daemon as nothing else could, and starts the next.</summary>
    public const string KillAndStart =
        "kill -9 $(cat /run/xend.pid); until ! pgrep -f 'xend --[f]oreground' >/dev/null; do sleep 0.1; done; systemctl reset-failed "
        + "xend; systemctl restart xend";

    /// <summary>Writes the configuration of a guest that is quick to build. Its kernel never ends by itself.</summary>
    /// <param name="host">The host.</param>
    /// <param name="name">Its name, and the file's.</param>
    /// <param name="lines">Further lines, which overrule those above them.</param>
    public static async Task<string> WriteGuestAsync(this LabHost host, string name, params string[] lines)
    {
        var path = $"/etc/xen/{name}.cfg";
        await host.WriteTextAsync(
            path,
            $"""
            name = '{name}'
            kernel = '/usr/lib/grub-xen/grub-x86_64-xen.bin'
            memory = 16
            on_crash = 'destroy'
            {string.Join('\n', lines)}

            """
        );
        return path;
    }

    /// <summary>The same of a paravirtualized guest with the small ramdisk, whose shell is on its console.</summary>
    public static Task<string> WriteTinyAsync(this LabHost host, string name, params string[] lines) =>
        host.WriteGuestAsync(
            name,
            ["kernel = '/mnt/xen/linux/vmlinux'", "ramdisk = '/mnt/xen/tiny/initrd'", "memory = 128", "extra = 'console=hvc0'", .. lines]
        );

    /// <summary>A disk and an interface for <see cref="WriteGuestAsync"/>.</summary>
    public static string[] Devices(string image = "a", int number = 1) =>
        [$"disk = [ 'file:/mnt/xen/images/{image}.img,xvda,w' ]", $"vif = [ 'bridge=eth0,mac=00:16:3e:00:00:{number:x2}' ]"];

    /// <summary>Runs <c>xm create</c> and expects it to be refused; what it said on stderr.</summary>
    public static async Task<string> CreateRefusedAsync(this LabHost host, string config)
    {
        var result = await host.RunAsync($"xm create {config}");
        Assert.True(result.ExitStatus == 1, $"exit status {result.ExitStatus}\n{result.Stdout}{result.Stderr}");
        Assert.StartsWith("Error: ", result.Stderr);
        Assert.DoesNotContain("Exception", result.Stderr);
        return result.Stderr;
    }

    /// <summary>Moves dom0's clock on, so that a guest that ends by itself is started again without a wait.</summary>
    public static Task LetAMinutePassAsync(this LabHost host) => host.RunOkAsync($"{LetAMinutePass} >/dev/null");

    /// <summary>The same within a command.</summary>
    public const string LetAMinutePass = "date -s '+70 seconds'";

    public static Task DestroyAsync(this LabHost host, string name) => host.RunOkAsync($"xm destroy {name}");
}
