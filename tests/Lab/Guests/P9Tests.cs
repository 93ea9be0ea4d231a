using Lab.Host;
using Lab.Snapshot;

namespace Lab.Guests;

/// <summary>A directory of dom0 that guests mount.</summary>
[Collection(SecondLabCollection.Name)]
public sealed class P9Tests(LabHost host)
{
    private const string Share = "/srv/p9";

    [Theory]
    [InlineData("pv")]
    [InlineData("pvh")]
    public async Task A_guest_reads_what_dom0_wrote_into_a_shared_directory_and_dom0_what_the_guest_wrote(string type)
    {
        await host.EnsureXendAsync();
        await host.RunOkAsync($"rm -rf {Share}; mkdir -p {Share}; echo from-dom0 >{Share}/question");
        var before = await HostSnapshot.TakeAsync(host);
        var kernel = type == "pvh" ? "kernel = '/mnt/xen/linux/vmlinuz'" : "";
        var config = await host.WriteTinyAsync("sharing", $"type = '{type}'", kernel, $"p9 = [ 'tag=share,path={Share}' ]");
        await host.BootedAsync(type, async () =>
        {
            await host.RunOkAsync($"xm create -q {config}");
            await using var console = host.OpenTerminal("xm console sharing");
            await console.ExpectAsync("# ");
            await console.SendLineAsync("for module in /more/*; do insmod $module; done; mkdir /mnt");
            await console.SendLineAsync("mount -t 9p -o trans=xen,version=9p2000.L share /mnt && sed s/from/read-from/ /mnt/question");
            await console.ExpectAsync("read-from-dom0");
            await console.SendLineAsync("echo answer-$((6 * 7)) >/mnt/answer; umount /mnt; echo written-$((6 * 7))");
            await console.ExpectAsync("written-42");
        });
        Assert.Equal("answer-42\n", await host.ReadTextAsync($"{Share}/answer"));
        Assert.Contains("(tag share)", await host.RunOkAsync("xm list --long sharing"));
        await host.DestroyAsync("sharing");
        await before.AssertRestoredAsync(host);
        await host.RunOkAsync($"rm -rf {Share}");
        Assert.StartsWith($"Error: 9pfs: {Share} does not exist\n", await host.CreateRefusedAsync(config));
    }
}
