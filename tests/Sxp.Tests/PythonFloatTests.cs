namespace Sxp.Tests;

/// <summary>Expectations were printed by Python 2.7.18.</summary>
public sealed class PythonFloatTests
{
    [Theory]
    [InlineData(0.0, "0.0", "0.0")]
    [InlineData(-0.0, "-0.0", "-0.0")]
    [InlineData(1.0, "1.0", "1.0")]
    [InlineData(92.5, "92.5", "92.5")]
    [InlineData(-46.25, "-46.25", "-46.25")]
    [InlineData(100.0, "100.0", "100.0")]
    [InlineData(1795198884.85, "1795198884.85", "1795198884.85")]
    [InlineData(1357749308.05, "1357749308.05", "1357749308.05")]
    [InlineData(24.116146647, "24.116146647", "24.116146647")]
    [InlineData(123456789.123456789, "123456789.123", "123456789.12345679")]
    [InlineData(1e11, "1e+11", "100000000000.0")]
    [InlineData(123456789012.0, "1.23456789012e+11", "123456789012.0")]
    [InlineData(99999999999.95, "99999999999.9", "99999999999.95")]
    [InlineData(999999999999.5, "1e+12", "999999999999.5")]
    [InlineData(9.9999999999995, "10.0", "9.9999999999995")]
    [InlineData(0.0001, "0.0001", "0.0001")]
    [InlineData(0.00012345, "0.00012345", "0.00012345")]
    [InlineData(1e-5, "1e-05", "1e-05")]
    [InlineData(0.1, "0.1", "0.1")]
    [InlineData(1 / 3.0, "0.333333333333", "0.3333333333333333")]
    [InlineData(2 / 3.0, "0.666666666667", "0.6666666666666666")]
    [InlineData(1e15, "1e+15", "1000000000000000.0")]
    [InlineData(1e16, "1e+16", "1e+16")]
    [InlineData(1e22, "1e+22", "1e+22")]
    [InlineData(1e23, "1e+23", "1e+23")]
    [InlineData(9007199254740993.0, "9.00719925474e+15", "9007199254740992.0")]
    [InlineData(5e-324, "4.94065645841e-324", "5e-324")]
    [InlineData(1.7976931348623157e308, "1.79769313486e+308", "1.7976931348623157e+308")]
    [InlineData(double.NaN, "nan", "nan")]
    [InlineData(double.PositiveInfinity, "inf", "inf")]
    [InlineData(double.NegativeInfinity, "-inf", "-inf")]
    public void Floats_print_as_Python_2_prints_them(double value, string str, string repr)
    {
        Assert.Equal(str, PythonFloat.Str(value));
        Assert.Equal(repr, PythonFloat.Repr(value));
        Assert.True(PythonFloat.TryParse(repr, out var back));
        Assert.Equal(value, back);
    }

    [Theory]
    [InlineData(" 1.5\n", 1.5)]
    [InlineData("+2", 2.0)]
    [InlineData("1e3", 1000.0)]
    [InlineData("Infinity", double.PositiveInfinity)]
    [InlineData("-INF", double.NegativeInfinity)]
    [InlineData("NaN", double.NaN)]
    public void Floats_are_read_as_Python_reads_them(string text, double value)
    {
        Assert.True(PythonFloat.TryParse(text, out var read));
        Assert.Equal(value, read);
    }

    [Theory]
    [InlineData("")]
    [InlineData("-")]
    [InlineData("1,5")]
    [InlineData("1.5x")]
    [InlineData("infinite")]
    [InlineData("nano")]
    [InlineData("0x10")]
    [InlineData("∞")]
    public void What_is_no_number_is_refused(string text) => Assert.False(PythonFloat.TryParse(text, out _));
}
