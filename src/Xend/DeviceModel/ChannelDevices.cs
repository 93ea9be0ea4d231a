namespace Xend.DeviceModel;

/// <summary>dom0's ends of a guest's channels: character devices of its device model.</summary>
internal static class ChannelDevices
{
    /// <summary>The name that libxl gives it.</summary>
    public static string IdOf(uint channel) => $"libxl-channel{QemuArguments.Text(channel)}";

    public static void Add(ArgumentList arguments, DomainConfig config)
    {
        foreach (var channel in config.Devices.OfType<ChannelConfig>())
        {
            var id = IdOf(channel.Id);
            arguments.Add(
                "-chardev",
                channel.SocketPath is { } path ? $"socket,id={id},path={ArgumentList.Value(path)},server=on,wait=off" : $"pty,id={id}"
            );
        }
    }
}
