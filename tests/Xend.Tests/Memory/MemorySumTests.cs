using Xend.Hypervisor;
using Xend.Memory;

namespace Xend.Tests.Memory;

/// <summary>The arithmetic of the host's memory, with pictures made at random.</summary>
public sealed class MemorySumTests
{
    private const int Pictures = 20_000;

    [Fact]
    public void Whatever_the_picture_nothing_is_available_that_is_not_there()
    {
        var random = new Random(20260101);
        for (var picture = 0; picture < Pictures; picture++)
        {
            var drawn = Draw(random);
            var sum = MemorySum.Of(drawn);
            var dom0 = drawn.Domains[0].CurrentMemoryKib;
            var give = drawn.Dom0.MayShrink && dom0 > drawn.Dom0.FloorKib ? dom0 - drawn.Dom0.FloorKib : 0;
            Assert.Equal(give, sum.Dom0MayGiveKib);
            Assert.True(sum.AvailableKib <= drawn.Host.FreeMemoryKib + drawn.Host.ScrubMemoryKib + give);
            Assert.True(sum.CoveredKib <= sum.PromisedKib);
            Assert.InRange(sum.Dom0GoalKib, drawn.Dom0.MayShrink ? Math.Min(dom0, drawn.Dom0.FloorKib) : dom0, dom0);
            Assert.True(sum.UncoveredKib >= sum.UnpromisedKib);
        }
    }

    [Fact]
    public void A_promise_counts_the_less_the_more_of_it_its_domain_has()
    {
        var random = new Random(20260102);
        for (var picture = 0; picture < Pictures; picture++)
        {
            var drawn = Draw(random);
            var uuid = Guid.NewGuid();
            var total = (ulong)random.Next(1, 1 << 20);
            var has = (ulong)random.Next(0, (int)total + 1);
            var without = MemorySum.Of(drawn);
            var with = MemorySum.Of(
                drawn with
                {
                    Promises = [.. drawn.Promises, new PromisedMemory(uuid, total, 0, true)],
                    Domains =
                    [
                        .. drawn.Domains,
                        new DomainInfo
                        {
                            Id = 999,
                            Uuid = uuid,
                            CurrentMemoryKib = has,
                        },
                    ],
                }
            );
            Assert.Equal(without.PromisedKib + total - has, with.PromisedKib);
        }
    }

    [Fact]
    public void The_old_self_of_a_restarting_domain_does_not_count_for_the_new_one()
    {
        var uuid = Guid.NewGuid();
        var sum = MemorySum.Of(
            new MemoryPicture(
                new PhysicalInfo { FreeMemoryKib = 1000 },
                [
                    new DomainInfo
                    {
                        Id = 0,
                        Uuid = Guid.Empty,
                        CurrentMemoryKib = 500,
                    },
                    new DomainInfo
                    {
                        Id = 3,
                        Uuid = uuid,
                        Dying = true,
                        CurrentMemoryKib = 300,
                    },
                ],
                [new PromisedMemory(uuid, 300, 0, true)],
                new Dictionary<Guid, ulong>(),
                new Dom0Allowance(false, 0, 0)
            )
        );
        Assert.Equal(300ul, sum.PromisedKib);
        Assert.Equal(300ul, sum.DyingKib);
        Assert.Equal(700ul, sum.AvailableKib);
    }

    [Fact]
    public void What_a_guest_may_still_take_up_to_its_target_is_spoken_for()
    {
        var uuid = Guid.NewGuid();
        var picture = new MemoryPicture(
            new PhysicalInfo { FreeMemoryKib = 1000 },
            [
                new DomainInfo
                {
                    Id = 0,
                    Uuid = Guid.Empty,
                    CurrentMemoryKib = 500,
                },
                new DomainInfo
                {
                    Id = 3,
                    Uuid = uuid,
                    CurrentMemoryKib = 100,
                },
            ],
            [],
            new Dictionary<Guid, ulong> { [uuid] = 350 },
            new Dom0Allowance(true, 400, 0)
        );
        Assert.Equal(250ul, MemorySum.Of(picture).OwedKib);
        Assert.Equal(1000ul - 250 + 100, MemorySum.Of(picture).AvailableKib);
        // One that has shut down takes nothing any more.
        var ended = picture with { Domains = [picture.Domains[0], picture.Domains[1] with { Shutdown = ShutdownReason.Poweroff }] };
        Assert.Equal(0ul, MemorySum.Of(ended).OwedKib);
    }

    private static MemoryPicture Draw(Random random)
    {
        var domains = Enumerable
            .Range(1, random.Next(0, 6))
            .Select(id => new DomainInfo
            {
                Id = (uint)id,
                Uuid = Guid.NewGuid(),
                CurrentMemoryKib = (ulong)random.Next(0, 1 << 20),
                Dying = random.Next(5) == 0,
                OutstandingMemoryKib = random.Next(3) == 0 ? (ulong)random.Next(0, 1 << 16) : 0,
            })
            .ToList();
        return new MemoryPicture(
            new PhysicalInfo
            {
                FreeMemoryKib = (ulong)random.Next(0, 1 << 22),
                ScrubMemoryKib = (ulong)random.Next(0, 1 << 12),
                OutstandingMemoryKib = domains.Aggregate(0ul, (total, domain) => total + domain.OutstandingMemoryKib),
            },
            [
                new DomainInfo
                {
                    Id = 0,
                    Uuid = Guid.Empty,
                    CurrentMemoryKib = (ulong)random.Next(1 << 16, 1 << 22),
                },
                .. domains,
            ],
            [
                .. domains
                    .Where(_ => random.Next(2) == 0)
                    .Select(domain => new PromisedMemory(
                        domain.Uuid,
                        (ulong)random.Next(0, 1 << 20),
                        (ulong)random.Next(0, 1 << 10),
                        random.Next(2) == 0
                    )),
            ],
            domains.Where(_ => random.Next(2) == 0).ToDictionary(domain => domain.Uuid, _ => (ulong)random.Next(0, 1 << 20)),
            new Dom0Allowance(random.Next(2) == 0, (ulong)random.Next(1 << 15, 1 << 20), 0)
        );
    }
}
