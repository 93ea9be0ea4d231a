#!/bin/sh
# Prints the framework to publish the native programs with: the supported one where its NativeAOT pack can be restored, else the one before.
# The answer is kept in artifacts/native-framework.
set -eu
cd "$(dirname "$0")/.."
answer=artifacts/native-framework
if [ ! -s "$answer" ]; then
  mkdir -p artifacts
  for framework in net10.0 net9.0; do
    if dotnet restore src/Xm -r linux-x64 -p:NativeAot=true -p:ToolstackFramework="$framework" >artifacts/restore.log 2>&1; then
      echo "$framework" >"$answer"
      break
    fi
  done
  if [ ! -s "$answer" ]; then
    cat artifacts/restore.log >&2
    echo 'build: no NativeAOT pack can be restored (see above)' >&2
    exit 1
  fi
fi
cat "$answer"
