#!/bin/sh
# A person's shell in dom0, for with-host.sh.
cat <<'WORDS'

This is dom0 of an emulated Xen host. A guest is ready to be created: /etc/xen/linux.cfg (xm), /etc/xen/linux.xl.cfg (xl).
Log in to it as root. Leaving this shell ends the host, and all that was written on it is forgotten.

WORDS
ssh -t -F "$LAB_SSH" dom0
# However the person's last command ended, the visit was a success; only a lost connection is not.
[ $? -ne 255 ]
