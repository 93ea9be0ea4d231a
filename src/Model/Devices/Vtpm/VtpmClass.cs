using Sxp;

namespace Model.Devices;

/// <summary>The shape of virtual TPMs: <c>(vtpm (uuid U) (backend tpm-of-linux))</c>; old xm's have <c>(pref_instance 1)</c>.</summary>
public sealed class VtpmClass : DeviceClass<VtpmConfig>
{
    public override string Name => VtpmConfig.ClassName;

    public override bool HasDeviceId => true;

    public override VtpmConfig Read(SList body, DeviceReading reading)
    {
        var parts = reading.Parts;
        // It is the vTPM's own: one that is made up in its place would be another vTPM.
        parts.Check("uuid", () => CheckUuid(DomainConfigReader.Text(body, "uuid") ?? ""));
        return new VtpmConfig(
            reading.Uuid,
            reading.Id,
            parts.Read("pref_instance", null, () => (uint?)DomainConfigReader.ReadInteger(body, "pref_instance", 0, uint.MaxValue))
        )
        {
            Backend = parts.Read("backend", "", () => DomainConfigReader.Text(body, "backend") ?? "") is { Length: > 0 } backend
                ? backend
                : DeviceConfig.DomainZero,
        };
    }

    protected override void RefuseUnconnectable(VtpmConfig device, DomainConfig domain)
    {
        if (!device.IsOfDriverDomain)
        {
            throw new XendError(
                ErrorCode.Unsupported,
                $"{domain.Name}: no domain is named that serves vTPM {device.Id}.",
                "dom0 of today's Xen has no backend for vTPMs: each is a domain of its own (xen-vtpm(7)).",
                "Start that domain, and name it: vtpm = [ 'backend=NAME,uuid=UUID' ]."
            );
        }
    }

    protected override SList Write(VtpmConfig device) =>
        new(["vtpm", SList.Of("uuid", device.Uuid.ToString()), SList.Of("devid", device.Id), .. Shape(device, device.Backend)]);

    protected override SList Show(VtpmConfig device, DeviceShowing showing) =>
        new(["vtpm", SList.Of("uuid", device.Uuid.ToString()), .. Shape(device, BackendId(device.Backend))]);

    protected override IEnumerable<DeviceMark> Marks(VtpmConfig device) =>
        [new($"vtpm/{device.Id}", $"The device \"vtpm {device.Id}\""), new($"vtpm {device.Uuid}", $"The vTPM \"{device.Uuid}\"")];

    private static IEnumerable<SValue> Shape(VtpmConfig device, SValue backend)
    {
        if (device.PreferredInstance is { } instance)
        {
            yield return SList.Of("pref_instance", instance);
        }
        yield return SList.Of("backend", backend);
    }

    private static void CheckUuid(string text)
    {
        if (text.Length > 0 && !Guid.TryParse(text, out _))
        {
            throw DomainConfigReader.Invalid(
                $"'{DomainConfigReader.Printable(text)}' is no UUID of a vTPM",
                "It is like 7e19da7c-8dd7-415f-cebb-290b3c42ec1c: uuidgen makes one."
            );
        }
    }
}
