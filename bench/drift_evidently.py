"""Which columns Evidently's default preset calls drifted, for each pair of tables. Prints JSON.

usage: drift_evidently.py PAIRS.json   [[reference.parquet, current.parquet], ...]
"""

import json
import sys
import time
import warnings

warnings.filterwarnings("ignore")

import evidently  # noqa: E402
import pandas as pd  # noqa: E402
from evidently import DataDefinition, Dataset, Report  # noqa: E402
from evidently.presets import DataDriftPreset  # noqa: E402

definition = DataDefinition(
    numerical_columns=["amount", "temp", "pax"], categorical_columns=["zone", "pay", "tip"]
)


def drifted(reference, current):
    """A distance at or above its threshold, or a p-value below it."""
    tables = [Dataset.from_pandas(pd.read_parquet(file), data_definition=definition) for file in (current, reference)]
    found = Report([DataDriftPreset()]).run(*tables).dict()
    names = []
    for metric in found["metrics"]:
        config = metric["config"]
        if not config["type"].endswith("ValueDrift"):
            continue
        value, threshold = float(metric["value"]), float(config["threshold"])
        if value < threshold if "p_value" in config["method"] else value >= threshold:
            names.append(config["column"])
    return names


pairs = json.load(open(sys.argv[1], encoding="utf-8"))
start = time.perf_counter()
result = [drifted(*pair) for pair in pairs]
seconds = time.perf_counter() - start
print(json.dumps({"drifted": result, "seconds": seconds, "versions": f"evidently {evidently.__version__}, pandas {pd.__version__}"}))
