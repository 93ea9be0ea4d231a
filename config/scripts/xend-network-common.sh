# Sourced by xend's network scripts (network-bridge, network-route, network-nat): words of the command line, what is said, and notes of
# what was changed, so that it can be put back. Needs a POSIX shell and iproute2.

# Under /run: a reboot of the machine forgets the changes, and the notes with them.
notes=/run/xen-network

say() { echo "$program: $*"; }
fail() { echo "$program: $*" >&2; exit 1; }

# read_words start netdev=eth0 ...: sets $command, and the variables that $known names.
read_words() {
  command=${1:-}
  [ $# -eq 0 ] || shift
  for word in "$@"; do
    case $word in *=*) ;; *) fail "'$word' is no setting; they are written name=value: $known" ;; esac
    case " $known " in
      *" ${word%%=*} "*) ;;
      *) fail "there is no setting '${word%%=*}'; there are: $known" ;;
    esac
    # The value goes into names of interfaces and files.
    case ${word#*=} in *[!A-Za-z0-9._:@-]*) fail "'$word': only letters, digits and . _ : @ - may be in it" ;; esac
    eval "${word%%=*}=\${word#*=}"
  done
}

usage() { fail "'$command' is not known; usage: $program start|stop|status [name=value ...], with $known"; }

exists() { [ -e "/sys/class/net/$1" ]; }
is_bridge() { [ -d "/sys/class/net/$1/bridge" ]; }
master_of() { basename "$(readlink "/sys/class/net/$1/master" 2>/dev/null)" 2>/dev/null; }
interfaces() { ls /sys/class/net | tr '\n' ' ' | sed 's/ $//'; }

# The interface of the default route: where several are, that of the lowest metric, IPv4 before IPv6.
default_interface() {
  { ip -4 route show default; ip -6 route show default; } 2>/dev/null |
    awk '{ metric = 0; for (i = 1; i < NF; i++) { if ($i == "dev") dev = $(i + 1); if ($i == "metric") metric = $(i + 1) }
           if (dev != "" && (best == "" || metric + 0 < lowest + 0)) { best = dev; lowest = metric } dev = "" } END { print best }'
}

require_root() {
  command -v ip >/dev/null 2>&1 || fail 'the program ip is not there; install iproute2'
}

# Whoever comes second waits, half a minute at most.
lock() {
  mkdir -p "$notes" || fail "$notes cannot be made"
  chmod 700 "$notes"
  exec 9>"$notes/lock" || fail "$notes/lock cannot be opened"
  if command -v flock >/dev/null 2>&1; then
    flock -w 30 9 || fail 'another network script has been at work for half a minute; see ps'
  fi
}

# note NAME VALUE, noted NAME: what was so before. The first word stays: a second start must not note what the first one made.
note() { [ -e "$notes/$1" ] || { printf '%s\n' "$2" >"$notes/$1.new" && mv "$notes/$1.new" "$notes/$1"; }; }
noted() { cat "$notes/$1" 2>/dev/null; }

# set_sysctl FILE VALUE: sets one of /proc/sys and notes the old value; put_back_sysctl undoes it.
set_sysctl() {
  local name value
  name=sysctl-$(echo "$1" | tr / -)
  value=$(cat "/proc/sys/$1") || return 1
  [ "$value" != "$2" ] || return 0
  note "$program-$name" "$value" && echo "$2" >"/proc/sys/$1" && say "$1 is $2 now (was $value)"
}
put_back_sysctl() {
  local name value
  name=$program-sysctl-$(echo "$1" | tr / -)
  [ -e "$notes/$name" ] || return 0
  value=$(noted "$name")
  echo "$value" >"/proc/sys/$1" && rm -f "$notes/$name" && say "$1 is $value again"
}
