#!/bin/sh
# Installs the named Debian packages that are missing; does nothing, and needs no root, when all are there.
#
#   install-packages.sh WHAT-FOR PACKAGE...
set -eu

purpose=$1
shift
missing=
for package in "$@"; do
  if ! dpkg-query --show --showformat '${db:Status-Status}\n' "$package" 2>/dev/null | grep -qx installed; then
    missing="$missing $package"
  fi
done
[ -n "$missing" ] || exit 0

sudo=
if [ "$(id -u)" != 0 ]; then
  command -v sudo >/dev/null || { echo "$purpose: these packages are missing:$missing. Install them as root." >&2; exit 1; }
  sudo=sudo
fi
echo "$purpose: installing$missing" >&2
log=$(mktemp)
trap 'rm -f "$log"' EXIT
if ! { $sudo apt-get -q -o DPkg::Lock::Timeout=600 update && $sudo env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=600 --no-install-recommends install $missing; } >"$log" 2>&1
then
  cat "$log" >&2
  echo "$purpose: apt-get could not install$missing (its words are above)." >&2
  exit 1
fi
