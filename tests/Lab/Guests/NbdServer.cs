namespace Lab.Guests;

/// <summary>Debian's nbd-server in dom0, for disks that block-nbd connects with Debian's nbd-client. Shell lines.</summary>
internal static class NbdServer
{
    public const int Port = 10809;

    private const string Process = "/run/lab-nbd.pid";

    /// <summary>block-nbd asks for the export without a name, which only a server that is told its file by arguments has.</summary>
    public static string Start(string file) =>
        $"""
            modprobe nbd
            nbd-server 127.0.0.1@{Port} {file} -C /dev/null -p {Process} 2>/dev/null
            until [ -s {Process} ]; do sleep 0.1; done
            """;

    public const string Stop = $"""
        kill $(cat {Process})
        while pgrep -x nbd-server >/dev/null; do sleep 0.1; done
        rm -f {Process}
        """;
}
