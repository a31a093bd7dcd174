#!/usr/bin/env bash
# phase.sh NAME COMMAND...: says when a step begins and how many seconds it took.
set -uo pipefail
name=$1
shift
printf '\n==> %s\n' "$name"
start=$SECONDS
"$@"
status=$?
if [ $status = 0 ]; then outcome=done; else outcome="FAILED ($status)"; fi
printf '<== %s: %s, %d s\n' "$name" "$outcome" $((SECONDS - start))
exit $status
