"""What Modelgate must print for the candidates of examples/flight-delays, from scipy, statsmodels and scikit-learn.

    python oracle.py                  # writes flight-delays.json (about three minutes, nearly all of it bootstrap)
    python oracle.py --check          # recomputes and fails on a difference
    python oracle.py --check --fast   # the same, but takes over the bootstrap intervals

Taking them over is sound while inputs, package versions and seed are the committed ones; otherwise they are recomputed.
"""

import argparse
import hashlib
import json
import sys
from pathlib import Path

import numpy as np
import pandas as pd
from scipy import stats

from agreement import write_or_check
from reference import classification, mcnemar, paired_t, quantile, tango_interval, tango_z, versions, wilson

HERE = Path(__file__).parent
EXAMPLE = HERE.parents[1] / "examples" / "flight-delays"
CANDIDATES = ("better", "worse", "similar")
LEVEL = 0.95
REPLICATES = 9_999
SEED = 20130901
# The rules of examples/flight-delays/modelgate.yml: check, metric, bound, limit in the metric's own unit.
RULES = (
    ("accuracy", "accuracy", "max-regression", 0.01),
    ("f1", "f1", "max-regression", 0.0075),
    ("precision", "precision", "max-regression", 0.01),
    ("recall", "recall", "max-regression", 0.02),
    ("recall-floor", "recall", "at-least", 0.6),
    ("leak-trap", "f1", "max-improvement", 0.05),
)
RATIOS = ("balanced_accuracy", "precision", "recall", "f1", "f1_macro", "f1_weighted")


def ratios(tp, fp, fn, tn) -> np.ndarray:
    """The metrics of RATIOS from counts of one model, stacked on a new first axis; each as scikit-learn defines it."""
    precision, recall = tp / (tp + fp), tp / (tp + fn)
    f1, f1_negative = 2 * tp / (2 * tp + fp + fn), 2 * tn / (2 * tn + fp + fn)
    positives, negatives = tp + fn, tn + fp
    weighted = (positives * f1 + negatives * f1_negative) / (positives + negatives)
    balanced = (recall + tn / negatives) / 2
    return np.stack([balanced, precision, recall, f1, (f1 + f1_negative) / 2, weighted])


def of_rows(codes: np.ndarray, axis: int = -1) -> np.ndarray:
    """Champion's, candidate's and their difference's ratios for rows coded 4 label + 2 champion + candidate.

    Resampling one code a row resamples the row whole: it is the paired bootstrap, three times as fast.
    """
    n = [np.count_nonzero(codes == cell, axis=axis) for cell in range(8)]
    candidate = ratios(tp=n[5] + n[7], fp=n[1] + n[3], fn=n[4] + n[6], tn=n[0] + n[2])
    champion = ratios(tp=n[6] + n[7], fp=n[2] + n[3], fn=n[4] + n[5], tn=n[0] + n[1])
    return np.concatenate([champion, candidate, candidate - champion])


def resampled(data, statistic, batch: int, method: str, **options):
    result = stats.bootstrap(
        data,
        statistic,
        n_resamples=REPLICATES,
        batch=batch,
        vectorized=True,
        confidence_level=LEVEL,
        method=method,
        rng=np.random.default_rng(SEED),
        **options,
    )
    low, high = result.confidence_interval
    return np.stack([low, high], axis=-1), result.standard_error


def metric_intervals(label, champion, candidate) -> dict[str, dict[str, dict[str, object]]]:
    codes = (4 * label + 2 * champion + candidate).astype(np.int8)
    points = of_rows(codes)
    intervals, errors = resampled((codes,), of_rows, batch=200, method="BCa")
    groups = ("champion", "candidate", "difference")
    return {
        group: {
            name: {
                "value": float(points[g * len(RATIOS) + i]),
                "interval": intervals[g * len(RATIOS) + i].tolist(),
                "standardError": float(errors[g * len(RATIOS) + i]),
            }
            for i, name in enumerate(RATIOS)
        }
        for g, group in enumerate(groups)
    }


def p95_difference(champion, candidate) -> dict[str, object]:
    """Percentile interval: BCa's jackknife is inconsistent for quantiles (Efron and Tibshirani 1993, 11.6)."""

    def statistic(before, after, axis=-1):
        return np.quantile(after, 0.95, axis=axis) - np.quantile(before, 0.95, axis=axis)

    interval, error = resampled((champion, candidate), statistic, batch=100, method="percentile", paired=True)
    return {
        "champion": quantile(champion, 0.95),
        "candidate": quantile(candidate, 0.95),
        "difference": float(statistic(champion, candidate)),
        "interval": interval.tolist(),
        "standardError": float(error),
    }


def judge(bound: str, limit: float, interval: list[float]) -> str:
    """Strict on both sides: pass when the whole interval keeps the rule, fail when all of it breaks the rule."""
    low, high = interval
    if bound == "max-improvement":
        return "pass" if high < limit else "fail" if low > limit else "inconclusive"
    threshold = -limit if bound == "max-regression" else limit
    return "pass" if low > threshold else "fail" if high < threshold else "inconclusive"


def compare(label, before: pd.DataFrame, after: pd.DataFrame, known: dict | None) -> dict[str, object]:
    champion, candidate = before["predicted"].to_numpy(), after["predicted"].to_numpy()
    wins = int(((candidate == label) & (champion != label)).sum())
    losses = int(((candidate != label) & (champion == label)).sum())
    n = len(label)
    metric_values = classification(label, candidate, positive=1)
    champion_values = classification(label, champion, positive=1)
    differences = {name: value - champion_values[name] for name, value in metric_values.items()}
    bootstrap = known["bootstrap"] if known else metric_intervals(label, champion, candidate)
    for name in RATIOS:  # the vectorised formulas of this file against scikit-learn
        np.testing.assert_allclose(bootstrap["difference"][name]["value"], differences[name], rtol=0, atol=1e-12)
    probabilities = (before["probability"].to_numpy(), after["probability"].to_numpy())
    tango = tango_interval(wins, losses, n, LEVEL)
    shown = {"accuracy": tango} | {name: value["interval"] for name, value in bootstrap["difference"].items()}
    statuses = {
        check: judge(bound, limit, bootstrap["candidate"][metric]["interval"] if bound == "at-least" else shown[metric])
        for check, metric, bound, limit in RULES
    }
    return {
        "counts": {"wins": wins, "losses": losses, "examples": n},
        "cells": np.bincount(4 * label + 2 * champion + candidate, minlength=8).tolist(),
        "metrics": metric_values,
        "differences": differences,
        "mcnemar": mcnemar(wins, losses),
        "accuracy": {
            "tango": tango,
            "tangoZ": {"margin": 0.01, "z": tango_z(wins, losses, n, -0.01)},
            "wilson": wilson(int((candidate == label).sum()), n, LEVEL),
        },
        "bootstrap": bootstrap,
        "probability": {
            "mean": paired_t(*probabilities, LEVEL),
            "p95": known["probability"]["p95"] if known else p95_difference(*probabilities),
        },
        "statuses": statuses,
    }


def read_model(name: str, golden: pd.DataFrame) -> pd.DataFrame:
    rows = golden[["flight_id"]].merge(pd.read_parquet(EXAMPLE / name / "predictions.parquet"), validate="1:1")
    return rows.astype({"predicted": "int64"})


def document(committed: dict | None) -> dict[str, object]:
    """All numbers; with the committed document at hand its bootstrap intervals are taken over where nothing changed."""
    models = ("champion", *(f"candidates/{name}" for name in CANDIDATES))
    paths = ("eval/golden.parquet", *(f"{model}/predictions.parquet" for model in models))
    inputs = {path: hashlib.sha256((EXAMPLE / path).read_bytes()).hexdigest() for path in paths}
    bootstrap = {"method": "BCa", "quantileMethod": "percentile", "replicates": REPLICATES, "seed": SEED}
    same = committed is not None and (inputs, versions(), bootstrap, LEVEL) == tuple(
        committed[key] for key in ("inputs", "versions", "bootstrap", "level")
    )
    golden = pd.read_parquet(EXAMPLE / "eval" / "golden.parquet")
    label = golden["delayed"].to_numpy().astype(np.int64)
    champion = read_model("champion", golden)
    candidates = {}
    for name in CANDIDATES:
        known = committed["candidates"][name] if same else None
        candidates[name] = compare(label, champion, read_model(f"candidates/{name}", golden), known)
        print(f"{name}: {candidates[name]['statuses']}", file=sys.stderr)
    return {
        "versions": versions(),
        "inputs": inputs,
        "level": LEVEL,
        "bootstrap": bootstrap,
        "cellOrder": "4 label + 2 champion + candidate",
        "rules": [dict(zip(("check", "metric", "bound", "limit"), rule, strict=True)) for rule in RULES],
        "champion": {
            "metrics": classification(label, champion["predicted"].to_numpy(), positive=1),
            "wilson": wilson(int((champion["predicted"].to_numpy() == label).sum()), len(label), LEVEL),
        },
        "candidates": candidates,
    }


def table(result: dict) -> str:
    """The table of the example's README."""
    lines = ["| candidate | accuracy | F1 | precision | recall | verdict |", "|---|---|---|---|---|---|"]
    for name, one in result["candidates"].items():
        intervals = {"accuracy": one["accuracy"]["tango"]} | {
            metric: one["bootstrap"]["difference"][metric]["interval"] for metric in ("f1", "precision", "recall")
        }
        cells = [
            f"{100 * one['differences'][m]:+.2f} ({100 * low:+.2f} to {100 * high:+.2f})".replace("-", "−")
            for m, (low, high) in intervals.items()
        ]
        found = one["statuses"].values()
        verdict = next((status for status in ("fail", "inconclusive") if status in found), "pass")
        lines.append(f"| {' | '.join([name, *cells, verdict])} |")
    return "\n".join(lines)


def main() -> int:
    arguments = argparse.ArgumentParser(description="Reference numbers for the flight-delays example.")
    arguments.add_argument("--check", action="store_true", help="recompute and compare with the committed file")
    arguments.add_argument("--fast", action="store_true", help="with --check: take over unchanged bootstrap intervals")
    options = arguments.parse_args()
    path = HERE / "flight-delays.json"
    result = document(json.loads(path.read_text()) if options.check and options.fast else None)
    text = json.dumps(result, indent=1) + "\n"
    failed = write_or_check(path, text, options.check, tolerance=1e-9)
    if table(result) not in (EXAMPLE / "README.md").read_text():
        print(f"{'FAIL ' if options.check else ''}the example's README.md does not hold this table:\n{table(result)}")
        failed = failed or int(options.check)
    return failed


if __name__ == "__main__":
    sys.exit(main())
