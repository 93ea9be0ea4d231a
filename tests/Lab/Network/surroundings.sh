# What TrafficTests' guests talk to: a network namespace "outside" behind the interface out0 of dom0, and the switch ovs0 with a port of
# dom0's in its VLAN 10. Fed to a shell in dom0.
#
#   bash -s up|down
#
# 203.0.113.1    dom0, as the outside sees it
# 203.0.113.2    the outside; it also has 198.51.100.2, and knows no way to other networks
# 192.168.130.1  dom0 in VLAN 10
ovs=/usr/share/openvswitch/scripts/ovs-ctl

up() {
  set -e
  modprobe veth
  ip netns add outside
  ip link add name out0 type veth peer name out1 netns outside
  ip address add 203.0.113.1/24 dev out0
  ip link set out0 up
  ip -n outside link set lo up
  ip -n outside address add 198.51.100.2/32 dev lo
  ip -n outside address add 203.0.113.2/24 dev out1
  ip -n outside link set out1 up
  ip route add 198.51.100.2 via 203.0.113.2

  $ovs --system-id=random --no-record-hostname --no-monitor start
  ovs-vsctl --timeout=30 add-br ovs0 -- add-port ovs0 vlan10 tag=10 -- set interface vlan10 type=internal
  ip address add 192.168.130.1/24 dev vlan10
  ip link set vlan10 up
}

down() {
  ip link delete out0
  ip netns delete outside
  ovs-vsctl --timeout=30 --if-exists del-br ovs0
  $ovs stop
  rm -f /var/lib/openvswitch/conf.db
  modprobe -r openvswitch
}

"$1" >&2
