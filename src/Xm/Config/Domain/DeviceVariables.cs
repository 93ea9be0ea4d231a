using Xm.CommandLine;
using static Xm.CommandLine.OptionKind;
using static Xm.Config.Domain.GuestVariables;

namespace Xm.Config.Domain;

/// <summary>The variables that give a domain devices, and those of its kernel's command line.</summary>
internal static class DeviceVariables
{
    public static OptionSpec[] All =>
        [
            Var(
                "disk",
                List,
                "phy:DEV,VDEV,MODE[,DOM]",
                null,
                "A disk: DEV of the host becomes VDEV of the domain. MODE is r, w, or w! for one that others may write too. DOM is "
                    + "the domain "
                    + "that serves it. May be repeated."
            ),
            Var(
                "pci",
                List,
                "BUS:DEV.FUNC[@VSLOT][,msitranslate=0|1][,power_mgmt=0|1]",
                null,
                "A PCI device of the host, in hexadecimal as in c0:02.1, and if need be the slot it gets in the domain. msitranslate "
                    + "lets a "
                    + "domain without MSI use the device's MSI, power_mgmt lets it switch the device's power states. May be repeated."
            ),
            Var("vscsi", List, "PDEV,VDEV[,DOM]", null, "A SCSI device of the host; VDEV is host, channel, target and LUN: 0:0:0:0."),
            Var(
                "vusb",
                List,
                "usbver=USBVER,numports=NUMPORTS,port_1=PORT1,...,port_16=PORT16",
                null,
                "A USB controller: usbver is 1 or 2 (default 2), numports 1 to 16 (default 8), port_N the host's USB device in port N, "
                    + "by its place (1-2.3). May be repeated."
            ),
            Var("ioports", List, "FROM[-TO]", null, "I/O ports of the host, in hexadecimal as in 02f8-02ff. May be repeated."),
            Var("irq", List, "IRQ", null, "An interrupt line of the host. May be repeated."),
            Var(
                "vfb",
                List,
                "vnc=1,sdl=1,vncunused=1,vncdisplay=N,vnclisten=ADDR,display=DISPLAY,xauthority=XAUTHORITY,vncpasswd=PASSWORD,opengl=1,"
                    + "keymap=FILE,serial=FILE,monitor=FILE",
                null,
                "A graphical display with keyboard and mouse. vnc=1 shows it by VNC on port 5900+N of ADDR, or with vncunused=1 on "
                    + "the first "
                    + "free port from there; sdl=1 shows it in a window of DISPLAY."
            ),
            Var(
                "vif",
                List,
                "type=TYPE,mac=MAC,bridge=BRIDGE,ip=IPADDR,script=SCRIPT,backend=DOM,vifname=NAME,rate=RATE,model=MODEL,accel=ACCEL",
                null,
                "A network interface; an empty one has all defaults: a MAC address of its own, the host's first bridge, the default "
                    + "script, the "
                    + "name vifD.N in the host. May be repeated."
            ),
            Var(
                "vif2",
                List,
                "front_mac=MAC,back_mac=MAC,backend=DOM,pdev=PDEV,max_bypasses=N,bridge=BRIDGE,filter_mac=<0|1>,front_filter_mac=<0|1>",
                null,
                "A netchannel2 network interface."
            ),
            Var("vtpm", List, "instance=INSTANCE,backend=DOM,type=TYPE", null, "A virtual TPM that DOM serves."),
            Var("access_control", List, "policy=POLICY,label=LABEL", null, "A security label and the policy that it belongs to."),
            Var("nics", Integer, "NUM", -1, "Use empty vif entries.\nDEPRECATED"),
            Var("root", Text, "DEVICE", "", "root= of the kernel's command line: a device such as /dev/xvda1, or /dev/nfs."),
            Var("extra", Text, "ARGS", "", "More of the kernel's command line."),
            Var("ip", Text, "IPADDR", "", "The kernel's own IP address."),
            Var("gateway", Text, "IPADDR", "", "The kernel's gateway."),
            Var("netmask", Text, "MASK", "", "The kernel's network mask."),
            Var("hostname", Text, "NAME", "", "The kernel's host name."),
            Var("interface", Text, "INTF", "eth0", "The interface that the kernel sets up."),
            Var("dhcp", Text, "off|dhcp", "off", "Whether the kernel asks DHCP for all this."),
            Var("nfs_server", Text, "IPADDR", null, "The NFS server of an NFS root."),
            Var("nfs_root", Text, "PATH", null, "The root directory on that server."),
        ];
}
