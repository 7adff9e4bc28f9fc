"""Metrics of the gate oracle: values by scikit-learn, pytrec_eval and SQuAD's rules, and as functions of row weights.

A bootstrap needs each metric under thousands of weights of rows. These vectorised forms are held against the packages
on the rows themselves before anything is resampled with them.
"""

import math
import warnings
from dataclasses import dataclass
from typing import Callable

import numpy as np
import pytrec_eval
from scipy import stats
from sklearn import metrics as sk

from random_metrics import normalized, token_f1

EPSILON = np.finfo(np.float64).eps


@dataclass(frozen=True)
class Quantity:
    """What a check measures of one side. Exactly one of rows, of_weights and quantile."""

    kind: str  # share, mean, function, quantile
    value: float | None
    rows: np.ndarray | None = None
    range: tuple[float, float] | None = None
    of_weights: Callable[[np.ndarray], np.ndarray] | None = None
    # what units are when a row can be many (repeats); None: as the examples say
    probability: float = 0.5
    ranks: bool = False
    # rows of the class that has fewest, of metrics that rank
    rarest: int = 0
    # by how much a sum of sizes is too high, on average, where the truth is 0
    noise: float | None = None


UNDEFINED = Quantity("undefined", None)


def number(compute):
    """None where scikit-learn warns that it is undefined, refuses or gives no number."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            found = float(compute())
        except (ValueError, ZeroDivisionError, UserWarning, RuntimeWarning):
            return None
    return found if math.isfinite(found) else None


def weighted(design) -> dict:
    return {"sample_weight": None if design.weights is None else design.weights}


def checked(name: str, design, of_weights, expected: float | None) -> None:
    found = float(of_weights(design.row_weights()[None, :])[0])
    if expected is None:
        assert math.isnan(found), f"{name}: {found} where the package has no value"
    else:
        assert abs(found - expected) <= 1e-11 * max(1, abs(expected)), f"{name}: {found}, {expected} in the package"


# --- predicted classes ---------------------------------------------------------------------------------------------------

MICRO = {"accuracy", "precision_micro", "recall_micro", "f1_micro"}
OWN_SCALE = {"matthews_corrcoef", "cohen_kappa"}


def over(numerator, denominator):
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(denominator > 0, numerator / denominator, np.nan)


def of_confusion(name: str, c: np.ndarray, positive: int) -> np.ndarray:
    """A metric of confusion matrices (resample, label, prediction); NaN where it, or a class in its mean, is undefined."""
    size = 1e-9
    actual, predicted = c.sum(axis=2), c.sum(axis=1)
    hits = np.einsum("bkk->bk", c)
    rows = c.sum(axis=(1, 2))
    each = {
        "precision": over(hits, predicted),
        "recall": over(hits, actual),
        "f1": over(2 * hits, actual + predicted),
        "jaccard": over(hits, actual + predicted - hits),
    }
    occurs = (actual > size) | (predicted > size)
    if name in each:
        return each[name][:, positive]
    if name == "balanced_accuracy":
        return np.nanmean(each["recall"], axis=1)
    if name == "matthews_corrcoef":
        chance = (actual * predicted).sum(axis=1)
        spread = lambda m: rows**2 - (m**2).sum(axis=1)  # noqa: E731
        one = ((actual > size).sum(axis=1) < 2) | ((predicted > size).sum(axis=1) < 2)
        return np.where(one, np.nan, over(rows * hits.sum(axis=1) - chance, np.sqrt(spread(actual) * spread(predicted))))
    if name == "cohen_kappa":
        chance = (actual * predicted).sum(axis=1) / rows**2
        none = np.abs(1 - chance) < 1e-12
        return np.where(none, np.nan, over(hits.sum(axis=1) / rows - chance, 1 - chance))
    base, average = name.rsplit("_", 1)
    if average == "micro":
        return over(hits.sum(axis=1), 2 * rows - hits.sum(axis=1)) if base == "jaccard" else hits.sum(axis=1) / rows
    counted = occurs if average == "macro" else actual > size
    weights = counted.astype(float) if average == "macro" else actual
    of = each[base]
    if base == "jaccard":
        counted = counted & ~np.isnan(of)
    return np.where(counted, of * weights, 0).sum(axis=1) / np.where(counted, weights, 0).sum(axis=1)


def class_value(name: str, label, predicted, positive: int, design) -> float | None:
    """scikit-learn's; undefined where it substitutes a number or leaves an undefined class out of a mean."""
    label, predicted, options = design.of(label), design.of(predicted), weighted(design)
    if name == "accuracy":
        return number(lambda: sk.accuracy_score(label, predicted, **options))
    if name == "balanced_accuracy":
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # "y_pred contains classes not in y_true" changes nothing
            return float(sk.balanced_accuracy_score(label, predicted, **options))
    if name == "matthews_corrcoef":
        spread = len(set(label)) > 1 and len(set(predicted)) > 1
        return number(lambda: sk.matthews_corrcoef(label, predicted, **options)) if spread else None
    if name == "cohen_kappa":
        return number(lambda: sk.cohen_kappa_score(label, predicted, **options))
    base, _, average = name.partition("_")
    score = getattr(sk, f"{base}_score")
    present = sorted(set(label) | set(predicted))
    options["zero_division"] = np.nan
    if base == "jaccard":
        options["zero_division"] = 0
        if average == "" and positive not in present:
            return None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if average == "":
            found = float(score(label, predicted, labels=[positive], average=None, **options)[0])
        else:
            each = score(label, predicted, labels=present, average=None, **options)
            support = np.array([k in set(label) for k in present])
            counted = each if average == "macro" else each[support]
            found = float(score(label, predicted, labels=present, average=average, **options))
            if average != "micro" and np.isnan(counted).any():
                return None
    return None if math.isnan(found) else found


def class_quantity(name: str, label, predicted, positive: int, classes: int, design) -> Quantity:
    value = class_value(name, label, predicted, positive, design)
    if value is None:
        return UNDEFINED
    if name in MICRO:
        right = (np.asarray(label) == np.asarray(predicted)).astype(float)
        return Quantity("share", value, rows=right, range=(0, 1))
    cell = design.of(np.asarray(label) * classes + np.asarray(predicted))
    cells = np.eye(classes * classes)[cell]

    def of_weights(weights):
        return of_confusion(name, (weights @ cells).reshape(-1, classes, classes), positive)

    checked(name, design, of_weights, value)
    return Quantity("function", value, of_weights=of_weights)


# --- scores ----------------------------------------------------------------------------------------------------------------


def area(positive, score):
    """Area under the ROC curve for many weights: one sort, ties by half."""
    order = np.argsort(score, kind="stable")
    p, s = positive[order], score[order]
    starts = np.flatnonzero(np.r_[True, s[1:] != s[:-1]])

    def of_weights(weights):
        w = weights[:, order]
        a = np.add.reduceat(w * p, starts, axis=1)
        b = np.add.reduceat(w * (1 - p), starts, axis=1)
        below = np.cumsum(b, axis=1) - b
        return over((a * (below + b / 2)).sum(axis=1), a.sum(axis=1) * b.sum(axis=1))

    return of_weights


def precision_area(positive, score):
    order = np.argsort(-score, kind="stable")
    p, s = positive[order], score[order]
    starts = np.flatnonzero(np.r_[True, s[1:] != s[:-1]])

    def of_weights(weights):
        w = weights[:, order]
        a = np.add.reduceat(w * p, starts, axis=1)
        both = np.cumsum(np.add.reduceat(w, starts, axis=1), axis=1)
        hits = np.cumsum(a, axis=1)
        with np.errstate(divide="ignore", invalid="ignore"):
            at = np.where(both > 0, hits / both, 0)
        return over((a * at).sum(axis=1), hits[:, -1])

    return of_weights


def calibration(outcome, probability, bins: int):
    """Bins of equal width, closed above, the first one below too (sklearn.calibration.calibration_curve)."""
    of = np.searchsorted(np.arange(1, bins) / bins, probability, side="left")
    gaps = np.eye(bins)[of] * (probability - outcome)[:, None]
    return lambda weights: np.abs(weights @ gaps).sum(axis=1) / weights.sum(axis=1)


def calibration_quantity(outcome, probability, bins: int, design) -> Quantity:
    """With the mean error of a calibrated model: in each bin |sum w (p - outcome)| is half-normal, whose mean scipy has."""
    of_weights = calibration(outcome, probability, bins)
    of = np.searchsorted(np.arange(1, bins) / bins, probability, side="left")
    w = design.row_weights()
    deviations = np.sqrt(np.bincount(of, w**2 * probability * (1 - probability), bins))
    noise = float(deviations.sum() * stats.halfnorm.mean() / w.sum())
    return Quantity("function", float(of_weights(w[None, :])[0]), of_weights=of_weights, noise=noise)


def score_quantity(name: str, label, score, design) -> Quantity:
    """Of a binary task; label 1 for the positive class."""
    base, _, parameter = name.partition("@")
    y, s = design.of(label).astype(float), design.of(score).astype(float)
    options = weighted(design)
    both = 0 < y.sum() < len(y)
    if base in ("roc_auc", "average_precision"):
        if not (both if base == "roc_auc" else y.sum() > 0):
            return UNDEFINED
        compute = sk.roc_auc_score if base == "roc_auc" else sk.average_precision_score
        value = number(lambda: compute(y, s, **options))
        of_weights = (area if base == "roc_auc" else precision_area)(y, s)
        checked(name, design, of_weights, value)
        return Quantity("function", value, of_weights=of_weights, ranks=True, rarest=rarest_of(y))
    if base == "expected_calibration_error":
        return calibration_quantity(y, s, int(parameter or 15), design)
    label, score = np.asarray(label, float), np.asarray(score, float)
    if base == "log_loss":
        value = number(lambda: sk.log_loss(y, s, labels=[0, 1], **options))
        rows = -np.log(np.clip(np.where(label == 1, score, 1 - score), EPSILON, 1 - EPSILON))
        return means(name, value, rows, None, design)
    value = number(lambda: sk.brier_score_loss(y, s, pos_label=1, **options))
    return means(name, value, (score - label) ** 2, (0, 1), design)


def rarest_of(labels) -> int:
    return int(np.unique(labels, return_counts=True)[1].min())


def means(name: str, value, rows, limits, design) -> Quantity:
    if value is None:
        return UNDEFINED
    found = design.mean(rows)
    assert abs(found - value) <= 1e-9 * max(1, abs(value)), f"{name}: {found}, {value} in the package"
    finite = limits if limits is not None and all(map(math.isfinite, limits)) else None
    return Quantity("mean", value, rows=np.asarray(rows, float), range=finite)


def scores_quantity(name: str, label, scores, design) -> Quantity:
    """Of several classes; one column of scores a class, label their position."""
    base, _, parameter = name.partition("@")
    all_rows = np.asarray(scores, float)
    y, s = design.of(label), design.of(all_rows)
    classes = s.shape[1]
    labels = np.arange(classes)
    options = weighted(design)
    if base.startswith("roc_auc"):
        average = "weighted" if base.endswith("weighted") else "macro"
        one_vs_one = "_ovo" in base
        present = [k for k in labels if (y == k).any()]
        if one_vs_one:
            if len(present) < 2:
                return UNDEFINED
            own = {} if design.weights is None else None
            value = None if own is None or len(present) < classes else number(
                lambda: sk.roc_auc_score(y, s, multi_class="ovo", average=average, labels=labels)
            )
        else:
            if len(present) < classes and average == "macro" or len(present) < 2:
                return UNDEFINED
            value = number(lambda: sk.roc_auc_score(y, s, multi_class="ovr", average=average, labels=labels, **options))
        of_weights = (pairs if one_vs_one else rest)(y, s, average)
        if value is None:
            value = float(of_weights(design.row_weights()[None, :])[0])
        checked(name, design, of_weights, value)
        return Quantity("function", value, of_weights=of_weights, ranks=True, rarest=rarest_of(y))
    rows = np.arange(len(all_rows))
    if base == "log_loss":
        value = number(lambda: sk.log_loss(y, s, labels=labels, **options))
        given = np.clip(all_rows[rows, label], EPSILON, 1 - EPSILON)
        return means(name, value, -np.log(given), None, design)
    if base == "brier_score_loss":
        value = number(lambda: sk.brier_score_loss(y, s, labels=labels, scale_by_half=False, **options))
        return means(name, value, ((all_rows - np.eye(classes)[label]) ** 2).sum(axis=1), (0, 2), design)
    if base == "top_k_accuracy":
        k = int(parameter or 2)
        if k >= classes:
            return UNDEFINED  # 1 in scikit-learn, with a warning
        value = number(lambda: sk.top_k_accuracy_score(y, s, k=k, labels=labels, **options))
        own = all_rows[rows, label]
        # as scikit-learn: of equal scores the class that comes later is ranked first
        ahead = (all_rows > own[:, None]) | ((all_rows == own[:, None]) & (labels[None, :] > np.asarray(label)[:, None]))
        return means(name, value, (ahead.sum(axis=1) < k).astype(float), (0, 1), design)
    top = s.argmax(axis=1)
    return calibration_quantity((top == y).astype(float), s.max(axis=1), int(parameter or 15), design)


def rest(label, scores, average: str):
    """One class against the rest."""
    areas = [area((label == k).astype(float), scores[:, k]) for k in range(scores.shape[1])]

    def of_weights(weights):
        each = np.stack([of(weights) for of in areas], axis=1)
        if average == "macro":
            return each.mean(axis=1)
        support = np.stack([weights @ (label == k) for k in range(scores.shape[1])], axis=1)
        return np.where(support > 0, each * support, 0).sum(axis=1) / support.sum(axis=1)

    return of_weights


def pairs(label, scores, average: str):
    """Each pair of classes, both ways; a row of weight 2 is two rows."""
    classes = scores.shape[1]

    def of_weights(weights):
        total, sum_of = np.zeros(len(weights)), np.zeros(len(weights))
        for j in range(classes):
            for k in range(j + 1, classes):
                here = (label == j) | (label == k)
                w = weights[:, here]
                first = area((label[here] == j).astype(float), scores[here, j])(w)
                second = area((label[here] == k).astype(float), scores[here, k])(w)
                of = (first + second) / 2
                share = w.sum(axis=1) if average == "weighted" else np.ones(len(weights))
                known = ~np.isnan(of)
                total += np.where(known, share * of, 0)
                sum_of += np.where(known, share, 0)
        return over(total, sum_of)

    return of_weights


# --- numbers -----------------------------------------------------------------------------------------------------------------


def pinball(truth, predicted, alpha):
    return np.maximum(alpha * (truth - predicted), (alpha - 1) * (truth - predicted))


def number_quantity(name: str, truth, predicted, design) -> Quantity:
    base, _, parameter = name.partition("@")
    alpha = float(parameter or 0.5)
    truth, predicted = np.asarray(truth, float), np.asarray(predicted, float)
    y, p = design.of(truth), design.of(predicted)
    options = weighted(design)
    if base == "median_absolute_error":
        value = number(lambda: sk.median_absolute_error(y, p, **options))
        return Quantity("quantile", value, rows=np.abs(truth - predicted))
    rows = {
        "mean_absolute_error": lambda: np.abs(truth - predicted),
        "mean_squared_error": lambda: (truth - predicted) ** 2,
        "mean_absolute_percentage_error": lambda: np.abs(truth - predicted) / np.abs(truth),
        "mean_pinball_loss": lambda: pinball(truth, predicted, alpha),
    }
    if base in rows:
        if base == "mean_pinball_loss":
            value = number(lambda: sk.mean_pinball_loss(y, p, alpha=alpha, **options))
        elif base == "mean_absolute_percentage_error" and (y == 0).any():
            return UNDEFINED  # scikit-learn divides by 2.2e-16
        else:
            value = number(lambda: getattr(sk, base)(y, p, **options))
        return means(name, value, rows[base](), None, design)
    squared = (y - p) ** 2
    if base == "root_mean_squared_error":
        value = number(lambda: sk.root_mean_squared_error(y, p, **options))
        of_weights = lambda w: np.sqrt((w @ squared) / w.sum(axis=1))  # noqa: E731
    elif np.ptp(y) == 0:
        return UNDEFINED  # scikit-learn has 0 or 1
    elif base == "r2":
        value = number(lambda: sk.r2_score(y, p, **options))
        center = y - np.average(y, weights=design.weights)
        none = 1e-12 * (center**2).max()

        def of_weights(w):
            spread = w @ center**2 - (w @ center) ** 2 / w.sum(axis=1)
            return over(spread - w @ squared, np.where(spread > none, spread, 0))

    else:
        score = sk.d2_absolute_error_score if base == "d2_absolute_error_score" else sk.d2_pinball_score
        value = number(lambda: score(y, p, **options, **({} if base == "d2_absolute_error_score" else {"alpha": alpha})))
        # the constant is held at that of the sample, whose loss is least there
        order = np.argsort(y, kind="stable")
        reached = np.cumsum(design.row_weights()[order]) / design.row_weights().sum()
        first = int(np.argmax(reached >= alpha - 1e-12))
        constant = y[order][first]
        if reached[first] <= alpha + 1e-12:
            constant = (constant + y[order][first + 1]) / 2
        own, spread = pinball(y, p, alpha), pinball(y, constant, alpha)
        of_weights = lambda w: 1 - over(w @ own, w @ spread)  # noqa: E731
    if value is None:
        return UNDEFINED
    checked(name, design, of_weights, value)
    return Quantity("function", value, of_weights=of_weights)


# --- rankings and answers ------------------------------------------------------------------------------------------------------


def ranking_quantity(name: str, judged: dict, run: dict, order: list, design) -> Quantity:
    """By trec_eval's code. Of documents with equal scores the less relevant one comes first."""
    base, _, cut = name.partition("@")
    if any(not any(grade > 0 for grade in judged[query].values()) for query in np.asarray(order)[design.kept]):
        return UNDEFINED
    placed = {}
    for query, documents in run.items():
        ranked = sorted(documents, key=lambda d: (-documents[d], judged.get(query, {}).get(d, 0), d))
        placed[query] = {document: float(len(ranked) - at) for at, document in enumerate(ranked)}
    grades = {q: {d: (int(2**g - 1) if base == "ndcg_burges" else g) for d, g in of.items()} for q, of in judged.items()}
    theirs = {"hit_rate": "success", "recall": "recall", "precision": "P", "map": "map_cut", "ndcg": "ndcg_cut"}
    measure = theirs.get(base.removesuffix("_burges"))
    if base == "mrr":
        found = pytrec_eval.RelevanceEvaluator(grades, {"recip_rank"}).evaluate(placed)
        rows = [found.get(query, {}).get("recip_rank", 0.0) for query in order]
        if cut:
            rows = [row if row > 0 and round(1 / row) <= int(cut) else 0.0 for row in rows]
    elif cut:
        found = pytrec_eval.RelevanceEvaluator(grades, {f"{measure}.{cut}"}).evaluate(placed)
        rows = [found.get(query, {}).get(f"{measure}_{cut}", 0.0) for query in order]
    else:
        plain = measure.removesuffix("_cut")
        found = pytrec_eval.RelevanceEvaluator(grades, {plain}).evaluate(placed)
        rows = [found.get(query, {}).get(plain, 0.0) for query in order]
    return means(name, design.mean(rows), np.array(rows), (0, 1), design)


def answer_quantity(name: str, answers, predictions, design) -> Quantity:
    """SQuAD 2.0."""
    rows = []
    for prediction, right in zip(predictions, answers, strict=True):
        listed = [] if right is None else [right] if isinstance(right, str) else right
        golds = [gold for gold in map(normalized, listed) if gold] or [""]
        given = normalized(prediction)
        each = [float(given == g) if name == "exact_match" else token_f1(given, g, "2.0") for g in golds]
        rows.append(max(each))
    return means(name, design.mean(rows), np.array(rows), (0, 1), design)
