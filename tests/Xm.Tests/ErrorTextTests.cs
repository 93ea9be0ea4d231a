namespace Xm.Tests;

/// <summary>The sentences about wrong guest files and wrong words, as xm 4.1 printed them. Scripts look for them.</summary>
public sealed class ErrorTextTests : IDisposable
{
    private readonly XmRun _xm = new XmRun().WithFile("/boot/vmlinuz").WithFile("/sys/bus/scsi/devices/2:0:0:0/block/sda/size");

    public void Dispose() => _xm.Dispose();

    [Theory]
    [InlineData("vcpus = 0", "'vcpus'\n  vcpus = 0: a domain needs at least one virtual CPU.")]
    [InlineData(
        "builder = 'hvmm'; kernel = '/usr/lib/xen/boot/hvmloader'",
        "unknown image type: hvmm\n  builder = 'hvmm'; it can be linux, hvm, pvh."
    )]
    [InlineData("kernel = '/none'", "Cannot find kernel \"/none\"")]
    [InlineData("ramdisk = '/none'", "Cannot find ramdisk \"/none\"")]
    [InlineData("loader = '/none'", "Cannot find loader \"/none\"")]
    [InlineData("nfs_root = '/r'", "Must set nfs root and nfs server")]
    [InlineData("disk = [ 'phy:a,xvda' ]", "Invalid disk specifier: phy:a,xvda")]
    [InlineData("disk = 'phy:a,xvda,w'", "Invalid disk specifier: p")]
    [InlineData("vif = [ 'bridge' ]", "bridge should be a pair, separated by an equals sign.")]
    [InlineData("vif = [ 'foo=1' ]", "Invalid vif option: foo")]
    [InlineData("vif2 = [ 'foo=1' ]", "Invalid vif2 option: foo")]
    [InlineData("vfb = [ 'foo=1' ]", "configuration option foo unknown to vfbs")]
    [InlineData("vtpm = [ 'type=x' ]", "Invalid vtpm specifier: type=x")]
    [InlineData("vtpm = [ 'instance=0' ]", "VM config error: vTPM instance must not be 0.")]
    [InlineData("pci = [ 'x' ]", "Failed to parse pci device: x")]
    [InlineData("pci = [ '07:00.0@20' ]", "Failed to parse pci device: 07:00.0@20")]
    [InlineData("pci = [ '07:00.*' ]", "Failed to parse pci device: 07:00.*\n  The host has no device 0000:07:00.*.")]
    [InlineData("pci = [ '07:00.0,k=v' ]", "Invalid pci option k=v: ")]
    [InlineData("vscsi = [ 'sda' ]", "vscsi syntax error \"sda\"")]
    [InlineData("vscsi = [ 'sda,0:0:0' ]", "vscsi syntax error \"0:0:0\"")]
    [InlineData("vscsi = [ 'sdb,0:0:0:0' ]", "Cannot find device \"sdb\"")]
    [InlineData("vscsi = [ 'sda,0:0:0:0', '/dev/sda1,0:0:0:1' ]", "The physical device \"2:0:0:0\" is already defined")]
    [InlineData("vusb = [ 'usbver=3' ]", "Invalid vusb option: usbver")]
    [InlineData("vusb = [ 'numports=0' ]", "Invalid vusb option: numports")]
    [InlineData("ioports = [ '1-2-3' ]", "Invalid i/o port range specifier: 1-2-3")]
    [InlineData("access_control = [ 'a', 'b' ]", "Multiple access_control definitions.")]
    [InlineData("access_control = [ 'foo=1' ]", "Invalid access_control specifier: foo=1")]
    [InlineData("cpuid = [ '1:foo=1' ]", "cpuid's syntax is (eax|ebx|ecx|edx)=value")]
    [InlineData("cpuid = [ '1:ecx=11' ]", "cpuid: We should specify all the bits of the register ecx for input 1\n")]
    [InlineData("cpuid = [ 'd:eax=0x1' ]", "cpuid: \"d:eax=0x1\": write 0xd, for without 0x the number of a leaf is decimal")]
    [InlineData("cpuid = [ '4,1f:eax=0x1' ]", "cpuid: \"4,1f:eax=0x1\": write 0x1f, for without 0x the number of a leaf is decimal")]
    [InlineData(
        "cpuid = [ '80000001:eax=0x1' ]",
        "cpuid: \"80000001:eax=0x1\": write 0x80000001, for without 0x the number of a leaf is decimal"
    )]
    [InlineData("cpuid = [ '0x180000001:eax=0x1' ]", "cpuid: \"0x180000001:eax=0x1\" does not start with a leaf such as 1: or 0x80000001:")]
    [InlineData("cpuid = [ '1,2,3:eax=0x1' ]", "cpuid: \"1,2,3:eax=0x1\" does not start with a leaf such as 1: or 0x80000001:")]
    [InlineData("cpuid = [ 'eax=0x1' ]", "cpuid: \"eax=0x1\" does not start with a leaf such as 1: or 0x80000001:")]
    [InlineData(
        "cpuid = [ '1:eax=0x100000000' ]",
        "cpuid: eax=0x100000000 is neither 32 of the characters 0 1 x k s nor a hexadecimal number of 32 bits such as 0x1f"
    )]
    [InlineData(
        "cpuid = [ '1:eax=0000000000000000000000000000000y' ]",
        "cpuid: eax=0000000000000000000000000000000y is neither 32 of the characters 0 1 x k s nor a hexadecimal number of 32 bits "
            + "such as 0x1f"
    )]
    [InlineData("a = nosuchvar", "name 'nosuchvar' is not defined\n\ta = nosuchvar\n\t    ^\n  in /etc/xen/bad, line 2, column 5")]
    public void A_wrong_value_is_told_in_the_words_of_old(string text, string told)
    {
        _xm.WithFile("/etc/xen/bad", $"kernel = '/boot/vmlinuz'\n{text}\n");
        var outcome = _xm.Run("create", "-qn", "bad");
        Assert.Equal(new Outcome(1, "", $"Error: {told}\n"), outcome);
    }

    [Theory]
    [InlineData("memory=abc", "Invalid value: abc")]
    [InlineData("localtime=true", "Invalid value:true")]
    public void A_wrong_word_for_a_variable_is_told_without_usage(string word, string told)
    {
        _xm.WithFile("/etc/xen/good", "kernel = '/boot/vmlinuz'\n");
        Assert.Equal(new Outcome(1, "", $"Error: {told}\n"), _xm.Run("create", "-qn", "good", word));
    }

    [Theory]
    [InlineData("create none", "Unable to open config file: none")]
    [InlineData("create", "Unable to open config file: xmdefconfig")]
    [InlineData("create -F none", "Cannot read file none: No such file or directory")]
    [InlineData("create -X", "option -X not recognized")]
    [InlineData("create --foo", "option --foo not recognized")]
    [InlineData("create --pa", "option --pa not a unique prefix")]
    [InlineData("create -f", "option -f requires argument")]
    [InlineData("create --quiet=1", "option --quiet must not have an argument")]
    public void A_wrong_call_is_told_with_the_usage(string words, string told)
    {
        var outcome = _xm.Run(words.Split(' '));
        Assert.Equal((1, $"Error: {told}\n"), (outcome.Status, outcome.Errors));
        Assert.StartsWith("Usage: xm create <ConfigFile> [options] [vars]\n", outcome.Out);
    }

    [Theory]
    [InlineData("nics = 0", "Warning: The nics option is deprecated.  Please remove it.\n")]
    [InlineData("nics = 1", "Warning: The nics option is deprecated.  Please use an empty vif entry instead:\n\n  vif = [ '' ]\n\n")]
    public void Old_nics_are_warned_about(string text, string told)
    {
        _xm.WithFile("/etc/xen/nics", $"kernel = '/boot/vmlinuz'\n{text}\n");
        Assert.Equal(told, _xm.Run("create", "-qn", "nics").Errors);
    }

    [Theory]
    [InlineData("7:0.0", "(key 7:0.0) (bus 0x07)")]
    [InlineData("07:00.*", "(func 0x1) (opts")]
    public void All_functions_of_a_PCI_device_can_be_given(string device, string expected)
    {
        _xm.WithFile("/sys/bus/pci/devices/0000:07:00.0/vendor").WithFile("/sys/bus/pci/devices/0000:07:00.1/vendor");
        _xm.WithFile("/etc/xen/pci", $"kernel = '/boot/vmlinuz'\npci = [ '{device},msitranslate=1' ]\n");
        var outcome = _xm.Run("create", "-qn", "pci");
        Assert.Equal((0, ""), (outcome.Status, outcome.Errors));
        Assert.Contains(expected, string.Join(' ', outcome.Out.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries)));
    }
}
