"""Expected values of metrics from rows for the tests of packages/metrics.

    python random_metrics.py           # writes metrics.json
    python random_metrics.py --check   # recomputes and fails on a difference

Random tables from a fixed seed, with ties, weights and float32 columns, and degenerate ones written out. README.md
describes the fields. `None` is "undefined": where scikit-learn warns and substitutes a number, Modelgate gives none.
"""

import argparse
import json
import re
import string
import sys
import warnings
from collections import Counter
from pathlib import Path

import numpy as np
import pytrec_eval
from sklearn import metrics as sk

from agreement import write_or_check
from random_cases import digits, shortened
from reference import versions

HERE = Path(__file__).parent
SEED = 20140118
BINS = (5, 10, 15)
ALPHAS = (0.1, 0.25, 0.5, 0.9)
CUTS = (1, 3, 5, 10)


def value(compute):
    """The number, or None where scikit-learn warns that it is undefined, refuses or gives no number."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            number = float(compute())
        except (ValueError, ZeroDivisionError, UserWarning, RuntimeWarning):
            return None
    return number if np.isfinite(number) else None


def weighted(rng, rows, kind):
    """None, or weights that are exact in binary, zeros among them: sums must not depend on the order of summing."""
    return None if kind == 0 else rng.integers(0, 9, rows) / 4


def listed(column):
    return None if column is None else column.tolist()


# --- labels and predictions -------------------------------------------------------------------------------------------


def confusion(id, label, predicted, classes, weight=None):
    options = {"sample_weight": weight}
    labels = list(range(classes))
    seen = np.ones(len(label), bool) if weight is None else weight > 0
    expected = {}
    # scikit-learn gives 0 for a correlation without spread, without a warning
    spread = all(len(np.unique(column[seen])) > 1 for column in (label, predicted))
    expected["matthews_corrcoef"] = value(lambda: sk.matthews_corrcoef(label, predicted, **options)) if spread else None
    for name in (None, "linear", "quadratic"):
        expected[f"cohen_kappa_{name or 'none'}"] = value(
            lambda n=name: sk.cohen_kappa_score(label, predicted, labels=labels, weights=n, **options)
        )
    # a class that has only rows of weight 0 is none
    present = sorted(set(label[seen]) | set(predicted[seen]))
    for average in ("macro", "micro", "weighted"):
        expected[f"jaccard_{average}"] = value(
            lambda a=average: sk.jaccard_score(label, predicted, labels=present, average=a, **options)
        )
    expected["jaccard_class_1"] = value(
        lambda: sk.jaccard_score(label, predicted, labels=[1], average="macro", **options)
    )
    case = {"id": id, "classes": classes, "label": digits(label), "predicted": digits(predicted)}
    return {**case, "weight": listed(weight), "expected": expected}


def confusion_cases(rng):
    for index in range(30):
        rows, classes = int(rng.integers(2, 60)), int(rng.integers(2, 6))
        label = rng.integers(0, classes, rows)
        predicted = np.where(rng.random(rows) < rng.uniform(0.1, 0.9), label, rng.integers(0, classes, rows))
        yield confusion(f"random-{index:02d}", label, predicted, classes, weighted(rng, rows, index % 2))
    for id, label, predicted, classes, weight in (
        ("one-class", "1111", "1111", 2, None),
        ("labels-of-one-class", "0000", "0101", 2, None),
        ("predictions-of-one-class", "0101", "1111", 2, None),
        ("opposite", "0101", "1010", 2, None),
        ("class-only-predicted", "0011", "0022", 3, None),
        ("class-nowhere-in-between", "0033", "0330", 4, None),
        ("one-row", "0", "1", 2, None),
        ("class-without-weight", "0012", "0102", 3, [1, 1, 2, 0]),
        ("no-weight", "0101", "0110", 2, [0, 0, 0, 0]),
    ):
        columns = (np.array(list(text), int) for text in (label, predicted))
        yield confusion(id, *columns, classes, None if weight is None else np.array(weight, float))


# --- scores of a positive class -----------------------------------------------------------------------------------------


def calibration_error(outcome, probability, weight, edges):
    """Bins are closed above, as in sklearn.calibration.calibration_curve; the first takes 0 too."""
    weight = np.ones(len(outcome)) if weight is None else weight
    if weight.sum() == 0:
        return None
    bins = np.searchsorted(edges[1:-1], probability, side="left")
    inside = [bins == b for b in np.unique(bins)]
    gaps = [
        weight[b].sum()
        * abs(np.average(outcome[b], weights=weight[b]) - np.average(probability[b], weights=weight[b]))
        for b in inside
        if weight[b].sum() > 0
    ]
    return sum(gaps) / weight.sum()


def mass_edges(probability, weight, bins):
    kept = np.ones(len(probability)) if weight is None else weight
    if kept.sum() == 0:
        return np.linspace(0, 1, bins + 1)
    return np.quantile(probability, np.arange(bins + 1) / bins, method="inverted_cdf", weights=kept)


def scored(id, label, score, weight=None):
    """The score is at once a probability."""
    options = {"sample_weight": weight}
    expected = {
        "roc_auc": value(lambda: sk.roc_auc_score(label, score, **options)),
        "average_precision": value(lambda: sk.average_precision_score(label, score, **options)),
        "log_loss": value(lambda: sk.log_loss(label, score, labels=[0, 1], **options)),
        "brier_score_loss": value(lambda: sk.brier_score_loss(label, score, pos_label=1, **options)),
    }
    for bins in BINS:
        edges = {"equal-width": np.arange(bins + 1) / bins, "equal-mass": mass_edges(score, weight, bins)}
        for name, of in edges.items():
            expected[f"{name}-{bins}"] = calibration_error(label, score, weight, of)
    case = {"id": id, "label": digits(label), "score": score.tolist()}
    return {**case, "weight": listed(weight), "expected": expected}


def scored_cases(rng):
    for index in range(40):
        rows = int(rng.integers(2, 80))
        label = rng.integers(0, 2, rows)
        score = np.clip(rng.normal(0.4 + 0.2 * label, 0.25), 0, 1)
        # continuous, tied, and what was float32 once
        score = (score, score.round(1), score.astype(np.float32).astype(float), score.round(2))[index % 4]
        yield scored(f"random-{index:02d}", label, score, weighted(rng, rows, index // 4 % 2))
    for id, label, score, weight in (
        ("only-positives", "111", [0.2, 0.5, 0.9], None),
        ("only-negatives", "000", [0.2, 0.5, 0.9], None),
        ("all-tied", "0101", [0.5, 0.5, 0.5, 0.5], None),
        ("perfect", "0011", [0, 0, 1, 1], None),
        ("perfectly-wrong", "0011", [1, 1, 0, 0], None),
        ("negative-zero", "01", [-0.0, 0.0], None),
        ("one-row", "1", [0.7], None),
        ("positives-without-weight", "0110", [0.1, 0.7, 0.8, 0.9], [1, 0, 0, 2]),
        ("negatives-without-weight", "0110", [0.1, 0.7, 0.8, 0.9], [0, 1, 2, 0]),
        ("no-weight", "01", [0.2, 0.8], [0, 0]),
        ("at-the-edges", "0101101", [0, 0.2, 0.4, 0.6, 0.8, 1, 0.6], None),
    ):
        columns = np.array(list(label), int), np.array(score, float)
        yield scored(id, *columns, None if weight is None else np.array(weight, float))


# --- one probability a class ----------------------------------------------------------------------------------------------


def multiclass(id, label, probability, weight=None):
    classes = probability.shape[1]
    labels = np.arange(classes)
    options = {"sample_weight": weight, "labels": labels}
    auc = {"y_true": label, "y_score": probability, "labels": labels}
    top = probability.argmax(axis=1)
    expected = {
        "ovr_macro": value(lambda: sk.roc_auc_score(**auc, multi_class="ovr", sample_weight=weight)),
        "ovr_weighted": value(
            lambda: sk.roc_auc_score(**auc, multi_class="ovr", average="weighted", sample_weight=weight)
        ),
        "ovo_macro": value(lambda: sk.roc_auc_score(**auc, multi_class="ovo")),
        "ovo_weighted": value(lambda: sk.roc_auc_score(**auc, multi_class="ovo", average="weighted")),
        "log_loss": value(lambda: sk.log_loss(label, probability, **options)),
        "brier_score_loss": value(lambda: sk.brier_score_loss(label, probability, **options)),
        "calibration": calibration_error(
            (top == label).astype(int), probability.max(axis=1), weight, np.arange(16) / 15
        ),
    }
    for k in range(1, classes + 1):
        expected[f"top_{k}"] = value(lambda k=k: sk.top_k_accuracy_score(label, probability, k=k, **options))
    # only ROC curves of classes without rows are not numbers; their weighted mean leaves them out, without a warning
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if expected["ovr_weighted"] is None and (weight is None or weight.sum() > 0) and len(set(label)) > 1:
            mean = sk.roc_auc_score(**auc, multi_class="ovr", average="weighted", sample_weight=weight)
            expected["ovr_weighted"] = float(mean) if np.isfinite(mean) else None
    case = {"id": id, "label": digits(label), "probability": probability.T.tolist()}
    return {**case, "weight": listed(weight), "expected": expected}


def multiclass_cases(rng):
    for index in range(30):
        rows, classes = int(rng.integers(8, 40)), int(rng.integers(3, 6))
        label = np.concatenate([np.arange(classes), rng.integers(0, classes, rows)])
        # small whole numbers of sixteenths: ties within rows and within columns, sums of exactly 1
        parts = rng.multinomial(16, rng.dirichlet(np.ones(classes)), len(label)) if index % 3 else None
        even = rng.dirichlet(np.ones(classes), len(label)) if parts is None else parts / 16
        lean = np.eye(classes)[label]
        mixed = 0.75 * even + 0.25 * lean
        yield multiclass(f"random-{index:02d}", label, mixed, weighted(rng, len(label), index % 2))
    three = np.array([[0.5, 0.25, 0.25], [0.25, 0.5, 0.25], [0.125, 0.5, 0.375], [0, 0, 1]])
    yield multiclass("class-without-rows", np.array([0, 1, 0, 1]), three)
    yield multiclass("all-of-one-class", np.array([2, 2, 2, 2]), three)
    yield multiclass("class-without-weight", np.array([0, 1, 2, 1]), three, np.array([1.0, 2, 0, 1]))
    yield multiclass("certain-and-wrong", np.array([1, 2, 0, 0]), np.eye(3)[[0, 1, 2, 0]])


# --- numbers ----------------------------------------------------------------------------------------------------------------


def regression(id, truth, predicted, weight=None):
    options = {"sample_weight": weight}
    kept = truth if weight is None else truth[weight > 0]
    names = ("mean_absolute_error", "mean_squared_error", "root_mean_squared_error", "median_absolute_error")
    expected = {name: value(lambda n=name: getattr(sk, n)(truth, predicted, **options)) for name in names}
    # scikit-learn divides by 2.2e-16 where the truth is 0, without a warning
    zero = bool((kept == 0).any())
    mape = value(lambda: sk.mean_absolute_percentage_error(truth, predicted, **options))
    expected["mean_absolute_percentage_error"] = None if zero else mape
    # equal true values: scikit-learn gives 0 or 1, without a warning
    spread = len(np.unique(kept)) > 1
    scores = {"r2": sk.r2_score, "d2_absolute_error_score": sk.d2_absolute_error_score}
    for name, score in scores.items():
        expected[name] = value(lambda s=score: s(truth, predicted, **options)) if spread else None
    for alpha in ALPHAS:
        expected[f"pinball-{alpha}"] = value(lambda a=alpha: sk.mean_pinball_loss(truth, predicted, alpha=a, **options))
        d2 = value(lambda a=alpha: sk.d2_pinball_score(truth, predicted, alpha=a, **options))
        expected[f"d2-pinball-{alpha}"] = d2 if spread else None
    case = {"id": id, "truth": truth.tolist(), "predicted": predicted.tolist()}
    return {**case, "weight": listed(weight), "expected": expected}


def regression_cases(rng):
    for index in range(30):
        rows = int(rng.integers(2, 50))
        truth = rng.gamma(2, 10, rows)
        predicted = truth * rng.normal(1, 0.3, rows)
        if index % 3 == 0:
            truth, predicted = truth.round(), predicted.round()
        if index % 3 == 1:
            truth, predicted = (column.astype(np.float32).astype(float) for column in (truth, predicted))
        yield regression(f"random-{index:02d}", truth, predicted, weighted(rng, rows, index // 3 % 2))
    for id, truth, predicted, weight in (
        ("perfect", [1, 2, 3], [1, 2, 3], None),
        ("equal-truth", [0.1] * 3, [0.1, 0.2, 0.3], None),
        ("equal-and-perfect", [0.1] * 3, [0.1] * 3, None),
        ("equal-where-weighed", [1, 1, 5], [2, 1, 3], [1, 2, 0]),
        ("zero-truth", [0, 1], [1, 1], None),
        ("zero-truth-without-weight", [0, 1, 2], [1, 1, 3], [0, 1, 1]),
        ("one-row", [3], [5], None),
        ("no-weight", [1, 2], [2, 1], [0, 0]),
        ("half-on-either-side", [0, 0, 0, 0, 1], [1, 2, 3, 4, 1], [0.5, 0.5, 0, 1, 0]),
        ("large-offset", [1e9, 1e9 + 1, 1e9 + 2], [1e9 + 1, 1e9 + 1, 1e9 + 1.5], None),
        ("leading-and-trailing-zero-weights", [1, 2, 3, 9], [1, 3, 5, 0], [0, 1, 1, 0]),
    ):
        columns = np.array(truth, float), np.array(predicted, float)
        yield regression(id, *columns, None if weight is None else np.array(weight, float))


# --- ranked documents -----------------------------------------------------------------------------------------------------------


def retrieval(id, queries):
    """Queries of documents (score or None, grade or None) in the order of rows; what trec_eval's own code makes of them."""
    # trec_eval puts the greater document id first among equal scores, so the earlier row has the greater one
    names = [[f"d{999 - row:03d}" for row in range(len(documents))] for documents in queries]
    judged, run = {}, {}
    for query, documents in enumerate(queries):
        named = list(zip(names[query], documents, strict=True))
        judged[f"q{query}"] = {name: grade for name, (_, grade) in named if grade is not None}
        run[f"q{query}"] = {name: score for name, (score, _) in named if score is not None}
    cuts = ",".join(map(str, CUTS))
    measures = {f"{m}.{cuts}" for m in ("success", "recall", "P", "map_cut", "ndcg_cut")} | {"recip_rank", "map", "ndcg"}
    exponential = {query: {d: 2**g - 1 for d, g in grades.items()} for query, grades in judged.items()}
    found = {
        1: pytrec_eval.RelevanceEvaluator(judged, measures).evaluate(run),
        2: pytrec_eval.RelevanceEvaluator(judged, measures, relevance_level=2).evaluate(run),
        "exponential": pytrec_eval.RelevanceEvaluator(exponential, measures).evaluate(run),
    }

    def each(of, name, least=1):
        """Of queries with a relevant document; trec_eval has 0 for others."""
        answerable = [any(grade >= least for grade in judged[query].values()) for query in judged]
        numbers = [found[of].get(query, {}).get(name, 0.0) for query in judged]
        return [number if known else None for number, known in zip(numbers, answerable, strict=True)]

    expected = {"mrr": each(1, "recip_rank"), "map": each(1, "map"), "ndcg": each(1, "ndcg")}
    ours = {"success": "hit_rate", "recall": "recall", "P": "precision", "map_cut": "map", "ndcg_cut": "ndcg"}
    for cut in CUTS:
        for theirs, name in ours.items():
            expected[f"{name}@{cut}"] = each(1, f"{theirs}_{cut}")
            if theirs != "ndcg_cut":
                expected[f"{name}@{cut} from 2"] = each(2, f"{theirs}_{cut}", least=2)
        expected[f"exponential ndcg@{cut}"] = each("exponential", f"ndcg_cut_{cut}")
    return {"id": id, "queries": [[list(document) for document in query] for query in queries], "expected": expected}


def retrieval_cases(rng):
    for index in range(12):
        queries = []
        for _ in range(int(rng.integers(1, 5))):
            documents = int(rng.integers(2, 25))
            scores = rng.integers(0, 8, documents) / 8 if index % 2 else rng.permutation(documents) / 32
            grades = rng.integers(0, 4, documents) * (rng.random(documents) < 0.4)
            missing = rng.random((2, documents)) < 0.15
            # what is neither retrieved nor judged is no row
            queries.append(
                [
                    (None if m[0] else float(s), None if m[1] else int(g))
                    for s, g, m in zip(scores, grades, missing.T, strict=True)
                    if not m.all()
                ]
            )
        yield retrieval(f"random-{index:02d}", queries)
    yield retrieval("nothing-relevant", [[(0.5, 0), (0.25, None)], [(0.5, 1), (0.25, 0)]])
    yield retrieval("nothing-retrieved", [[(None, 1), (None, 0)], [(0.5, 1)]])
    yield retrieval("relevant-last", [[(0.5, 0)] * 10 + [(0.5, 1)]])
    yield retrieval("only-barely-relevant", [[(0.5, 1), (0.25, 1)]])


# --- answers --------------------------------------------------------------------------------------------------------------------


def normalized(text):
    """As the SQuAD scripts describe it: lower case, no punctuation, no articles, single spaces."""
    kept = "".join(character for character in text.lower() if character not in string.punctuation)
    return " ".join(re.sub(r"\b(a|an|the)\b", " ", kept).split())


def token_f1(given, right, version):
    given, right = given.split(), right.split()
    if version == "2.0" and not (given and right):
        return float(given == right)
    common = sum((Counter(given) & Counter(right)).values())
    if common == 0:
        return 0.0
    precision, recall = common / len(given), common / len(right)
    return 2 * precision * recall / (precision + recall)


ANSWERS = (
    ("The Cat sat.", ["cat sat", "a dog"]),
    ("a the an", [""]),
    ("", ["the"]),
    ("", []),
    ("something", []),
    ("something", ["!?"]),
    ("", ["something"]),
    ("New  York\tCity", ["New York", "the new york city!"]),
    ("the the cat cat", ["cat cat cat"]),
    ("u.s.a.", ["USA"]),
    ("état-major", ["ÉTAT MAJOR", "étatmajor"]),
    ("a\u00a0b\u2003c\u001cd", ["b c d"]),
    ("thé à la menthe", ["the menthe"]),
    ("a\u0301 la", ["la"]),
    ("İstanbul the Σίσυφος", ["i̇stanbul σίσυφος"]),
    ("“quoted” — text…", ["quoted text", "“quoted” — text…"]),
    ("a1 an_x the-end", ["a1 anx theend"]),
    ("日本の a 首都", ["日本の 首都", "日本のa首都"]),
    ("\ufeffword", ["word"]),
    ("3.14 % of $5", ["314 of 5"]),
)


def answers():
    expected = {}
    for version in ("1.1", "2.0"):
        rows = []
        for prediction, right in ANSWERS:
            golds = [normalized(text) for text in right]
            if version == "2.0":
                golds = [gold for gold in golds if gold] or [""]
            given = normalized(prediction)
            pairs = [(float(given == gold), token_f1(given, gold, version)) for gold in golds]
            rows.append([max(of) for of in zip(*pairs, strict=True)] if pairs else None)
        expected[version] = rows
    return [
        {"prediction": prediction, "answers": right, "normalized": normalized(prediction), "expected": of}
        for (prediction, right), *of in zip(ANSWERS, *expected.values(), strict=True)
    ]


def main() -> int:
    arguments = argparse.ArgumentParser(description="Expected values of metrics from rows.")
    arguments.add_argument("--check", action="store_true", help="recompute and compare with the committed file")
    options = arguments.parse_args()
    rng = np.random.default_rng(SEED)
    parts = {
        "confusion": confusion_cases(rng),
        "scored": scored_cases(rng),
        "multiclass": multiclass_cases(rng),
        "regression": regression_cases(rng),
        "retrieval": retrieval_cases(rng),
        "answers": answers(),
    }
    head = json.dumps({"versions": {**versions(), "pytrec_eval-terrier": pytrec_eval.__version__}, "seed": SEED})
    compact = {"separators": (",", ":"), "allow_nan": False}
    lists = [
        f'"{name}": [\n' + ",\n".join(json.dumps(rounded(case), **compact) for case in cases) + "\n]"
        for name, cases in parts.items()
    ]
    text = f"{head[:-1]}, " + ", ".join(lists) + "}\n"
    return write_or_check(HERE / "metrics.json", text, options.check, tolerance=1e-9)


def rounded(case):
    """Expected numbers to 15 digits; what they were computed from stays as it is."""
    return {name: shortened(of) if name == "expected" else of for name, of in case.items()}


if __name__ == "__main__":
    sys.exit(main())
