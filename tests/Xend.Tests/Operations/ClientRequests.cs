using Sxp;
using Xend.Domains;
using Xend.Operations;
using Xend.Requests;

namespace Xend.Tests.Operations;

/// <summary>Requests as an interface makes them of what a client sent.</summary>
internal static class ClientRequests
{
    private const string VifScript = "vif-bridge";

    public static async Task<DomainView> CreateAsync(
        this IDomainRequests xend,
        SList vm,
        Requester requester,
        CancellationToken cancellation
    ) => await xend.CreateAsync(new DomainConfigReader(VifScript).Read(vm), requester, cancellation);

    public static async Task NewAsync(this IDomainRequests xend, SList vm, Requester requester, CancellationToken cancellation) =>
        await xend.NewAsync(new DomainConfigReader(VifScript).Read(vm), requester, cancellation);

    /// <summary>Gives a domain the device of an expression: <c>(vbd ...)</c>.</summary>
    public static Task<AttachedDevice> AttachAsync(this IDeviceRequests xend, string domain, string device) =>
        xend.AttachDeviceAsync(
            domain,
            at => DeviceConfigReader.ReadAdded((SList)SxpReader.Read(device), at.Domain, VifScript, at.Devices, at.Attached),
            Guests.Root,
            default
        );

    public static async Task ConfigureDeviceAsync(
        this Toolstack xend,
        string domain,
        SList device,
        Requester requester,
        CancellationToken cancellation
    ) =>
        await xend.ConfigureDeviceAsync(
            domain,
            DeviceConfigReader.ReadOne(device, xend.FindDomain(domain).Uuid, VifScript),
            requester,
            cancellation
        );
}
