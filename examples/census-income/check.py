"""Fail when the committed tables are no longer what train.py makes: golden rows exactly, decisions in all but a few rows.

    python check.py
"""

import subprocess
import sys
import tempfile
from pathlib import Path

import pyarrow.parquet as pq

from train import GOLDEN_SCHEMA, PREDICTION_SCHEMA, RECIPES, THRESHOLD

HERE = Path(__file__).parent
MOST_BYTES = 400_000
MOST_FLIPPED = 0.001  # floating-point sums depend on the processor


def complaints(fresh: Path) -> list[str]:
    golden = pq.read_table(HERE / "eval" / "golden.parquet")
    if not golden.schema.equals(GOLDEN_SCHEMA) or not golden.equals(pq.read_table(fresh / "eval" / "golden.parquet")):
        return ["eval/golden.parquet: differs from what train.py writes"]
    found = []
    for name in RECIPES:
        path = f"{name}/predictions.parquet"
        committed, trained = pq.read_table(HERE / path), pq.read_table(fresh / path)
        if not committed.schema.equals(PREDICTION_SCHEMA) or not committed["person"].equals(golden["person"]):
            found.append(f"{path}: schema or keys are not those of golden.parquet")
            continue
        predicted = committed["predicted"].to_numpy()
        if not ((committed["probability"].to_numpy() >= THRESHOLD) == predicted).all():
            found.append(f"{path}: predicted is not probability >= {THRESHOLD}")
        flipped = float((predicted != trained["predicted"].to_numpy()).mean())
        if flipped > MOST_FLIPPED:
            found.append(f"{path}: {flipped:.2%} of decisions differ after retraining")
    size = sum(path.stat().st_size for path in HERE.rglob("*.parquet"))
    if size > MOST_BYTES:
        found.append(f"the tables have {size:,} bytes; at most {MOST_BYTES:,} are wanted")
    return found


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([sys.executable, str(HERE / "train.py"), "--out", folder], check=True)
        found = complaints(Path(folder))
    for complaint in found:
        print(f"FAIL {complaint}")
    if not found:
        print(f"examples/census-income: golden rows and {len(RECIPES)} models agree")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
