using Sxp;

namespace Xend.Relocation;

/// <summary>What is said to whoever connects: old xend's words, and those of this xend behind them.</summary>
public static class RelocationTalk
{
    /// <summary>How long somebody who connects may say nothing.</summary>
    private static readonly TimeSpan FirstLimit = TimeSpan.FromSeconds(30);

    /// <summary>Serves a connection, and returns when it is over.</summary>
    /// <exception cref="RelocationException">It was lost.</exception>
    public static async Task RunAsync(RelocationChannel channel, IRelocationService service, CancellationToken cancellation)
    {
        while (true)
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

    /// <summary>Old xend's form of a failure.</summary>
    public static SList Refusal(string reason) =>
        SList.Of("err", SList.Of("type", "<class 'xen.xend.XendError.XendError'>"), SList.Of("value", reason));

    private static SList Help() => SList.Of("ok", SList.Of("help", "quit", "receive", "sslreceive", "migrate", "status", "forget"));
}
