"""The Python side of the metrics benchmark: pandas, pyarrow and scikit-learn in one process.

    python sklearn_metrics.py PARQUET whole          computes each metric once
    python sklearn_metrics.py PARQUET REPEATS RAW    each REPEATS times, timed; writes the columns to RAW/<name>.f64 first

Prints one JSON object: values by metric and, when timed, processor seconds (all threads) of each call.
What scikit-learn lacks (DeLong, the calibration error) is written as one would in numpy; DeLong as Sun and Xu (2014).
"""

import json
import os
import sys
import time

import numpy as np
import pandas as pd
import scipy
import sklearn
from scipy import stats
from sklearn import metrics


def delong(label, one, two):
    positive = label == 1
    m, n = int(positive.sum()), int((~positive).sum())
    areas, v10, v01 = [], [], []
    for score in (one, two):
        x, y = score[positive], score[~positive]
        tx, ty, tz = stats.rankdata(x), stats.rankdata(y), stats.rankdata(np.concatenate([x, y]))
        areas.append(tz[:m].sum() / m / n - (m + 1) / 2 / n)
        v10.append((tz[:m] - tx) / n)
        v01.append(1 - (tz[m:] - ty) / m)
    s = np.cov(v10) / m + np.cov(v01) / n
    return areas[0] - areas[1], float(np.sqrt(s[0, 0] + s[1, 1] - 2 * s[0, 1]))


def calibration(label, score, bins=15):
    bin_of = np.clip(np.searchsorted(np.arange(bins + 1) / bins, score, side="left") - 1, 0, bins - 1)
    return float(np.abs(np.bincount(bin_of, weights=score - label, minlength=bins)).sum() / len(label))


def calls(of):
    label, score, champion, predicted = of["label"], of["score"], of["champion"], of["predicted"]
    truth, number = of["truth"], of["number"]
    return {
        "roc_auc": lambda: metrics.roc_auc_score(label, score),
        "delong": lambda: delong(label, score, champion)[1],
        "average_precision": lambda: metrics.average_precision_score(label, score),
        "log_loss": lambda: metrics.log_loss(label, score),
        "brier_score_loss": lambda: metrics.brier_score_loss(label, score),
        "expected_calibration_error": lambda: calibration(label, score),
        "f1": lambda: metrics.f1_score(label, predicted),
        "matthews_corrcoef": lambda: metrics.matthews_corrcoef(label, predicted),
        "mean_absolute_error": lambda: metrics.mean_absolute_error(truth, number),
        "root_mean_squared_error": lambda: metrics.root_mean_squared_error(truth, number),
        "r2": lambda: metrics.r2_score(truth, number),
        "median_absolute_error": lambda: metrics.median_absolute_error(truth, number),
    }


def main(parquet, mode, raw=None):
    frame = pd.read_parquet(parquet, engine="pyarrow")
    columns = {name: frame[name].to_numpy() for name in frame.columns}
    if raw is not None:
        for name, column in columns.items():
            column.astype("<f8").tofile(os.path.join(raw, f"{name}.f64"))
    repeats = 1 if mode == "whole" else int(mode)
    values, seconds = {}, {}
    for name, call in calls(columns).items():
        seconds[name] = []
        for _ in range(repeats):
            start = time.process_time()
            values[name] = float(call())
            seconds[name].append(time.process_time() - start)
    versions = f"CPython {sys.version.split()[0]}, scikit-learn {sklearn.__version__}, numpy {np.__version__}"
    versions += f", scipy {scipy.__version__}, pandas {pd.__version__}"
    # user and system time of the whole process so far: interpreter, imports and reading included
    used = sum(os.times()[:2])
    print(json.dumps({"values": values, "seconds": seconds, "versions": versions, "cpuSeconds": used}))


if __name__ == "__main__":
    main(*sys.argv[1:])
