#!/usr/bin/env bash
# Prints the Python interpreter that has the pinned packages of requirements.txt; installs them on first use, into a
# virtual environment in the cache folder that is named after the pins.
set -euo pipefail
cd "$(dirname "$0")"

python="${PYTHON:-python3.11}"
pins=$(sha256sum <requirements.txt | cut -c1-16)
venv="${XDG_CACHE_HOME:-$HOME/.cache}/modelgate/fairlearn-$pins"

# Built aside and moved into place, as test/oracles/venv.sh does and says why.
if [ ! -x "$venv/bin/python" ]; then
  mkdir -p "$(dirname "$venv")"
  fresh=$(mktemp -d "$venv.XXXXXX")
  trap 'rm -rf "$fresh"' EXIT
  "$python" -m venv "$fresh"
  "$fresh/bin/python" -m pip install --quiet --disable-pip-version-check -r requirements.txt >&2
  mv -T "$fresh" "$venv" 2>/dev/null || [ -x "$venv/bin/python" ]
fi
echo "$venv/bin/python"
