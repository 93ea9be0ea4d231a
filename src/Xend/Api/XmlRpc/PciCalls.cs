using System.Globalization;
using Sxp;

namespace Xend.Api.XmlRpc;

/// <summary>The methods for PCI devices, whose forms are old xend's own.</summary>
internal static class PciCalls
{
    /// <summary><c>(dev (domain 0x0000) (bus 0x07) (slot 0x00) (func 0x0))</c> each; nil where dom0 has no driver for that.</summary>
    public static async Task<SValue> AssignableAsync(Call call) =>
        await call.Toolstack.ListAssignablePciAsync(call.Stopping).ConfigureAwait(false) is { } devices
            ? new SList(
                devices.Select(
                    SValue (address) =>
                        SList.Of(
                            "dev",
                            SList.Of("domain", Hex(address.Segment, 4)),
                            SList.Of("bus", Hex(address.Bus, 2)),
                            SList.Of("slot", Hex(address.Slot, 2)),
                            SList.Of("func", Hex(address.Function, 1))
                        )
                )
            )
            : SNone.Instance;

    /// <summary>The functions that a domain has, as structs; of one that runs and of one that does not, alike.</summary>
    public static SValue Of(DomainConfig? config) =>
        new SList(
            (config?.Devices ?? [])
                .OfType<PciConfig>()
                .SelectMany(device => device.Functions)
                .Select(
                    SValue (function) =>
                        SStruct.Of(
                            ("domain", Hex(function.Address.Segment, 4)),
                            ("bus", Hex(function.Address.Bus, 2)),
                            ("slot", Hex(function.Address.Slot, 2)),
                            ("func", Hex(function.Address.Function, 1)),
                            ("vdevfn", Hex(function.VirtualSlot, 2)),
                            ("key", function.Key),
                            ("uuid", function.Uuid.ToString())
                        )
                )
        );

    /// <summary>device_create: a domain has one bus, and what comes is added to that.</summary>
    public static async Task<SValue> AttachAsync(Call call)
    {
        var domain = call.Toolstack.FindDomain(call.Arguments.Domain(0));
        var functions = (PciConfig)call.Device(1, domain.Uuid);
        await call.Toolstack.AttachPciAsync(domain.Uuid.ToString(), functions, call.Requester, call.Stopping).ConfigureAwait(false);
        return SList.Of(PciConfig.ClassName, SList.Of("dom", domain.Id is { } id ? (SValue)(int)id : SNone.Instance, "id", 0));
    }

    /// <summary>device_configure of <c>(pci (dev ...) (state Initialising))</c>, or Closing: gives them to it, or takes them.</summary>
    public static Task ConfigureAsync(Call call, string domain, PciConfig functions)
    {
        var state = call.Arguments.Expression(1).Value("state").AsText();
        return state switch
        {
            "Initialising" => call.Toolstack.AttachPciAsync(domain, functions, call.Requester, call.Stopping),
            "Closing" => call.Toolstack.DetachPciAsync(domain, functions, call.Requester, call.Stopping),
            _ => throw new XendError(
                ErrorCode.InvalidRequest,
                $"Error configuring device: invalid state {DomainConfigReader.Printable(state ?? "none")}",
                hint: "Initialising gives the device to the domain, Closing takes it."
            ),
        };
    }

    private static string Hex(int number, int digits) => "0x" + number.ToString("x" + digits, CultureInfo.InvariantCulture);
}
