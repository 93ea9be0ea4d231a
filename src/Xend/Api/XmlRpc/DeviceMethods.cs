using System.Collections.Immutable;
using Sxp;
using Xend.Domains;
using Xend.Host;
using Xend.Operations;
using Xend.Requests;

namespace Xend.Api.XmlRpc;

/// <summary>The methods that are about devices, as far as they are more than one call.</summary>
internal static class DeviceMethods
{
    public static Task ConfigureAsync(Call call)
    {
        if (call.Arguments.Expression(1) is { Name: "vusb" } usb)
        {
            return UsbCalls.SetPortAsync(call, usb);
        }
        var domain = call.Toolstack.FindDomain(call.Arguments.Domain(0));
        if (call.Arguments.Expression(1) is { Name: VscsiConfig.ClassName } adapter)
        {
            return ScsiCalls.ConfigureAsync(call, domain.Uuid, adapter);
        }
        var device = call.Device(1, domain.Uuid);
        return device is PciConfig functions
            ? PciCalls.ConfigureAsync(call, domain.Uuid.ToString(), functions)
            : call.Toolstack.ConfigureDeviceAsync(domain.Uuid.ToString(), device, call.Requester, call.Stopping);
    }

    public static async Task<SValue> AttachAsync(Call call)
    {
        var device = call.Arguments.Expression(1);
        if (device.Name == PciConfig.ClassName)
        {
            return await PciCalls.AttachAsync(call).ConfigureAwait(false);
        }
        if (device.Name == VscsiConfig.ClassName)
        {
            return await ScsiCalls.AttachAsync(call).ConfigureAwait(false);
        }
        var attached = await call
            .Toolstack.AttachDeviceAsync(
                call.Arguments.Domain(0),
                domain => DeviceConfigReader.ReadAdded(device, domain.Domain, call.Options.VifScript, domain.Devices, domain.Attached),
                call.Requester,
                call.Stopping
            )
            .ConfigureAwait(false);
        return SList.Of(
            attached.Class,
            SList.Of("dom", attached.DomainId is { } id ? (SValue)(int)id : SNone.Instance, "id", (int)attached.Id)
        );
    }

    public static Task DetachAsync(Call call)
    {
        var deviceClass = call.Arguments.DeviceClass(1);
        return call.Toolstack.DetachDeviceAsync(
            call.Arguments.Domain(0),
            deviceClass,
            deviceClass == VtpmConfig.ClassName && call.Arguments.Uuid(2) is { } uuid
                ? VtpmNumber(call.Toolstack.FindDomain(call.Arguments.Domain(0)), uuid)
                : call.Arguments.DeviceNumber(1, 2),
            call.Arguments.IsForce(3),
            call.Requester,
            call.Stopping
        );
    }

    public static async Task<SValue> BlockClassAsync(Call call)
    {
        var domain = call.Toolstack.FindDomain(call.Arguments.Domain(0));
        var number = call.Arguments.DeviceNumber("vbd", 1);
        var nodes = await call.Toolstack.ListDeviceNodesAsync(domain.Uuid.ToString(), "vbd", call.Stopping).ConfigureAwait(false);
        return
            nodes.Any(device => device.Id == number)
            || domain.Config?.Devices.Any(device => device.Class == "vbd" && device.Id == number) == true
            ? "vbd"
            : SNone.Instance;
    }

    public static async Task<SValue> ListAsync(Call call)
    {
        var domain = call.Toolstack.FindDomain(call.Arguments.Domain(0));
        var deviceClass = call.Arguments.DeviceClass(1);
        if (deviceClass == PciConfig.ClassName)
        {
            return PciCalls.Of(domain.Config);
        }
        if (deviceClass == VscsiConfig.ClassName)
        {
            return await ScsiCalls.ListAsync(call).ConfigureAwait(false);
        }
        if (domain.Id is null)
        {
            return new SList(
                (domain.Config?.Devices ?? [])
                    .Where(device => device.Class == deviceClass)
                    .Select(
                        SValue (device) =>
                            SList.Of((int)device.Id, DeviceClasses.Of(device).Show(device, new DeviceShowing(IsActive: false, Vnc: null)))
                    )
            );
        }
        var nodes = await call.Toolstack.ListDeviceNodesAsync(domain.Uuid.ToString(), deviceClass, call.Stopping).ConfigureAwait(false);
        return new SList(
            nodes.Select(
                SValue (device) =>
                    SList.Of(
                        device.Id.ToString(System.Globalization.CultureInfo.InvariantCulture),
                        new SList([.. DeviceSxp.Frontend(device).Items, .. Listed(domain, deviceClass, device.Id)])
                    )
            )
        );
    }

    /// <summary>By the configuration: the guest's end does not tell a vTPM's UUID, and could tell any.</summary>
    private static uint VtpmNumber(DomainView domain, Guid uuid) =>
        domain.Config?.Devices.FirstOrDefault(device => device.Class == VtpmConfig.ClassName && device.Uuid == uuid)?.Id
        ?? throw new XendError(
            ErrorCode.InvalidRequest,
            $"Device {uuid} not connected",
            $"{domain.Name} has no vTPM of that UUID.",
            $"'xm list --long {domain.Name}' shows those that it has."
        );

    private static IEnumerable<SValue> Listed(DomainView domain, string deviceClass, uint id) =>
        domain.Config?.Devices.FirstOrDefault(device => device.Class == deviceClass && device.Id == id) is { } device
            ? DeviceClasses.Of(device).Listed(device)
            : [];
}
