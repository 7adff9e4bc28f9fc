#!/usr/bin/env bash
# Recomputes every committed reference number and retrains the flight-delays example; fails on a difference.
#   run.sh          about a minute; bootstrap intervals are taken over where inputs, versions and seed are unchanged
#   run.sh --full   repeats the bootstrap too (about four minutes)
set -euo pipefail
cd "$(dirname "$0")"

example=../../examples/flight-delays
python="${PYTHON:-python3.11}"
pins=$(cat requirements.txt "$example/requirements.txt" | sha256sum | cut -c1-16)
venv="${XDG_CACHE_HOME:-$HOME/.cache}/modelgate/venv-$pins"

# Built aside and moved into place, so that an interrupted install is never taken for a finished one. A virtual
# environment's interpreter works from any path; only its scripts do not, and none is called.
if [ ! -x "$venv/bin/python" ]; then
  mkdir -p "$(dirname "$venv")"
  fresh=$(mktemp -d "$venv.XXXXXX")
  trap 'rm -rf "$fresh"' EXIT
  "$python" -m venv "$fresh"
  "$fresh/bin/python" -m pip install --quiet --disable-pip-version-check -r requirements.txt
  mv -T "$fresh" "$venv" 2>/dev/null || [ -x "$venv/bin/python" ]
fi

fast=--fast
if [ "${1:-}" = --full ]; then fast=; fi
# One thread: the tables are small, and idle threads of a loaded machine cost more than they bring.
export OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 PYTHONDONTWRITEBYTECODE=1

"$venv/bin/python" "$example/check.py"
"$venv/bin/python" random_cases.py --check
"$venv/bin/python" oracle.py --check $fast
echo 'oracles: all agree'
