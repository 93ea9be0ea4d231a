using System.Globalization;

namespace Simulation.Contracts;

/// <summary>Many requests at once on one connection.</summary>
internal static class XenStorePipelineContract
{
    public static IEnumerable<XenStoreContractCase> Cases =>
        [
            // A case is its promise and how it is tried.
            new("A thousand requests at once each get their own answer", async stage =>
            {
                await Task.WhenAll(
                    Enumerable.Range(0, 1000).Select(number => stage.Store.WriteAsync(stage.At(Text(number)), Text(number)))
                );
                var answers = await Task.WhenAll(Enumerable.Range(0, 1000).Select(number => stage.Store.ReadAsync(stage.At(Text(number)))));
                ContractExpect.Sequence(Enumerable.Range(0, 1000).Select(Text), answers!, "answers");
            }),
            new("Requests are carried out in the order they were made", async stage =>
            {
                await stage.Store.WriteAsync(stage.At("a"), "first");
                var writes = Enumerable.Range(0, 300).Select(number => stage.Store.WriteAsync(stage.At("a"), Text(number))).ToArray();
                var last = stage.Store.ReadAsync(stage.At("a"));
                await Task.WhenAll(writes);
                ContractExpect.Equal("299", await last, "the value after the last write");
            }),
            new("Callers in parallel do not disturb each other", stage => Task.WhenAll(
                    Enumerable
                        .Range(0, 16)
                        .Select(caller =>
                            Task.Run(async () =>
                            {
                                for (var round = 0; round < 50; round++)
                                {
                                    var value = $"{caller}-{round}";
                                    await stage.Store.WriteAsync(stage.At(Text(caller)), value);
                                    ContractExpect.Equal(value, await stage.Store.ReadAsync(stage.At(Text(caller))), $"caller {caller}");
                                }
                            })
                        )
                )),
            new("Whoever stops waiting does not disturb the others", async stage =>
            {
                await stage.Store.WriteAsync(stage.At("a"), "v");
                using var impatience = new CancellationTokenSource();
                var given = Enumerable.Range(0, 100).Select(_ => stage.Store.ReadAsync(stage.At("a"), impatience.Token)).ToArray();
                var kept = Enumerable.Range(0, 100).Select(_ => stage.Store.ReadAsync(stage.At("a"))).ToArray();
                await impatience.CancelAsync();
                ContractExpect.True((await Task.WhenAll(kept)).All(value => value == "v"), "a patient caller got another value");
                foreach (var task in given)
                {
                    try
                    {
                        ContractExpect.Equal("v", await task, "value of a caller whose answer came in time");
                    }
                    catch (OperationCanceledException)
                    {
                        // It was cancelled in time.
                    }
                }

                ContractExpect.Equal("v", await stage.Store.ReadAsync(stage.At("a")), "value afterwards");
            }),
            new("A request that is cancelled before it is made is not sent", async stage =>
            {
                await ContractExpect.ThrowsAsync<OperationCanceledException>(
                    () => stage.Store.WriteAsync(stage.At("a"), "never", new CancellationToken(canceled: true)),
                    "the write"
                );
                ContractExpect.Equal(null, await stage.Store.ReadAsync(stage.At("a")), "value");
            }),
        ];

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
