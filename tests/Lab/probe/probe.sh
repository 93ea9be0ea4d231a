#!/bin/bash
# How reliable is the emulated host? Guests are created by xl and by xm in turn while programs with known results run in dom0, and what
# went wrong is counted for each. For with-host.sh. PROBE_MINUTES (10) and PROBE_KINDS (of pv, pvh, pvh4, hvm) choose more or others.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

{
  printf 'minutes=%q kinds=%q\n' "${PROBE_MINUTES:-10}" "${PROBE_KINDS:-pvh pvh4 hvm}"
  cat "$here/rounds.sh"
} | ssh -F "$LAB_SSH" dom0 'cat >/run/probe && exec bash /run/probe </dev/null'
