#!/bin/bash
# Makes the disk image of a stock Debian Xen host, once: later calls find it in the cache. Prints the image's directory.
#
#   make-image.sh [bookworm|trixie]
#
# The cache is ${XEN_LAB_CACHE:-${XDG_CACHE_HOME:-~/.cache}/xen-toolstack-lab}/<suite>-<hash of this directory>. Needs root, or sudo.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
suite=${1:-${XEN_LAB_SUITE:-bookworm}}
. "$here/suite.sh"

cache=${XEN_LAB_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/xen-toolstack-lab}
key=$(cd "$here" && { echo "$suite"; find . -type f | LC_ALL=C sort | xargs sha256sum; } | sha256sum | cut -c1-16)
image=$cache/$suite-$key

started=$SECONDS
say() { printf 'lab image: %3ds %s\n' $((SECONDS - started)) "$*" >&2; }

if [ -e "$image/disk.img" ]; then
  touch "$image"
  echo "$image"
  exit 0
fi
if [ "$(id -u)" != 0 ]; then
  command -v sudo >/dev/null || { echo "make-image: making an image needs root, and there is no sudo." >&2; exit 1; }
  exec sudo --preserve-env=http_proxy,https_proxy,no_proxy env XEN_LAB_CACHE="$cache" "$0" "$suite"
fi

mkdir -p "$cache"
exec 9>"$cache/.lock-$suite"
if ! flock --nonblock 9; then
  say "waiting for another one that makes the $suite image"
  flock 9
fi
if [ -e "$image/disk.img" ]; then
  echo "$image"
  exit 0
fi

work=$(mktemp -d "$cache/.making-$suite.XXXXXX")
trap 'rm -rf "$work"' EXIT
root=$work/root
out=$work/out
mkdir "$out"
log=$work/log
. "$here/root.sh"
. "$here/ramdisks.sh"
. "$here/guests.sh"
. "$here/bootable.sh"
. "$here/disks.sh"

# A step's own words are shown only when it fails.
step() {
  say "$1"
  shift
  # Not "if ! (…)": there bash would go on after the first command that fails.
  local status=0
  set +e
  ( set -e; "$@" ) >"$log" 2>&1 9>&-
  status=$?
  set -e
  if [ $status != 0 ]; then
    tail -n 60 "$log" >&2
    say "failed: $* (its last words are above)"
    exit 1
  fi
}

say "making $image"
step "installing Debian $suite with Xen $xen_version"    make_root
step "configuring dom0"                                  configure_root
kernel=$(basename "$root"/lib/modules/*)
step "ramdisks"                                          make_ramdisks
step "guests' kernels and disks"                         make_guests
step "disks that guests boot from by themselves"         make_bootable
step "removing drivers that dom0 does not need"          trim_root
step "keys of the control channel"                       make_keys
step "disk images"                                       make_disks
step "volume group vg01 (in an emulator)"                make_volumes

if [ -n "${SUDO_UID:-}" ]; then chown -R "$SUDO_UID:${SUDO_GID:-$SUDO_UID}" "$out"; fi
chmod 755 "$out"
mv -T "$out" "$image"
# Old images go, but not those that other checkouts of this tree are using these days.
ls -dt "$cache/$suite"-* | tail -n +4 | xargs -r rm -rf
say "made, $(du -sh "$image" | cut -f1) on disk"
echo "$image"
