using Lab.Host;

namespace Lab.Guests;

/// <summary>Bad surroundings: a clear sentence, and the daemon goes on.</summary>
[Collection(SecondLabCollection.Name)]
public sealed class RobustnessTests(LabHost host)
{
    private const string Socket = "/run/xend/xmlrpc.sock";

    [Fact]
    public async Task Who_is_not_root_is_told_so()
    {
        await host.EnsureXendAsync();
        var result = await host.RunAsync("setpriv --reuid=65534 --regid=65534 --clear-groups xm list");
        Assert.Equal((1, "Error: Most commands need root access. Please try again as root.\n"), (result.ExitStatus, result.Stderr));
        Assert.Equal(0, (await host.RunAsync("setpriv --reuid=65534 --regid=65534 --clear-groups xm help")).ExitStatus);
        Assert.Equal("700 600\n", await host.RunOkAsync($"echo $(stat -L -c %a /run/xend {Socket})"));
    }

    [Theory]
    [InlineData("ulimit -n 16")]
    [InlineData("ulimit -v 262144")]
    [InlineData("cd $(mktemp -d) && rmdir $PWD")]
    [InlineData("unset HOME PATH; export LC_ALL=xx")]
    public async Task Xm_works_within_narrow_limits(string limit)
    {
        await host.EnsureXendAsync();
        var config = await host.WriteGuestAsync("narrow");
        var xm = (await host.RunOkAsync("command -v xm")).Trim();
        Assert.Contains("Domain-0", await host.RunOkAsync($"{limit}; {xm} list"));
        Assert.StartsWith("(vm", await host.RunOkAsync($"{limit}; {xm} create -q -n {config}"));
    }

    [Fact]
    public async Task A_second_daemon_is_refused_and_the_first_goes_on()
    {
        await host.EnsureXendAsync();
        var second = await host.RunAsync("xend --foreground");
        Assert.Equal(1, second.ExitStatus);
        Assert.Contains($"xend is already running as process {(await host.RunOkAsync("cat /run/xend.pid")).Trim()}", second.Stderr);
        Assert.Equal(0, (await host.RunAsync("xend start && xend status && xm list")).ExitStatus);
    }

    [Fact]
    public async Task Garbage_on_the_socket_harms_nobody()
    {
        await host.EnsureXendAsync();
        var pid = await host.RunOkAsync("cat /run/xend.pid");
        // A request that never ends, and beside it random bytes, a hundred megabytes that are no request, and a request that is too large.
        await using var endless = await host.OpenUnixStreamAsync(Socket);
        await endless.WriteAsync("POST /RPC2 HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n<"u8.ToArray());
        await host.RunAsync($"head -c 4096 /dev/urandom | timeout 20 socat - UNIX-CONNECT:{Socket}");
        await host.RunAsync($"head -c 104857600 /dev/zero | timeout 60 socat - UNIX-CONNECT:{Socket}");
        await host.RunAsync(
            $"(printf 'POST /RPC2 HTTP/1.1\\r\\nHost: x\\r\\nContent-Length: 104857600\\r\\n\\r\\n'; head -c 104857600 /dev/zero) | "
                + $"timeout 60 socat - UNIX-CONNECT:{Socket} >/dev/null"
        );
        Assert.Equal(pid, await host.RunOkAsync("cat /run/xend.pid"));
        Assert.Contains("Domain-0", await host.RunOkAsync("xm list"));
        var resident = int.Parse(await host.RunOkAsync("sed -n 's/VmRSS:[^0-9]*\\([0-9]*\\).*/\\1/p' /proc/$(cat /run/xend.pid)/status"));
        Assert.True(resident <= 40 * 1024, $"the daemon has {resident} KiB resident");
    }

    [Fact]
    public async Task A_full_disk_under_var_stops_no_guest_from_being_created()
    {
        await host.EnsureXendAsync();
        var config = await host.WriteGuestAsync("crowded");
        await host.RunOkAsync(
            "for place in /var/log/xen /var/lib/xend /var/cache/xend; do mkdir -p $place; mount -t tmpfs -o size=16k full $place; "
                + "dd if=/dev/zero of=$place/filler 2>/dev/null; done; systemctl restart xend"
        );
        try
        {
            await host.RunOkAsync($"xm create -q -p {config} && xm list crowded && xm destroy crowded");
        }
        finally
        {
            await host.RunOkAsync("systemctl stop xend; umount /var/log/xen /var/lib/xend /var/cache/xend; systemctl start xend");
        }
    }

    [Fact]
    public async Task A_wrong_configuration_file_is_told_with_its_line()
    {
        await host.WriteTextAsync("/run/wrong.sxp", "# a comment\n(loglevel INFO)\n(dom0-min-mem lots)\n");
        await host.RunOkAsync("systemctl stop xend");
        var wrong = await host.RunAsync("XEND_CONFIG=/run/wrong.sxp xend start");
        Assert.Equal(1, wrong.ExitStatus);
        Assert.Contains("dom0-min-mem", wrong.Stderr);
        Assert.Contains("3", wrong.Stderr);
        Assert.Equal(3, (await host.RunAsync("xend status")).ExitStatus);
        await host.EnsureXendAsync();
        Assert.Equal(0, (await host.RunAsync("xend status")).ExitStatus);
    }
}
