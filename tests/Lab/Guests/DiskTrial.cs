using System.Text.RegularExpressions;
using Lab.Host;
using Lab.Snapshot;

namespace Lab.Guests;

/// <summary>
/// One guest to which disks come, all at once: it writes to each what no other has, they go, dom0 finds it there, they come again, and the
/// guest reads the same. An image that the host's device model cannot read is refused.
/// </summary>
internal static class DiskTrial
{
    private const string Guest = "stored";

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(10);

    /// <param name="host">The host.</param>
    /// <param name="type">pv, pvh or hvm.</param>
    /// <param name="kinds">The disks, each of another kind.</param>
    public static async Task RunAsync(LabHost host, string type, IReadOnlyList<DiskKind> kinds)
    {
        await host.EnsureXendAsync();
        var empty = await HostSnapshot.TakeAsync(host);
        // Debian's knows no VDI.
        var known = (await host.RunOkAsync("/usr/libexec/xen-qemu-system-i386 -M none -drive format=help")).Split(' ', '\n');
        var refused = kinds.Where(kind => kind.Format is { } format && !known.Contains(format)).ToList();
        var all = kinds;
        kinds = [.. kinds.Except(refused)];
        try
        {
            await host.RunOkAsync($"set -e\n{Lines(all, kind => kind.Make)}", Limit);
            await host.WriteTextAsync($"/etc/xen/{Guest}.cfg", PolicyTrial.FileOf(Guest, type, "on_crash = 'destroy'\nmemory = 256"));
            await host.BootAsync(Guest, type);
            var before = await HostSnapshot.TakeAsync(host);

            foreach (var kind in refused)
            {
                var answer = await host.RunAsync($"xm block-attach {Guest} '{kind.Uname}' xvdz w");
                Assert.Matches(
                    @"^Error: Device \d+ \(vbd\) could not be connected\. The device model knows no \w+ images\.\n",
                    answer.Stderr
                );
            }
            await before.AssertRestoredAsync(host);

            await AttachAsync(host, kinds, kind => kind.Uname);
            var written = await AskGuestAsync(host, kinds, Write);
            Assert.Equal(kinds.Count, written.Values.Distinct().Count());
            await DetachAsync(host, kinds);
            Assert.Equal(written, Sums(await host.RunOkAsync(Lines(kinds, ReadInDom0), Limit)));
            await before.AssertRestoredAsync(host);

            await AttachAsync(host, kinds, kind => kind.Synonym ?? kind.Uname);
            Assert.Equal(written, await AskGuestAsync(host, kinds, Read));
            await DetachAsync(host, kinds);
            await before.AssertRestoredAsync(host);
        }
        finally
        {
            await host.RunAsync($"xm destroy {Guest}; rm -f /etc/xen/{Guest}.cfg\n{Lines(all, kind => kind.Remove)}", Limit);
        }
        await empty.AssertRestoredAsync(host);
    }

    private static async Task AttachAsync(LabHost host, IReadOnlyList<DiskKind> kinds, Func<DiskKind, string> uname)
    {
        await host.RunOkAsync($"set -e\n{Lines(kinds, (kind, disk) => $"xm block-attach {Guest} '{uname(kind)}' {disk} w")}", Limit);
        Assert.Equal(kinds.Count + 1, (await host.RunOkAsync($"xm block-list {Guest}")).Trim().Split('\n').Length);
    }

    private static async Task DetachAsync(LabHost host, IReadOnlyList<DiskKind> kinds)
    {
        await host.RunOkAsync($"set -e\n{Lines(kinds, (_, disk) => $"xm block-detach {Guest} {disk}")}", Limit);
        Assert.Equal("", await host.RunOkAsync($"xm block-list {Guest}"));
    }

    private static string Write(DiskKind kind, string disk) =>
        $"head -c {DiskKind.Bytes} /dev/urandom >/new; dd if=/new of=/dev/{disk} bs=1M conv=fsync 2>/dev/null || echo write-$((1))-failed; "
        + $"echo sum {kind} $(sha256sum </new)";

    private static string Read(DiskKind kind, string disk) =>
        $"echo sum {kind} $(dd if=/dev/{disk} bs=1M count={DiskKind.Bytes >> 20} 2>/dev/null | sha256sum)";

    private static string ReadInDom0(DiskKind kind, string disk) => $"echo sum {kind} $({{ {kind.Read}; }} | sha256sum)";

    /// <summary>Has the guest do something with each disk, when it has them all.</summary>
    private static async Task<SortedDictionary<string, string>> AskGuestAsync(
        LabHost host,
        IReadOnlyList<DiskKind> kinds,
        Func<DiskKind, string, string> line
    )
    {
        await using var console = host.OpenTerminal($"xm console {Guest}");
        // What is typed is echoed, so the words that are waited for are not.
        await console.AskAsync("echo there-$((6 * 7))", "there-42", tries: 60);
        foreach (var (kind, disk) in Named(kinds))
        {
            await console.SendLineAsync($"until [ -b /dev/{disk} ]; do sleep 0.2; done; {line(kind, disk)}");
            await console.ExpectAsync($"sum {kind} [0-9a-f]{{64}}", Limit);
        }
        Assert.DoesNotContain("write-1-failed", console.Transcript);
        return Sums(console.Transcript);
    }

    private static SortedDictionary<string, string> Sums(string text) =>
        new(
            Regex
                .Matches(text, @"(?m)^sum (\w+) ([0-9a-f]{64})")
                .ToDictionary(match => match.Groups[1].Value, match => match.Groups[2].Value),
            StringComparer.Ordinal
        );

    private static IEnumerable<(DiskKind Kind, string Disk)> Named(IReadOnlyList<DiskKind> kinds) =>
        kinds.Select((kind, index) => (kind, $"xvd{(char)('b' + index)}"));

    private static string Lines(IReadOnlyList<DiskKind> kinds, Func<DiskKind, string> line) => Lines(kinds, (kind, _) => line(kind));

    private static string Lines(IReadOnlyList<DiskKind> kinds, Func<DiskKind, string, string> line) =>
        string.Join('\n', Named(kinds).Select(pair => line(pair.Kind, pair.Disk)));
}
