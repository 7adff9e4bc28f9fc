"""Metrics of groups by fairlearn's MetricFrame, of the candidate alone, from the tables of the folder it is started in.

Usage: metric_frame.py [BOOTSTRAPS]. Prints one JSON object: the groups, and the processor time of the frame by itself.
"""

import json
import sys
import time
from importlib.metadata import version

import pandas as pd
from fairlearn.metrics import MetricFrame
from sklearn import metrics as sk

METRICS = {
    "accuracy": sk.accuracy_score,
    "precision": sk.precision_score,
    "recall": sk.recall_score,
    "f1": sk.f1_score,
    "balanced_accuracy": sk.balanced_accuracy_score,
}

bootstraps = int(sys.argv[1]) if len(sys.argv) > 1 else 0
examples = pd.read_parquet("eval/golden.parquet", columns=["id", "label", "age", "sex", "region"])
table = examples.merge(pd.read_parquet("out/predictions.parquet"), on="id", validate="one_to_one")
resampled = {"n_boot": bootstraps, "ci_quantiles": [0.025, 0.975], "random_state": 1} if bootstraps else {}
start = time.process_time()
frame = MetricFrame(
    metrics=METRICS,
    y_true=table["label"],
    y_pred=table["predicted"],
    sensitive_features=table[["sex", "region"]],
    control_features=table[["age"]],
    **resampled,
)
seconds = time.process_time() - start


def group(of, values):
    return {"of": list(of), "candidate": {name: float(values[name]) for name in METRICS}}


answer = {
    "groups": [
        *(group((age,), values) for age, values in frame.overall.iterrows()),
        *(group(of, values) for of, values in frame.by_group.iterrows()),
    ],
    "frameSeconds": seconds,
    "versions": f"fairlearn {version('fairlearn')}, scikit-learn {version('scikit-learn')}, pandas {version('pandas')}",
}
if bootstraps:
    lower, upper = frame.by_group_ci
    answer["intervals"] = int((upper - lower).notna().all(axis=1).sum())
print(json.dumps(answer))
