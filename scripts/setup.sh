#!/usr/bin/env bash
# Installs what building and testing needs, from the package registries only. Quick when all is there.
set -euo pipefail
cd "$(dirname "$0")/.."

say() { printf '[setup] %s\n' "$*"; }

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

# --- Debian's packages: each named by a command or file that shows it is there ---------------------
missing=()
need() { [ -e "$1" ] || command -v "$1" >/dev/null 2>&1 || missing+=("${@:2}"); }
compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || missing+=(postgresql)
need /usr/bin/chromium chromium
need /usr/share/fonts/truetype/dejavu fonts-dejavu-core
need /usr/share/fonts/opentype/noto fonts-noto-cjk
need cc build-essential
need pkg-config pkg-config
need python3 python3 python3-venv python3-dev
need setpriv util-linux
need strace strace
need node nodejs npm
if [ ${#missing[@]} -gt 0 ]; then
    say "apt-get install ${missing[*]}"
    as_root apt-get update -qq
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
fi

if ! command -v cargo >/dev/null 2>&1; then
    if apt-cache show rustup >/dev/null 2>&1; then
        say "apt-get install rustup"
        as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq rustup >/dev/null
        rustup default stable
    else
        say "no cargo here: install Rust 1.95 or newer from https://rustup.rs and run this again"
        exit 1
    fi
fi

# --- Python: one environment in .venv, made anew only when the list of packages changed ------------
wanted=$(sha256sum scripts/requirements.txt | cut -d' ' -f1)
if [ "$(cat .venv/.installed 2>/dev/null)" != "$wanted" ]; then
    say "pip install -r scripts/requirements.txt"
    python3 -m venv .venv || {
        as_root apt-get update -qq
        as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq python3-venv >/dev/null
        python3 -m venv .venv
    }
    .venv/bin/pip install --quiet --disable-pip-version-check -r scripts/requirements.txt
    echo "$wanted" > .venv/.installed
fi

# --- npm: the front end and the browser tests -------------------------------------------------------
for folder in frontend tests/browser; do
    wanted=$(sha256sum "$folder/package-lock.json" | cut -d' ' -f1)
    if [ "$(cat "$folder/node_modules/.installed" 2>/dev/null)" != "$wanted" ]; then
        say "npm ci in $folder"
        (cd "$folder" && npm ci --no-audit --no-fund --loglevel=error)
        echo "$wanted" > "$folder/node_modules/.installed"
    fi
done
say "ready"
