# Sourced: what differs between the Debian releases the lab knows. Sets xen_version and packages for $suite.

case $suite in
  bookworm) xen_version=4.17 libssl=libssl3 ;;
  trixie)   xen_version=4.20 libssl=libssl3t64 ;;
  *) echo "make-image: unknown suite '$suite'; known are bookworm (Xen 4.17) and trixie (Xen 4.20)." >&2; exit 2 ;;
esac

packages="
  systemd-sysv udev kmod procps psmisc util-linux e2fsprogs fdisk lvm2
  iproute2 bridge-utils net-tools iptables iputils-ping openssh-server socat
  openvswitch-switch
  linux-image-amd64 busybox-static grub-xen-host strace time binutils
  nbd-server nbd-client open-iscsi qemu-utils
  xen-hypervisor-$xen_version-amd64 xen-utils-$xen_version xenstore-utils qemu-system-xen ovmf
  zlib1g $libssl ca-certificates"
