using LibXc.Interop;

namespace Xend.Build;

/// <summary>What of a request every type of image is told in the same way.</summary>
internal static class RequestSettings
{
    public static ImageSettings Settings(this ImageBuildRequest request, bool hvmContainer) =>
        new()
        {
            HvmContainer = hvmContainer,
            ConsoleEventChannel = request.ConsoleEventChannel,
            ConsoleDomainId = request.ConsoleDomainId,
            StoreEventChannel = request.StoreEventChannel,
            StoreDomainId = request.StoreDomainId,
            MaxVcpus = request.MaxVcpus,
        };

    /// <summary>What the guest believes to have, in MiB.</summary>
    public static uint WholeMemoryMib(this ImageBuildRequest request) => Math.Max(request.MaxMemoryMib, request.MemoryMib);

    public static uint PresentVcpus(this ImageBuildRequest request) => request.OnlineVcpus == 0 ? request.MaxVcpus : request.OnlineVcpus;
}
