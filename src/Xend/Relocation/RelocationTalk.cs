using Sxp;

namespace Xend.Relocation;

/// <summary>What is said to whoever connects: old xend's words, and those of this xend behind them.</summary>
public static class RelocationTalk
{
    /// <summary>How long somebody who connects may say nothing.</summary>
    private static readonly TimeSpan FirstLimit = TimeSpan.FromSeconds(30);

    /// <summary>Old words that one connection may say.</summary>
    private const int MostMessages = 16;

    /// <summary>Serves a connection, and returns when it is over.</summary>
    /// <exception cref="RelocationException">It was lost.</exception>
    public static async Task RunAsync(RelocationChannel channel, IRelocationService service, CancellationToken cancellation)
    {
        for (var messages = 0; messages < MostMessages; messages++)
        {
            switch (await channel.ReceiveAsync(FirstLimit, cancellation).ConfigureAwait(false))
            {
                case SString { Value: "quit" } or SList { Name: "quit" }:
                    return;
                case SString { Value: "help" } or SList { Name: "help" }:
                    await channel.SendAsync(Help(), cancellation).ConfigureAwait(false);
                    break;
                case SString { Value: "receive" or "sslreceive" } or SList { Name: "receive" or "sslreceive" }:
                    const string Old = "guests of xend 4.1 and before cannot be taken: Xen has not read their memory since 4.6";
                    await channel.SendAsync(Refusal(Old), cancellation).ConfigureAwait(false);
                    return;
                case SList { Name: "migrate" or "status" or "forget" } first:
                    await service.ServeAsync(channel, first, cancellation).ConfigureAwait(false);
                    return;
                case var other:
                    var name = DomainConfigReader.Printable(other is SList list ? list.Name ?? "" : other.ToString() ?? "");
                    await channel.SendAsync(Refusal($"Invalid operation: {name}"), cancellation).ConfigureAwait(false);
                    break;
            }
        }
    }

    /// <summary>Another host's words, without control characters and not too many of them.</summary>
    public static string Clean(string words)
    {
        const int Most = 500;
        var clean = string.Concat(words.Take(Most).Select(letter => char.IsControl(letter) ? '?' : letter));
        return words.Length > Most ? clean + "..." : clean;
    }

    /// <summary>Old xend's form of a failure.</summary>
    public static SList Refusal(string reason) =>
        SList.Of("err", SList.Of("type", "<class 'xen.xend.XendError.XendError'>"), SList.Of("value", reason));

    private static SList Help() => SList.Of("ok", SList.Of("help", "quit", "receive", "sslreceive", "migrate", "status", "forget"));
}
