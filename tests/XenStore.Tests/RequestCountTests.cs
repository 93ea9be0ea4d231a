using Simulation;

namespace XenStore.Tests;

public sealed class RequestCountTests
{
    [Fact]
    public async Task Of_flows_that_run_side_by_side_each_counts_its_own_and_what_it_started()
    {
        await using var client = new SimulatedXenStored().Client();
        var begun = Enumerable.Range(1, 8).Select(_ => new TaskCompletionSource()).ToList();
        var counts = await Task.WhenAll(Enumerable.Range(1, 8).Select(number => Task.Run(() => SendAsync(client, number, begun))));
        Assert.Equal(Enumerable.Range(1, 8).Select(number => 2L * number), counts);
    }

    /// <summary>Half of them in tasks of its own, and none before all have begun to count.</summary>
    private static async Task<long> SendAsync(XenStoreClient client, int number, List<TaskCompletionSource> begun)
    {
        var count = XenStoreRequestCount.Begin();
        begun[number - 1].SetResult();
        await Task.WhenAll(begun.Select(one => one.Task));
        for (var time = 0; time < number; time++)
        {
            await client.WriteAsync($"/a{number}", "");
            await Task.Run(() => client.ReadAsync($"/a{number}"));
        }
        return count.Requests;
    }
}
