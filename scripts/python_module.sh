#!/usr/bin/env bash
# python_module.sh FOLDER: puts the built Python module where `import strata` from python/ finds it, so that
# tests and the demo share one build with the service. `pip install ./python` builds a wheel instead.
set -euo pipefail
cd "$(dirname "$0")/.."
built="$1/libstrata_python.so"
[ -e "$built" ] || built="$1/libstrata_python.dylib"
place=python/strata/_strata.abi3.so
cmp --silent "$built" "$place" || install -m 755 "$built" "$place"
