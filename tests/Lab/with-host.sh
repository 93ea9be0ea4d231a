#!/bin/bash
# Boots the emulated Xen host, runs a command while it lives, and ends it with the command. LAB_SSH is the ssh configuration of the
# host (ssh -F "$LAB_SSH" dom0 …).
#
#   with-host.sh [OPTION OF boot.sh]... -- COMMAND [WORD]...
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
options=()
while [ $# -gt 0 ] && [ "$1" != -- ]; do options+=("$1"); shift; done
[ $# -ge 2 ] || { echo "usage: with-host.sh [OPTION OF boot.sh]... -- COMMAND [WORD]..." >&2; exit 2; }
shift

echo "Booting the emulated Xen host (half a minute; some minutes more when its image has to be made first) ..." >&2
coproc boot { exec "$here/boot.sh" "${options[@]}"; }
boot_pid=$boot_PID
# boot.sh ends with its standard input: here, or when this script is killed.
end_host() { eval "exec ${boot[1]}>&-" 2>/dev/null || true; wait "$boot_pid" 2>/dev/null || true; }
trap end_host EXIT
read -r word run <&"${boot[0]}" || exit 1
[ "$word" = ready ] || exit 1

export LAB_SSH=$run/ssh.config
status=0
"$@" || status=$?
exit "$status"
