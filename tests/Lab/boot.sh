#!/bin/bash
# Boots the emulated Xen host and keeps it until told to stop.
#
#   boot.sh [--run DIR] [--publish DIR] [--suite bookworm|trixie] [--xenstored oxenstored|xenstored] [--memory MIB] [--accel tcg|kvm]
#           [--link PORT:PORT]
#
# With --link the host has a second network card, whose packets go from the first UDP port of this machine to the second, where another
# host has its own. Prints one line, "ready DIR", when dom0's shell answers. DIR then holds ssh.config (ssh -F DIR/ssh.config dom0 COMMAND), console.log
# and qemu.pid. The host lives until this script's standard input ends or it gets a signal; its disks forget all that was written.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
suite=${XEN_LAB_SUITE:-bookworm}
publish=${XEN_LAB_PUBLISH:-}
memory=${XEN_LAB_MEMORY:-3072}
accel=${XEN_LAB_ACCEL:-tcg}
limit=${XEN_LAB_BOOT_SECONDS:-300}
xenstored=oxenstored
link=
run=

while [ $# -gt 0 ]; do
  case $1 in
    --run)       run=$2 ;;
    --publish)   publish=$2 ;;
    --suite)     suite=$2 ;;
    --xenstored) xenstored=$2 ;;
    --memory)    memory=$2 ;;
    --link)      link=$2 ;;
    --accel)     accel=$2 ;;
    *) echo "boot: unknown option '$1'; the options stand at the top of $0" >&2; exit 2 ;;
  esac
  [ $# -ge 2 ] || { echo "boot: $1 wants a value" >&2; exit 2; }
  shift 2
done
if [ -n "$publish" ] && [ ! -d "$publish" ]; then
  echo "boot: there is no directory '$publish' to bring into dom0; build and publish first" >&2
  exit 2
fi

"$here/install-prerequisites.sh"
image=$("$here/image/make-image.sh" "$suite")

if [ -z "$run" ]; then
  run=$(mktemp -d "${TMPDIR:-/tmp}/xen-lab.XXXXXX")
  made_run=$run
fi
mkdir -p "$run"
qemu= channel=
cleanup() {
  local child
  trap - EXIT
  for child in $channel $qemu; do
    kill -KILL "$child" 2>/dev/null || true
    wait "$child" 2>/dev/null || true
  done
  if [ -n "${made_run:-}" ]; then rm -rf "$made_run"; fi
}
trap cleanup EXIT
trap 'exit 143' TERM INT HUP

# Xen's PV dom0 dies in its first iret where emulated SMAP, SMEP, PKU or LA57 are on, and its HVM guests are sent #GP by emulated RDTSCP.
# With emulated XSAVE, programs in dom0 die of corrupted registers now and then while a PV guest runs; with FXSAVE none was seen to. What
# needs XSAVE goes with it: a program that asks CPUID alone, as cksum does, would use AVX and die of it.
case $accel in
  tcg) machine=(-accel tcg,thread=multi -cpu max,-smap,-smep,-la57,-pku,-rdtscp,-xsave,-avx,-avx2,-fma,-f16c,-vaes,-vpclmulqdq) ;;
  kvm) machine=(-accel kvm -cpu host,-la57,-pku) ;;
  *) echo "boot: unknown accelerator '$accel'" >&2; exit 2 ;;
esac
shared=()
if [ -n "$publish" ]; then
  shared=(-fsdev "local,id=publish,path=$publish,security_model=none,readonly=on" -device virtio-9p-pci,fsdev=publish,mount_tag=publish)
fi

linked=()
if [ -n "$link" ]; then
  linked=(-netdev "socket,id=link,udp=127.0.0.1:${link#*:},localaddr=127.0.0.1:${link%:*}"
    -device "virtio-net-pci,netdev=link,romfile=,mac=$(printf '52:54:00:77:%02x:%02x' $((${link%:*} / 256)) $((${link%:*} % 256)))")
fi

# Guards against what real processors leak cost an emulated one much, and guard nothing there; Xen's own (spec-ctrl) are left alone, for
# without them the emulator runs HVM guests into Xen's code.
# Two emulators may be started at the same time and pick the same port: the one that comes second picks again.
start_qemu() {
  local tries
  for tries in 1 2 3 4 5 6 7 8 9 10; do
    port=$((20000 + RANDOM % 12000))
    : >"$run/console.log"
    setpriv --pdeathsig KILL qemu-system-x86_64 "${machine[@]}" -smp 2 -m "$memory" \
      -nodefaults -no-user-config -display none -no-reboot -snapshot \
      -chardev "file,id=console,path=$run/console.log" -serial chardev:console \
      -drive "file=$image/disk.img,format=raw,if=virtio,cache=unsafe" \
      -drive "file=$image/volumes.img,format=raw,if=virtio,cache=unsafe" \
      -netdev "user,id=control,restrict=on,hostfwd=tcp:127.0.0.1:$port-10.0.2.15:22" -device virtio-net-pci,netdev=control,romfile= "${linked[@]}" \
      -device virtio-rng-pci -device qemu-xhci -device usb-mouse "${shared[@]}" \
      -kernel "$image/xen" -append "dom0_mem=1024M,max:1024M console=com1 com1=115200,8n1 guest_loglvl=all noreboot" \
      -initrd "$image/vmlinuz root=/dev/vda rw console=hvc0 loglevel=4 mitigations=off lab.xenstored=$xenstored,$image/initrd" \
      </dev/null >"$run/qemu.log" 2>&1 &
    qemu=$!
    sleep 0.3
    if kill -0 "$qemu" 2>/dev/null; then
      echo "$qemu" >"$run/qemu.pid"
      return
    fi
    wait "$qemu" || true
    grep -q 'host forwarding' "$run/qemu.log" || break
  done
  cat "$run/qemu.log" >&2
  echo "boot: the emulator does not start (its words are above)" >&2
  exit 1
}

write_ssh_config() {
  cat >"$run/ssh.config" <<CONFIG
Host dom0
  HostName 127.0.0.1
  Port $port
  User root
  IdentityFile "$image/id_ed25519"
  IdentitiesOnly yes
  UserKnownHostsFile "$image/known_hosts"
  HostKeyAlias dom0
  StrictHostKeyChecking yes
  ControlPath "$run/ssh.socket"
  ConnectTimeout 30
  ServerAliveInterval 60
  LogLevel ERROR
CONFIG
}

# One connection carries every later command, which then costs no key exchange. A busy machine may need several tries.
start_channel() {
  local tries
  for tries in 1 2 3 4 5 6; do
    setpriv --pdeathsig KILL ssh -F "$run/ssh.config" -M -N dom0 </dev/null >"$run/ssh.log" 2>&1 &
    channel=$!
    while kill -0 "$channel" 2>/dev/null; do
      if [ -S "$run/ssh.socket" ] && ssh -F "$run/ssh.config" dom0 true </dev/null >/dev/null 2>&1; then return; fi
      sleep 0.1
    done
  done
  cat "$run/ssh.log" >&2
  give_up "dom0 does not answer by ssh"
}

give_up() {
  cat "$run/qemu.log" >&2
  echo "boot: $1; the console's last lines:" >&2
  tail -n 40 "$run/console.log" >&2
  exit 1
}

start_qemu
write_ssh_config
# The host says on its console when it is ready, so nobody knocks at a door that is not there yet.
deadline=$((SECONDS + limit))
until grep -aq '^lab: ready' "$run/console.log"; do
  kill -0 "$qemu" 2>/dev/null || give_up "the emulator ended while the host was booting"
  [ $SECONDS -lt $deadline ] || give_up "the host was not ready after $limit s (XEN_LAB_BOOT_SECONDS)"
  # The end of standard input is the order to stop, during the boot too.
  status=0
  read -r -t 0.2 || status=$?
  [ $status -gt 128 ] || [ $status = 0 ] || exit 0
done
start_channel

echo "ready $run"
while kill -0 "$qemu" 2>/dev/null; do
  status=0
  read -r -t 1 || status=$?
  [ $status -gt 128 ] || [ $status = 0 ] || exit 0
done
give_up "the emulator ended"
