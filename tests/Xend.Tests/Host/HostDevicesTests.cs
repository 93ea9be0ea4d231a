using Xend.Host;

namespace Xend.Tests.Host;

public sealed class HostDevicesTests
{
    [Fact]
    public void A_file_whose_server_is_gone_is_not_waited_for()
    {
        using var server = new ManualResetEventSlim();
        var devices = new HostDevices(
            _ =>
            {
                server.Wait();
                return new KernelFacts(true, "");
            },
            TimeSpan.FromMilliseconds(100)
        );
        try
        {
            var error = Assert.Throws<XendError>(() => devices.InspectKernel("/nfs/vmlinuz"));
            Assert.Equal(ErrorCode.Timeout, error.Code);
            Assert.StartsWith("/nfs/vmlinuz cannot be looked at", error.Message);
        }
        finally
        {
            server.Set();
        }
    }

    [Fact]
    public void What_a_look_throws_arrives_as_it_is() =>
        Assert.Throws<FileNotFoundException>(() => new HostDevices(_ => throw new FileNotFoundException()).InspectKernel("/none"));
}
