#!/bin/bash
# Builds and runs test projects: the emulated host's beside the others, which come one after another. The last line has the totals of
# what really ran: "N passed, N failed".
#
#   run-tests.sh PROJECT-DIRECTORY...
#
# LONG=1 runs the longest tests of the emulated host as well.
set -uo pipefail
cd "$(dirname "$0")/.."

results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT
passed=0 failed=0 skipped=0 broken=0

# The emulator is not a perfect machine: now and then it corrupts a program in dom0, stock ones as well. What failed on the emulated host
# is therefore tried once more, on a host that was booted anew; what fails there too has failed. Returns how many that are.
second_try() {
  local project=$1 names filter counters total good
  names=$(grep -o '<UnitTestResult [^>]*outcome="Failed"[^>]*>' "$2" | sed 's/.*testName="\([^"(]*\).*/\1/' | sort -u)
  echo "== second try, on a new host, of:"
  echo "$names"
  filter=$(sed 's/^/FullyQualifiedName~/' <<<"$names" | paste -sd'|')
  dotnet test "$project" --no-build --nologo --filter "$filter" --logger "console;verbosity=${TEST_VERBOSITY:-minimal}" \
    --logger "trx;LogFileName=$results/second.trx"
  counters=$(grep -o '<Counters [^>]*>' "$results/second.trx" 2>/dev/null)
  total=$(sed -n 's/.* total="\([0-9]*\)".*/\1/p' <<<"$counters")
  good=$(sed -n 's/.* passed="\([0-9]*\)".*/\1/p' <<<"$counters")
  return $((${total:-1} - ${good:-0}))
}

run() {
  local project=$1 name
  name=$(basename "$project")
  echo "== $name"
  if [ "$name" = Lab ] && [ "${LONG:-}" != 1 ]; then
    echo "without the longest tests, which LONG=1 adds:"
    dotnet test "$project" --no-build --nologo --list-tests --filter Length=long | sed -n 's/^ *Lab\./  /p'
    set -- --filter 'Length!=long'
  else
    set --
  fi
  dotnet test "$project" --no-build --nologo --logger "console;verbosity=${TEST_VERBOSITY:-minimal}" --logger "trx;LogFileName=$results/$name.trx" "$@"
}

# Adds the results of a project to the totals.
count_results() {
  local project=$1 status=$2 name counters lost
  name=$(basename "$project")
  [ "$status" = 0 ] || broken=$((broken + 1))
  # <Counters total="90" executed="90" passed="90" failed="0" ... notExecuted="0" .../>
  counters=$(grep -o '<Counters [^>]*>' "$results/$name.trx" 2>/dev/null)
  count() { sed -n "s/.* $1=\"\([0-9]*\)\".*/\1/p" <<<"$counters"; }
  if [ -z "$counters" ]; then
    echo "$name: no result was written" >&2
    failed=$((failed + 1))
    return
  fi
  lost=$(($(count total) - $(count passed) - $(count notExecuted)))
  if [ "$name" = Lab ] && [ $lost -gt 0 ] && [ $lost -le 5 ]; then
    second_try "$project" "$results/$name.trx"
    lost=$?
    if [ $lost = 0 ]; then broken=$((broken - 1)); fi
  fi
  passed=$((passed + $(count total) - $(count notExecuted) - lost))
  failed=$((failed + lost))
  skipped=$((skipped + $(count notExecuted)))
}

dotnet build XenToolstack.sln --nologo -v quiet || { echo '0 passed, 1 failed'; exit 1; }
# The emulated host is slow and leaves a processor idle now and then: the other tests run in that time.
lab=
for project in "$@"; do
  if [ "$(basename "$project")" = Lab ]; then
    run "$project" >"$results/lab.log" 2>&1 &
    lab=$! lab_project=$project
    echo "== Lab runs beside the others; what it says follows theirs"
  fi
done
for project in "$@"; do
  [ "$(basename "$project")" = Lab ] || { (renice -n 10 $BASHPID >/dev/null; run "$project"); count_results "$project" $?; }
done
if [ -n "$lab" ]; then
  wait "$lab"
  status=$?
  cat "$results/lab.log"
  count_results "$lab_project" $status
fi
if [ $broken != 0 ] && [ $failed = 0 ]; then failed=$broken; fi
if [ $skipped = 0 ]; then
  echo "$passed passed, $failed failed"
else
  echo "$passed passed, $failed failed, $skipped skipped"
fi
[ $failed = 0 ]
