namespace Xend.Devices;

/// <summary>Consoles of old configurations, which are not connected. What is in their directory is found by the channels.</summary>
public sealed class ConsoleBackend() : KeptBackend("console")
{
    public override IReadOnlyList<string> Directories { get; } = [];
}
