# Sourced by make-image.sh: the two disks the emulator shows to dom0, and what it boots them with.

make_disks() {
  gunzip -c "$root"/boot/xen-$xen_version-amd64.gz >"$out/xen"
  cp "$root/boot/vmlinuz-$kernel" "$out/vmlinuz"
  rm -rf "$root"/boot/* "$root"/var/cache/* "$root"/var/lib/apt/lists/* "$root"/usr/share/{info,lintian,bug,locale,doc,man}/*
  truncate -s 3G "$out/disk.img"
  mkfs.ext4 -q -F -L dom0 -m 0 -O ^has_journal -E lazy_itable_init=1 -d "$root" "$out/disk.img"
  truncate -s 800M "$out/volumes.img"
}

# LVM wants a real block device, and the machine that makes the image may have no loop devices to give: so the image's own kernel
# and lvm do it, in an emulator, without Xen.
make_volumes() {
  timeout 300 qemu-system-x86_64 -accel tcg -cpu max -m 512 -nodefaults -no-user-config -display none -no-reboot -serial stdio \
    -drive file="$out/disk.img",format=raw,if=virtio,snapshot=on \
    -drive file="$out/volumes.img",format=raw,if=virtio,cache=unsafe,discard=unmap,detect-zeroes=unmap \
    -drive file="$work/linux0.img",format=raw,if=virtio,readonly=on \
    -drive file="$work/winxp0.img",format=raw,if=virtio,readonly=on \
    -drive file="$work/grubbed0.img",format=raw,if=virtio,readonly=on \
    -kernel "$out/vmlinuz" -initrd "$out/initrd" \
    -append "console=ttyS0 loglevel=4 init=/usr/local/sbin/lab-make-volumes" </dev/null | tee "$work/volumes.log"
  grep -q '^lab: volumes made' "$work/volumes.log"
}
