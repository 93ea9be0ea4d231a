#!/bin/sh
# Installs what the emulated host needs on the machine that runs it.
exec "$(dirname "$0")/../../build/install-packages.sh" lab \
  qemu-system-x86 mmdebstrap debian-archive-keyring e2fsprogs fdisk xz-utils zstd lz4 openssh-client socat \
  syslinux mtools genisoimage
