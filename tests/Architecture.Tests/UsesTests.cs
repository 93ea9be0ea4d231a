using System.Text;

namespace Architecture.Tests;

/// <summary>The checks of the other files are worth as much as what <see cref="Uses"/> finds.</summary>
public sealed class UsesTests
{
    [Theory]
    [InlineData(typeof(InLambda))]
    [InlineData(typeof(InAsync))]
    [InlineData(typeof(InIterator))]
    [InlineData(typeof(InArguments))]
    public void A_use_is_found_wherever_it_hides(Type probe) =>
        Assert.Contains((Uses.Written(probe), typeof(StringBuilder)), Uses.Of(probe.Assembly).Where(pair => pair.User.Name == probe.Name));
}

internal sealed class InLambda
{
    public static Func<int> Count => () => new StringBuilder("x").Length;
}

internal sealed class InAsync
{
    public static async Task<string> TextAsync()
    {
        await Task.Yield();
        return new StringBuilder().ToString();
    }
}

internal sealed class InIterator
{
    public static IEnumerable<object> Texts()
    {
        yield return new StringBuilder();
    }
}

internal sealed class InArguments
{
    public IReadOnlyList<Func<StringBuilder[]>>? Texts { get; init; }
}
