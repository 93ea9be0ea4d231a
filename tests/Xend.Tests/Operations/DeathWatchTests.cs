using Xend.Hypervisor;
using Xend.Operations;

namespace Xend.Tests.Operations;

/// <summary>How soon it is looked again while a domain dies.</summary>
public sealed class DeathWatchTests
{
    private static readonly DomainInfo Dying = new()
    {
        Id = 3,
        Uuid = Guid.NewGuid(),
        Dying = true,
    };

    private readonly HandClock _clock = new();

    [Fact]
    public void Where_nothing_dies_there_is_no_haste()
    {
        var deaths = new DeathWatch(_clock);
        Assert.False(deaths.Note([Dying with { Dying = false }]));
        Assert.Null(deaths.Pause());
    }

    [Fact]
    public void A_death_is_looked_at_soon_and_the_longer_it_takes_the_more_seldom()
    {
        var deaths = new DeathWatch(_clock);
        Assert.True(deaths.Note([Dying]));
        Assert.Equal(TimeSpan.FromMilliseconds(50), deaths.Pause());
        _clock.Now += TimeSpan.FromSeconds(3);
        Assert.False(deaths.Note([Dying]));
        Assert.Equal(TimeSpan.FromSeconds(3), deaths.Pause());
    }

    [Fact]
    public void One_more_that_dies_is_looked_at_as_soon_as_the_first()
    {
        var deaths = new DeathWatch(_clock);
        deaths.Note([Dying]);
        _clock.Now += TimeSpan.FromSeconds(3);
        Assert.True(deaths.Note([Dying, Dying with { Id = 4, Uuid = Guid.NewGuid() }]));
        Assert.Equal(TimeSpan.FromMilliseconds(50), deaths.Pause());
    }

    [Fact]
    public void When_all_have_gone_there_is_no_haste()
    {
        var deaths = new DeathWatch(_clock);
        deaths.Note([Dying]);
        Assert.False(deaths.Note([]));
        Assert.Null(deaths.Pause());
    }

    private sealed class HandClock : TimeProvider
    {
        public TimeSpan Now { get; set; } = TimeSpan.FromHours(1);

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Now.Ticks;
    }
}
