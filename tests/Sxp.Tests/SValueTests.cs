namespace Sxp.Tests;

public sealed class SValueTests
{
    [Fact]
    public void Children_are_found_by_name_and_the_first_wins()
    {
        var domain = SList.Of(
            "domain",
            SList.Of("name", "a"),
            "atom",
            SList.Of("device", SList.Of("vif")),
            SList.Of("name", "b"),
            SList.Of("device", SList.Of("vbd"))
        );
        Assert.Equal("domain", domain.Name);
        Assert.Equal("a", domain.Value("name").AsText());
        Assert.Equal(2, domain.Children("device").Count());
        Assert.Null(domain.Value("memory"));
        Assert.Null(SList.Empty.Name);
    }

    [Fact]
    public void Structs_keep_the_order_of_their_members_and_are_compared_by_content()
    {
        var members = SStruct.Of(("weight", 256), ("cap", 0));
        Assert.Equal(256, members.Value("weight").AsInt());
        Assert.Null(members.Value("none"));
        Assert.Equal(SStruct.Of(("weight", 256), ("cap", 0)), members);
        Assert.Equal(SStruct.Of(("weight", 256), ("cap", 0)).GetHashCode(), members.GetHashCode());
        Assert.NotEqual(SStruct.Of(("cap", 0), ("weight", 256)), members);
    }

    [Fact]
    public void Values_show_themselves_as_they_are_printed()
    {
        Assert.Equal("(a 1 2.5 True 'None' ((b 'c d')))", SList.Of("a", 1, 2.5, true, SNone.Instance, SStruct.Of(("b", "c d"))).ToString());
        Assert.Equal("c d", new SString("c d").ToString());
        Assert.Equal("2.5", new SFloat(2.5).ToString());
    }

    public static TheoryData<SValue?, string?, long?, double?, bool?> Scalars =>
        new()
        {
            { "12", "12", 12, 12.0, null },
            { "1", "1", 1, 1.0, true },
            { 0, "0", 0, 0.0, false },
            { 3.0, "3.0", 3, 3.0, null },
            { 92.5, "92.5", null, 92.5, null },
            { 1e30, "1e+30", null, 1e30, null },
            { 9223372036854775808.0, "9.22337203685e+18", null, 9223372036854775808.0, null },
            { -9223372036854775808.0, "-9.22337203685e+18", long.MinValue, -9223372036854775808.0, null },
            { double.NaN, "nan", null, double.NaN, null },
            { true, "True", 1, 1.0, true },
            { "False", "False", null, null, false },
            { "linux", "linux", null, null, null },
            { SNone.Instance, null, null, null, null },
            { SList.Of("a"), null, null, null, null },
            { null, null, null, null, null },
        };

    [Theory]
    [MemberData(nameof(Scalars))]
    public void Scalars_are_taken_loosely(SValue? value, string? text, long? number, double? real, bool? flag)
    {
        Assert.Equal(text, value.AsText());
        Assert.Equal(number, value.AsInt());
        Assert.Equal(real, value.AsDouble());
        Assert.Equal(flag, value.AsFlag());
    }
}
