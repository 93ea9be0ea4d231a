using System.Globalization;
using Sxp;

namespace Model.Devices;

/// <summary>An interrupt of the host: <c>(irq (irq 7))</c>.</summary>
public sealed class IrqClass() : KeptClass("irq")
{
    /// <summary>A file that has the number in quotes gets them up to here, and the sentence of old.</summary>
    public override KeptDeviceConfig Read(SList body, DeviceReading reading)
    {
        var text = body.Value("irq") is SBool truth ? truth.AsText()! : DomainConfigReader.Text(body, "irq") ?? "";
        return ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out _)
            ? base.Read(body, reading)
            : throw DomainConfigReader.Invalid(
                $"irq: Invalid config setting irq: {DomainConfigReader.Printable(text)}",
                "A number is needed, as in irq = [ 7 ]."
            );
    }
}
