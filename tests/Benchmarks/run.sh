#!/bin/bash
# Compares xm and xend with xl on the emulated host, for with-host.sh. All figures of one run come from the same host, minutes apart:
# the ratios mean something on a noisy machine, the milliseconds alone do not.
set -euo pipefail
exec ssh -F "$LAB_SSH" dom0 "bash -s ${BENCH_ROUNDS:-9}" <"$(dirname "${BASH_SOURCE[0]}")/on-host.sh"
