# Sourced by make-image.sh: the ramdisks. Each is busybox, an init script and the modules it inserts, in order.

make_ramdisks() {
  make_ramdisk "$here/ramdisk/dom0-init"  "$out/initrd" virtio_pci virtio_blk virtio_net ext4 crc32c
  mkdir -p "$root/mnt/xen/linux" "$root/mnt/xen/tiny"
  make_ramdisk "$here/ramdisk/linux-init" "$root/mnt/xen/linux/initrd" xen-blkfront xen-netfront ext4 crc32c
  make_ramdisk "$here/ramdisk/tiny-init"  "$root/mnt/xen/tiny/initrd"  xen-blkfront xen-netfront -- 9p 9pnet_xen sd_mod xen-scsifront
  make_ramdisk "$here/ramdisk/linux-init" "$work/winxp-initrd" \
    xen-blkfront xen-netfront ata_piix ahci sd_mod sr_mod isofs e1000 8139cp button evdev ext4 crc32c
}

# make_ramdisk INIT FILE MODULE... [-- MODULE...]: modules with all that they need, unpacked, under /modules/NN-name.ko. Those after the
# dashes are under /more, for the tests that insert them: every guest would boot more slowly with them.
make_ramdisk() {
  local init=$1 file=$2 tree module path number=10 directory=modules
  shift 2
  tree=$root/ramdisk
  mkdir -p "$tree"/{bin,sbin,proc,sys,dev,root,etc,modules,more}
  cp "$root/bin/busybox" "$tree/bin/busybox"
  chroot "$root" busybox --list-full | while read -r path; do
    mkdir -p "$tree/$(dirname "$path")"
    [ -e "$tree/$path" ] || ln -s /bin/busybox "$tree/$path"
  done
  install -m 755 "$init" "$tree/init"
  for module in "$@"; do
    if [ "$module" = -- ]; then directory=more; continue; fi
    chroot "$root" modprobe --set-version "$kernel" --show-depends "$module" | sed "s/^insmod/$directory/" || exit 1
  done | awk '($1 == "modules" || $1 == "more") && !seen[$2]++ { print $1, $2 }' >"$work/modules"
  while read -r directory path; do
    module=$tree/$directory/$((number++))-$(basename "${path%%.ko*}").ko
    case $path in
      *.xz)  xz -dc "$root/$path" >"$module" ;;
      *.zst) zstd -dc "$root/$path" >"$module" ;;
      *)     cp "$root/$path" "$module" ;;
    esac
  done <"$work/modules"
  chroot "$root" sh -c 'cd /ramdisk && find . | busybox cpio -o -H newc' | gzip -9 >"$file"
  rm -rf "$tree"
}
