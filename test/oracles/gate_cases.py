"""Random gates for the oracle: tables from a seed, limits chosen so that the rows decide and no random numbers do."""

from concurrent.futures import ProcessPoolExecutor

import numpy as np

from gate_intervals import TooClose
from gate_oracle import Gate, bounds_of, limit_of

LEVELS = (0.8, 0.9, 0.95, 0.99)
WORDS = ("cat", "dog", "eel", "fox", "gnu")
VOCABULARY = "the red a house of old stone river and bridge in york 1900 ten miles".split()
SHARES = ("accuracy", "balanced_accuracy", "precision", "recall", "f1", "jaccard", "roc_auc", "average_precision")
OWN = ("matthews_corrcoef", "cohen_kappa", "r2", "d2_", "mean_", "root_mean", "median_abs", "log_loss")


class Draft:
    """A case in the making: its tables, and quantities that checks may look at."""

    def __init__(self, rng, index: int, task: str):
        self.rng, self.index, self.task = rng, index, task
        self.level = LEVELS[int(rng.integers(4))]
        self.gate: dict = {"kind": "evaluation"}
        if task != "generic":
            self.gate["task"] = task
        self.tables: dict = {}
        self.checks: list[dict] = []
        self.anchored = False
        self.mode = "plain"

    def design(self, golden: dict, rows: int, mode: str):
        """Weights in quarters, zeros among them; clusters of unequal sizes."""
        self.mode = mode
        if mode in ("weights", "both"):
            golden["w"] = (self.rng.integers(0, 9, rows) / 4).tolist()
            self.gate["examples"]["weight"] = "w"
        if mode in ("clusters", "both"):
            count = int(self.rng.integers(12, 31))
            labels = np.concatenate([np.arange(count), self.rng.integers(0, count, rows - count)])
            golden["c"] = self.rng.permutation(labels).tolist()
            self.gate["examples"]["cluster"] = "c"

    def opponents(self, make, names=("out", "champ", "anchor")):
        self.anchored = bool(self.rng.random() < 0.15)
        extension = "jsonl" if self.task == "answers" else "csv"
        self.gate["candidate"]["table"] = f"out.{extension}"
        self.tables[f"out.{extension}"] = make(0)
        self.tables[f"champ.{extension}"] = make(1)
        self.gate["champion"] = {"from": "file", "table": f"champ.{extension}"}
        if self.anchored:
            self.tables[f"anchor.{extension}"] = make(2)
            self.gate["anchor"] = {"from": "file", "table": f"anchor.{extension}"}


def keys(rows: int) -> list[int]:
    return list(range(1, rows + 1))


def pick(rng, pool, count):
    return [pool[i] for i in sorted(rng.choice(len(pool), min(count, len(pool)), replace=False))]


def mode_of(rng, *modes):
    return modes[int(rng.integers(len(modes)))]


def runs_of(rng, rows: int) -> np.ndarray:
    """Each example one to four times."""
    return np.repeat(np.arange(rows), rng.integers(1, 5, rows))


# --- tasks ---------------------------------------------------------------------------------------------------------------


def classes_draft(rng, index, task):
    draft = Draft(rng, index, task)
    mode = mode_of(rng, "plain", "plain", "weights", "clusters", "both", "repeats")
    rows, classes = int(rng.integers(40, 100)), 2 if task == "binary" else int(rng.integers(3, 6))
    label = rng.integers(0, classes, rows) if task == "multiclass" else (rng.random(rows) < rng.uniform(0.25, 0.6)).astype(int)
    label[:classes] = np.arange(classes)
    draft.gate["candidate"] = {"prediction": "p"}
    draft.gate["examples"] = {"table": "golden.csv", "key": "id", "label": "y"}
    if task == "binary":
        draft.gate["positive"] = 1
    # named classes sort as their codes
    named = (lambda of: [WORDS[k] for k in of]) if task == "multiclass" and index % 2 else (lambda of: [int(k) for k in of])
    golden = {"id": keys(rows), "y": named(label)}
    draft.tables["golden.csv"] = golden
    draft.design(golden, rows, mode)
    shared = np.where(rng.random(rows) < 0.75, label, rng.integers(0, classes, rows))
    right = rng.uniform(0.45, 0.98, 3)

    def make(side):
        at = runs_of(rng, rows) if mode == "repeats" else np.arange(rows)
        own = np.where(rng.random(len(at)) < right[side], label[at], rng.integers(0, classes, len(at)))
        said = np.where(rng.random(len(at)) < 0.4, shared[at], own)
        return {"id": (at + 1).tolist(), "p": named(said)}

    if mode == "repeats":
        draft.gate["candidate"]["repeats"] = True
    draft.opponents(make)
    pool = ["accuracy", "balanced_accuracy", "f1_macro", "f1_weighted", "recall_macro", "precision_macro", "recall_weighted"]
    pool += ["jaccard_macro", "jaccard_micro", "jaccard_weighted", "matthews_corrcoef", "cohen_kappa", "precision_micro"]
    pool += ["precision", "recall", "f1", "jaccard", "f1"] if task == "binary" else []
    draft.checks = [{"metric": name} for name in pick(rng, pool, 2) + ["accuracy"]]
    return draft


def scores_draft(rng, index, task):
    draft = Draft(rng, index, task)
    mode = mode_of(rng, "plain", "plain", "weights", "clusters", "both")
    rows, classes = int(rng.integers(50, 85)), 2 if task == "binary" else int(rng.integers(3, 5))
    label = rng.integers(0, classes, rows)
    if task == "binary":
        label = (rng.random(rows) < rng.uniform(0.3, 0.6)).astype(int)
    draft.gate["examples"] = {"table": "golden.csv", "key": "id", "label": "y"}
    golden = {"id": keys(rows), "y": label.tolist()}
    draft.tables["golden.csv"] = golden
    draft.design(golden, rows, mode)
    strength = rng.uniform(0.05, 0.7, 3)
    if task == "binary":
        draft.gate |= {"positive": 1, "candidate": {"score": "s"}}
        latent = rng.normal(0, 1, rows)
        digits = 3 if index % 3 == 0 else 2  # with two digits there are ties

        def make(side):
            mixed = 0.6 * latent + 0.8 * rng.normal(0, 1, rows)
            score = np.clip(0.45 + strength[side] * (label - 0.5) + 0.2 * mixed, 0.001, 0.999).round(digits)
            return {"id": keys(rows), "s": np.clip(score, 0.01, 0.99).tolist()}

        pool = ["average_precision", "log_loss", "brier_score_loss", "expected_calibration_error@5"]
        pool += ["expected_calibration_error"]
    else:
        draft.gate["candidate"] = {"scores": "p_{class}"}

        def make(side):
            lean = np.exp(2.5 * strength[side] * np.eye(classes)[label] + rng.normal(0, 0.9, (rows, classes)))
            parts = np.floor(100 * lean / lean.sum(axis=1, keepdims=True)).astype(int)
            parts = np.maximum(parts, 1)
            parts[np.arange(rows), parts.argmax(axis=1)] += 100 - parts.sum(axis=1)
            return {"id": keys(rows)} | {f"p_{k}": (parts[:, k] / 100).tolist() for k in range(classes)}

        pool = ["roc_auc_ovr", "roc_auc_ovr_weighted", "roc_auc_ovo", "roc_auc_ovo_weighted", "log_loss"]
        pool += ["brier_score_loss", "top_k_accuracy@2", "top_k_accuracy", "expected_calibration_error@10"]
    draft.opponents(make)
    chosen = ["roc_auc", *pick(rng, pool, 2)] if task == "binary" else pick(rng, pool, 3)
    draft.checks = [{"metric": name} for name in chosen]
    return draft


def regression_draft(rng, index, task):
    draft = Draft(rng, index, task)
    mode = mode_of(rng, "plain", "plain", "weights", "clusters", "both", "repeats")
    rows = int(rng.integers(40, 80))
    truth = rng.gamma(3, 10, rows).round(1) + 1
    draft.gate |= {"candidate": {"prediction": "p"}, "examples": {"table": "golden.csv", "key": "id", "label": "y"}}
    golden = {"id": keys(rows), "y": truth.tolist()}
    draft.tables["golden.csv"] = golden
    draft.design(golden, rows, mode)
    error = rng.normal(0, 6, rows)
    spread = rng.uniform(0.4, 1.2, 3)

    def make(side):
        at = runs_of(rng, rows) if mode == "repeats" else np.arange(rows)
        noise = 0.7 * error[at] + rng.normal(0, 5, len(at))
        return {"id": (at + 1).tolist(), "p": (truth[at] + spread[side] * noise).round(1).tolist()}

    pool = ["mean_absolute_error", "mean_squared_error", "mean_absolute_percentage_error", "mean_pinball_loss@0.9"]
    if mode == "repeats":
        draft.gate["candidate"]["repeats"] = True
    else:
        pool += ["root_mean_squared_error", "r2", "d2_absolute_error_score", "d2_pinball_score@0.25"]
        pool += ["median_absolute_error", "median_absolute_error"]
    draft.opponents(make)
    draft.checks = [{"metric": name} for name in dict.fromkeys(pick(rng, pool, 3))]
    return draft


def ranking_draft(rng, index, task):
    draft = Draft(rng, index, task)
    mode = mode_of(rng, "plain", "weights", "clusters", "both")
    queries, documents = int(rng.integers(32, 45)), 8
    grades = rng.integers(0, 4, (queries, documents)) * (rng.random((queries, documents)) < 0.5)
    grades[np.arange(queries), rng.integers(0, documents, queries)] = 1 + rng.integers(0, 3, queries)
    judged = [np.flatnonzero((rng.random(documents) < 0.6) | (of > 0)) for of in grades]
    named = {"table": "golden.csv", "key": "id", "document": "d", "label": "g"}
    draft.gate |= {"examples": named, "candidate": {"document": "d", "score": "s"}}
    if index % 3 == 0:
        draft.gate["candidate"] = {"document": "d", "rank": "s"}
    counts = [len(of) for of in judged]
    golden = {
        "id": np.repeat(keys(queries), counts).tolist(),
        "d": np.concatenate(judged).tolist(),
        "g": np.concatenate([grades[q][of] for q, of in enumerate(judged)]).tolist(),
    }
    of_queries: dict = {}
    draft.design(of_queries, queries, mode)
    golden |= {name: np.repeat(column, counts).tolist() for name, column in of_queries.items()}
    draft.tables["golden.csv"] = golden
    lean = rng.uniform(0.1, 0.9, 3)

    def make(side):
        ids, found, scores = [], [], []
        for q in range(queries):
            size = int(rng.integers(2, 7))
            appeal = lean[side] * grades[q] + rng.normal(0, 1, documents)
            best = np.argsort(-appeal)[:size]
            ids += [q + 1] * size
            found += best.tolist()
            # scores may be tied; ranks are not
            scores += list(range(1, size + 1)) if index % 3 == 0 else sorted(rng.integers(0, 10, size).tolist(), reverse=True)
        return {"id": ids, "d": found, "s": scores}

    draft.opponents(make)
    pool = ["hit_rate@1", "recall@3", "precision@3", "mrr", "mrr@3", "map@5", "map", "ndcg@5", "ndcg", "ndcg_burges@3"]
    draft.checks = [{"metric": name} for name in pick(rng, pool, 3)]
    return draft


def answers_draft(rng, index, task):
    draft = Draft(rng, index, task)
    mode = mode_of(rng, "plain", "weights", "clusters", "repeats")
    rows = int(rng.integers(32, 44))
    phrase = lambda: " ".join(rng.choice(VOCABULARY, int(rng.integers(1, 4))))  # noqa: E731
    right = [[phrase() for _ in range(int(rng.integers(0 if rng.random() < 0.2 else 1, 3)))] for _ in range(rows)]
    draft.gate |= {"candidate": {"prediction": "p"}, "examples": {"table": "golden.jsonl", "key": "id", "label": "a"}}
    golden = {"id": keys(rows), "a": right}
    draft.tables["golden.jsonl"] = golden
    draft.design(golden, rows, mode)
    skill = rng.uniform(0.3, 0.9, 3)

    def make(side):
        at = runs_of(rng, rows) if mode == "repeats" else np.arange(rows)
        said = []
        for i in at:
            known = right[i][0] if right[i] else ""
            draw = rng.random()
            said.append(known.title() + "." if draw < skill[side] and known else known if draw < skill[side] else phrase())
        return {"id": (at + 1).tolist(), "p": said}

    if mode == "repeats":
        draft.gate["candidate"]["repeats"] = True
    draft.opponents(make)
    draft.checks = [{"metric": "exact_match"}, {"metric": "token_f1"}]
    return draft


def behavioral_draft(rng, index, task):
    draft = Draft(rng, index, task)
    mode = mode_of(rng, "plain", "clusters", "weights", "plain")
    named = {"table": "golden.csv", "key": "id", "test": "t", "case": "k", "original": "o", "label": "e"}
    draft.gate |= {"examples": named, "candidate": {"prediction": "p", "score": "s"}}
    cases = int(rng.integers(34, 46))
    sizes = rng.integers(2, 4, cases * 2)
    case = np.repeat(np.arange(cases * 2), sizes)
    golden = {
        "id": keys(len(case)),
        "t": [("typos", "drift")[int(k >= cases)] for k in case],
        "k": case.tolist(),
        "o": [int(i == 0 or case[i - 1] != case[i]) for i in range(len(case))],
        "e": [None if k % 4 == 0 else int(k % 2) for k in case],
    }
    of_cases: dict = {}
    draft.design(of_cases, cases * 2, mode)
    golden |= {name: [column[k] for k in case] for name, column in of_cases.items()}
    draft.tables["golden.csv"] = golden
    shake = rng.uniform(0.02, 0.25, 3)

    def make(side):
        base = rng.uniform(0.2, 0.8, cases * 2)
        score = np.clip(base[case] + rng.normal(0.02, shake[side], len(case)), 0.001, 0.999).round(3)
        return {"id": keys(len(case)), "p": (score > 0.5).astype(int).tolist(), "s": score.tolist()}

    draft.opponents(make)
    draft.checks = [
        {"behavior": "minimum-functionality", "test": "typos"},
        {"behavior": "invariance", "test": "typos", "tolerance": 0.15},
        {"behavior": "directional", "test": "drift", "direction": ("increasing", "decreasing")[index % 2]},
    ]
    return draft


def generic_draft(rng, index, task):
    draft = Draft(rng, index, task)
    mode = mode_of(rng, "plain", "plain", "weights", "clusters", "both", "repeats")
    rows = int(rng.integers(50, 85))
    draft.gate |= {"candidate": {}, "examples": {"table": "golden.csv", "key": "id"}}
    golden = {"id": keys(rows), "n": rng.integers(1, 9, rows).tolist()}
    draft.tables["golden.csv"] = golden
    draft.design(golden, rows, mode)
    common = rng.gamma(4, 20, rows)
    scale = rng.uniform(0.85, 1.2, 3)

    def make(side):
        at = runs_of(rng, rows) if mode == "repeats" else np.arange(rows)
        latency = scale[side] * (0.7 * common[at] + rng.gamma(2, 12, len(at)))
        return {
            "id": (at + 1).tolist(),
            "ms": latency.round().astype(int).tolist(),
            "tokens": rng.integers(1, 36, len(at)).tolist(),
            "quality": np.clip(rng.normal(0.7, 0.15, len(at)), 0, 1).round(2).tolist(),
            "ok": (rng.random(len(at)) < 0.6 + 0.3 * (common[at] < 90)).astype(int).tolist(),
        }

    if mode == "repeats":
        draft.gate["candidate"]["repeats"] = True
    draft.opponents(make)
    pool = column_pool(mode)
    draft.checks = pick(rng, pool, 3)
    return draft


def column_pool(mode):
    pool = [
        {"column": "ms", "statistic": "mean", "better": "lower"},
        {"column": "quality", "statistic": "mean", "range": [0, 1], "better": "higher"},
        {"column": "ok", "statistic": "rate", "better": "higher"},
        {"column": "ms", "statistic": "ratio", "per": "tokens", "better": "lower"},
        {"column": "tokens", "statistic": "ratio", "per": "n", "better": "lower"},
    ]
    if mode == "repeats":
        return pool
    if mode == "unpaired":
        pool.pop()
    return pool + [{"column": "ms", "statistic": q, "better": "lower"} for q in ("median", "p90", "p95", "p99", "median")]


def unpaired_draft(rng, index, task):
    draft = Draft(rng, index, "generic")
    draft.gate |= {"pairing": "none", "candidate": {}}
    sizes = rng.integers(45, 85, 3)
    scale = rng.uniform(0.7, 1.2, 3)

    def make(side):
        rows = int(sizes[side])
        return {
            "ms": (scale[side] * rng.gamma(4, 20, rows)).round().astype(int).tolist(),
            "tokens": rng.integers(1, 36, rows).tolist(),
            "quality": np.clip(rng.normal(0.7 * scale[side] ** 0.3, 0.15, rows), 0, 1).round(2).tolist(),
            "ok": (rng.random(rows) < 0.75 * scale[side] ** 0.3).astype(int).tolist(),
        }

    draft.mode = "unpaired"
    draft.opponents(make)
    rate, *others = sorted(column_pool("unpaired"), key=lambda check: check["statistic"] != "rate")
    draft.checks = [rate, *pick(rng, others, 2)]
    return draft


PLAN = (
    (classes_draft, "binary", 30),
    (scores_draft, "binary", 32),
    (classes_draft, "multiclass", 20),
    (scores_draft, "multiclass", 18),
    (regression_draft, "regression", 28),
    (ranking_draft, "ranking", 16),
    (answers_draft, "answers", 12),
    (behavioral_draft, "behavioral", 12),
    (generic_draft, "generic", 18),
    (unpaired_draft, "generic", 14),
)


# --- limits ----------------------------------------------------------------------------------------------------------------


def is_share(check: dict) -> bool:
    if "column" in check:
        return check["statistic"] == "rate"
    return "behavior" in check or not (check["metric"].startswith(OWN) and not check["metric"].startswith("brier"))


def rounded(value: float, digits: int = 2) -> float:
    return float(f"{value:.{digits}g}")


def limits(rng, draft: Draft, check: dict, gate: Gate, name: str):
    """One attempt at a rule, or two, with limits near to what the rows say."""
    share = is_share(check) and not (draft.task == "multiclass" and check.get("metric") == "brier_score_loss")
    rules = ["max-regression"] * 5 + ["at-least", "at-most", "min-improvement", "max-improvement"]
    chosen = list(dict.fromkeys(pick(rng, rules, 1 if rng.random() < 0.7 else 2)))
    found = {}
    value = gate.quantity(name, "candidate").value
    base = gate.quantity(name, "champion").value
    if value is None or base is None:
        raise TooClose("undefined")
    size = max(abs(value - base), 0.03 * max(abs(base), 0.05))
    for rule in chosen:
        if rule in ("at-least", "at-most"):
            limit = value + rng.uniform(-3, 3) * size
            if share:
                limit = min(max(limit, 0.01), 0.99)
            found[rule] = rounded(limit, 3)
            continue
        unit = rng.choice(["points", "percent"] if share else ["own", "percent"])
        if abs(base) < 1e-9:
            unit = "points" if share else "own"
        raw = float(rng.choice([rng.uniform(0.05, 0.6), rng.uniform(0.6, 5)])) * size
        if unit == "percent":
            found[rule] = f"{rounded(100 * raw / abs(base))}%"
        elif unit == "points":
            found[rule] = f"{min(rounded(100 * raw), 60)}pt"
        else:
            found[rule] = rounded(raw)
    if "at-least" in found and "at-most" in found:
        found.pop("at-most")
    if "min-improvement" in found and "max-improvement" in found:
        found.pop("max-improvement")
    if draft.anchored and rng.random() < 0.4:
        found["max-regression-from-anchor"] = "4pt" if share else rounded(2 * size)
    return found


def finished(draft: Draft, seed: int) -> dict | None:
    """The draft with checks whose limits the rows decide; None where too few are left."""
    rng = draft.rng
    guards = draft.level < 0.99 and rng.random() < 0.3
    checks = {f"c{at}": dict(check) for at, check in enumerate(draft.checks)}
    for name, check in list(checks.items()):
        wish = rng.choice(["pass", "fail", "inconclusive"], p=[0.5, 0.3, 0.2])
        judged = "not-disproven" if guards and rng.random() < 0.8 else "estimate" if rng.random() < 0.12 else "proven"
        kept = None
        policy = {"confidence": draft.level, "gates": {"g": draft.gate | {"checks": {name: check}}}}
        gate = Gate(policy, draft.tables, seed)
        for _ in range(10):
            try:
                tried = check | limits(rng, draft, check, gate, name)
                if judged != "proven":
                    tried["judged"] = judged
                bounds = bounds_of(tried, draft.anchored)
                if not bounds:
                    continue
                status = gate.judge_check(name, bounds, {})["status"]
            except TooClose:
                continue
            if status == "error":
                continue
            kept = tried
            if status == wish:
                break
        if kept is None:
            del checks[name]
        else:
            checks[name] = kept
    if len(checks) < 2:
        return None
    gate = draft.gate | {"checks": checks}
    if guards and rng.random() < 0.2:
        gate["correction"] = "none"
    policy = {"version": 1, "name": "oracle", "confidence": draft.level, "gates": {"g": gate}}
    try:
        expected = Gate(policy, draft.tables, seed).judge()
    except TooClose:
        return None
    return {"policy": policy, "tables": draft.tables, "expected": expected}


def random_cases(seed: int):
    with ProcessPoolExecutor() as pool:
        for cases in pool.map(cases_of, range(len(PLAN)), [seed] * len(PLAN)):
            yield from cases


def cases_of(entry: int, seed: int) -> list[dict]:
    make, task, count = PLAN[entry]
    cases: list[dict] = []
    attempt = 0
    while len(cases) < count:
        attempt += 1
        own = seed + 1000 * entry + attempt
        draft = make(np.random.default_rng(own), len(cases), task)
        found = finished(draft, own)
        if found is not None:
            kind = make.__name__.removesuffix("_draft")
            name = f"{task}-{len(cases) + 1:02d}" if kind == task else f"{task}-{kind}-{len(cases) + 1:02d}"
            cases.append({"id": f"{name}-{draft.mode}", "seed": own, **found})
    return cases
