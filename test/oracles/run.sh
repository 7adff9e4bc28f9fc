#!/usr/bin/env bash
# Recomputes every committed reference number and retrains the flight-delays example; fails on a difference.
#   run.sh          about a minute; bootstrap intervals are taken over where inputs, versions and seed are unchanged
#   run.sh --full   repeats the bootstrap too (about four minutes)
set -euo pipefail
cd "$(dirname "$0")"

example=../../examples/flight-delays
python=$(./venv.sh)

fast=--fast
if [ "${1:-}" = --full ]; then fast=; fi
# One thread: the tables are small, and idle threads of a loaded machine cost more than they bring.
export OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 PYTHONDONTWRITEBYTECODE=1

"$python" "$example/check.py"
"$python" random_cases.py --check
"$python" random_metrics.py --check
"$python" -W ignore gates.py --check
"$python" oracle.py --check $fast
echo 'oracles: all agree'
