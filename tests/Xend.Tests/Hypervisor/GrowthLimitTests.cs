using Xend.Hypervisor;

namespace Xend.Tests.Hypervisor;

/// <summary>Work that writes a file may take as long as it writes.</summary>
public sealed class GrowthLimitTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(200);

    private readonly string _path = Path.GetTempFileName();

    public void Dispose() => File.Delete(_path);

    [Fact]
    public async Task Work_whose_file_grows_is_waited_for()
    {
        var end = DateTime.UtcNow + 5 * Patience;
        var result = await GrowthLimit.WhileGrowingAsync(
            async token =>
            {
                while (DateTime.UtcNow < end)
                {
                    await File.AppendAllTextAsync(_path, "more", token);
                    await Task.Delay(5, token);
                }
                return 7;
            },
            _path,
            Patience,
            CancellationToken.None);
        Assert.Equal(7, result);
    }

    [Fact]
    public async Task Work_whose_file_stays_as_it_is_is_ended_and_its_size_told()
    {
        File.WriteAllBytes(_path, new byte[3000]);
        var stalled = await Assert.ThrowsAsync<TimeoutException>(() => GrowthLimit.WhileGrowingAsync(NeverAsync, _path, Patience, CancellationToken.None));
        Assert.Equal("after 2 KiB nothing more was written for 0.2 s", stalled.Message);
    }

    [Fact]
    public async Task Work_without_a_file_is_ended_too() =>
        await Assert.ThrowsAsync<TimeoutException>(() => GrowthLimit.WhileGrowingAsync(NeverAsync, _path + ".none", Patience, CancellationToken.None));

    [Fact]
    public async Task Whoever_asked_can_end_it()
    {
        using var asked = new CancellationTokenSource();
        var wait = GrowthLimit.WhileGrowingAsync(NeverAsync, _path, TimeSpan.FromHours(1), asked.Token);
        await asked.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => wait);
    }

    private static async Task<int> NeverAsync(CancellationToken cancellation)
    {
        await Task.Delay(Timeout.Infinite, cancellation);
        return 0;
    }
}
