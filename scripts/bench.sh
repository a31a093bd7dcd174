#!/usr/bin/env bash
# bench.sh STRATA: imports the digits into a store of its own and measures the loader on it.
set -euo pipefail
cd "$(dirname "$0")/.."
strata=$1
shift
folder=$(mktemp -d -t strata-bench-XXXXXX)
trap 'rm -rf "$folder"' EXIT
.venv/bin/python tools/make_digits.py "$folder/digits"
"$strata" init --store "$folder/store"
"$strata" import --store "$folder/store" --dataset digits --format folder -m 'Import the digits' "$folder/digits"
"$strata" bench loader --store "$folder/store" --dataset digits --ref main "$@"
