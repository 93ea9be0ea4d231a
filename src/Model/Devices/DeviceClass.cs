using Sxp;

namespace Model.Devices;

/// <summary>
/// The shape of a class of devices: how its configuration is read, written and shown, and what no two devices of a domain may share.
/// What the class does on the host is the other half, under the same name in xend.
/// </summary>
public abstract class DeviceClass
{
    /// <summary>The name in configurations and in xenstore's paths: vbd.</summary>
    public abstract string Name { get; }

    /// <summary>Old names for it that a configuration may have: tap.</summary>
    public virtual IReadOnlyList<string> OldNames => [];

    /// <summary>
    /// Whether a <c>(devid N)</c> says its number. Without one it is the lowest that is free: its position, in files that know no devid.
    /// </summary>
    public abstract bool HasDeviceId { get; }

    /// <summary>The number of the first device; below it are devices that a guest has without a configuration.</summary>
    public virtual uint FirstId => 0;

    /// <summary>Reads <c>(vif (mac ...) ...)</c>. Every value is bounded and parsed strictly; throws where one cannot be had.</summary>
    public abstract DeviceConfig Read(SList body, DeviceReading reading);

    /// <summary>The expression that <see cref="Read"/> reads back to the same.</summary>
    public abstract SList Write(DeviceConfig device);

    /// <summary>What <c>xm list --long</c> prints of it: as Xen 4.1 did.</summary>
    public abstract SList Show(DeviceConfig device, DeviceShowing showing);

    /// <summary>What a list of a running domain's devices has of it beside the guest's end.</summary>
    public virtual IEnumerable<SValue> Listed(DeviceConfig device) => [];

    /// <summary>What no other device of the domain may have.</summary>
    public abstract IEnumerable<DeviceMark> Marks(DeviceConfig device);

    /// <summary>A device as the old errors call it: <c>0 (vif)</c>.</summary>
    public virtual string Title(DeviceConfig device) => $"{device.Id} ({Name})";

    /// <summary>Refuses what no host could connect to such a domain. That a configuration has it is no mistake of its shape.</summary>
    /// <exception cref="XendError">It cannot be connected.</exception>
    public virtual void RefuseUnconnectable(DeviceConfig device, DomainConfig domain) { }

    /// <summary>Of classes that need more of the host than a driver domain has.</summary>
    /// <param name="backend">Who is to serve the device.</param>
    /// <param name="what">What is to be served, in the plural.</param>
    protected static void RefuseOtherBackends(string backend, string what)
    {
        if (backend is not (DeviceConfig.DomainZero or "Domain-0"))
        {
            throw new XendError(
                ErrorCode.Unsupported,
                $"Cannot configure device for unknown backend {DomainConfigReader.Printable(backend)}",
                $"Only dom0 serves {what}."
            );
        }
    }

    /// <summary>An id is a number; a driver domain that is named stays a name.</summary>
    protected static SValue BackendId(string backend) =>
        int.TryParse(backend, System.Globalization.CultureInfo.InvariantCulture, out var id) ? id : backend;

    protected static void AddIfSet(List<SValue> items, string key, string value)
    {
        if (value.Length > 0)
        {
            items.Add(SList.Of(key, value));
        }
    }
}

/// <summary>The same for a class with a record of its own.</summary>
public abstract class DeviceClass<TConfig> : DeviceClass
    where TConfig : DeviceConfig
{
    public abstract override TConfig Read(SList body, DeviceReading reading);

    public sealed override void RefuseUnconnectable(DeviceConfig device, DomainConfig domain) =>
        RefuseUnconnectable((TConfig)device, domain);

    public sealed override SList Write(DeviceConfig device) => Write((TConfig)device);

    public sealed override SList Show(DeviceConfig device, DeviceShowing showing) => Show((TConfig)device, showing);

    public sealed override IEnumerable<DeviceMark> Marks(DeviceConfig device) => Marks((TConfig)device);

    protected virtual void RefuseUnconnectable(TConfig device, DomainConfig domain) { }

    protected abstract SList Write(TConfig device);

    protected abstract SList Show(TConfig device, DeviceShowing showing);

    protected abstract IEnumerable<DeviceMark> Marks(TConfig device);
}

/// <summary>What a device's configuration is made of beside its expression.</summary>
/// <param name="Uuid">Its UUID.</param>
/// <param name="Id">Its number, for classes that are numbered.</param>
/// <param name="IsFirst">Whether it is the domain's first of the class.</param>
/// <param name="Seed">
/// Bytes that are the same each time for the same domain UUID and number, so that a MAC changes neither from start to start nor where
/// a device of another class is added to the configuration.
/// </param>
/// <param name="DefaultVifScript">The daemon's vif-script option, with its words.</param>
/// <param name="Parts">How the parts of the expression are read.</param>
public sealed record DeviceReading(Guid Uuid, uint Id, bool IsFirst, byte[] Seed, string DefaultVifScript, PartReader Parts);

/// <summary>What is shown of a device depends on its domain, too.</summary>
/// <param name="IsActive">Whether the domain runs.</param>
/// <param name="Vnc">Where its display can be seen, if anywhere.</param>
/// <param name="Terminals">The pseudo terminals in dom0 of its channels, by number.</param>
public readonly record struct DeviceShowing(bool IsActive, VncAddress? Vnc, IReadOnlyDictionary<uint, string>? Terminals = null);

/// <param name="Key">What must not come twice.</param>
/// <param name="Said">The same as users know it: <c>The device "xvda"</c>.</param>
public readonly record struct DeviceMark(string Key, string Said);
