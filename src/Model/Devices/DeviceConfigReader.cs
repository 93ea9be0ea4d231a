using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using Sxp;

namespace Model.Devices;

/// <summary>Reads the <c>(device ...)</c> parts of a domain's configuration and refuses those that contradict each other.</summary>
public sealed class DeviceConfigReader(Guid domainUuid, string defaultVifScript)
{
    /// <summary>One device's expression by itself: <c>(vbd ...)</c>, or that in a <c>(device ...)</c>.</summary>
    public static DeviceConfig ReadOne(SList device, Guid domainUuid, string defaultVifScript)
    {
        DomainConfigReader.CheckBounds(device);
        return new DeviceConfigReader(domainUuid, defaultVifScript).ReadAll(
            SList.Of("vm", device.Name == "device" ? device : SList.Of("device", device))
        )[0];
    }

    public ImmutableArray<DeviceConfig> ReadAll(SList source)
    {
        var devices = ImmutableArray.CreateBuilder<DeviceConfig>();
        foreach (var device in source.Children("device"))
        {
            if (device.Count < 2 || device[1] is not SList { Name: { } deviceClass } body)
            {
                throw DomainConfigReader.Invalid("A (device ...) of the configuration names no device class.");
            }
            var uuid = ReadUuid(body, deviceClass, devices.Count);
            devices.Add(
                deviceClass switch
                {
                    "vbd" or "tap" or "tap2" => VbdConfigReader.Read(body, uuid, bootable: !devices.OfType<VbdConfig>().Any()),
                    "vif" => VifConfigReader.Read(body, uuid, defaultVifScript, Derive("mac", devices.Count)),
                    "irq" => ReadInterrupt(body, uuid),
                    "vfb" => new VfbConfig(uuid, MachineOptionsReader.ReadDisplay(body), body),
                    "vkbd" => new VkbdConfig(uuid),
                    _ => new OtherDeviceConfig(deviceClass, uuid, body),
                }
            );
        }
        RefuseDuplicates(devices);
        return devices.ToImmutable();
    }

    private static void RefuseDuplicates(IEnumerable<DeviceConfig> devices)
    {
        var numbers = new HashSet<uint>();
        var unames = new HashSet<string>();
        var macs = new HashSet<string>();
        foreach (var device in devices)
        {
            switch (device)
            {
                case VbdConfig vbd:
                    if (!numbers.Add(VirtualDevice.Number(vbd.Name)))
                    {
                        throw DomainConfigReader.Invalid($"The device \"{vbd.Name}\" is already defined");
                    }
                    if (vbd.Uname.Length > 0 && !unames.Add(vbd.Uname))
                    {
                        throw DomainConfigReader.Invalid($"The uname \"{vbd.Uname}\" is already defined");
                    }
                    break;
                case VifConfig vif when !macs.Add(vif.Mac):
                    throw DomainConfigReader.Invalid($"The mac \"{vif.Mac}\" is already defined");
            }
        }
    }

    /// <summary><c>(irq (irq 7))</c>. A file that has the number in quotes gets them up to here, and the sentence of old.</summary>
    private static OtherDeviceConfig ReadInterrupt(SList body, Guid uuid)
    {
        var text = body.Value("irq") is SBool truth ? truth.AsText()! : DomainConfigReader.Text(body, "irq") ?? "";
        return ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out _)
            ? new OtherDeviceConfig("irq", uuid, body)
            : throw DomainConfigReader.Invalid(
                $"irq: Invalid config setting irq: {DomainConfigReader.Printable(text)}",
                "A number is needed, as in irq = [ 7 ]."
            );
    }

    private Guid ReadUuid(SList body, string deviceClass, int index) =>
        Guid.TryParse(DomainConfigReader.Text(body, "uuid"), out var uuid)
            ? uuid
            : new Guid(Derive(deviceClass, index).AsSpan(0, 16), bigEndian: true);

    /// <summary>
    /// Bytes that are the same each time for the same domain and device, so that a MAC does not change from start to start.
    /// </summary>
    private byte[] Derive(string purpose, int index)
    {
        Span<byte> seed = stackalloc byte[64];
        domainUuid.TryWriteBytes(seed, bigEndian: true, out var length);
        length += System.Text.Encoding.ASCII.GetBytes($"/{purpose[..Math.Min(purpose.Length, 16)]}/{index}", seed[length..]);
        return SHA256.HashData(seed[..length]);
    }
}
