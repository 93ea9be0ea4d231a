#!/bin/bash
# Builds and runs test projects: the emulated hosts' beside the others, which come one after another. Every test runs once, and counts
# as it ended; what a test itself tried again is told by name. The last line has the totals: "N passed, N failed".
#
#   run-tests.sh PROJECT-DIRECTORY...
#
# LONG=1 runs the longest tests of the emulated hosts as well, and more random programs. Each project's results stay in artifacts/test-results, with how long each
# test took.
set -uo pipefail
cd "$(dirname "$0")/.."

results=$PWD/artifacts/test-results
passed=0 failed=0 skipped=0

run() {
  local project=$1 name began=$SECONDS status
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
  status=$?
  echo "== $name took $((SECONDS - began)) s"
  return $status
}

# Adds the results of a project to the totals.
count_results() {
  local project=$1 status=$2 name counters lost
  name=$(basename "$project")
  # <Counters total="90" executed="90" passed="90" failed="0" ... notExecuted="0" .../>
  counters=$(grep -o '<Counters [^>]*>' "$results/$name.trx" 2>/dev/null)
  count() { sed -n "s/.* $1=\"\([0-9]*\)\".*/\1/p" <<<"$counters"; }
  if [ -z "$counters" ]; then
    echo "$name: no result was written" >&2
    failed=$((failed + 1))
    return
  fi
  lost=$(($(count total) - $(count passed) - $(count notExecuted)))
  if [ "$status" != 0 ] && [ $lost = 0 ]; then
    echo "$name: all results are good, but the run ended with exit status $status" >&2
    lost=1
  fi
  passed=$((passed + $(count passed)))
  failed=$((failed + lost))
  skipped=$((skipped + $(count notExecuted)))
}

dotnet build XenToolstack.sln --nologo -v quiet || { echo '0 passed, 1 failed'; exit 1; }
rm -rf "$results"
mkdir -p "$results"
if [ "${LONG:-}" = 1 ]; then export XM_PROGRAMS=${XM_PROGRAMS:-10000}; fi
export XEN_LAB_SECOND_TRIES=$results/second-tries
: >"$XEN_LAB_SECOND_TRIES"
# An emulated host leaves a processor idle now and then: the other tests run in that time.
lab=
for project in "$@"; do
  if [ "$(basename "$project")" = Lab ]; then
    run "$project" >"$results/Lab.log" 2>&1 &
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
  cat "$results/Lab.log"
  count_results "$lab_project" $status
fi
grep -ho '<UnitTestResult [^>]*outcome="Failed"[^>]*>' "$results"/*.trx | sed 's/.*testName="\([^"]*\)".*/failed: \1/' | sort
if [ -s "$XEN_LAB_SECOND_TRIES" ]; then
  echo "$(wc -l <"$XEN_LAB_SECOND_TRIES") second tries:"
  cat "$XEN_LAB_SECOND_TRIES"
fi
if [ $skipped = 0 ]; then
  echo "$passed passed, $failed failed"
else
  echo "$passed passed, $failed failed, $skipped skipped"
fi
[ $failed = 0 ]
