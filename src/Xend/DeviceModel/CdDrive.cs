namespace Xend.DeviceModel;

/// <summary>A CD drive of the device model.</summary>
internal static class CdDrive
{
    /// <summary>Its name in the device model.</summary>
    /// <param name="deviceId">The number of the virtual device: 5632 for hdc.</param>
    public static string IdOf(uint deviceId) => $"ide-{QemuArguments.Text(deviceId)}";
}
