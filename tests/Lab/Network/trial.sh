# network-bridge, network-route and network-nat in a network of their own: fed to a shell in dom0 by NetworkScriptTests, which reads what it
# prints. Each line begins with "ok" or "WRONG".
#
#   bash -s SCRIPTS fault-every-nth-call
#
# 0 for no faults, and for no more than the way that the interface is renamed: a start takes the emulator seconds.
scripts=$1 every=$2
work=$(mktemp -d /tmp/network-trial.XXXXXX)
trap 'rm -rf "$work"' EXIT

ok() { echo "ok $*"; }
wrong() { echo "WRONG $*"; cat "$work/said" "$work/difference" 2>/dev/null; }

picture() {
  # What is left of a life changes by itself.
  ip -o addr show | grep -v ' fe80' | sed -e 's/^[0-9]*: //' -e 's/@[a-z0-9]*//' -e 's/valid_lft .*//' | sort
  ip route show table all | grep -v 'table local' | sed 's/ expires [0-9]*sec//' | sort
  ip -6 route show | grep -v fe80 | sed 's/ expires [0-9]*sec//' | sort
  ip -o link show | sed -e 's/^[0-9]*: //' -e 's/@[a-z0-9]*//' -e 's/state [A-Z]*//' | sort
}
is_as_before() { picture >"$work/now"; diff "$work/before" "$work/now" >"$work/difference"; }

# run SCRIPT WORDS...: its words in $work/said, its status as this one's.
run() { local script=$1; shift; "$scripts/$script" "$@" >"$work/said" 2>&1; }
expect() {
  local what=$1 status=$2 words=$3
  shift 3
  run "$@"
  local got=$?
  if [ $got = "$status" ] && grep -q -- "$words" "$work/said"; then ok "$what"; else wrong "$what: exit status $got"; fi
}

ip link set lo up
ip link add name eth0 type veth peer name out0
ip link set out0 up
ip link set eth0 mtu 1400 up
ip addr add 10.9.0.2/24 brd 10.9.0.255 dev eth0
ip addr add 10.9.1.2/24 dev eth0 label eth0:1
ip -6 addr add 2001:db8::2/64 dev eth0 nodad
ip -6 addr add fec0::2/64 dev eth0 nodad mngtmpaddr valid_lft 7200 preferred_lft 3600
ip route add default via 10.9.0.1
ip route add 10.77.0.0/16 via 10.9.0.7 metric 5
ip route add 10.78.0.0/16 via 10.9.0.7 table 77
ip -6 route add default via 2001:db8::1
picture >"$work/before"

ways='netdev=eth0'
[ "$every" = 0 ] || ways='netdev=eth0 bridge=xenbr0'
for words in $ways; do
  case $words in netdev=*) words= ;; esac
  bridge=${words#bridge=} bridge=${bridge:-eth0}
  expect "start $words" 0 "is on bridge $bridge, which has" network-bridge start $words
  picture >"$work/made"
  [ "$(ip -o -4 addr show dev $bridge | wc -l)" = 2 ] && ip route show | grep -q "^10.77.0.0/16 via 10.9.0.7 dev $bridge metric 5" &&
    ip -6 route show | grep -q "^default via 2001:db8::1 dev $bridge" && [ "$(cat /sys/class/net/$bridge/mtu)" = 1400 ] &&
    ip -o -6 addr show dev $bridge | grep -q 2001:db8::2/64 &&
    ip -o -6 addr show dev $bridge | grep -q 'fec0::2/64 scope site .*dynamic mngtmpaddr' && ok "$bridge has all" || wrong "$bridge has all"
  expect "start again $words" 0 already network-bridge start netdev=eth0 $words
  picture | diff - "$work/made" >"$work/difference" && ok 'a second start changes nothing' || wrong 'a second start changes nothing'
  ip link add name guest0 type veth peer name guest1
  ip link set guest0 master $bridge
  expect "stop with a guest $words" 0 "stays: it has guest0" network-bridge stop $words
  picture | grep -v guest | diff - "$work/made" >"$work/difference" && ok 'the guest keeps its network' || wrong 'the guest keeps its network'
  ip link del guest0
  expect "stop $words" 0 'is as it was' network-bridge stop $words
  is_as_before && ok 'all is as before' || wrong 'all is as before'
  expect "stop again $words" 0 'none of mine' network-bridge stop $words
done

ip link add name br9 type bridge
expect 'a bridge that is there' 0 'it is left as it is' network-bridge start bridge=br9
ip link set eth0 master br9
expect 'an interface that is on one' 0 'it is left there' network-bridge start
ip link del br9
expect 'no such interface' 1 "there is no interface 'none'; there are: eth0 lo out0" network-bridge start netdev=none
expect 'no such setting' 1 "there is no setting 'net'; there are: netdev" network-bridge start net=1
expect 'no such command' 1 'usage: network-bridge start|stop|status' network-bridge frob
expect 'a loop-back' 1 'no Ethernet interface' network-bridge start netdev=lo
expect 'a name that is taken' 1 "'out0' is an interface already" network-bridge start bridge=out0
is_as_before && ok 'all is as before' || wrong 'all is as before'

# --- one call of ip fails, whichever -------------------------------------------------------------------------------------------------
real=$(command -v ip)
mkdir "$work/bin"
cat >"$work/bin/ip" <<FAKE
#!/bin/sh
n=\$(cat $work/left)
echo \$((n - 1)) >$work/left
if [ \$n = 1 ]; then echo "\$*" >$work/failed; echo 'ip: a fault was ordered' >&2; exit 2; fi
exec $real "\$@"
FAKE
chmod 755 "$work/bin/ip"
with_fault() { local n=$1; shift; echo $n >"$work/left"; rm -f "$work/failed"; PATH=$work/bin:$PATH run "$@"; }

for words in $ways; do
  [ "$every" != 0 ] || break
  case $words in bridge=*) words="netdev=eth0 $words" ;; esac
  for verb in start stop; do
    n=1 tried=0
    while :; do
      [ $verb = start ] || run network-bridge start $words || wrong "start before stop $n"
      with_fault $n network-bridge $verb $words
      status=$?
      [ -e "$work/failed" ] || break
      tried=$((tried + 1))
      # What only looked may have done without.
      if [ $verb = start ] && [ $status = 0 ]; then run network-bridge stop $words; fi
      is_as_before || wrong "$verb $words with a fault at call $n, ip $(cat "$work/failed")"
      n=$((n + every))
    done
    run network-bridge stop $words
    is_as_before && [ $tried -gt $((15 / every)) ] && ok "$verb $words: faults at $tried of its calls" || wrong "$verb $words: $tried faults"
  done
done

# --- killed half-way: the next start ends it ------------------------------------------------------------------------------------------
cat >"$work/bin/ip" <<FAKE
#!/bin/sh
case "\$*" in *"set dev peth0 master"*) kill -9 \$PPID; exit 1 ;; esac
exec $real "\$@"
FAKE
PATH=$work/bin:$PATH run network-bridge start
is_as_before && wrong 'nothing was killed'
expect 'a start after a death' 0 'is on bridge eth0' network-bridge start netdev=eth0
expect 'its stop' 0 'is as it was' network-bridge stop
is_as_before && ok 'all is as before' || wrong 'all is as before'

# --- route and nat ---------------------------------------------------------------------------------------------------------------------
forwards() { cat /proc/sys/net/ipv4/ip_forward /proc/sys/net/ipv4/conf/eth0/proxy_arp | tr '\n' ' '; }
expect 'route start' 0 'packets are forwarded' network-route start
[ "$(forwards)" = '1 1 ' ] && ok forwarding || wrong "forwarding: $(forwards)"
expect 'route start again' 0 'packets are forwarded' network-route start
expect 'route stop' 0 'ip_forward is 0 again' network-route stop
[ "$(forwards)" = '0 0 ' ] && ok 'forwarding no more' || wrong "forwarding no more: $(forwards)"
if command -v nft >/dev/null || command -v iptables >/dev/null; then
  expect 'nat start' 0 'reach the outside by eth0' network-nat start
  expect 'nat start again' 0 already network-nat start
  expect 'nat stop' 0 'ip_forward is 0 again' network-nat stop
else
  expect 'nat without its programs' 1 'install nftables' network-nat start
fi
[ "$(forwards)" = '0 0 ' ] && is_as_before && ok 'all is as before' || wrong 'all is as before'
