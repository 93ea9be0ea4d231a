using Xend.DeviceModel;
using Xend.Domains;
using Xend.Tests.Operations;

namespace Xend.Tests.DeviceModel;

public sealed class DeviceModelFailureTests
{
    [Theory]
    [InlineData("", "The device model of hvm ended before it was ready, without a word.")]
    [InlineData(
        "qemu-system-i386: -vnc 127.0.0.1:3: Failed to bind socket: Address already in use",
        "vncdisplay = 3 of hvm is taken: somebody listens at port 5903 already."
    )]
    [InlineData(
        "VNC server running\nqemu-system-i386: -device abacus,id=nic0: 'abacus' is not a valid device model name",
        "A network interface of hvm has the model 'abacus', which the device model does not know."
    )]
    [InlineData(
        "qemu-system-i386: Unsupported NIC model: abacus",
        "A network interface of hvm has the model 'abacus', which the device model does not know."
    )]
    [InlineData(
        "/usr/bin/qemu-system-i386: -device usb-mouze: 'usb-mouze' is not a valid device model name",
        "The device model does not know the device 'usb-mouze', which hvm is to have."
    )]
    [InlineData(
        "xen-qemu-system-i386: -vnc 127.0.0.1:0,to=99: could not read keymap file: 'xx'",
        "keymap = 'xx' of hvm cannot be used: could not read keymap file: 'xx'"
    )]
    [InlineData(
        "qemu-system-i386: could not read keymap file: 'xx'",
        "keymap = 'xx' of hvm cannot be used: could not read keymap file: 'xx'"
    )]
    [InlineData(
        "qemu-system-i386: -drive file=/a,if=none: Could not open '/a': Permission denied",
        "A disk of hvm cannot be used: Could not open '/a': Permission denied"
    )]
    [InlineData(
        "qemu-system-i386: -chardev socket,id=libxl-channel2,path=/run/a,server=on,wait=off: Failed to bind socket to /run/a: Read-only file system",
        "A channel of hvm cannot be had: Failed to bind socket to /run/a: Read-only file system"
    )]
    [InlineData("Out of memory", "The device model of hvm ended before it was ready: Out of memory")]
    public void The_first_line_names_the_setting_and_the_cause(string lines, string sentence)
    {
        var vm = Guests.Hvm("(vnc 1) (vncdisplay 3) (vncunused 0) (keymap xx)", "(device (vif (bridge eth0) (model abacus)))");
        var config = new DomainConfigReader(defaultVifScript: "vif-bridge").Read(vm);
        Assert.Equal(sentence, DeviceModelFailure.Explain(config, lines));
    }
}
