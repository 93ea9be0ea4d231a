using System.Globalization;
using Sxp;
using Xend.Requests;

namespace Xend.Api.XmlRpc;

/// <summary>The methods for SCSI devices, whose forms are old xend's own.</summary>
internal static class ScsiCalls
{
    /// <summary>XenbusState of xen/include/public/io/xenbus.h, in which xm says what is to become of a device.</summary>
    private const int Initialising = 1;

    private const int Closing = 5;

    /// <summary>
    /// <c>(0 ((devs ((dev (state 4) (devid 0) (p-dev 2:0:0:0) (p-devname sda) (v-dev 0:0:0:0) (frontstate 4)) ...)) (state 4)
    /// (backend-id 0) (backend PATH) (feature-host 0)))</c> each; of a domain that does not run, without the guest's end.
    /// </summary>
    public static async Task<SValue> ListAsync(Call call) =>
        new SList(
            (await call.Toolstack.ListScsiAsync(call.Arguments.Domain(0), call.Stopping).ConfigureAwait(false)).Select(
                SValue (adapter) => SList.Of((int)adapter.Id, Adapter(adapter))
            )
        );

    /// <summary>device_create: an adapter, or more devices on one that there is.</summary>
    public static async Task<SValue> AttachAsync(Call call)
    {
        var domain = call.Toolstack.FindDomain(call.Arguments.Domain(0));
        var added = (VscsiConfig)call.Device(1, domain.Uuid);
        await call.Toolstack.AttachScsiAsync(domain.Uuid.ToString(), added, call.Requester, call.Stopping).ConfigureAwait(false);
        return SList.Of(
            VscsiConfig.ClassName,
            SList.Of("dom", domain.Id is { } id ? (SValue)(int)id : SNone.Instance, "id", (int)added.Id)
        );
    }

    /// <summary>device_configure: the state of the first device says whether they come or go.</summary>
    public static Task ConfigureAsync(Call call, Guid domain, SList adapter)
    {
        var state = adapter.Child("dev") is { } first ? DomainConfigReader.ReadInteger(first, "state", 0, 8) : null;
        if (state == Closing)
        {
            var units = VscsiClass.ReadVirtual(adapter);
            return call.Toolstack.DetachScsiAsync(domain.ToString(), units[0].Host, units, call.Requester, call.Stopping);
        }
        return state == Initialising
            ? call.Toolstack.AttachScsiAsync(domain.ToString(), (VscsiConfig)call.Device(1, domain), call.Requester, call.Stopping)
            : throw new XendError(
                ErrorCode.InvalidRequest,
                $"Error configuring device invalid state {state?.ToString(CultureInfo.InvariantCulture) ?? "none"}",
                hint: "1 (Initialising) gives the device to the domain, 5 (Closing) takes it."
            );
    }

    private static SList Adapter(ScsiView adapter)
    {
        List<SValue> items = [SList.Of("devs", new SList(adapter.Units.Select(SValue (unit) => Unit(adapter, unit))))];
        if (adapter.Backend is { } backend)
        {
            items.AddRange([SList.Of("state", Number(adapter.Frontend)), SList.Of("backend-id", 0), SList.Of("backend", backend)]);
        }
        items.Add(SList.Of("feature-host", adapter.IsHost ? 1 : 0));
        return new SList(items);
    }

    private static SList Unit(ScsiView adapter, ScsiUnitView unit) =>
        SList.Of(
            "dev",
            SList.Of("state", Number(unit.State)),
            SList.Of("devid", (int)adapter.Id),
            SList.Of("p-dev", unit.Physical),
            SList.Of("p-devname", unit.Name),
            SList.Of("v-dev", $"{unit.Virtual}"),
            SList.Of("frontstate", Number(unit.Frontend))
        );

    private static SValue Number(int? state) => state is { } number ? number : SNone.Instance;
}
