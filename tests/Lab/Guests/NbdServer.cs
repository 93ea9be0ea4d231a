namespace Lab.Guests;

/// <summary>Debian's nbd-server in dom0, for disks that block-nbd connects with Debian's nbd-client. Shell lines.</summary>
internal static class NbdServer
{
    public const int Port = 10809;

    private const string Setting = "/run/lab-nbd.conf";

    private const string Process = "/run/lab-nbd.pid";

    /// <summary>Who names no export gets the one that is called default.</summary>
    public static string Start(string file) =>
        $"""
            modprobe nbd
            printf '[generic]\nuser = root\ngroup = root\nlistenaddr = 127.0.0.1\nport = {Port}\n[default]\nexportname = {file}\n' >{Setting}
            nbd-server -C {Setting} -p {Process}
            until bash -c ': </dev/tcp/127.0.0.1/{Port}' 2>/dev/null; do sleep 0.1; done
            """;

    public const string Stop = $"""
        kill $(cat {Process})
        while pgrep -x nbd-server >/dev/null; do sleep 0.1; done
        rm -f {Setting} {Process}
        """;
}
