namespace Xm.Commands;

/// <summary>The commands for the devices of domains, and for virtual networks.</summary>
internal static class DeviceCommands
{
    private const string NoNetchannel2 = "Linux never took in netchannel2; use the network-* commands.";
    private const string NoVnet = "vnets left Xen before version 4.0.";

    public static CommandEntry[] Entries =>
        [
            new("block-attach", "<Domain> <BackDev> <FrontDev> <Mode> [BackDomain]", "Give a domain another disk.", static () =>
                new BlockAttachCommand()
            ),
            new("block-detach", "<Domain> <DevId> [-f|--force]", "Take a disk from a domain.", static () => new BlockDetachCommand()),
            new("block-list", "<Domain> [--long]", "List the disks of a domain.", static () => new BlockListCommand()),
            new(
                "block-configure",
                "<Domain> <BackDev> <FrontDev> <Mode> [BackDomain]",
                "Change the disc in a domain's CD drive.",
                static () => new BlockConfigureCommand()
            ),
            new("cd-insert", "<Domain> <VirtualDevice> <Disc>", "Put a disc into a domain's CD drive.", static () => new CdInsertCommand()),
            new("cd-eject", "<Domain> <VirtualDevice>", "Take the disc out of a domain's CD drive.", static () => new CdEjectCommand()),
            new(
                "network-attach",
                "<Domain> [type=<type>] [mac=<mac>] [bridge=<bridge>] [ip=<ip>] [script=<script>] [backend=<BackDomain>] [vifname=<name>] "
                    + "[rate=<rate>] [model=<model>][accel=<accel>]",
                "Give a domain another network interface.",
                static () => new NetworkAttachCommand()
            ),
            new("network-detach", "<Domain> <DevId|mac> [-f|--force]", "Take a network interface from a domain.", static () =>
                new NetworkDetachCommand()
            ),
            new("network-list", "<Domain> [--long]", "List the network interfaces of a domain.", static () => new NetworkListCommand()),
            new(
                "network2-attach",
                "<Domain> [front_mac=<mac>] [back_mac=<mac>] [backend=<BackDomain>] [trusted=<0|1>] [back_trusted=<0|1>] [bridge=<bridge>] "
                    + "[filter_mac=<0|1>] [front_filter_mac=<0|1>] [pdev=<PDEV>] [max_bypasses=n]",
                "Give a domain another netchannel2 network interface.",
                Absence: NoNetchannel2
            ),
            new(
                "network2-detach",
                "<Domain> <DevId> [-f|--force]",
                "Take a netchannel2 network interface from a domain.",
                Absence: NoNetchannel2
            ),
            new("network2-list", "<Domain> [--long]", "List the netchannel2 network interfaces of a domain.", Absence: NoNetchannel2),
            new("vtpm-attach", "<Domain> backend=<BackDomain> [uuid=<uuid>]", "Give a domain another virtual TPM.", static () =>
                new VtpmAttachCommand()
            )
            {
                IsNew = true,
            },
            new("vtpm-detach", "<Domain> <DevId|uuid> [-f|--force]", "Take a virtual TPM from a domain.", static () =>
                new VtpmDetachCommand()
            )
            {
                IsNew = true,
            },
            new("vtpm-list", "<Domain> [--long]", "List the virtual TPMs of a domain.", static () => new VtpmListCommand()),
            new(
                "pci-attach",
                "[-o|--options=<opt>] <Domain> <domain:bus:slot.func> [virtual slot]",
                "Give a domain a PCI device of the host.",
                static () => new PciAttachCommand()
            ),
            new("pci-detach", "<Domain> <domain:bus:slot.func>", "Take a PCI device back from a domain.", static () =>
                new PciDetachCommand()
            ),
            new("pci-list", "<Domain>", "List the PCI devices that a domain has.", static () => new PciListCommand()),
            new("pci-list-assignable-devices", "", "List the PCI devices that can be given away.", static () =>
                new PciListAssignableCommand()
            ),
            new("scsi-attach", "<Domain> <PhysDevice> <VirtDevice> [BackDomain]", "Give a domain a SCSI device of the host.", static () =>
                new ScsiAttachCommand()
            ),
            new("scsi-detach", "<Domain> <VirtDevice>", "Take a SCSI device back from a domain.", static () => new ScsiDetachCommand()),
            new("scsi-list", "<Domain> [--long]", "List the SCSI devices that a domain has.", static () => new ScsiListCommand()),
            new(
                "usb-attach",
                "<Domain> <DevId> <PortNumber> <BusId>",
                "Plug a USB device of the host into a port of a domain's USB controller.",
                static () => new UsbPortCommand(attach: true)
            ),
            new("usb-detach", "<Domain> <DevId> <PortNumber>", "Unplug what is in a port of a domain's USB controller.", static () =>
                new UsbPortCommand(attach: false)
            ),
            new("usb-list", "<Domain>", "List the USB controllers of a domain and what is in their ports.", static () =>
                new UsbListCommand()
            ),
            new("usb-list-assignable-devices", "", "List the USB devices that can be given away.", static () => new UsbAssignableCommand()),
            new("usb-hc-create", "<Domain> <USBSpecVer> <NumberOfPorts>", "Give a domain another USB controller.", static () =>
                new UsbControllerCreateCommand()
            ),
            new("usb-hc-destroy", "<Domain> <DevId>", "Take a USB controller from a domain.", static () =>
                new UsbControllerDestroyCommand()
            ),
            new("vnet-list", "[-l|--long]", "List vnets.", Absence: NoVnet),
            new("vnet-create", "<ConfigFile>", "Make a vnet as a file describes it.", Absence: NoVnet),
            new("vnet-delete", "<VnetId>", "Remove a vnet.", Absence: NoVnet),
        ];
}
