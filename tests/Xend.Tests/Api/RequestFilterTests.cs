using System.IO.Pipelines;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Xend.Api.XmlRpc;

namespace Xend.Tests.Api;

public class RequestFilterTests
{
    private const string Old = "POST /RPC2 HTTP/1.1\r\nHost: /var/run/xend/xmlrpc.sock\r\nContent-Length: 18\r\n\r\nHost: /a\r\n\r\nHost:b";
    private const string New = "POST /RPC2 HTTP/1.1\r\nHost: xend\r\nContent-Length: 18\r\n\r\nHost: /a\r\n\r\nHost:b";

    [Fact]
    public async Task Only_the_heads_host_line_is_replaced() => Assert.Equal(New, await FilterAsync(Old));

    [Fact]
    public async Task Each_request_of_a_connection_is_treated_alike() =>
        Assert.Equal(New + New + "\r\n" + New, await FilterAsync(Old + Old + "\r\n" + Old));

    [Theory]
    [InlineData("hOsT:x\n", "Host: xend\r\n")]
    [InlineData("Host:\r\n", "Host: xend\r\n")]
    [InlineData("Hostess: x\r\n", "Hostess: x\r\n")]
    [InlineData("Hos", "Hos")]
    [InlineData("\r\n\r\nHost: x\r\n", "\r\n\r\nHost: xend\r\n")]
    [InlineData("Content-Length: x\r\nHost: y\r\n", "Content-Length: x\r\nHost: y\r\n")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n5\r\nHost: y\r\n", "Transfer-Encoding: chunked\r\n\r\n5\r\nHost: y\r\n")]
    public async Task Lines_are_known_by_their_whole_name(string sent, string passed) => Assert.Equal(passed, await FilterAsync(sent));

    [Fact]
    public async Task A_host_line_of_any_length_becomes_a_short_one() =>
        Assert.Equal("Host: xend\r\n\r\n", await FilterAsync($"Host: {new string('/', 5000)}\r\n\r\n"));

    [Fact]
    public async Task A_long_line_of_another_name_passes_whole()
    {
        var line = $"X-Long: {new string('a', 5000)}\r\n\r\n";
        Assert.Equal(line, await FilterAsync(line));
    }

    [Fact]
    public void It_does_not_matter_how_the_bytes_are_cut() =>
        Prop.ForAll<PositiveInt>(size => FilterAsync(Old + Old, size.Get).GetAwaiter().GetResult() == New + New).QuickCheckThrowOnFailure();

    [Fact]
    public void Other_bytes_pass_as_they_are() =>
        Prop.ForAll<byte[]>(bytes =>
            {
                var text = Encoding.Latin1.GetString(bytes).Replace("H", "x", StringComparison.OrdinalIgnoreCase);
                return FilterAsync(text, 3).GetAwaiter().GetResult() == text;
            })
            .QuickCheckThrowOnFailure();

    [Fact]
    public async Task The_end_is_held_back_until_the_request_is_answered()
    {
        var source = new Pipe();
        var target = new Pipe();
        using var answered = new SemaphoreSlim(0);
        var filter = new RequestFilter(source.Reader, target.Writer, answered).RunAsync(CancellationToken.None);
        await source.Writer.WriteAsync(Encoding.ASCII.GetBytes(Old));
        await source.Writer.CompleteAsync();
        var read = await target.Reader.ReadAtLeastAsync(New.Length);
        Assert.False(read.IsCompleted);
        target.Reader.AdvanceTo(read.Buffer.End);
        Assert.False(filter.IsCompleted);
        answered.Release();
        Assert.True((await target.Reader.ReadAsync()).IsCompleted);
        await filter;
    }

    [Fact]
    public async Task A_request_that_was_cut_off_ends_at_once() => Assert.Equal(New[..^3], await FilterAsync(Old[..^3], answers: 0));

    private static async Task<string> FilterAsync(string sent, int pieces = int.MaxValue, int answers = 100)
    {
        var source = new Pipe();
        var target = new Pipe(new PipeOptions(pauseWriterThreshold: 0));
        using var answered = new SemaphoreSlim(answers);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        var filter = new RequestFilter(source.Reader, target.Writer, answered).RunAsync(limit.Token);
        for (var at = 0; at < sent.Length; at += Math.Min(pieces, sent.Length))
        {
            await source.Writer.WriteAsync(Encoding.Latin1.GetBytes(sent[at..Math.Min(sent.Length, at + Math.Min(pieces, sent.Length))]));
        }
        await source.Writer.CompleteAsync();
        await filter;
        Assert.False(limit.IsCancellationRequested);
        var passed = new MemoryStream();
        await target.Reader.CopyToAsync(passed);
        return Encoding.Latin1.GetString(passed.ToArray());
    }
}
