# Sourced by make-image.sh: what dom0 has for its guests under /mnt/xen, and the disk of the guest "linux".

make_guests() {
  local linux=$root/mnt/xen/linux guest=$work/guest path
  cp "$root/boot/vmlinuz-$kernel" "$linux/vmlinuz"
  unpack_kernel "$linux/vmlinuz" >"$linux/vmlinux"

  mkdir -p "$guest"/{bin,sbin,usr/bin,usr/sbin,etc,proc,sys,dev,root,tmp,var/log}
  cp "$root/bin/busybox" "$guest/bin/busybox"
  chroot "$root" busybox --list-full | while read -r path; do
    [ -e "$guest/$path" ] || ln -s /bin/busybox "$guest/$path"
  done
  ln -s ../proc/mounts "$guest/etc/mtab"
  cp -rT "$here/guest" "$guest"
  chmod 755 "$guest/etc/init.d/rcS"

  name_guest "$guest" linux 192.168.128.2
  # The guest gets the whole volume as xvda; its root is the one partition in it.
  truncate -s 300M "$work/linux0.img"
  printf 'label: dos\nstart=2048, type=83\n' | sfdisk -q "$work/linux0.img"
  mkfs.ext4 -q -F -L linux -d "$guest" -E offset=1048576,lazy_itable_init=1 "$work/linux0.img" 299M

  mkdir -p "$root/mnt/xen/images"
  for path in a b c d; do truncate -s 16M "$root/mnt/xen/images/$path.img"; done
}

# name_guest TREE NAME ADDRESS
name_guest() {
  echo "$2" >"$1/etc/hostname"
  echo "$3/24" >"$1/etc/address"
}

# unpack_kernel BZIMAGE: the ELF file in it, on stdout. The header says where the packed kernel begins and how long it is
# (Linux, Documentation/x86/boot.rst: setup_sects at 0x1f1, payload_offset at 0x248, payload_length at 0x24c).
unpack_kernel() {
  local file=$1 sectors offset length
  sectors=$(od -An -tu1 -j $((0x1f1)) -N 1 "$file")
  offset=$(od -An -tu4 -j $((0x248)) -N 4 "$file")
  length=$(od -An -tu4 -j $((0x24c)) -N 4 "$file")
  dd if="$file" of="$work/payload" iflag=skip_bytes,count_bytes skip=$(((sectors + 1) * 512 + offset)) count="$length" bs=1M status=none
  case $(od -An -tx1 -N 4 "$work/payload" | tr -d ' ') in
    # The payload's last four bytes are its unpacked size, which is no part of the packed stream.
    fd377a58) head -c -4 "$work/payload" | xz -dc --single-stream ;;
    28b52ffd) head -c -4 "$work/payload" | zstd -dc ;;
    1f8b*)    { gzip -dc "$work/payload" || true; } ;;
    02214c18) head -c -4 "$work/payload" | lz4 -dc ;;
    *) echo "unknown packing of $file" >&2; return 1 ;;
  esac >"$work/vmlinux"
  [ "$(head -c 4 "$work/vmlinux" | tail -c 3)" = ELF ]
  cat "$work/vmlinux"
}
