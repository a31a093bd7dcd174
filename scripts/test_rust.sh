#!/usr/bin/env bash
# Runs every Rust test, with nextest where it is installed.
set -euo pipefail
cd "$(dirname "$0")/.."
if cargo nextest --version >/dev/null 2>&1; then
    exec cargo nextest run --workspace "$@"
fi
exec cargo test --workspace --quiet "$@"
