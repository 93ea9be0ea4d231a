# Prints what is on this Xen host, for HostSnapshot.cs. Left out is what changes without anybody's doing.

section() { printf '== %s\n' "$1"; }

# Made by whichever toolstack, or dom0's kernel, is the first to need them, and kept for the next: what counts is what stands below.
section store
xenstore-ls -fp | grep -Ev '^/(libxl|vm|local/domain/0/error|local/domain/0/(error/)?backend(/(console|vbd|vif|qdisk|vfb|vkbd))?) = ""'

section domains
xl list | awk 'NR > 1 { print $1, $2 }'

section 'loop devices'
losetup --list --noheadings --output NAME,BACK-FILE

section interfaces
ip -o link show | sed -E 's/^[0-9]+: ([^:@]+).*( master [^ ]+).*/\1\2/; t; s/^[0-9]+: ([^:@]+).*/\1/'

section mounts
cut -d' ' -f1-3 /proc/mounts

section volumes
lvs --noheadings -o lv_path,lv_device_open 2>/dev/null

# Kernel threads (children of 2) come and go; so do udev's workers and what serves this very connection.
section processes
ps -eo ppid=,pid=,args= | awk '
  $1 == 2 || $2 == 2 { next }
  { sub(/^ *[0-9]+ +[0-9]+ /, "") }
  /^sshd: |^\(udev-worker\)|^timeout --kill-after|^bash -c exec sh -s|^sh -s|^ps -eo|^awk|udevd$|^\(sd-pam\)|^\[/ { next }
  { print }'

section files
# The scripts' lock directory stays for the next script; domid-history is xl's note of ids not to use again soon.
find /run/xend /run/xen /run/xen-hotplug /var/lib/xend /var/lib/xen -printf '%p %y\n' 2>/dev/null |
  grep -Ev '^(/run/xen-hotplug d|/run/xen/domid-history f|/run/xend/(domains|journal|loops) d|/var/lib/xend(/domains)? d)$' || true
