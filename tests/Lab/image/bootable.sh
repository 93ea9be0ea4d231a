# Sourced by make-image.sh: disks with a boot loader of their own, and discs for the CD drive. All of it without mounts or loop devices.

make_bootable() {
  make_winxp0
  make_grubbed0
  make_disc first
  make_disc second
}

# The stand-in for Windows: a Linux that a BIOS boots by the disk's master boot record and syslinux. It is told to know nothing of Xen
# (xen_nopv), so emulated hardware is all it has. Login on the serial port and on the screen; the power button shuts it down.
make_winxp0() {
  local disk=$work/winxp0.img tree=$work/winxp fat=1048576
  cp -a "$work/guest" "$tree"
  name_guest "$tree" winxp 192.168.128.3
  cat >"$tree/etc/inittab" <<'TAB'
::sysinit:/etc/init.d/rcS
::respawn:/sbin/acpid -f -l /dev/null
ttyS0::respawn:/sbin/getty -L 115200 ttyS0 vt100
tty1::respawn:/sbin/getty 38400 tty1 linux
::shutdown:/bin/umount -a -r
TAB
  install -D -m 755 /dev/stdin "$tree/etc/acpi/PWRF/00000080" <<'BUTTON'
#!/bin/sh
echo 'winxp: the power button was pressed' >/dev/ttyS0
poweroff
BUTTON

  truncate -s 64M "$disk"
  printf 'label: dos\nstart=2048, size=40960, type=e, bootable\nstart=43008, type=83\n' | sfdisk -q "$disk"
  dd if=/usr/lib/SYSLINUX/mbr.bin of="$disk" bs=440 count=1 conv=notrunc status=none
  mkfs.ext4 -q -F -L winxp -d "$tree" -E offset=$((43008 * 512)),lazy_itable_init=1 "$disk" 43M

  # The partition by itself: syslinux and mtools want to start at its first sector.
  truncate -s $((40960 * 512)) "$work/winxp.fat"
  mformat -i "$work/winxp.fat" -v WINXP -H 2048 -T 40960 ::
  cat >"$work/syslinux.cfg" <<'CFG'
DEFAULT winxp
PROMPT 0
LABEL winxp
  KERNEL vmlinuz
  INITRD initrd
  APPEND root=LABEL=winxp rootfstype=ext4 console=tty0 console=ttyS0,115200 loglevel=4 xen_nopv mitigations=off
CFG
  mcopy -i "$work/winxp.fat" "$root/mnt/xen/linux/vmlinuz" ::vmlinuz
  mcopy -i "$work/winxp.fat" "$work/winxp-initrd" ::initrd
  mcopy -i "$work/winxp.fat" "$work/syslinux.cfg" ::syslinux.cfg
  syslinux --install "$work/winxp.fat"
  dd if="$work/winxp.fat" of="$disk" bs=1M seek=$((fat / 1048576)) conv=notrunc,sparse status=none
}

# A PV guest that keeps its kernel on its own disk, with a grub.cfg of two entries; lab.entry tells which one was booted.
make_grubbed0() {
  local disk=$work/grubbed0.img tree=$work/grubbed
  cp -a "$work/guest" "$tree"
  name_guest "$tree" grubbed 192.168.128.4
  mkdir -p "$tree/boot/grub"
  cp "$root/mnt/xen/linux/vmlinuz" "$tree/boot/vmlinuz"
  cp "$root/mnt/xen/linux/initrd" "$tree/boot/initrd"
  cat >"$tree/boot/grub/grub.cfg" <<'CFG'
set default=0
set timeout=60
menuentry 'Linux of the disk' {
  linux /boot/vmlinuz root=/dev/xvda1 console=hvc0 lab.entry=first
  initrd /boot/initrd
}
menuentry 'Linux of the disk, once more' {
  linux /boot/vmlinuz root=/dev/xvda1 console=hvc0 lab.entry=second
  initrd /boot/initrd
}
CFG
  truncate -s 64M "$disk"
  printf 'label: dos\nstart=2048, type=83, bootable\n' | sfdisk -q "$disk"
  mkfs.ext4 -q -F -L grubbed -d "$tree" -E offset=1048576,lazy_itable_init=1 "$disk" 63M
}

# make_disc NAME: /mnt/xen/images/NAME.iso, with one file that says which disc it is.
make_disc() {
  local tree=$work/disc-$1
  mkdir -p "$tree"
  echo "this is the $1 disc" >"$tree/$1.txt"
  genisoimage -quiet -R -J -V "$1" -o "$root/mnt/xen/images/$1.iso" "$tree"
}
