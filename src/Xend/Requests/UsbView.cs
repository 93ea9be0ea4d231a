namespace Xend.Requests;

/// <summary>A USB device of the host, as its users see it.</summary>
/// <param name="Place">Bus and ports: 1-2.3.</param>
/// <param name="Vendor">Its maker's number.</param>
/// <param name="Product">Its maker's number for it.</param>
/// <param name="Name">Manufacturer and product, as far as it says them.</param>
/// <param name="Holder">The domain that has it in a port; null where none has.</param>
public sealed record UsbView(string Place, ushort Vendor, ushort Product, string Name, string? Holder);
