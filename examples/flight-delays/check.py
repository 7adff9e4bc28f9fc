"""Fail when the committed tables are no longer what train.py makes.

    python check.py                 # retrains in full and compares row by row (about ten seconds)
    python check.py --sample 40000  # retrains on fewer rows and compares accuracy and F1 only, loosely

Golden rows must be identical. Predictions may differ in a few rows: floating-point sums depend on the processor.
"""

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

import pyarrow.parquet as pq
from sklearn import metrics

from train import GOLDEN_SCHEMA, PREDICTION_SCHEMA, RECIPES, THRESHOLD

HERE = Path(__file__).parent
MOST_BYTES = 3_000_000
MOST_FLIPPED = 0.001  # share of rows whose decision may differ after a full retraining
NEARLY = 0.005  # distance of metrics after a full retraining
LOOSELY = 0.06  # … after one on a sample: enough to notice a broken label, join or threshold


class Complaints(list[str]):
    def expect(self, holds: bool, message: str) -> None:
        if not holds:
            self.append(message)


def scores(golden, predictions) -> dict[str, float]:
    label, predicted = golden["delayed"].to_numpy(), predictions["predicted"].to_numpy()
    return {
        "accuracy": metrics.accuracy_score(label, predicted),
        "precision": metrics.precision_score(label, predicted),
        "recall": metrics.recall_score(label, predicted),
        "f1": metrics.f1_score(label, predicted),
    }


def check_model(name: str, golden, committed, fresh, sampled: bool, found: Complaints) -> None:
    path = f"{name}/predictions.parquet"
    if not committed.schema.equals(PREDICTION_SCHEMA):
        return found.append(f"{path}: schema is {committed.schema}")
    if not committed["flight_id"].equals(golden["flight_id"]):
        return found.append(f"{path}: keys are not those of golden.parquet")
    probability = committed["probability"].to_numpy()
    found.expect(bool(((probability >= 0) & (probability <= 1)).all()), f"{path}: a probability is outside [0, 1]")
    predicted = committed["predicted"].to_numpy()
    agree = bool(((probability >= THRESHOLD) == predicted).all())
    found.expect(agree, f"{path}: predicted is not probability >= {THRESHOLD}")
    flipped = float((predicted != fresh["predicted"].to_numpy()).mean())
    found.expect(sampled or flipped <= MOST_FLIPPED, f"{path}: {flipped:.2%} of decisions differ after retraining")
    before, after = scores(golden, committed), scores(golden, fresh)
    limit = LOOSELY if sampled else NEARLY
    for metric in ("accuracy", "f1") if sampled else before:
        value = before[metric]
        found.expect(
            abs(value - after[metric]) <= limit,
            f"{path}: {metric} is {value:.4f}, retrained {after[metric]:.4f}; at most {limit} apart is expected",
        )


def main() -> int:
    arguments = argparse.ArgumentParser(description="Compares the committed tables with a fresh training.")
    arguments.add_argument("--sample", type=int, help="train on this many rows only")
    options = arguments.parse_args()
    found = Complaints()
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, str(HERE / "train.py"), "--out", folder]
        subprocess.run(command if options.sample is None else [*command, "--sample", str(options.sample)], check=True)
        golden = pq.read_table(HERE / "eval" / "golden.parquet")
        found.expect(golden.schema.equals(GOLDEN_SCHEMA), f"eval/golden.parquet: schema is {golden.schema}")
        keys = golden["flight_id"].to_numpy()
        found.expect(bool((keys[1:] > keys[:-1]).all()), "eval/golden.parquet: flight_id is not unique and ascending")
        same = golden.equals(pq.read_table(Path(folder) / "eval" / "golden.parquet"))
        found.expect(same, "eval/golden.parquet: differs from what train.py writes")
        for name in RECIPES if same else ():  # other rows cannot be compared
            committed, fresh = (pq.read_table(root / name / "predictions.parquet") for root in (HERE, Path(folder)))
            check_model(name, golden, committed, fresh, options.sample is not None, found)
    size = sum(path.stat().st_size for path in HERE.rglob("*.parquet"))
    found.expect(size <= MOST_BYTES, f"the tables have {size:,} bytes; at most {MOST_BYTES:,} are wanted")
    for complaint in found:
        print(f"FAIL {complaint}")
    if not found:
        print(f"examples/flight-delays: {len(golden):,} golden rows and {len(RECIPES)} models agree; {size:,} bytes")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
