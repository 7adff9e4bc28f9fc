"""Gates on degenerate data, each with the verdict that the documentation promises, written down by hand.

The oracle works out every number; where its verdict is not the documented one, generation stops.
"""

import numpy as np

from gate_oracle import Gate

SEED = 20260202


def rng_of(id: str):
    return np.random.default_rng([SEED, *id.encode()])


def keys(rows: int) -> list[int]:
    return list(range(1, rows + 1))


def case(id, checks, tables, documented, *, level=0.95, oracle=None, **gate):
    """`documented`: reason of the gate's problem, or (status, reason) by check. `oracle`: expected checks by hand."""
    extension = next(name.split(".")[1] for name in tables if name.startswith("out."))
    parts = {"kind": "evaluation", "candidate": {"table": f"out.{extension}"}}
    if f"champ.{extension}" in tables:
        parts["champion"] = {"from": "file", "table": f"champ.{extension}"}
    if "anchor.csv" in tables:
        parts["anchor"] = {"from": "file", "table": "anchor.csv"}
    parts["candidate"] |= gate.pop("candidate", {})
    golden = next((name for name in tables if name.startswith("golden.")), None)
    if golden:
        parts["examples"] = {"table": golden, "key": "id"} | gate.pop("examples", {})
    policy = {"version": 1, "name": "oracle", "confidence": level, "gates": {"g": parts | gate | {"checks": checks}}}
    if isinstance(documented, str):
        expected = {"problem": documented}
    else:
        expected = oracle or Gate(policy, tables, SEED).judge()
        found = {name: (of["status"], of["reason"]) for name, of in expected["checks"].items()}
        assert found == documented, f"{id}: documented {documented}, oracle {found}"
    by_hand = {"byHand": True} if oracle else {}
    return {"id": f"degenerate-{id}", "seed": SEED, **by_hand, "policy": policy, "tables": tables, "expected": expected}


def errors(reasons: dict) -> dict:
    """Checks that cannot be measured: the one bound of each has the reason."""
    of = {name: {"status": "error", "reason": r, "bounds": [{}]} for name, r in reasons.items()}
    return {"status": "error", "reason": next(iter(reasons.values())), "checks": of}


LABELLED = {"label": "y"}
PREDICTED = {"prediction": "p"}
SCORED = {"score": "s"}
BINARY = {"task": "binary", "positive": 1}
TOO_FEW, FLAT, PROVEN = ("inconclusive", "too-few-rows"), ("inconclusive", "degenerate-variance"), ("pass", "proven")
UNPROVABLE, SPANS = ("inconclusive", "unprovable-margin"), ("inconclusive", "interval-spans-limit")
CAREFUL = ("inconclusive", "careful-bound-spans-limit")
UNDEFINED, NEAR_ZERO = ("error", "metric-undefined"), ("error", "champion-near-zero")


def classes(label, champion, candidate, **golden):
    rows = len(label)
    tables = {
        "golden.csv": {"id": keys(rows), "y": list(label), **golden},
        "out.csv": {"id": keys(rows), "p": list(candidate)},
        "champ.csv": {"id": keys(rows), "p": list(champion)},
    }
    return tables


def scores(label, champion, candidate, **golden):
    rows = len(label)
    return {
        "golden.csv": {"id": keys(rows), "y": list(label), **golden},
        "out.csv": {"id": keys(rows), "s": list(candidate)},
        "champ.csv": {"id": keys(rows), "s": list(champion)},
    }


def columns(champion: dict, candidate: dict, **golden):
    rows = len(next(iter(candidate.values())))
    return {
        "golden.csv": {"id": keys(rows), **golden},
        "out.csv": {"id": keys(rows), **candidate},
        "champ.csv": {"id": keys(rows), **champion},
    }


def labels(id, rows, wrong=0.2, share=0.4):
    """Label, and two predictions that are each wrong on some rows."""
    rng = rng_of(id)
    label = (rng.random(rows) < share).astype(int)
    flip = lambda: np.where(rng.random(rows) < wrong, 1 - label, label)  # noqa: E731
    return [column.tolist() for column in (label, flip(), flip())]


def floats(id, rows, digits=2, *scale):
    rng = rng_of(id)
    return [(rng.gamma(4, 10, rows) * by).round(digits).tolist() for by in scale or (1, 1)]


def degenerate_cases():
    yield from few_rows()
    yield from unchanged()
    yield from one_class()
    yield from areas_with_weights()
    yield from flat_columns()
    yield from zero_champions()
    yield from designs()
    yield from unpaired()
    yield from rankings_and_answers()
    yield from sizes()
    yield from families()
    yield from other_examples()
    yield from refused()


def few_rows():
    accuracy = {"acc": {"metric": "accuracy", "max-regression": "5pt"}}
    yield case("one-row", accuracy, classes([1], [1], [0]), {"acc": TOO_FEW}, **BINARY, examples=LABELLED, candidate=PREDICTED)
    mean = {"ms": {"column": "ms", "statistic": "mean", "max-regression": 1, "better": "lower"}}
    yield case("one-row-of-a-column", mean, columns({"ms": [3.5]}, {"ms": [4.5]}), {"ms": TOO_FEW}, **{"min-rows": 1})
    label, before, after = labels("below", 29)
    checks = {
        "proven": {"metric": "accuracy", "max-regression": "40pt"},
        "estimate": {"metric": "accuracy", "max-regression": "40pt", "judged": "estimate"},
    }
    documented = {"proven": TOO_FEW, "estimate": ("pass", "estimate-within-limit")}
    yield case("below-min-rows", checks, classes(label, before, after), documented, **BINARY, examples=LABELLED, candidate=PREDICTED)
    before, after = floats("p99", 60)
    checks = {
        "ceiling": {"column": "ms", "statistic": "p99", "at-most": 10_000},
        "floor": {"column": "ms", "statistic": "p99", "at-least": 1},
    }
    yield case("too-few-rows-for-p99", checks, columns({"ms": before}, {"ms": after}), {"ceiling": SPANS, "floor": PROVEN})


def unchanged():
    kinds = {**BINARY, "examples": LABELLED, "candidate": PREDICTED}
    accuracy = {"acc": {"metric": "accuracy", "max-regression": "1pt"}}
    label, before, _ = labels("many", 400)
    yield case("no-discordance-many-rows", accuracy, classes(label, before, before), {"acc": PROVEN}, **kinds)
    label, before, _ = labels("few", 60)
    yield case("no-discordance-few-rows", accuracy, classes(label, before, before), {"acc": UNPROVABLE}, **kinds)
    checks = {
        "f1": {"metric": "f1", "max-regression": "10pt"},
        "narrow": {"metric": "f1", "max-regression": "1pt"},
        "mcc": {"metric": "matthews_corrcoef", "max-regression": 0.2},
        "percent": {"metric": "accuracy", "max-regression": "5%"},
    }
    label, before, _ = labels("f1", 150)
    documented = {"f1": PROVEN, "narrow": UNPROVABLE, "mcc": PROVEN, "percent": PROVEN}
    yield case("unanimous-classes", checks, classes(label, before, before), documented, **kinds)
    label = labels("right", 120)[0]
    checks = {"floor": {"metric": "f1", "at-least": 0.9}, "high": {"metric": "f1", "at-least": 0.99}}
    yield case("never-wrong", checks, classes(label, label, label), {"floor": PROVEN, "high": SPANS}, **kinds)
    label, before, _ = labels("clustered", 300)
    golden = {"c": [i % 50 for i in range(300)]}
    checks = {"f1": {"metric": "f1", "max-regression": "15pt"}, "acc": {"metric": "accuracy", "max-regression": "30pt"}}
    documented = {"f1": PROVEN, "acc": PROVEN}
    yield case("unanimous-classes-in-clusters", checks, classes(label, before, before, **golden), documented, **{**kinds, "examples": {**LABELLED, "cluster": "c"}})
    label = labels("ranked", 80)[0]
    rng = rng_of("ranked")
    score = [round(0.3 * y + 0.6 * r + 0.02, 3) for y, r in zip(label, rng.random(80))]
    moved = [round(s / 2 + 0.1, 4) for s in score]
    checks = {
        "auc": {"metric": "roc_auc", "max-regression": "0.1pt"},
        "better": {"metric": "roc_auc", "min-improvement": "0.1pt"},
        "none": {"metric": "roc_auc", "min-improvement": "0pt"},
        "ap": {"metric": "average_precision", "max-regression": "0.1pt"},
    }
    documented = {"auc": PROVEN, "better": ("fail", "not-improved"), "none": SPANS, "ap": PROVEN}
    yield case("identical-ranking", checks, scores(label, score, moved), documented, **BINARY, examples=LABELLED, candidate=SCORED)
    before, _ = floats("same", 90)
    checks = {
        "mean": {"column": "ms", "statistic": "mean", "max-regression": 10, "better": "lower"},
        "narrow": {"column": "ms", "statistic": "mean", "max-regression": 0.1, "better": "lower"},
        "p90": {"column": "ms", "statistic": "p90", "max-regression": 60, "better": "lower"},
        "ratio": {"column": "ms", "statistic": "ratio", "per": "n", "max-regression": "60%", "better": "lower"},
    }
    tables = columns({"ms": before, "n": [2, 3, 4] * 30}, {"ms": before, "n": [2, 3, 4] * 30})
    documented = {"mean": PROVEN, "narrow": UNPROVABLE, "p90": PROVEN, "ratio": PROVEN}
    yield case("unchanged-columns", checks, tables, documented)
    rows = 400
    before = floats("blocks", 40, 0)[0] * 10  # ten equal rows a cluster
    golden = {"c": [i % 40 for i in range(rows)], "w": [0.25 + (i % 4) / 4 for i in range(rows)]}
    checks = {
        "mean": {"column": "ms", "statistic": "mean", "max-regression": 10, "better": "lower"},
        "p90": {"column": "ms", "statistic": "p90", "max-regression": 50, "better": "lower"},
        "tight": {"column": "ms", "statistic": "median", "max-regression": 1, "better": "lower"},
    }
    documented = {"mean": PROVEN, "p90": PROVEN, "tight": UNPROVABLE}
    yield case("unchanged-columns-in-clusters", checks, columns({"ms": before}, {"ms": before}, **golden), documented, examples={"cluster": "c", "weight": "w"})
    before = floats("halved", 100)[0]
    golden = {"w": [i % 4 == 0 and 1.0 or 0.0 for i in range(100)]}
    checks = {"mean": {"column": "ms", "statistic": "mean", "max-regression": 30, "better": "lower"}, "tight": {"column": "ms", "statistic": "mean", "max-regression": 3, "better": "lower"}}
    yield case("unchanged-columns-with-weights-of-zero", checks, columns({"ms": before}, {"ms": before}, **golden), {"mean": PROVEN, "tight": UNPROVABLE}, examples={"weight": "w"}, **{"min-rows": 20})


def one_class():
    kinds = {**BINARY, "examples": LABELLED}
    rows = 40
    none = [0] * rows
    some = [int(i % 5 == 0) for i in range(rows)]
    checks = {
        "recall": {"metric": "recall", "at-least": 0.5},
        "mcc": {"metric": "matthews_corrcoef", "at-least": 0.5},
        "acc": {"metric": "accuracy", "at-least": 0.5},
    }
    documented = {"recall": UNDEFINED, "mcc": UNDEFINED, "acc": PROVEN}
    yield case("only-negatives", checks, classes(none, some, some), documented, **kinds, candidate=PREDICTED)
    rng = rng_of("areas")
    given = rng.random(rows).round(3).tolist()
    other = rng.random(rows).round(3).tolist()
    checks = {"auc": {"metric": "roc_auc", "max-regression": "5pt"}, "brier": {"metric": "brier_score_loss", "at-most": 0.9}}
    # no row of the class: its name occurs nowhere, and scores say nothing of it
    yield case("areas-of-one-class", checks, scores([1] * rows, given, other), {"auc": UNDEFINED, "brier": PROVEN}, **kinds, candidate=SCORED)
    single = [1] + [0] * (rows - 1)
    yield case("single-positive", {"auc": checks["auc"]}, scores(single, given, other), {"auc": FLAT}, **kinds, candidate=SCORED)
    label = [int(i < 6) for i in range(60)]
    before = [round(0.3 * y + 0.69 * r, 3) for y, r in zip(label, rng.random(60))]
    after = [round(0.3 * y + 0.69 * r, 3) for y, r in zip(label, rng.random(60))]
    checks = {"auc": {"metric": "roc_auc", "max-regression": "60pt"}}
    yield case("six-positives", checks, scores(label, before, after), {"auc": PROVEN}, **kinds, candidate=SCORED)
    label = [i % 2 for i in range(rows)]
    checks = {"value": {"metric": "roc_auc", "at-least": 0.4}, "same": {"metric": "roc_auc", "max-regression": "1pt"}}
    yield case("all-scores-tied", checks, scores(label, [0.5] * rows, [0.25] * rows), {"value": FLAT, "same": PROVEN}, **kinds, candidate=SCORED)
    never = [0] * rows
    checks = {
        "own": {"metric": "precision", "at-least": 0.2},
        "compared": {"metric": "precision", "max-regression": "5pt", "at-least": 0.2},
    }
    label, _, after = labels("half", rows)
    documented = {"own": PROVEN, "compared": UNDEFINED}
    yield case("champion-never-predicts-the-class", checks, classes(label, never, after), documented, **kinds, candidate=PREDICTED)
    label = [i % 2 for i in range(rows)]
    said = [2 if i % 10 == 0 else i % 2 for i in range(rows)]
    checks = {
        "recall": {"metric": "recall_macro", "at-least": 0.5},
        "f1": {"metric": "f1_macro", "at-least": 0.3},
        "jaccard": {"metric": "jaccard_weighted", "at-least": 0.5},
    }
    # resamples without the class leave its average out of the mean, and the value jumps
    yield case("class-only-predicted", checks, classes(label, label, said), {"recall": UNDEFINED, "f1": PROVEN, "jaccard": PROVEN}, task="multiclass", examples=LABELLED, candidate=PREDICTED)
    rows = 1000
    label = [i for i in range(rows)]
    checks = {"acc": {"metric": "accuracy", "max-regression": "5pt", "at-least": 0.99}}
    yield case("thousand-classes", checks, classes(label, label, label), {"acc": PROVEN}, task="multiclass", examples=LABELLED, candidate=PREDICTED)
    yield case("more-than-a-thousand-classes", checks, classes([*label, 1000], [0] * 1001, [0] * 1001), "column-type", task="multiclass", examples=LABELLED, candidate=PREDICTED)


def areas_with_weights():
    kinds = {**BINARY, "examples": {**LABELLED, "weight": "w"}, "candidate": SCORED}
    rows = 58
    rng = rng_of("areas-with-weights")
    label = [int(i % 3 == 0) for i in range(rows)]
    perfect = [(50 * y + i % 40) / 100 for i, y in enumerate(label)]
    noisy = [round(0.4 * y + 0.59 * r, 3) for y, r in zip(label, rng.random(rows))]
    # a perfect area of these rows comes out as 1.0000000000000002
    tenths = [(7 * i % 30 + 1) / 10 for i in range(rows)]
    compared = lambda **margins: {name: {"metric": "roc_auc", "max-regression": of} for name, of in margins.items()}  # noqa: E731
    documented = {"wide": PROVEN, "narrow": CAREFUL}
    yield case("perfect-area-with-weights", compared(wide="15pt", narrow="5pt"), scores(label, noisy, perfect, w=tenths), documented, **kinds)
    rows = 80
    label = [int(i % 4 == 0) for i in range(rows)]
    before, after = ([round(0.3 * y + 0.69 * r, 3) for y, r in zip(label, rng.random(rows))] for _ in (1, 2))
    # of 20 positives eight count, so that the logit limits have seven degrees of freedom
    some = [0.0 if y and i >= 32 else 1.0 + i % 2 for i, y in enumerate(label)]
    checks = compared(wide="60pt") | {"narrow": {"metric": "roc_auc", "max-improvement": "23pt"}}
    yield case("positives-without-weight", checks, scores(label, before, after, w=some), documented, **kinds)


def flat_columns():
    rows = 40
    before = floats("flat", rows)[0]
    after = [x + 0.1 for x in before]  # equal but for rounding
    shift = {"ms": {"column": "ms", "statistic": "mean", "max-regression": 5, "better": "lower"}}
    yield case("constant-shift", shift, columns({"ms": before}, {"ms": after}), {"ms": FLAT})
    quality = [round(i / 100, 2) for i in range(rows)]
    checks = {
        "loose": {"column": "q", "statistic": "mean", "range": [0, 1], "max-regression": 0.2, "better": "higher"},
        "tight": {"column": "q", "statistic": "mean", "range": [0, 1], "max-regression": 0.01, "better": "higher"},
    }
    moved = [round(q + 0.25, 2) for q in quality]
    documented = {"loose": PROVEN, "tight": PROVEN}
    yield case("constant-shift-of-known-range", checks, columns({"q": quality}, {"q": moved}), documented)
    checks = {
        "value": {"column": "ms", "statistic": "mean", "at-most": 10},
        "difference": {"column": "ms", "statistic": "mean", "max-regression": 1, "better": "lower"},
        "median": {"column": "ms", "statistic": "median", "max-regression": 1, "better": "lower"},
    }
    five, four = {"ms": [5.0] * rows}, {"ms": [4.0] * rows}
    yield case("constant-columns", checks, columns(four, five), {"value": FLAT, "difference": FLAT, "median": FLAT})
    varied = {"ms": floats("varied", rows)[0]}
    checks = {"difference": {"column": "ms", "statistic": "mean", "max-regression": 60, "better": "lower"}}
    yield case("constant-champion", checks, columns(five, varied), {"difference": PROVEN})
    rare = {"q": [1.0] * 40 + [0.9] * 2}
    checks = {"q": {"column": "q", "statistic": "mean", "range": [0, 1], "max-regression": 0.02, "better": "higher"}}
    yield case("rare-drop", checks, columns({"q": [1.0] * 42}, rare), {"q": ("inconclusive", "rare-drop-not-excluded")})
    truth = [7.0] * rows
    tables = classes(truth, floats("truth", rows)[0], floats("other", rows)[0])
    checks = {"r2": {"metric": "r2", "at-least": 0.1}, "mae": {"metric": "mean_absolute_error", "at-most": 60}}
    yield case("equal-true-values", checks, tables, {"r2": UNDEFINED, "mae": PROVEN}, task="regression", examples=LABELLED, candidate=PREDICTED)


def zero_champions():
    rows = 40
    percent = {"ms": {"column": "ms", "statistic": "mean", "max-regression": "10%", "better": "lower"}}
    after = floats("zero", rows)[0]
    yield case("champion-of-zero", percent, columns({"ms": [0.0] * rows}, {"ms": after}), {"ms": NEAR_ZERO})
    label = [int(i % 2) for i in range(rows)]
    wrong = [1 - y for y in label]
    right = [y if i % 4 else 1 - y for i, y in enumerate(label)]
    checks = {"f1": {"metric": "f1", "min-improvement": "10%"}, "mcc": {"metric": "matthews_corrcoef", "min-improvement": "20%"}}
    # every positive missed: F1 is 0, and the correlation -1, of which an improvement counts by its size
    yield case("champion-always-wrong", checks, classes(label, wrong, right), {"f1": NEAR_ZERO, "mcc": PROVEN}, **BINARY, examples=LABELLED, candidate=PREDICTED)
    before, after = floats("negative", 60, 2, 1, 0.4)
    tables = columns({"x": [-v for v in before]}, {"x": [-v for v in after]})
    checks = {
        "up": {"column": "x", "statistic": "mean", "min-improvement": "10%", "better": "higher"},
        "down": {"column": "x", "statistic": "mean", "max-regression": "10%", "better": "lower"},
        "median": {"column": "x", "statistic": "median", "min-improvement": "10%", "better": "higher"},
    }
    documented = {"up": PROVEN, "down": ("fail", "margin-exceeded"), "median": PROVEN}
    yield case("champion-below-zero", checks, tables, documented)


def designs():
    rows = 60
    label, before, after = labels("designs", rows)
    rng = rng_of("designs")
    score = [[round(0.4 * y + 0.55 * r + 0.02, 3) for y, r in zip(label, rng.random(rows))] for _ in range(2)]
    ms = floats("designs", rows)

    def tables(**golden):
        table = classes(label, before, after, **golden)
        for name, s, m, p in (("out.csv", score[1], ms[1], after), ("champ.csv", score[0], ms[0], before)):
            table[name] |= {"s": s, "ms": m, "ok": [int(a == b) for a, b in zip(p, label)]}
        return table

    checks = {
        "acc": {"metric": "accuracy", "max-regression": "20pt", "at-least": 0.4},
        "f1": {"metric": "f1", "max-regression": "40pt"},
        "auc": {"metric": "roc_auc", "max-regression": "25pt"},
        "mean": {"column": "ms", "statistic": "mean", "max-regression": 14, "at-most": 100, "better": "lower"},
        "median": {"column": "ms", "statistic": "median", "max-regression": 30, "at-most": 100, "better": "lower"},
        "rate": {"column": "ok", "statistic": "rate", "max-regression": "20pt", "better": "higher"},
        "ratio": {"column": "ms", "statistic": "ratio", "per": "s", "max-regression": 80, "better": "lower"},
    }
    kinds = {**BINARY, "candidate": {**PREDICTED, **SCORED}}
    all_of = lambda verdict: dict.fromkeys(checks, verdict)  # noqa: E731
    cluster, weight = {**LABELLED, "cluster": "c"}, {**LABELLED, "weight": "w"}
    yield case("nine-clusters", checks, tables(c=[i % 9 for i in range(rows)]), all_of(TOO_FEW), **kinds, examples=cluster)
    loose = {name: {key: ("70pt" if str(of).endswith("pt") else 300 if key == "max-regression" else of) for key, of in check.items()} for name, check in checks.items()}
    loose["ratio"]["max-regression"] = 900
    yield case("ten-clusters", loose, tables(c=[i % 10 for i in range(rows)]), all_of(PROVEN), **kinds, examples=cluster)
    yield case("one-cluster", checks, tables(c=[7] * rows), all_of(TOO_FEW), **kinds, examples=cluster)
    plain = case("no-design", checks, tables(), all_of(PROVEN), **kinds, examples=LABELLED)
    yield plain
    for id, golden, examples in (
        ("clusters-of-one-row", {"c": [i * 7 % rows for i in range(rows)]}, cluster),
        ("equal-weights", {"w": [2.5] * rows}, weight),
    ):
        same = case(id, checks, tables(**golden), all_of(PROVEN), **kinds, examples=examples)
        assert without_brackets(same["expected"]) == without_brackets(plain["expected"]), id
        yield same
    once = {name: checks[name] for name in ("acc", "f1", "mean", "rate", "ratio")}
    expected = {**plain["expected"], "checks": {name: plain["expected"]["checks"][name] for name in once}}
    repeated = {**kinds, "candidate": {**PREDICTED, "repeats": True}}
    yield case("one-run-each", once, tables(), dict.fromkeys(once, PROVEN), **repeated, examples=LABELLED, oracle=expected)
    alone = {name: checks[name] for name in ("acc", "f1", "auc", "mean", "rate")}
    nothing = [1.0] + [0.0] * (rows - 1)
    documented = {"acc": TOO_FEW, "f1": UNDEFINED if label[0] == after[0] == 0 else TOO_FEW, "auc": UNDEFINED, "mean": TOO_FEW, "rate": TOO_FEW}
    yield case("all-weight-on-one-row", alone, tables(w=nothing), documented, **kinds, examples=weight)
    yield case("no-weight-at-all", alone, tables(w=[0.0] * rows), "value-out-of-range", **kinds, examples=weight)
    halves = {"recall": {"metric": "recall", "at-least": 0.5}, "auc": checks["auc"], "acc": {"metric": "accuracy", "at-least": 0.5}}
    negatives = [float(1 - y) for y in label]
    yield case("class-without-weight", halves, tables(w=negatives), {"recall": UNDEFINED, "auc": UNDEFINED, "acc": PROVEN}, **kinds, examples=weight)


def without_brackets(value):
    """Numbers of exact methods: brackets come from other resamples."""
    if isinstance(value, dict):
        return {key: without_brackets(of) for key, of in value.items()}
    if isinstance(value, tuple):
        return None
    if isinstance(value, list):
        return [without_brackets(of) for of in value]
    return round(value, 10) if isinstance(value, float) else value


def unpaired():
    none = {"pairing": "none"}
    tables = lambda before, after: {"out.csv": after, "champ.csv": before}  # noqa: E731
    checks = {"ok": {"column": "ok", "statistic": "rate", "max-regression": "5pt", "better": "higher"}}
    yield case("all-succeed-unpaired", checks, tables({"ok": [1] * 150}, {"ok": [1] * 120}), {"ok": PROVEN}, **none)
    mean = {"ms": {"column": "ms", "statistic": "mean", "max-regression": 10, "better": "lower"}}
    varied = floats("load", 50)[0]
    both = {**mean, "median": {"column": "ms", "statistic": "median", "max-regression": 1, "better": "lower"}}
    yield case("both-constant-unpaired", both, tables({"ms": [4.0] * 40}, {"ms": [5.0] * 50}), {"ms": FLAT, "median": FLAT}, **none)
    yield case("champion-constant-unpaired", mean, tables({"ms": [40.0] * 40}, {"ms": varied}), {"ms": PROVEN}, **none)


def rankings_and_answers():
    queries = 32
    judged = {"id": [], "d": [], "g": []}
    found = {"id": [], "d": [], "s": []}
    for q in range(1, queries + 1):
        for d in range(3):
            judged["id"].append(q)
            judged["d"].append(d)
            judged["g"].append(int(d == q % 3))
            if q % 8 == 0 and d > 0:
                continue  # nothing retrieved: one row without a document
            found["id"].append(q)
            found["d"].append(None if q % 8 == 0 else d)
            found["s"].append(None if q % 8 == 0 else (d + q * q) % 4)
    tables = {"golden.csv": judged, "out.csv": found, "champ.csv": found}
    kinds = {"task": "ranking", "examples": {"document": "d", "label": "g"}, "candidate": {"document": "d", "score": "s"}}
    checks = {"mrr": {"metric": "mrr", "at-least": 0.2}, "same": {"metric": "ndcg@3", "max-regression": "10pt"}}
    yield case("nothing-retrieved", checks, tables, {"mrr": PROVEN, "same": PROVEN}, **kinds)
    nothing = {**judged, "g": [0 if q == 5 else g for q, g in zip(judged["id"], judged["g"])]}
    yield case("nothing-relevant", checks, {**tables, "golden.csv": nothing}, {"mrr": UNDEFINED, "same": UNDEFINED}, **kinds)


    right = [[] if i % 4 == 0 else ["The red house", "house"] if i % 4 == 1 else [f"word {i}"] for i in range(40)]
    said = ["" if i % 2 == 0 else "a house!" for i in range(40)]
    tables = {
        "golden.jsonl": {"id": keys(40), "a": right},
        "out.jsonl": {"id": keys(40), "p": said},
        "champ.jsonl": {"id": keys(40), "p": [""] * 40},
    }
    checks = {"em": {"metric": "exact_match", "min-improvement": "5pt"}, "f1": {"metric": "token_f1", "at-least": 0.3}}
    # nothing answered is right where there is no answer, and only there
    yield case("empty-answers", checks, tables, {"em": PROVEN, "f1": PROVEN}, task="answers", examples={"label": "a"}, candidate=PREDICTED)


def sizes():
    rows = 40
    rng = rng_of("sizes")
    whole = 2**53
    before = [whole - 1 - int(x) for x in rng.integers(0, 40, rows)]
    after = [min(whole, x + int(d)) for x, d in zip(before, rng.integers(0, 9, rows))]
    checks = {"x": {"column": "x", "statistic": "mean", "max-regression": 50, "better": "lower"}}
    yield case("largest-exact-integers", checks, columns({"x": before}, {"x": after}), {"x": PROVEN})
    beyond = [whole + 2, *after[1:]]
    yield case("integers-that-are-not-exact", checks, columns({"x": before}, {"x": beyond}), "column-type")
    small, large = ([round(float(v), 3) * by for v in rng.uniform(1, 2, rows)] for by in (1e-300, 1e300))
    smaller, larger = ([round(float(v), 3) * by for v in rng.uniform(1, 2, rows)] for by in (1e-300, 1e300))
    checks = {
        "mean": {"column": "x", "statistic": "mean", "max-regression": 1, "better": "lower"},
        "percent": {"column": "x", "statistic": "mean", "max-regression": "10%", "better": "lower"},
    }
    # squares of these are 0: nothing varies as far as numbers can tell
    yield case("tiny", checks, columns({"x": small}, {"x": smaller}), {"mean": FLAT, "percent": NEAR_ZERO})
    checks = {"mean": {"column": "x", "statistic": "mean", "max-regression": "10%", "better": "lower"}, "p90": {"column": "x", "statistic": "p90", "at-most": 1e303}}
    # and of these infinite
    yield case("huge", checks, columns({"x": large}, {"x": larger}), {"mean": FLAT, "p90": PROVEN})
    given = [[float(np.float32(x)) for x in rng.gamma(4, 10, rows)] for _ in range(2)]
    tables = {"golden.csv": {"id": keys(rows), "n": [5 + i % 4 for i in range(rows)]}, "out.parquet": {"id": keys(rows), "ms": given[0]}, "champ.parquet": {"id": keys(rows), "ms": given[1]}}
    checks = {
        "mean": {"column": "ms", "statistic": "mean", "max-regression": 20, "better": "lower"},
        "p90": {"column": "ms", "statistic": "p90", "at-most": 200},
        "ratio": {"column": "ms", "statistic": "ratio", "per": "n", "at-most": 12},
    }
    yield case("float32", checks, tables, {"mean": PROVEN, "p90": PROVEN, "ratio": PROVEN})


def families():
    rows = 80
    label, before, after = labels("holm", rows, wrong=0.25)
    # broken at the full level, and not when three bounds could each be broken by chance
    after = [1 - y if i % 4 == 0 else y if i % 7 == 1 else b for i, (y, b) in enumerate(zip(label, before))]
    checks = {name: {"metric": metric, "max-regression": margin, "judged": "not-disproven"} for name, metric, margin in (("acc", "accuracy", "8pt"), ("f1", "f1", "40pt"), ("recall", "recall", "50pt"))}
    kinds = {**BINARY, "examples": LABELLED, "candidate": PREDICTED}
    found = {name: ("pass", "not-disproven") if name == "acc" else PROVEN for name in checks}
    yield case("holm", checks, classes(label, before, after), found, **kinds)
    anchored = classes(label, before, after) | {"anchor.csv": {"id": keys(rows), "p": label}}
    checks = {"acc": {"metric": "accuracy", "max-regression": "35pt", "max-regression-from-anchor": "2pt"}}
    yield case("far-from-the-anchor", checks, anchored, {"acc": ("fail", "margin-exceeded")}, **kinds)


def other_examples():
    before, after = floats("other", 60)
    shorter = lambda tables, rows: {**tables, "champ.csv": {name: of[:rows] for name, of in tables["champ.csv"].items()}}  # noqa: E731
    tables = columns({"ms": before}, {"ms": after})
    new = {"on-new-examples": "intersect"}
    mean = {"ms": {"column": "ms", "statistic": "mean", "max-regression": 20, "better": "lower"}}
    both = mean | {"own": {"column": "ms", "statistic": "mean", "at-most": 100}}
    common = case("", mean, columns({"ms": before[:58]}, {"ms": after[:58]}), {"ms": PROVEN}, **new)["expected"]
    whole = case("", {"own": both["own"]}, tables, {"own": PROVEN}, **new)["expected"]
    # the candidate's own value is judged on all rows, and shown of those that were compared
    of = whole["checks"]["own"]
    own = {**of, "candidate": common["checks"]["ms"]["candidate"], "bounds": [{**of["bounds"][0], "estimate": of["candidate"]}]}
    expected = {**common, "checks": {"ms": common["checks"]["ms"], "own": own}}
    yield case("intersect", both, shorter(tables, 58), {"ms": PROVEN, "own": PROVEN}, **new, oracle=expected)
    for id, reason, of, gate in (
        ("too-few-in-common", "examples-changed", shorter(tables, 56), new),
        ("champion-of-other-keys", "keys-differ", shorter(tables, 59), {}),
    ):
        yield case(id, mean, of, {"ms": ("error", reason)}, **gate, oracle=errors({"ms": reason}))
    label, one, other = labels("labels", 40)
    tables = {
        "out.csv": {"id": keys(40), "y": label, "p": one},
        "champ.csv": {"id": keys(40), "y": [1 - label[0], *label[1:]], "p": other},
    }
    checks = {"acc": {"metric": "accuracy", "max-regression": "5pt"}}
    documented, named = {"acc": ("error", "labels-differ")}, {**LABELLED, **PREDICTED, "key": "id"}
    yield case("other-labels", checks, tables, documented, **BINARY, candidate=named, oracle=errors({"acc": "labels-differ"}))


def refused():
    rows = 40
    before, after = floats("refused", rows)
    mean = {"ms": {"column": "ms", "statistic": "mean", "max-regression": 10, "better": "lower"}}
    tables = lambda of, **golden: columns({"ms": before}, {"ms": of}, **golden)  # noqa: E731
    yield case("not-a-number", mean, tables(["nan", *after[1:]]), "not-finite")
    yield case("infinite", mean, tables(["inf", *after[1:]]), "not-finite")
    yield case("missing", mean, tables([None, *after[1:]]), "value-missing")
    label, _, _ = labels("refused", rows)
    given = [round(0.02 + i / 50, 2) for i in range(rows)]
    brier = {"brier": {"metric": "brier_score_loss", "max-regression": "5pt"}}
    yield case("probability-above-one", brier, scores(label, given, [1.2, *given[1:]]), "probability-out-of-range", **BINARY, examples=LABELLED, candidate=SCORED)
    twice = tables(after)
    twice["out.csv"]["id"] = [1, 1, *keys(rows)[2:]]
    yield case("key-twice", mean, twice, "duplicate-keys")
    other = tables(after)
    other["out.csv"]["id"] = [*keys(rows)[:-1], 99]
    yield case("other-keys", mean, other, "keys-differ")
