# Runs in dom0. Prints a table of medians and the ratios to xl.
rounds=$1
creates=$(( (rounds + 2) / 3 ))
exec 2>&1

now() { echo "${EPOCHREALTIME/./}"; }                       # microseconds
median() { sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }
ratio() { awk -v a="$1" -v b="$2" -v most="$3" 'BEGIN { printf "%.2f (%s, at most %s)", a / b, a / b <= most ? "ok" : "TOO MUCH", most }'; }
ms() { awk -v us="$1" 'BEGIN { printf "%.0f ms", us / 1000 }'; }
forks() { awk '/^processes/ { print $2 }' /proc/stat; }

one() { local start; start=$(now); "$@" >/dev/null || echo "bench: '$*' failed" >&2; echo $(( $(now) - start )); }

systemctl start xend
xm list >/dev/null; xl list >/dev/null

# Turn by turn, so that what disturbs the one disturbs the other.
for round in $(seq "$rounds"); do
  one xm list >>/tmp/bench.xm-list
  one xl list >>/tmp/bench.xl-list
done

# The user's guest: a volume, a bridge, 256 MiB; created paused, so that its boot does not disturb what comes next.
for round in $(seq "$creates"); do
  before=$(forks); one xl create -p /etc/xen/linux.xl.cfg >>/tmp/bench.xl-create; echo $(( $(forks) - before )) >>/tmp/bench.xl-forks
  one xl destroy linux >>/tmp/bench.xl-destroy
  before=$(forks); one xm create -q -p /etc/xen/linux.cfg >>/tmp/bench.xm-create; echo $(( $(forks) - before )) >>/tmp/bench.xm-forks
  one xm destroy linux >>/tmp/bench.xm-destroy
done

# The same for a fully virtualized guest with its device model, and for a PVH guest. Both tools get the same machine, each in its own words.
devices_xm="disk = [ 'phy:/dev/vg01/winxp0,hda,w' ]; vif = [ 'bridge=eth0,mac=00:16:3e:38:d4:15' ]"
devices_xl="disk = [ '/dev/vg01/winxp0,raw,hda,rw' ]; vif = [ 'bridge=eth0,mac=00:16:3e:38:d4:15' ]"
linux="kernel = '/mnt/xen/linux/vmlinux'; ramdisk = '/mnt/xen/tiny/initrd'; memory = 256; vcpus = 2"
kinds() {                                                   # kinds xm|xl: NAME, a tab, the guest
  local devices=devices_$1
  printf '%s\t%s\n' hvm "builder = 'hvm'; memory = 256; vcpus = 2; vnc = 1; boot = 'c'; ${!devices}"
  printf '%s\t%s\n' pvh "type = 'pvh'; $linux; ${!devices/hda/xvda}"
}
for tool in xm xl; do
  while IFS=$'\t' read -r kind text; do tr ';' '\n' <<<"name = 'bench'; $text" | sed 's/^ *//' >"/tmp/bench-$kind.$tool"; done < <(kinds $tool)
done
for kind in hvm pvh; do
  for round in $(seq "$creates"); do
    one xl create -q -p "/tmp/bench-$kind.xl" >>"/tmp/bench.xl-$kind"
    one xl destroy bench >>"/tmp/bench.xl-$kind-destroy"
    one xm create -q -p "/tmp/bench-$kind.xm" >>"/tmp/bench.xm-$kind"
    one xm destroy bench >>"/tmp/bench.xm-$kind-destroy"
  done
done
rm -f /tmp/bench-hvm.* /tmp/bench-pvh.*

# Guests with two disks and an interface each, one after another: what the 1st, the 10th and the 20th ask of xenstore.
for number in $(seq 20); do
  truncate -s 1M "/mnt/xen/images/bench-$number-a.img" "/mnt/xen/images/bench-$number-b.img"
  cat >/tmp/bench-many.xm <<END
name = 'bench$number'
kernel = '/usr/lib/grub-xen/grub-x86_64-xen.bin'
memory = 16
disk = [ 'file:/mnt/xen/images/bench-$number-a.img,xvda,w', 'file:/mnt/xen/images/bench-$number-b.img,xvdb,w' ]
vif = [ 'bridge=eth0' ]
END
  xm create -q -p /tmp/bench-many.xm
done
for number in $(seq 20); do xm destroy "bench$number"; done
rm -f /tmp/bench-many.xm /mnt/xen/images/bench-*.img

# One file of 200 lines, in each tool's own form; worked out and printed, nothing created.
guest_file() {                                              # guest_file xm|xl
  echo "name = 'bench'"
  echo "kernel = '/mnt/xen/linux/vmlinux'"
  echo "memory = 256"
  echo "vcpus = 2"
  echo "extra = 'console=hvc0'"
  echo "on_crash = 'destroy'"
  echo "vif = ["
  for number in $(seq 8); do echo "  'mac=00:16:3e:00:00:0$number,bridge=eth0',"; done
  echo "]"
  echo "disk = ["
  for letter in a b c d e f g h i j k l m n o p; do
    if [ "$1" = xm ]; then echo "  'phy:/dev/vg01/bench$letter,xvd$letter,w',"; else echo "  '/dev/vg01/bench$letter,raw,xvd$letter,rw',"; fi
  done
  echo "]"
  for number in $(seq 166); do echo "# comment $number, as people keep the settings that they once tried: pae = 1"; done
}
guest_file xm >/tmp/bench-guest.xm
guest_file xl >/tmp/bench-guest.xl
for round in $(seq "$rounds"); do
  one xm create -q -n /tmp/bench-guest.xm >>/tmp/bench.xm-dryrun
  one xl create -q -n /tmp/bench-guest.xl >>/tmp/bench.xl-dryrun
done
rm -f /tmp/bench-guest.xm /tmp/bench-guest.xl

value() { median <"/tmp/bench.$1"; }
pid=$(cat /run/xend.pid)
resident() { awk '/^VmRSS/ { print $2 }' "/proc/$1/status"; }

printf '\n%-34s %12s %12s   %s\n' 'median' xm xl 'xm / xl'
printf '%-34s %12s %12s   %s\n' "list ($rounds times)" "$(ms "$(value xm-list)")" "$(ms "$(value xl-list)")" "$(ratio "$(value xm-list)" "$(value xl-list)" 1.3)"
printf '%-34s %12s %12s   %s\n' "create -p of linux ($creates times)" "$(ms "$(value xm-create)")" "$(ms "$(value xl-create)")" "$(ratio "$(value xm-create)" "$(value xl-create)" 1.1)"
printf '%-34s %12s %12s   %s\n' "destroy ($creates times)" "$(ms "$(value xm-destroy)")" "$(ms "$(value xl-destroy)")" ''
for kind in hvm pvh; do
  printf '%-34s %12s %12s   %s\n' "create -p, $kind ($creates times)" "$(ms "$(value xm-$kind)")" "$(ms "$(value xl-$kind)")" "$(ratio "$(value xm-$kind)" "$(value xl-$kind)" 1.1)"
  printf '%-34s %12s %12s   %s\n' "destroy, $kind ($creates times)" "$(ms "$(value xm-$kind-destroy)")" "$(ms "$(value xl-$kind-destroy)")" ''
done
printf '%-34s %12s %12s   %s\n' "create -n of 200 lines ($rounds times)" "$(ms "$(value xm-dryrun)")" "$(ms "$(value xl-dryrun)")" "$(ratio "$(value xm-dryrun)" "$(value xl-dryrun)" 1.0)"
printf '%-34s %12s %12s\n' 'processes started per create' "$(value xm-forks)" "$(value xl-forks)"
printf '%-34s %12s\n' 'xenstore requests per create' "$(sed -n 's/.*create linux: done in .*, \([0-9]*\) xenstore requests.*/\1/p' /var/log/xen/xend.log | median)"
for number in 1 10 20; do
  printf '%-34s %12s\n' "xenstore requests of create $number" "$(sed -n "s/.*create bench$number: done in .*, \([0-9]*\) xenstore requests.*/\1/p" /var/log/xen/xend.log | tail -n 1)"
done
printf '%-34s %12s   %s\n' 'xend resident (KiB)' "$(resident "$pid")" "$(ratio "$(resident "$pid")" 40960 1.0 | sed 's/.*(\(ok\|TOO MUCH\).*/\1, at most 40960/')"
rm -f /tmp/bench.*
