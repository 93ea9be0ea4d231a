# Run in dom0 by probe.sh: guests are created by xl and by xm in turn, while programs whose results are known run beside them.
# Nothing but stock programs and xm. In the environment: minutes, kinds.
#
# Each guest ends as one of:
#   up      it answered on its console, and reckoned right
#   wrong   it answered, and reckoned wrong
#   dead    it ended, crashed or vanished before it answered
#   silent  it lived and did not answer within the limit
#   none    it was not created; the toolstack's words follow
set -u

limit=300
work=$(mktemp -d /run/probe.XXXXXX)
trap 'touch "$work/stop"; kill $(jobs -p) 2>/dev/null; wait; rm -rf "$work"' EXIT

# --- what runs beside the guests --------------------------------------------------------------------------------------------------

# A round: a program's name, what it has to say, the command. The toolstack whose turn it was when the round began answers for it.
round() {
  local program=$1 expected=$2 turn said
  shift 2
  turn=$(cat "$work/turn")
  said=$("$@" 2>&1)
  [ "$said" = "$expected" ] && echo "$turn $program right" || echo "$turn $program wrong: $said"
}

reckon() {
  python3 -c '
import hashlib
x, digest = 1.0, hashlib.md5()
for i in range(60000):
    x = (x * 16807 + i) % 2147483647
    if i % 1000 == 0:
        digest.update(repr((x, x ** 0.5)).encode())
print(digest.hexdigest())'
}
digest() { seq 400000 | sha256sum | cut -c1-32; }
pack() { seq 200000 | gzip | gunzip | md5sum | cut -c1-32; }

# What they say on a real machine.
known_reckon=ea3af177a17e36e289d48ca4d855dec0 known_digest=88d1bf216a4a23b8ef0ad575bf91511a known_pack=0e10426a1d5bddffcef02f1345787128

beside() {
  while [ ! -e "$work/stop" ]; do round "$@"; done >>"$work/rounds"
}

# --- the guests -------------------------------------------------------------------------------------------------------------------

# One file for both toolstacks. What ends is kept, to be looked at.
write_guest() {
  cat <<GUEST
name = 'probed'
ramdisk = '/mnt/xen/tiny/initrd'
on_poweroff = 'preserve'
on_reboot = 'preserve'
on_crash = 'preserve'
GUEST
  case $1 in
    pv)   printf '%s\n' "kernel = '/mnt/xen/linux/vmlinux'" "memory = 96" "extra = 'console=hvc0'" ;;
    pvh)  printf '%s\n' "type = 'pvh'" "kernel = '/mnt/xen/linux/vmlinux'" "memory = 128" "extra = 'console=hvc0'" ;;
    pvh4) printf '%s\n' "type = 'pvh'" "kernel = '/mnt/xen/linux/vmlinuz'" "memory = 160" "vcpus = 4" "extra = 'console=hvc0'" ;;
    hvm)  printf '%s\n' "builder = 'hvm'" "kernel = '/mnt/xen/linux/vmlinuz'" "memory = 160" "vnc = 0" "serial = 'pty'" \
            "extra = 'console=ttyS0 quiet xen_legacy_crash'" ;;
    *)    echo "probe: unknown kind of guest '$1'; there are pv, pvh, pvh4 and hvm" >&2; return 1 ;;
  esac
}

# The pseudo-terminal of the console: Xen's own, or the serial port of an HVM guest.
console_of() {
  local node
  [ "$2" = hvm ] && node=serial/0/tty || node=console/tty
  xenstore-read "/local/domain/$1/$node" 2>/dev/null
}

# Shut down, crashed, or no longer there, in xl's words.
has_ended() {
  case $(xl list "$1" 2>/dev/null | awk 'NR == 2 { print $5 }') in
    *[scd]*) return 0 ;;
    '') ! xenstore-exists "/local/domain/$1" ;;
    *) return 1 ;;
  esac
}

asked='echo up-$((6*7)) $(seq 5000 | md5sum | cut -c1-32)'
answered="up-42 $(seq 5000 | md5sum | cut -c1-32)"

# Sets outcome.
watch_guest() {
  local id=$1 kind=$2 terminal deadline=$((SECONDS + limit)) next=0
  : >"$work/console"
  until terminal=$(console_of "$id" "$kind") && [ -c "$terminal" ]; do
    if has_ended "$id" || [ $SECONDS -gt $deadline ]; then outcome=dead; return; fi
    sleep 0.5
  done
  cat "$terminal" >>"$work/console" 2>/dev/null &
  local reader=$!
  while :; do
    if grep -qa 'up-42 [0-9a-f]' "$work/console"; then
      grep -qa "$answered" "$work/console" && outcome=up || outcome=wrong
      break
    fi
    if has_ended "$id"; then outcome=dead; break; fi
    if [ $SECONDS -gt $deadline ]; then outcome=silent; break; fi
    # A serial port keeps nothing for who listens later, so the question is repeated once a shell may be there.
    if [ $SECONDS -ge $next ] && grep -qa '# ' "$work/console"; then
      echo "$asked" >"$terminal"
      next=$((SECONDS + 5))
    fi
    sleep 1
  done
  kill $reader 2>/dev/null
  wait $reader 2>/dev/null
}

# What there is to see of a guest that is not up.
show_guest() {
  echo "--- $toolstack $kind $number: $outcome; Xen's last words"
  xl dmesg | grep -v 'Guest cpuid' | tail -n 15
  echo '--- its state'
  xl list
  echo '--- the last words on its console'
  tail -n 25 "$work/console" | tr -d '\r'
  echo '---'
}

try_guest() {
  local began=$SECONDS id
  outcome=none
  write_guest "$kind" >"$work/guest.cfg" || exit 2
  if $toolstack create "$work/guest.cfg" >"$work/created" 2>&1; then
    id=$(xl domid probed)
    watch_guest "$id" "$kind"
  fi
  printf '%-10s %-5s %6s %8s  %s\n' "$toolstack" "$kind" "$number" $((SECONDS - began)) "$outcome"
  echo "$toolstack $kind $outcome $((SECONDS - began))" >>"$work/guests"
  case $outcome in
    up) ;;
    none) cat "$work/created" ;;
    *) show_guest ;;
  esac
  $toolstack destroy probed >/dev/null 2>&1
  while xl domid probed >/dev/null 2>&1; do sleep 0.5; done
}

# --- the rounds, and what came of them ------------------------------------------------------------------------------------------------

systemctl start xend
echo xl >"$work/turn"
: >"$work/guests"
: >"$work/rounds"
for program in reckon digest pack; do
  expected=known_$program
  said=$($program 2>&1)
  [ "$said" = "${!expected}" ] || { echo "probe: with no guest there, $program says '$said', not '${!expected}'"; exit 1; }
done
for program in reckon digest pack; do
  expected=known_$program
  beside "$program" "${!expected}" "$program" &
done

deadline=$((SECONDS + minutes * 60)) number=0
printf '%-10s %-5s %6s %8s  %s\n' toolstack kind number seconds outcome
while [ $SECONDS -lt $deadline ]; do
  number=$((number + 1))
  for kind in $kinds; do
    for toolstack in xl xm; do
      echo "$toolstack" >"$work/turn"
      try_guest
    done
  done
done
touch "$work/stop"

echo
printf '%-10s %-5s %7s %5s %5s %6s %5s %14s\n' toolstack kind guests dead wrong silent none 'seconds median'
for kind in $kinds; do
  for toolstack in xl xm; do
    sort -n -k4 "$work/guests" | awk -v t="$toolstack" -v k="$kind" '
      $1 == t && $2 == k { n[$3]++; took[++all] = $4 }
      END { printf "%-10s %-5s %7d %5d %5d %6d %5d %14d\n", t, k, all, n["dead"], n["wrong"], n["silent"], n["none"], took[int((all + 1) / 2)] }'
  done
done
echo
for toolstack in xl xm; do
  awk -v t="$toolstack" '$1 == t { all++; if ($3 != "right") { bad++; print } }
    END { printf "%s: %d rounds of python3, sha256sum and gzip in dom0 during its turns, %d wrong\n", t, all, bad }' "$work/rounds"
done
