"""Score one model on the golden flights: the step that a user's workflow runs before the gate.

    python evaluate.py --model candidates/better/model.joblib --out out

Writes predictions.parquet (what the gate pairs with the champion's) and metrics.json (for a gate without rows).
"""

import argparse
import json
from pathlib import Path

import joblib
import pandas as pd
from sklearn import metrics

from train import PREDICTION_SCHEMA, load_flights, predict, write

HERE = Path(__file__).parent


def main() -> None:
    arguments = argparse.ArgumentParser(description="Scores a model on the golden flights.")
    arguments.add_argument("--model", type=Path, required=True, help="a model.joblib that train.py wrote")
    arguments.add_argument("--out", type=Path, default=Path("out"), help="folder for the results")
    options = arguments.parse_args()

    golden = pd.read_parquet(HERE / "eval" / "golden.parquet")
    flights = load_flights().set_index("flight_id", drop=False).loc[golden["flight_id"]].reset_index(drop=True)
    predictions = predict(joblib.load(options.model), flights)
    write(predictions, PREDICTION_SCHEMA, options.out / "predictions.parquet")

    scorers = {
        "accuracy": metrics.accuracy_score,
        "balanced_accuracy": metrics.balanced_accuracy_score,
        "precision": metrics.precision_score,
        "recall": metrics.recall_score,
        "f1": metrics.f1_score,
    }
    values = {name: float(score(golden["delayed"], predictions["predicted"])) for name, score in scorers.items()}
    (options.out / "metrics.json").write_text(json.dumps(values, indent=2) + "\n")
    print(json.dumps(values))


if __name__ == "__main__":
    main()
