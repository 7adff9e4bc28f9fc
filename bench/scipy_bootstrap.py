"""scipy's side of the bootstrap benchmarks by scipy.stats.bootstrap, timed in this process.

    python scipy_bootstrap.py ROWS_FILE FORM BATCH

Difference of F1: ROWS_FILE holds one byte a row: 4 label + 2 champion + candidate. FORM `columns` passes three paired
columns, as scipy's documentation shows it; `codes` passes that byte alone, which resamples the row whole as well and is
the fastest form that we know.

Errors of two models: ROWS_FILE holds two doubles a row, the champion's and the candidate's squared error. FORM `rmse`
is the difference of the roots of their means, `mean` the mean of their differences, a single column.

Prints one JSON object.
"""

import json
import resource
import sys
import time

import numpy as np
import scipy
from scipy import stats

LEVEL = 0.95
REPLICATES = 9_999
SEED = 20130901


def f1(label, predicted, axis):
    hits = np.count_nonzero(label & predicted, axis=axis)
    return 2 * hits / (np.count_nonzero(label, axis=axis) + np.count_nonzero(predicted, axis=axis))


def of_columns(label, champion, candidate, axis=-1):
    return f1(label, candidate, axis) - f1(label, champion, axis)


def of_codes(codes, axis=-1):
    n = [np.count_nonzero(codes == cell, axis=axis) for cell in range(8)]
    positive = n[4] + n[5] + n[6] + n[7]
    candidate = 2 * (n[5] + n[7]) / (positive + n[1] + n[3] + n[5] + n[7])
    champion = 2 * (n[6] + n[7]) / (positive + n[2] + n[3] + n[6] + n[7])
    return candidate - champion


def of_errors(champion, candidate, axis=-1):
    return np.sqrt(np.mean(candidate, axis=axis)) - np.sqrt(np.mean(champion, axis=axis))


def inputs(file: str, form: str):
    if form in ("rmse", "mean"):
        champion, candidate = np.fromfile(file, dtype=np.float64).reshape(-1, 2).T.copy()
        return ((champion, candidate), of_errors) if form == "rmse" else ((candidate - champion,), np.mean)
    codes = np.fromfile(file, dtype=np.int8)
    columns = tuple((codes & bit) > 0 for bit in (4, 2, 1))
    return ((codes,), of_codes) if form == "codes" else (columns, of_columns)


def main(file: str, form: str, batch: int) -> None:
    data, statistic = inputs(file, form)
    start = time.process_time()
    result = stats.bootstrap(
        data,
        statistic,
        n_resamples=REPLICATES,
        batch=batch,
        vectorized=True,
        paired=len(data) > 1,
        confidence_level=LEVEL,
        method="BCa",
        rng=np.random.default_rng(SEED),
    )
    seconds = time.process_time() - start
    interval = result.confidence_interval
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    versions = f"CPython {sys.version.split()[0]}, scipy {scipy.__version__}, numpy {np.__version__}"
    print(
        json.dumps(
            {
                "seconds": seconds,
                "point": float(statistic(*data)),
                "lower": float(interval.low),
                "upper": float(interval.high),
                "peakBytes": peak,
                "versions": versions,
            }
        )
    )


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
