#!/bin/bash
# Types demo.session in dom0 and shows what happens, for with-host.sh. Then a person may go on at dom0's prompt; with BATCH=1 the
# transcript is all, and the exit status says whether every command succeeded.
set -uo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
while IFS= read -r command <&3; do
  [ -n "$command" ] || continue
  printf 'dom0:~# %s\n' "$command"
  if ! ssh -F "$LAB_SSH" dom0 "exec 2>&1; $command" </dev/null; then
    echo "demo: '$command' failed" >&2
    if [ "${BATCH:-}" = 1 ]; then exit 1; fi
    break
  fi
done 3<"$here/demo.session"
[ "${BATCH:-}" = 1 ] || exec "$here/shell.sh"
