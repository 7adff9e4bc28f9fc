"""What a whole gate must come to: worked out from its policy and tables by the rules of docs/comparing.md.

Shares no code with packages/: values and intervals come from gate_metrics.py and gate_intervals.py, and what they mean
for a bound is written down here a second time.
"""

import math
from dataclasses import dataclass, replace

import numpy as np
from scipy import stats

from gate_intervals import (
    Design,
    Interval,
    TooClose,
    Undecidable,
    acceleration_of,
    bootstrap,
    delong,
    designed_difference,
    designed_share,
    exact,
    from_influence,
    logit_limits,
    mean_interval,
    miettinen_nurminen,
    quantile,
    quantile_interval,
    quantiles_of,
    recovered_difference,
    scaled,
    tango,
    unseen_share,
    welch,
    wilson_interval,
)
from gate_metrics import (
    MICRO,
    UNDEFINED,
    Quantity,
    answer_quantity,
    area,
    class_quantity,
    means,
    number_quantity,
    of_confusion,
    over,
    ranking_quantity,
    score_quantity,
    scores_quantity,
)

RULES = ("at-least", "at-most", "max-regression", "min-improvement", "max-improvement")
WORST = ("error", "fail", "inconclusive", "warn", "pass")
BROKEN = {
    "at-least": "below-limit",
    "at-most": "above-limit",
    "max-regression": "margin-exceeded",
    "min-improvement": "not-improved",
    "max-improvement": "improved-too-much",
}
LOWER_IS_BETTER = ("log_loss", "brier_score_loss", "expected_calibration_error", "mean_", "root_mean", "median_absolute")
QUANTILES = {"median": 0.5, "p90": 0.9, "p95": 0.95, "p99": 0.99}
# of the power that planning takes
POWER = stats.norm.ppf(0.8)


class Refused(Exception):
    """The gate, or a check, ends as an error with this reason code."""


@dataclass(frozen=True)
class Bound:
    rule: str
    of: str  # value, difference, relative
    above: bool
    threshold: float
    judged: str
    opponent: str


def limit_of(text) -> tuple[float, str]:
    if isinstance(text, str):
        return (float(text[:-2]), "points") if text.endswith("pt") else (float(text[:-1]), "percent")
    return float(text), "own"


def better_of(check: dict) -> str:
    if "better" in check:
        return check["better"]
    if "behavior" in check:
        return "lower"
    if "metric" in check:
        return "lower" if check["metric"].startswith(LOWER_IS_BETTER) else "higher"
    return "lower" if "at-most" in check and "at-least" not in check else "higher"


def bounds_of(check: dict, anchored: bool) -> list[Bound]:
    higher, judged = better_of(check) == "higher", check.get("judged", "proven")

    def against(rule, text, opponent):
        size, unit = limit_of(text)
        size = size if unit == "own" else size / 100
        better = -size if rule == "max-regression" else size
        above = (rule != "max-improvement") == higher
        return Bound(rule, "relative" if unit == "percent" else "difference", above, (better if higher else -better) + 0.0, judged, opponent)

    found = []
    for rule in RULES:
        if rule not in check:
            continue
        if rule in ("at-least", "at-most"):
            found.append(Bound(rule, "value", rule == "at-least", float(check[rule]), judged, "champion"))
        else:
            found.append(against(rule, check[rule], "champion"))
    if anchored:
        text = check.get("max-regression-from-anchor", check.get("max-regression"))
        if text is not None:
            found.append(against("max-regression", text, "anchor"))
    return found


class Gate:
    def __init__(self, policy: dict, tables: dict, seed: int):
        self.policy, self.gate, self.seed = policy, policy["gates"]["g"], seed
        self.level = policy.get("confidence", 0.95)
        self.task = self.gate.get("task", "generic")
        self.tables = tables
        self.examples = self.gate.get("examples")
        self.sides = {
            side: tables[self.gate[side]["table"]]
            for side in ("candidate", "champion", "anchor")
            if side in self.gate and self.gate[side].get("table") in tables
        }
        self.unpaired = self.gate.get("pairing") == "none"
        self.repeats = self.gate["candidate"].get("repeats", False)
        if self.task == "ranking":
            self.read_rankings()
        elif self.unpaired:
            self.rows = len(next(iter(self.sides["candidate"].values())))
            self.design = Design(self.rows)
        else:
            self.read_rows()
        self.memo: dict = {}

    # --- rows -----------------------------------------------------------------------------------------------------------

    def read_rows(self):
        golden = self.tables[self.examples["table"]] if self.examples else self.sides["candidate"]
        keys = golden["id"]
        self.rows = len(keys)
        place = {key: at for at, key in enumerate(keys)}
        self.golden = golden
        self.at = {side: np.array([place[key] for key in table["id"]]) for side, table in self.sides.items()}
        if not self.repeats:
            self.sides = {
                side: {name: [column[i] for i in np.argsort(self.at[side])] for name, column in table.items()}
                for side, table in self.sides.items()
            }
            self.at = {side: np.arange(self.rows) for side in self.sides}
        weight, cluster = ((self.examples or {}).get(name) for name in ("weight", "cluster"))
        self.design = Design(self.rows, golden[weight] if weight else None, golden[cluster] if cluster else None)
        if self.task == "behavioral" or not (self.examples or {}).get("label"):
            return
        if self.task in ("binary", "multiclass", "generic"):
            prediction = self.gate["candidate"].get("prediction")
            said = [table[prediction] for table in self.sides.values()] if prediction else []
            known = {str(value) for column in (golden[self.examples["label"]], *said) for value in column}
            self.classes = sorted(known)
            self.code = {name: code for code, name in enumerate(self.classes)}
            self.positive = self.code.get(str(self.gate.get("positive")), -1)

    def read_rankings(self):
        named = self.examples
        golden = self.tables[named["table"]]
        document, label = (golden[named[name]] for name in ("document", "label"))
        key = [str(query) for query in golden[named["key"]]]
        self.order = list(dict.fromkeys(key))
        self.judged = {query: {} for query in self.order}
        for query, of, grade in zip(key, document, label, strict=True):
            self.judged[query][str(of)] = int(grade)
        first = {query: key.index(query) for query in self.order}
        column = lambda name: [golden[named[name]][first[q]] for q in self.order] if name in named else None  # noqa: E731
        self.rows = len(self.order)
        self.design = Design(self.rows, column("weight"), column("cluster"))
        self.runs = {}
        spec = self.gate["candidate"]
        for side, table in self.sides.items():
            run = {query: {} for query in self.order}
            scores = table[spec["score"]] if "score" in spec else [-rank for rank in table[spec["rank"]]]
            for query, of, score in zip(map(str, table[named["key"]]), table[spec["document"]], scores, strict=True):
                if of is not None and of != "":
                    run[query][str(of)] = float(score)
            self.runs[side] = run

    # --- what a check measures of one side ----------------------------------------------------------------------------------

    def quantity(self, check_id: str, side: str) -> Quantity:
        key = (check_id, side)
        if key not in self.memo:
            check = self.gate["checks"][check_id]
            if "behavior" in check:
                self.memo[key] = self.behavior(check_id, check, side)
            elif "column" in check:
                self.memo[key] = self.column(check, side)
            else:
                self.memo[key] = self.outcomes(self.metric(check["metric"], side))
        return self.memo[key]

    def outcomes(self, of: Quantity) -> Quantity:
        """A mean of hits and misses, such as exact_match, is a share; not so that of runs, which may be any fraction."""
        once = not self.repeats or all(len(at) == self.rows for at in self.at.values())
        is_share = of.kind == "mean" and of.range == (0, 1) and np.isin(of.rows, (0, 1)).all()
        return replace(of, kind="share") if is_share and once else of

    def design_of(self, check_id: str) -> Design:
        check = self.gate["checks"][check_id]
        return self.cases(check_id, check)[3] if "behavior" in check else self.design

    def metric(self, name: str, side: str) -> Quantity:
        if self.task == "ranking":
            return ranking_quantity(name, self.judged, self.runs[side], self.order, self.design)
        if self.repeats:
            return self.repeated(name, side)
        table, label, spec = self.sides[side], self.golden[self.examples["label"]], self.gate["candidate"]
        return self.plain_metric(name, table, label, spec, self.design)

    def plain_metric(self, name, table, label, spec, design) -> Quantity:
        if self.task == "regression":
            return number_quantity(name, label, table[spec["prediction"]], design)
        if self.task == "answers":
            return answer_quantity(name, label, table[spec["prediction"]], design)
        codes = np.array([self.code[str(value)] for value in label])
        if name.startswith(("roc_auc", "average_precision", "log_loss", "brier", "expected_cal", "top_k")):
            if self.task == "binary":
                return score_quantity(name, (codes == self.positive).astype(int), np.array(table[spec["score"]]), design)
            names = self.scored_classes(table, spec)
            places = np.array([names.index(str(value)) for value in label])
            columns = [table[self.score_column(spec, of)] for of in names]
            return scores_quantity(name, places, np.array(columns, float).T, design)
        predicted = np.array([self.code[str(value)] for value in table[spec["prediction"]]])
        return class_quantity(name, codes, predicted, self.positive, len(self.classes), design)

    @staticmethod
    def score_column(spec, name):
        scores = spec["scores"]
        return scores.replace("{class}", name) if isinstance(scores, str) else scores[name]

    @staticmethod
    def scored_classes(table, spec):
        scores = spec["scores"]
        if not isinstance(scores, str):
            return list(scores)
        before = scores.split("{class}")[0]
        return [name.removeprefix(before) for name in table if name.startswith(before)]

    def repeated(self, name: str, side: str) -> Quantity:
        """Runs are averaged within their example; of counts, a run is one of its example's K."""
        table, at, spec = self.sides[side], self.at[side], self.gate["candidate"]
        label = [self.golden[self.examples["label"]][i] for i in at]
        runs = Design(len(at))
        classes = self.task in ("binary", "multiclass") and not name.startswith(("log_loss", "brier", "top_k"))
        if not classes or name in MICRO:
            of_runs = self.plain_metric(name, table, label, spec, runs)
            if of_runs.kind == "undefined":
                return UNDEFINED
            return self.averaged(of_runs.rows, at, of_runs.range)
        repeats = np.bincount(at, minlength=self.rows)
        share = Design(len(at), self.design_weights()[at] / repeats[at])
        of_runs = self.plain_metric(name, table, label, spec, share)
        if of_runs.kind == "undefined":
            return UNDEFINED
        place = np.full(self.rows, -1)
        place[self.design.kept] = np.arange(self.design.rows)
        kept = at[share.kept]

        def of_weights(weights):
            return of_runs.of_weights(weights[:, place[kept]] / repeats[kept])

        return replace(of_runs, of_weights=of_weights)

    def design_weights(self) -> np.ndarray:
        weights = np.zeros(self.rows)
        weights[self.design.kept] = self.design.row_weights()
        return weights

    def averaged(self, values, at, limits) -> Quantity:
        rows = np.bincount(at, np.asarray(values, float), self.rows) / np.bincount(at, minlength=self.rows)
        return Quantity("mean", self.design.mean(rows), rows=rows, range=limits)

    def column(self, check: dict, side: str) -> Quantity:
        table, statistic = self.sides[side], check["statistic"]
        values = np.array([float(value) for value in table[check["column"]]])
        design = Design(len(values)) if self.unpaired else self.design
        if statistic == "ratio":
            under = check["per"]
            below = np.array(table[under] if under in table else self.golden[under], float)
            if self.repeats:
                at = self.at[side]
                values = self.averaged(values, at, None).rows
                below = self.averaged(below, at, None).rows if under in table else below
            top, bottom = design.of(values), design.of(below)
            of_weights = lambda w: over(w @ top, w @ bottom)  # noqa: E731
            value = float(of_weights(design.row_weights()[None, :])[0])
            return UNDEFINED if math.isnan(value) else Quantity("function", value, of_weights=of_weights)
        limits = (0, 1) if statistic == "rate" else tuple(check["range"]) if "range" in check else None
        if self.repeats:
            runs = self.averaged(values, self.at[side], limits)
            return self.outcomes(runs) if statistic == "rate" else runs
        if statistic == "rate":
            return Quantity("share", design.mean(values), rows=values, range=limits)
        if statistic == "mean":
            return means(statistic, design.mean(values), values, limits, design)
        probability = QUANTILES[statistic]
        return Quantity("quantile", quantile(values, design, probability), rows=values, probability=probability)

    # --- behaviour ----------------------------------------------------------------------------------------------------------

    def cases(self, check_id: str, check: dict):
        key = (check_id, "cases")
        if key not in self.memo:
            self.memo[key] = self.find_cases(check_id, check)
        return self.memo[key]

    def find_cases(self, check_id: str, check: dict):
        golden, named = self.golden, self.examples
        test = check.get("test", check_id)
        own = [i for i in range(self.rows) if str(golden[named["test"]][i]) == test]
        if check["behavior"] == "minimum-functionality":
            own = [i for i in own if golden[named["label"]][i] not in (None, "")]
        if not own:
            raise Refused("metric-undefined")
        of = golden[named["case"]] if "case" in named else list(range(self.rows))
        groups = list(dict.fromkeys(of[i] for i in own))
        first = [next(i for i in own if of[i] == group) for group in groups]
        column = lambda name: [golden[named[name]][i] for i in first] if name in named else None  # noqa: E731
        return own, of, groups, Design(len(groups), column("weight"), column("cluster"))

    def behavior(self, check_id: str, check: dict, side: str) -> Quantity:
        own, of, groups, design = self.cases(check_id, check)
        golden, named, table, spec = self.golden, self.examples, self.sides[side], self.gate["candidate"]
        said = table[spec["prediction"]] if "prediction" in spec else None
        score = np.array(table[spec["score"]], float) if "score" in spec else None
        tolerance, kind = check.get("tolerance", 0.1), check["behavior"]
        failed = dict.fromkeys(groups, 0.0)
        for i in own:
            if kind == "minimum-functionality":
                fails = str(said[i]) != str(golden[named["label"]][i])
            else:
                original = next(j for j in own if of[j] == of[i] and golden[named["original"]][j])
                if original == i:
                    continue
                moved = None if score is None else score[i] - score[original]
                if kind == "invariance":
                    same = said is not None and said[i] == said[original]
                    fails = not same and (moved is None or abs(moved) > tolerance)
                else:
                    fails = moved < -tolerance if check["direction"] == "increasing" else moved > tolerance
                if moved is not None and abs(abs(moved) - tolerance) < 1e-9:
                    raise TooClose("at the tolerance")
            failed[of[i]] = max(failed[of[i]], float(fails))
        rows = np.array(list(failed.values()))
        return Quantity("share", design.mean(rows), rows=rows, range=(0, 1))

    # --- effects ----------------------------------------------------------------------------------------------------------------

    def effect(self, check_id: str, bound: Bound, level: float):
        check = self.gate["checks"][check_id]
        own = self.quantity(check_id, "candidate")
        if own.kind == "undefined":
            return "metric-undefined"
        design = self.design_of(check_id)
        if bound.of == "value":
            return self.value_effect(check_id, own, Design(len(own.rows)) if self.unpaired and own.rows is not None else design, level)
        theirs = self.quantity(check_id, bound.opponent)
        if theirs.kind == "undefined":
            return "metric-undefined"
        relative = bound.of == "relative"
        if relative and abs(theirs.value) < 1e-9:
            return "champion-near-zero"
        factor = 1 + bound.threshold * math.copysign(1, theirs.value) if relative else 1.0
        back = (lambda found: scaled(found, abs(theirs.value), bound.threshold)) if relative else (lambda found: found)
        pair = (check_id, bound.opponent)
        if self.unpaired:
            return back(self.unpaired_effect(pair, check, own, theirs, factor, level))
        if (own.kind == "share") != (theirs.kind == "share"):
            raise TooClose("hits and misses of one side only")
        if own.kind == "share" and not relative:
            if design.plain:
                return tango(own.rows, theirs.rows, level)
            return designed_difference(own.rows, theirs.rows, design, level)
        if own.kind == "share" and design.plain:
            mean = lambda of: replace(of, kind="function", of_weights=lambda w: (w @ of.rows) / w.sum(axis=1))  # noqa: E731
            return self.function_effect(pair, mean(own), mean(theirs), "relative", design, level, self.class_cells(check_id, bound.opponent))
        if own.kind in ("share", "mean"):
            return back(self.mean_effect(own, theirs, factor, design, level))
        if own.kind == "quantile":
            return back(self.quantile_effect(pair, own, theirs, factor, design, level))
        if own.ranks:
            return back(self.rank_effect(pair, check, own, theirs, factor, design, level))
        return self.function_effect(pair, own, theirs, bound.of, design, level, self.class_cells(check_id, bound.opponent))

    def value_effect(self, check_id, own, design, level):
        if own.kind == "share":
            return wilson_interval(own.rows, level) if design.plain else designed_share(own.rows, design, level)
        if own.kind in ("share", "mean"):
            return mean_interval(own.rows, design, level, own.range)
        if own.kind == "quantile":
            return quantile_interval(own.rows, design, own.probability, level)
        if own.ranks:
            return self.rank_effect((check_id, None), {}, own, None, 0.0, design, level)
        return self.function_effect((check_id, None), own, None, "value", design, level, self.class_cells(check_id, None))

    @staticmethod
    def mean_effect(own, theirs, factor, design, level):
        if own.range is None and factor == 1 and np.array_equal(design.of(own.rows), design.of(theirs.rows)):
            if design.too_few or design.units < 2:
                return Undecidable(0.0, "too-few-rows")
            reach = unseen_share(design.units, level) * float(np.ptp(design.of(own.rows)))
            return exact(0.0, -reach, reach, "unanimous")
        reach = None
        if own.range is not None:
            low, high = own.range
            least, most = sorted((factor * low, factor * high))
            reach = (low - most, high - least)
        size = max(np.abs(own.rows).max(), np.abs(factor * theirs.rows).max())
        return mean_interval(own.rows - factor * theirs.rows, design, level, reach, size)

    def replicates(self, key, design: Design, of, stream: int = 0) -> np.ndarray:
        """Values of a statistic under resampled weights, kept for other levels; all of a gate share the weights."""
        if key not in self.memo:
            drawn = ("drawn", id(design) if stream == 0 else design.rows, stream)
            if drawn not in self.memo:
                self.memo[drawn] = design.resampled(np.random.default_rng([self.seed, stream]))
            self.memo[key] = of(self.memo[drawn])
        return self.memo[key]

    def function_effect(self, pair, own, theirs, of, design, level, cells):
        def statistic(weights, base_weights=None):
            value = own.of_weights(weights)
            if of == "value":
                return value
            base = theirs.of_weights(weights if base_weights is None else base_weights)
            if of == "difference":
                return value - base
            return np.where(np.abs(base) < 1e-9, np.nan, (value - base) / np.abs(base))

        weights = design.row_weights()[None, :]
        point = float(statistic(weights)[0])
        if design.too_few or (self.repeats and cells is not None and design.units < 10):
            return Undecidable(point, "too-few-rows")
        jackknife = statistic(design.without_one())
        values = self.replicates((*pair, of), design, statistic)
        sizes = own.noise is not None
        noisy = lambda found: self.without_noise(found, own, theirs, of) if sizes else found  # noqa: E731
        found = bootstrap(point, values, level, None if sizes else acceleration_of(jackknife))
        counted = cells is not None and design.plain and not self.repeats
        if isinstance(found, Interval) and of != "value" and not sizes and not counted:
            return replace(found, careful=self.linearised(statistic, point, design, level))
        if found != "constant":
            return noisy(found)
        share = unseen_share(design.units, level)
        if cells is not None:
            return self.unanimous_cells(cells, of, share, design)
        # every row that was seen may be what unseen ones are like
        moved = (1 - share) * weights + share * weights.sum() * np.eye(design.rows)
        reached = statistic(moved, np.repeat(weights, design.rows, axis=0))
        reached = np.append(reached[~np.isnan(reached)], point)
        return noisy(exact(point, float(reached.min()), float(reached.max()), "unanimous"))

    @staticmethod
    def without_noise(found, own, theirs, of):
        """A sum of sizes is too high by up to its noise, and its resamples by as much again: percentile and basic bootstrap
        (Davison and Hinkley 1997, 5.2) err to opposite sides, the wider of both is taken, and then the noise off."""
        if not isinstance(found, Interval):
            return found
        point, size = found.estimate, abs(theirs.value) if of == "relative" else 1.0
        mirrored = lambda pair: (2 * point - pair[1], 2 * point - pair[0])  # noqa: E731
        beyond = lambda least, pair, other: tuple(map(least, pair, mirrored(other)))  # noqa: E731
        lower = tuple(x - own.noise / size for x in beyond(min, found.lower, found.upper))
        if of == "value":
            return replace(found, lower=tuple(max(0.0, x) for x in lower))
        return replace(found, lower=lower, upper=tuple(x + theirs.noise / size for x in beyond(max, found.upper, found.lower)))

    @staticmethod
    def linearised(statistic, point, design, level):
        """t from the derivatives of the statistic by the weight of each unit (Binder 1983)."""
        step = 1e-5
        influence = (statistic(design.with_more(step)) - statistic(design.with_more(-step))) / (2 * step)
        error, _ = from_influence(influence)
        if not error > 0:
            return None
        reach = stats.t.ppf((1 + level) / 2, design.units - 1) * error
        return point - reach, point + reach

    def class_cells(self, check_id, opponent):
        """Label, prediction and opponent's prediction of each row, where that is all that a check looks at."""
        check = self.gate["checks"][check_id]
        if self.unpaired:
            return None
        own = self.quantity(check_id, "candidate")
        theirs = self.quantity(check_id, opponent) if opponent else None
        if own.kind == "share":
            rows = own.rows.astype(int)
            return "accuracy", np.ones(len(rows), int), rows, None if theirs is None else theirs.rows.astype(int), 2, 1
        if "metric" not in check or own.kind != "function" or self.task not in ("binary", "multiclass"):
            return None
        if check["metric"].startswith(("roc_auc", "average_precision", "expected_cal")):
            return None
        spec = self.gate["candidate"]
        codes = lambda column: np.array([self.code[str(value)] for value in column])  # noqa: E731
        said = lambda side: codes(self.sides[side][spec["prediction"]])  # noqa: E731
        return (
            check["metric"],
            codes(self.golden[self.examples["label"]]),
            said("candidate"),
            said(opponent) if opponent else None,
            len(self.classes),
            self.positive,
        )

    def unanimous_cells(self, cells, of, share, design):
        """The worst and the best that so many rows could do that move from one prediction of one side to another."""
        name, label, own, theirs, classes, positive = cells
        if self.repeats:
            raise TooClose("which run is moved")
        weights = np.zeros(design.all_rows)
        weights[design.kept] = design.row_weights()
        total = weights.sum()

        def value(candidate, champion):
            first = float(self.confusion_value(name, candidate, positive))
            if of == "value":
                return first
            base = float(self.confusion_value(name, champion, positive))
            return first - base if of == "difference" else (first - base) / abs(base) if abs(base) >= 1e-9 else math.nan

        def matrix(predicted):
            return np.bincount(label * classes + predicted, weights, classes**2).reshape(classes, classes)

        matrices = [matrix(own), None if theirs is None else matrix(theirs)]
        point = value(*matrices)
        reached = [point]
        other = own if theirs is None else theirs
        for cell in {(a, b, c) for a, b, c in zip(label, own, other, strict=True)}:
            joint = weights[(label == cell[0]) & (own == cell[1]) & (other == cell[2])].sum()
            for side, said in ((0, cell[1]), (1, cell[2])):
                if matrices[side] is None:
                    continue
                # where rows do not count alike each side's rows are moved for themselves
                amount = min(share * total, joint if design.plain else matrices[side][cell[0], said])
                for to in range(classes):
                    if to == said:
                        continue
                    moved = [None if m is None else m.copy() for m in matrices]
                    moved[side][cell[0], said] -= amount
                    moved[side][cell[0], to] += amount
                    reached.append(value(*moved))
        reached = [x for x in reached if not math.isnan(x)]
        return exact(point, min(reached), max(reached), "unanimous")

    @staticmethod
    def confusion_value(name, matrix, positive):
        if name == "accuracy":
            return np.trace(matrix) / matrix.sum()
        return of_confusion(name, np.where(np.abs(matrix) < 1e-9, 0, matrix)[None], positive)[0]

    def rank_effect(self, pair, check, own, theirs, factor, design, level):
        found = self.ranked(pair, check, own, theirs, factor, design, level)
        if not isinstance(found, Interval) or found.method == "identical-ranking":
            return found
        step = 1e-5
        sides = [own] if theirs is None else [own, theirs]
        moved = [[of.of_weights(design.with_more(way)) for way in (step, -step)] for of in sides]
        spreads = [from_influence((up - down) / (2 * step)) for up, down in moved]
        freedom = max(1, min(own.rarest, design.units) - 1)
        limits = [(of.value, logit_limits(of.value, error, freedom, level)) for of, (error, _) in zip(sides, spreads, strict=True)]
        if theirs is None:
            return replace(found, careful=limits[0][1])
        (first, a), (second, b) = spreads
        together = design.units / (design.units - 1) * float((a * b).sum())
        correlation = min(1.0, max(-1.0, together / (first * second))) if first * second > 0 else 0.0
        return replace(found, careful=recovered_difference(*limits, correlation, factor))

    def ranked(self, pair, check, own, theirs, factor, design, level):
        def statistic(weights):
            return own.of_weights(weights) - (factor * theirs.of_weights(weights) if theirs else 0)

        if theirs and factor == 1 and check.get("metric") == "roc_auc" and design.plain:
            label = np.array([self.code[str(v)] == self.positive for v in self.golden[self.examples["label"]]]).astype(int)
            fewest = min(label.sum(), len(label) - label.sum())
            if fewest >= 2:
                score = self.gate["candidate"]["score"]
                scores = [np.array(self.sides[side][score], float) for side in ("candidate", pair[1])]
                found = delong(label, *scores, level)
                if fewest >= 10 or not isinstance(found, Interval) or found.method != "delong":
                    return found
                return self.by_class(pair, label, scores, found.estimate, level)
        point = float(statistic(design.row_weights()[None, :])[0])
        if theirs and factor == 1 and point == 0:
            step = 1e-6
            each = [of.of_weights(design.with_more(step)) for of in (own, theirs)]
            if np.array_equal(*each):
                return exact(0.0, 0.0, 0.0, "identical-ranking", 0.0)
        if design.too_few:
            return Undecidable(point, "too-few-rows")
        step = 1e-5
        influence = (statistic(design.with_more(step)) - statistic(design.with_more(-step))) / (2 * step)
        influence[np.abs(influence) < 1e-11] = 0
        resampled = self.replicates((*pair, own.of_weights), design, own.of_weights)
        if theirs:
            resampled = resampled - factor * self.replicates((*pair, theirs.of_weights), design, theirs.of_weights)
        found = bootstrap(point, resampled, level, acceleration_of(-influence), slack=0.02)
        return Undecidable(point, "degenerate-variance") if found == "constant" else found

    def by_class(self, pair, label, scores, point, level):
        """Positives and negatives resampled apart."""
        positive = label.astype(float)
        areas = [area(positive, score) for score in scores]
        statistic = lambda w: areas[0](w) - areas[1](w)  # noqa: E731
        key = (*pair, "by class")
        if key not in self.memo:
            rng = np.random.default_rng([self.seed, 77])
            weights = np.zeros((9_999, len(label)))
            for k in (0, 1):
                own = np.flatnonzero(label == k)
                weights[:, own] = rng.multinomial(len(own), np.full(len(own), 1 / len(own)), size=9_999)
            self.memo[key] = statistic(weights)
        # influence within each class: the other class and the class's own size are fixed
        step = 1e-5
        influence = np.zeros(len(label))
        for i in range(len(label)):
            own = label == label[i]
            at = []
            for way in (step, -step):
                weights = np.ones(len(label))
                weights[own] *= 1 - way / own.sum()
                weights[i] += way
                at.append(statistic(weights[None, :])[0])
            influence[i] = (at[0] - at[1]) / (2 * step)
        influence[np.abs(influence) < 1e-11] = 0
        found = bootstrap(point, self.memo[key], level, acceleration_of(-influence), slack=0.02)
        return Undecidable(point, "degenerate-variance") if found == "constant" else found

    def quantile_effect(self, pair, own, theirs, factor, design, level):
        p, weighted = own.probability, design.weights is not None
        if np.array_equal(design.of(own.rows), design.of(theirs.rows)):
            if design.too_few:
                return Undecidable(own.value - factor * theirs.value, "too-few-rows")
            share = unseen_share(design.units, level)
            at = lambda q: quantile(own.rows, design, q) - factor * own.value  # noqa: E731
            low = at(p - share) if p - share > 0 else -math.inf
            high = at(p + share) if p + share < 1 else math.inf
            return exact(own.value - factor * own.value, low, high, "unanimous")
        point = own.value - factor * theirs.value
        if design.too_few:
            return Undecidable(point, "too-few-rows")

        def of(weights):
            return np.stack([quantiles_of(design.of(side.rows), weights, p, weighted) for side in (own, theirs)], axis=1)

        values = self.replicates((*pair, "quantile"), design, of)
        found = bootstrap(point, values[:, 0] - factor * values[:, 1], level, None)
        return Undecidable(point, "degenerate-variance") if found == "constant" else found

    def unpaired_effect(self, pair, check, own, theirs, factor, level):
        statistic = check["statistic"]
        if statistic == "rate" and factor == 1:
            return miettinen_nurminen(own.rows, theirs.rows, level)
        if statistic in ("rate", "mean"):
            return welch(own.rows, theirs.rows, factor, level)
        if statistic == "ratio":
            sides = [own.of_weights, theirs.of_weights]
            sizes = [len(self.sides[side][check["column"]]) for side in ("candidate", pair[1])]
        else:
            p = own.probability
            sides = [lambda w, q=q: quantiles_of(q.rows, w, p, False) for q in (own, theirs)]
            sizes = [len(own.rows), len(theirs.rows)]
        designs = [Design(size) for size in sizes]
        values = [self.replicates((*pair, statistic, k), designs[k], sides[k], stream=k + 1) for k in (0, 1)]
        point = own.value - factor * theirs.value
        acceleration = None
        if statistic == "ratio":
            influences = []
            for k, by in ((0, 1.0), (1, -factor)):
                left = by * sides[k](designs[k].without_one())
                influences.append((left.mean() - left) * (sizes[k] - 1) / sizes[k])
            acceleration = acceleration_of(-np.concatenate(influences))
        found = bootstrap(point, values[0] - factor * values[1], level, acceleration)
        return Undecidable(point, "degenerate-variance") if found == "constant" else found

    # --- verdict ------------------------------------------------------------------------------------------------------------------

    def judge(self) -> dict:
        """Expected status, reason and numbers of every check; raises TooClose where random numbers would decide."""
        anchored = "anchor" in self.gate
        checks = {name: bounds_of(check, anchored) for name, check in self.gate["checks"].items()}
        levels = self.holm(checks)
        found = {name: self.judge_check(name, bounds, levels) for name, bounds in checks.items()}
        status = next(s for s in WORST if any(check["status"] == s for check in found.values()))
        reason = next(check["reason"] for check in found.values() if check["status"] == status)
        return {"status": status, "reason": reason, "checks": found}

    def holm(self, checks) -> dict:
        """The confidence at which each bound that is judged not-disproven is decided."""
        open_bounds = [(n, b) for n, bounds in checks.items() for b in bounds if b.judged == "not-disproven"]
        levels: dict = {}
        if self.gate.get("correction") == "none" or len(open_bounds) < 2:
            return levels
        alpha = (1 - self.level) / 2
        while open_bounds:
            level = 1 - 2 * alpha / len(open_bounds)
            levels.update({key: level for key in open_bounds})
            left = []
            for name, bound in open_bounds:
                effect = self.effect(name, bound, level)
                if not (isinstance(effect, Interval) and clears(effect.upper if bound.above else effect.lower, bound, not bound.above, effect)):
                    left.append((name, bound))
            if len(left) == len(open_bounds):
                break
            open_bounds = left
        return levels

    def judge_check(self, name, bounds, levels) -> dict:
        judged = [self.judge_bound(name, bound, levels.get((name, bound), self.level)) for bound in bounds]
        status = next(s for s in WORST if any(one["status"] == s for one in judged))
        check = {"status": status, "reason": next(one["reason"] for one in judged if one["status"] == status)}
        for side in ("candidate", "champion"):
            compared = side == "candidate" or any(b.of != "value" and b.opponent == side for b in bounds)
            if side in self.sides and compared:
                value = self.quantity(name, side).value
                if value is not None:
                    check[side] = value
        if len(judged) == 1:
            check["bounds"] = [{name: of for name, of in judged[0].items() if name not in ("status", "reason")}]
            return check
        return {**check, "bounds": judged}

    def judge_bound(self, name, bound, level) -> dict:
        effect = self.effect(name, bound, level)
        if isinstance(effect, str):
            return {"status": "error", "reason": effect}
        rows = self.design_of(name).rows
        # others are the candidate's value, or its difference to the champion's, where that is no rounding
        large = abs(self.quantity(name, "candidate").value) > 1e9
        shown = {"estimate": effect.estimate} if bound.of == "relative" or bound.opponent == "anchor" or large else {}
        if bound.judged == "estimate":
            if abs(effect.estimate - bound.threshold) < 1e-9:
                raise TooClose("estimate")
            holds = effect.estimate > bound.threshold if bound.above else effect.estimate < bound.threshold
            return {"status": "pass" if holds else "fail", "reason": "estimate-within-limit" if holds else BROKEN[bound.rule], **shown}
        if rows < self.gate.get("min-rows", 30):
            return {"status": "inconclusive", "reason": "too-few-rows", **shown}
        if isinstance(effect, Undecidable):
            return {"status": "inconclusive", "reason": effect.reason, **shown}
        finite = all(map(math.isfinite, (*effect.lower, *effect.upper)))
        short = lambda pair: pair[0] if pair[0] == pair[1] else pair  # noqa: E731
        if finite:
            shown |= {"interval": [short(effect.lower), short(effect.upper)], "method": effect.method}
        return {**self.decide(bound, effect, rows, level), **shown}

    def decide(self, bound, effect, rows, level) -> dict:
        holds = clears(effect.lower if bound.above else effect.upper, bound, bound.above, effect)
        broken = clears(effect.upper if bound.above else effect.lower, bound, not bound.above, effect)
        if broken:
            return {"status": "fail", "reason": BROKEN[bound.rule]}
        if bound.judged == "not-disproven":
            return {"status": "pass", "reason": "proven" if holds else "not-disproven"}
        if not holds:
            margin = bound.rule == "max-regression"
            hopeless = margin and self.unprovable(bound, effect)
            return {"status": "inconclusive", "reason": "unprovable-margin" if hopeless else "interval-spans-limit"}
        if effect.guard is not None:
            guard = effect.guard[0 if bound.above else 1]
            if not clears((guard, guard), bound, bound.above, replace(effect, lower=(guard, guard), upper=(guard, guard))):
                return {"status": "inconclusive", "reason": "rare-drop-not-excluded"}
        if effect.careful is not None:
            reached = effect.careful[0 if bound.above else 1]
            t = bound.threshold
            if abs(reached - t) < 1e-6 * max(1e-3, abs(t), abs(reached - effect.estimate)):
                raise TooClose("at the careful bound")
            if not (reached > t if bound.above else reached < t):
                return {"status": "inconclusive", "reason": "careful-bound-spans-limit"}
        return {"status": "pass", "reason": "proven"}

    def unprovable(self, bound, effect) -> bool:
        """Whether even an unchanged model would prove this margin with less than 80 % power."""
        if effect.method == "unanimous" or (effect.method == "tango" and effect.error == 0):
            reach = effect.estimate - effect.lower[0] if bound.above else effect.upper[0] - effect.estimate
            return math.isfinite(reach) and reach > 0 and abs(bound.threshold) < reach
        if not effect.error:
            return False
        # planned with the policy's own confidence
        provable = (stats.norm.ppf((1 + self.level) / 2) + POWER) * effect.error
        random = effect.method in ("bca", "percentile")
        if abs(abs(bound.threshold) / provable - 1) < (0.12 if random else 1e-6):
            raise TooClose("provable margin")
        return abs(bound.threshold) < provable


def clears(bracket, bound: Bound, above: bool, effect: Interval) -> bool:
    """Whether a bound of the interval lies strictly beyond the threshold, for every value that it may have."""
    least, most = bracket
    t = bound.threshold
    if least == most:
        if least != t and abs(least - t) < 1e-8 * max(1, abs(t)) and math.isfinite(least):
            raise TooClose("at the limit")
        return least > t if above else least < t
    room = 0.01 * (effect.upper[1] - effect.lower[0])
    if least - room <= t <= most + room:
        raise TooClose("within the bracket")
    return least > t if above else most < t
