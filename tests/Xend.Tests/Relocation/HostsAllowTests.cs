using System.Net;
using Xend.Relocation;

namespace Xend.Tests.Relocation;

/// <summary>xend-relocation-hosts-allow.</summary>
public sealed class HostsAllowTests
{
    [Theory]
    [InlineData("", "anybody", true)]
    [InlineData("^localhost$ ^localhost\\.localdomain$", "localhost", true)]
    [InlineData("^localhost$ ^localhost\\.localdomain$", "localhost.localdomain", true)]
    [InlineData("^localhost$", "localhost.example", false)]
    [InlineData("10[.]77[.]0[.]", "10.77.0.9", true)]
    // As Python's match: where the name begins, and not anywhere in it.
    [InlineData("77", "10.77.0.9", false)]
    [InlineData("host", "host7", true)]
    [InlineData("a|b", "xb", false)]
    public void Each_expression_is_tried_where_the_name_begins(string expressions, string host, bool allowed)
    {
        var allow = new HostsAllow(expressions);
        Assert.Equal(allowed, allow.Allows(host) || allow.AllowsAll);
    }

    [Fact]
    public async Task An_address_is_tried_in_its_usual_form()
    {
        var allow = new HostsAllow("^127[.]0[.]0[.]1$");
        Assert.True(await allow.AllowsAsync(IPAddress.Loopback, default));
        Assert.True(await allow.AllowsAsync(IPAddress.Loopback.MapToIPv6(), default));
        Assert.False(await new HostsAllow("^192[.]0[.]2[.]1$").AllowsAsync(IPAddress.Loopback, default));
    }

    [Fact]
    public void What_is_no_expression_is_told()
    {
        var error = Assert.Throws<XendError>(() => new HostsAllow("^good$ bad("));
        Assert.Equal("xend-relocation-hosts-allow: 'bad(' is no regular expression", error.Message);
    }

    [Fact]
    public void An_expression_that_never_ends_allows_nobody() => Assert.False(new HostsAllow("(a+)+$").Allows(new string('a', 60) + "!"));
}
