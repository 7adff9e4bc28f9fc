"""Metrics of groups, and how far groups lie apart, by fairlearn and scikit-learn.

    python slices.py           # writes slices.json
    python slices.py --check          # recomputes (some minutes) and fails on a difference
    python slices.py --check --fast   # the same for every tenth random table and the champion of the example

200 random tables from a fixed seed, degenerate ones written out, and the models of examples/census-income. README.md
describes the fields. `None` is "undefined"; what fairlearn gives there instead of saying so stands in `substituted`.
"""

import argparse
import json
import sys
import warnings
from functools import partial
from importlib.metadata import version
from pathlib import Path

import fairlearn.metrics as fm
import numpy as np
import pandas as pd
from sklearn import metrics as sk

from agreement import differences, write_or_check
from random_cases import digits, shortened
from reference import versions

HERE = Path(__file__).parent
CENSUS = HERE.parents[1] / "examples" / "census-income"
SEED = 20231019
TABLES = 200
MODELS = ("champion", "candidates/household", "candidates/capital")
EVERY = 10  # of the random tables: fairlearn's own functions for parities; those that --fast recomputes

DECIDED = {
    "accuracy": sk.accuracy_score,
    "precision": partial(sk.precision_score, zero_division=np.nan),
    "recall": partial(sk.recall_score, zero_division=np.nan),
    "f1": partial(sk.f1_score, zero_division=np.nan),
    "selection_rate": partial(fm.selection_rate, pos_label=1),
    "true_positive_rate": partial(fm.true_positive_rate, pos_label=1),
    "false_positive_rate": partial(fm.false_positive_rate, pos_label=1),
}
SCORED = {"roc_auc": sk.roc_auc_score, "log_loss": partial(sk.log_loss, labels=[0, 1])}
# Rows without which a rate is undefined; fairlearn gives 0 there.
NEEDED = {"true_positive_rate": 1, "false_positive_rate": 0}
RATES = ("selection_rate", "true_positive_rate", "false_positive_rate")
METHODS = ("between_groups", "to_overall")
KINDS = ("difference", "ratio")
PARITY = ("demographic_parity", "equal_opportunity", "equalized_odds")
# What the lists of numbers in the file are.
ORDER = {
    "counts": ["true negatives", "false positives", "false negatives", "true positives"],
    "metrics": [*DECIDED, *SCORED],
    "rates": [f"{rate} {kind} {method}" for method in METHODS for kind in KINDS for rate in RATES],
}


def number(value):
    return float(value) if np.isfinite(value) else None


def frame_of(table: pd.DataFrame, functions: dict, column: str, **control) -> fm.MetricFrame:
    options = {"y_true": table["label"], "y_pred": table[column], "sensitive_features": table["group"]}
    return fm.MetricFrame(metrics=functions, **options, **control)


def measured(rows: pd.DataFrame, values: dict) -> dict[str, object]:
    """Counts and metrics of some rows, as fairlearn's frame has them, undefined ones taken out."""
    label, predicted = rows["label"], rows["predicted"]
    found = {name: number(value) for name, value in values.items()}
    substituted = {}
    for name, needed in NEEDED.items():
        if not (label == needed).any():
            substituted[name], found[name] = found[name], None
    counts = [int(((label == a) & (predicted == b)).sum()) for a, b in ((0, 0), (0, 1), (1, 0), (1, 1))]
    return {"counts": counts, "metrics": found} | ({"substituted": substituted} if substituted else {})


def gaps(frame, groups: list[dict], overall: dict, level=None) -> dict[str, object]:
    """Differences and ratios of the rates over groups that have rows; `level`: of the control column."""
    known = {name: all(one["metrics"][name] is not None for one in (*groups, overall)) for name in RATES}
    found: dict[str, float | None] = {}
    substituted = {}
    for method in METHODS:
        for kind in KINDS:
            of = getattr(frame, kind)(method=method)
            at = of if level is None else of.loc[level]
            for name in RATES:
                key, value = f"{name} {kind} {method}", number(at[name])
                found[key] = value if known[name] else None
                if not known[name] and value is not None:
                    substituted[key] = value
    return {"gaps": found} | ({"substituted": substituted} if substituted else {})


def parity(table: pd.DataFrame, found: dict) -> dict[str, object]:
    """Fairlearn's own functions, undefined where a gap that they are made of is."""
    made_of = {
        "demographic_parity": ("selection_rate",),
        "equal_opportunity": ("true_positive_rate",),
        "equalized_odds": ("true_positive_rate", "false_positive_rate"),
    }
    expected, substituted = {}, {}
    for name in PARITY:
        for kind in KINDS:
            for method in METHODS:
                for agg in ("worst_case", "mean") if name == "equalized_odds" else (None,):
                    options = {"method": method} | ({"agg": agg} if agg else {})
                    call = getattr(fm, f"{name}_{kind}")
                    value = number(
                        call(table["label"], table["predicted"], sensitive_features=table["group"], **options)
                    )
                    key = " ".join(filter(None, (name, kind, method, agg)))
                    defined = all(found[f"{rate} {kind} {method}"] is not None for rate in made_of[name])
                    expected[key] = value if defined else None
                    if not defined and value is not None:
                        substituted[key] = value
    return {"gaps": expected} | ({"substituted": substituted} if substituted else {})


def by_groups(table: pd.DataFrame, parities: bool) -> dict[str, object]:
    """Everything about the groups of one table, and about them within each level of the control column."""
    plain = [frame_of(table, DECIDED, "predicted"), frame_of(table, SCORED, "score")]
    overall = measured(table, pd.concat([frame.overall for frame in plain]))
    rows = pd.concat([frame.by_group for frame in plain], axis=1)
    groups = [
        {"group": str(group)} | measured(table[table["group"] == group], values) for group, values in rows.iterrows()
    ]
    of_rates = gaps(plain[0], groups, overall)
    result = {"overall": overall, "groups": groups, "rates": of_rates}
    result |= {"parity": parity(table, of_rates["gaps"])} if parities else {}
    return result | ({"controlled": controlled(table)} if "control" in table else {})


def controlled(table: pd.DataFrame) -> list[dict[str, object]]:
    """The same within each level of the control column; groups without a row there are `empty` (fairlearn: NaN)."""
    frame = frame_of(table, DECIDED, "predicted", control_features=table["control"])
    result = []
    for level, inside in table.groupby("control"):
        overall = measured(inside, frame.overall.loc[level])
        groups, empty = [], []
        for group, one in frame.by_group.loc[level].iterrows():
            rows = inside[inside["group"] == group]
            if len(rows) == 0:
                assert one.isna().all()
                empty.append(str(group))
            else:
                groups.append({"group": str(group)} | measured(rows, one))
        of_rates = gaps(frame, groups, overall, level)
        result.append({"control": str(level), "overall": overall, "groups": groups, "empty": empty, "rates": of_rates})
    return result


# --- tables -----------------------------------------------------------------------------------------------------------


def random_table(rng: np.random.Generator) -> pd.DataFrame:
    rows = int(rng.integers(8, 121))
    groups, controls = int(rng.integers(2, 6)), int(rng.integers(1, 4))
    group = rng.choice(groups, rows, p=rng.dirichlet(np.full(groups, 2.0)))
    control = rng.integers(0, controls, rows)
    base = rng.uniform(0.1, 0.7, groups)
    label = (rng.random(rows) < base[group]).astype(int)
    score = np.clip(np.round(100 * (0.5 * label + rng.normal(0.3, 0.25, rows))), 1, 99).astype(int) / 100
    predicted = (score >= rng.uniform(0.3, 0.7)).astype(int)
    return pd.DataFrame({"label": label, "predicted": predicted, "score": score, "group": group, "control": control})


def degenerate(label: str, predicted: str, group: str, control: str) -> pd.DataFrame:
    columns = {"label": label, "predicted": predicted, "group": group, "control": control}
    table = pd.DataFrame({name: [int(digit) for digit in text] for name, text in columns.items()})
    return table.assign(score=np.where(table["predicted"] == 1, 0.75, 0.25))


DEGENERATE = {
    "a-group-without-positives": degenerate("0000110101", "0100110011", "0000111111", "0000000000"),
    "a-group-without-negatives": degenerate("1111110101", "1011110011", "0000111111", "0000000000"),
    "no-positive-at-all": degenerate("0000000000", "0100110011", "0000011111", "0101010101"),
    "nothing-selected": degenerate("0101010101", "0000000000", "0000011111", "0011001100"),
    "all-selected": degenerate("0101010101", "1111111111", "0000011111", "0011001100"),
    "no-false-alarm": degenerate("0101010101", "0101010001", "0000011111", "0000000000"),
    "one-group": degenerate("0101010101", "0111010001", "0000000000", "0011001100"),
    "one-row-a-group": degenerate("0101", "0110", "0123", "0000"),
    "equal-groups": degenerate("00110011", "01010101", "00001111", "00000000"),
    "a-group-that-a-control-lacks": degenerate("010101010101", "011100110101", "000000111222", "000111000000"),
}


def written(id: str, table: pd.DataFrame, parities: bool) -> dict[str, object]:
    columns = {name: digits(table[name].to_numpy()) for name in ("label", "predicted", "group", "control")}
    # hundredths
    score = np.round(table["score"] * 100).astype(int).tolist()
    return {"id": id} | columns | {"score": score, "expected": by_groups(table, parities)}


def census(models: tuple[str, ...]) -> list[dict[str, object]]:
    """The example's models by sex, by race, and by sex within the same education; scores are left to its tables."""
    golden = pd.read_parquet(CENSUS / "eval" / "golden.parquet")
    result = []
    for model in models:
        rows = golden.merge(pd.read_parquet(CENSUS / model / "predictions.parquet"), on="person", validate="1:1")
        common = pd.DataFrame({"label": rows["over_50k"], "predicted": rows["predicted"], "score": rows["probability"]})
        common = common.astype({"label": int, "predicted": int})
        for id, columns in {
            "sex within education": {"group": rows["sex"], "control": rows["education"]},
            "race": {"group": rows["race"]},
            "sex and race": {"group": rows["sex"] + ", " + rows["race"]},
        }.items():
            result.append({"model": model, "by": id, "expected": by_groups(common.assign(**columns), parities=True)})
    return result


def compact(value, key=""):
    """Lists in the order of ORDER for mappings of many numbers; 15 digits."""
    if isinstance(value, dict) and key in ("metrics", "rates"):
        of = value if key == "metrics" else value["gaps"]
        numbers = [shortened(of[name]) for name in ORDER[key] if name in of]
        return numbers if key == "metrics" else {**compact(value), "gaps": numbers}
    if isinstance(value, dict):
        return {name: compact(item, name) for name, item in value.items()}
    return [compact(item) for item in value] if isinstance(value, list) else shortened(value)


def document(fast: bool) -> dict[str, object]:
    rng = np.random.default_rng(SEED)
    drawn = [random_table(rng) for _ in range(TABLES)]
    wanted = range(0, TABLES, EVERY if fast else 1)
    tables = [written(f"random-{index}", drawn[index], index % EVERY == 0) for index in wanted]
    tables += [written(id, table, True) for id, table in DEGENERATE.items()]
    packages = versions() | {"fairlearn": version("fairlearn")}
    return {"versions": packages, "seed": SEED, "order": ORDER} | compact(
        {"tables": tables, "census": census(MODELS[:1] if fast else MODELS)}
    )


def text_of(result: dict) -> str:
    head = json.dumps({name: result[name] for name in ("versions", "seed", "order")})
    lines = (
        f'"{name}": [\n' + ",\n".join(json.dumps(one, separators=(",", ":")) for one in result[name]) + "\n]"
        for name in ("tables", "census")
    )
    return f"{head[:-1]}, {', '.join(lines)}}}\n"


def compared(path: Path, fresh: dict) -> int:
    """Holds the recomputed tables to the committed ones of the same name."""
    committed = json.loads(path.read_text())
    for kind, key in (("tables", "id"), ("census", "model")):
        names = {one[key] for one in fresh[kind]}
        committed[kind] = [one for one in committed[kind] if one[key] in names]
    found = differences(committed, json.loads(text_of(fresh)), 1e-12)
    for line in found[:20]:
        print(f"FAIL {path.name}{line}")
    print(f"{path.name}: {len(found)} differences" if found else f"{path.name}: {len(fresh['tables'])} tables agree")
    return 1 if found else 0


def main() -> int:
    arguments = argparse.ArgumentParser(description="Reference values of metrics by group.")
    arguments.add_argument("--check", action="store_true", help="recompute and compare with the committed file")
    arguments.add_argument("--fast", action="store_true", help="with --check: every tenth random table, one model")
    options = arguments.parse_args()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # undefined metrics: they are None here
        fresh = document(options.check and options.fast)
    if options.check:
        return compared(HERE / "slices.json", fresh)
    return write_or_check(HERE / "slices.json", text_of(fresh), check=False, tolerance=0)


if __name__ == "__main__":
    sys.exit(main())
