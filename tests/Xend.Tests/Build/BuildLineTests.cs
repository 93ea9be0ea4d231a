using FsCheck;
using FsCheck.Fluent;
using Xend.Build;
using Xend.Hypervisor;

namespace Xend.Tests.Build;

public sealed class BuildLineTests
{
    [Fact]
    public void Words_come_back_as_they_were_sent_and_a_line_is_one_line()
    {
        Prop.ForAll(ArbMap.Default.ArbFor<NonNull<string>[]>().Filter(words => words.Length > 0 && words.All(w => IsText(w.Get))), words =>
            {
                string[] sent = [.. words.Select(word => word.Get)];
                var line = BuildLine.Of(sent);
                Assert.DoesNotContain(line, char.IsControl);
                Assert.Equal(sent, BuildLine.Words(line));
            })
            .QuickCheckThrowOnFailure();
    }

    [Fact]
    public void A_request_comes_back_as_it_was_sent()
    {
        var request = new ImageBuildRequest
        {
            DomainId = 32751,
            Type = GuestType.Pvh,
            MemoryMib = 4_000_000,
            MaxVcpus = 128,
            KernelPath = "/a b\tc\n%41",
            RamdiskPath = "/r",
            CommandLine = new string('ü', 500),
            Features = "!writable_page_tables|x",
            StoreEventChannel = 1,
            ConsoleEventChannel = 2,
            StoreDomainId = 3,
            ConsoleDomainId = 4,
        };
        Assert.Equal((request, "/var/cache"), BuildLine.TryParse(BuildLine.Words(BuildLine.Of(request, "/var/cache"))));
        Assert.Equal(
            (request with { RamdiskPath = null }, null),
            BuildLine.TryParse(BuildLine.Words(BuildLine.Of(request with { RamdiskPath = null }, null)))
        );
    }

    [Theory]
    [InlineData("")]
    [InlineData("build")]
    [InlineData("build x Pv 1 1 k r c f 1 2 3 4 d")]
    [InlineData("build 1 Qv 1 1 k r c f 1 2 3 4 d")]
    [InlineData("build 1 Pv 1 1 k r c f 1 2 3 -4 d")]
    [InlineData("build 1 Pv 1 1 k r c f 1 2 3 4 d e")]
    public void What_is_no_request_is_none(string line) => Assert.Null(BuildLine.TryParse(BuildLine.Words(line)));

    private static bool IsText(string text)
    {
        // A lone surrogate is no character and has no UTF-8.
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
            {
                i++;
            }
            else if (char.IsSurrogate(text[i]))
            {
                return false;
            }
        }
        return true;
    }
}
