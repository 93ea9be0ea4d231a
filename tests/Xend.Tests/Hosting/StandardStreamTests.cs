using Xend.Hosting;

namespace Xend.Tests.Hosting;

public sealed class StandardStreamTests
{
    [Fact]
    public async Task Output_that_cannot_be_written_is_told_in_a_sentence_and_errors_that_cannot_are_not()
    {
        using var full = new FileStream("/dev/full", FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        var errors = new StringWriter();
        var told = new List<IOException>();
        await StandardStream.Over(full, told.Add).WriteLineAsync("lost");
        Assert.Single(told);
        var commandLine = new CommandLine(XendPaths.FromEnvironment(), (_, _) => throw new InvalidOperationException())
        {
            Output = StandardStream.Over(full, error =>
                throw new XendError(ErrorCode.HostResource, $"Cannot write to standard output: {FileFailure.Reason(error)}")
            ),
            Errors = errors,
            IsRoot = true,
        };
        Assert.Equal(1, await commandLine.RunAsync([]));
        Assert.Equal("xend: Cannot write to standard output: No space left on device\n", errors.ToString());
    }
}
