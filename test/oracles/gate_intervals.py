"""Intervals of the gate oracle: exact ones from scipy and statsmodels, bootstraps by numpy.

Two bootstraps with other random numbers do not agree, so a bootstrap bound is a bracket: what the bound may be when the
other side draws as many resamples as Modelgate does, within four standard errors of both drawings together.
"""

import math
from dataclasses import dataclass, replace

import numpy as np
import statsmodels.api as sm
from scipy import optimize, special, stats

from reference import tango_interval, wilson

REPLICATES = 9_999
LEAST_CLUSTERS = 10
# of the bracket, in standard errors
REACH = 4.0


class TooClose(Exception):
    """Random numbers, not the rows, would decide this case: choose another one."""


@dataclass(frozen=True)
class Undecidable:
    estimate: float | None
    reason: str


@dataclass(frozen=True)
class Interval:
    estimate: float
    # each bound as (least, most); equal for exact methods
    lower: tuple[float, float]
    upper: tuple[float, float]
    method: str
    error: float | None = None
    guard: tuple[float, float] | None = None
    # bounds that a proof must clear as well; exact
    careful: tuple[float, float] | None = None


def exact(estimate, lower, upper, method, error=None, guard=None) -> Interval:
    return Interval(estimate, (lower, lower), (upper, upper), method, error, guard)


def scaled(interval, by: float, shift: float):
    """x -> x / by + shift, by > 0."""
    if isinstance(interval, Undecidable):
        return replace(interval, estimate=interval.estimate / by + shift)
    of = lambda pair: tuple(x / by + shift for x in pair)  # noqa: E731
    return replace(
        interval,
        estimate=interval.estimate / by + shift,
        lower=of(interval.lower),
        upper=of(interval.upper),
        error=None if interval.error is None else interval.error / by,
        guard=None if interval.guard is None else of(interval.guard),
        careful=None if interval.careful is None else of(interval.careful),
    )


class Design:
    """Weights and clusters, rows of weight 0 left out; equal weights are none."""

    def __init__(self, rows: int, weights=None, clusters=None):
        self.all_rows = rows
        weights = None if weights is None else np.asarray(weights, float)
        self.kept = np.arange(rows) if weights is None else np.flatnonzero(weights > 0)
        own = None if weights is None else weights[self.kept]
        self.weights = None if own is None or np.ptp(own) == 0 else own
        self.clusters = None
        if clusters is not None:
            names = np.asarray(clusters, dtype=object)[self.kept]
            self.clusters = np.unique([str(name) for name in names], return_inverse=True)[1]
        self.rows = len(self.kept)
        if self.clusters is not None and self.clusters.max() + 1 == self.rows >= LEAST_CLUSTERS:
            self.clusters = None  # each row its own
        self.units = self.rows if self.clusters is None else int(self.clusters.max()) + 1

    @property
    def plain(self) -> bool:
        return self.weights is None and self.clusters is None and self.rows == self.all_rows

    @property
    def too_few(self) -> bool:
        return self.clusters is not None and self.units < LEAST_CLUSTERS

    def of(self, values):
        return np.asarray(values)[self.kept]

    def row_weights(self) -> np.ndarray:
        return np.ones(self.rows) if self.weights is None else self.weights

    def unit_of(self) -> np.ndarray:
        return np.arange(self.rows) if self.clusters is None else self.clusters

    def mean(self, values) -> float:
        return float(np.average(self.of(values), weights=self.weights))

    def resampled(self, rng, replicates=REPLICATES) -> np.ndarray:
        """Weights of rows in every resample of units."""
        drawn = rng.multinomial(self.units, np.full(self.units, 1 / self.units), size=replicates).astype(float)
        return drawn[:, self.unit_of()] * self.row_weights()

    def without_one(self) -> np.ndarray:
        """Weights of rows without each unit in turn."""
        left = np.arange(self.units)[:, None] != self.unit_of()[None, :]
        return left * self.row_weights()

    def with_more(self, step: float) -> np.ndarray:
        """Weights of rows with each unit in turn weighing 1 + step."""
        more = np.arange(self.units)[:, None] == self.unit_of()[None, :]
        return (1 + step * more) * self.row_weights()


# --- means -----------------------------------------------------------------------------------------------------------


def t_interval(values, design: Design, level: float, size: float):
    """Estimate, standard error and degrees of freedom of a mean, by statsmodels; or why there is none.

    `size`: of the numbers that values are differences of; values that differ by their rounding only do not vary.
    """
    values = design.of(values).astype(float)
    mean = float(np.average(values, weights=design.weights))
    if design.too_few or design.units < 2:
        return Undecidable(mean, "too-few-rows")
    # squares of numbers beyond 1e150 are infinite, those of 1e-300 are 0: neither tells how they vary
    size = max(size, float(np.abs(values).max()))
    if size > 1e150 or np.ptp(values) <= 2 * np.finfo(float).eps * size or np.var(values) == 0:
        return Undecidable(mean, "degenerate-variance")
    ones = np.ones(len(values))
    if design.clusters is not None:
        model = sm.WLS(values, ones, weights=design.row_weights())
        # statsmodels' own small-sample factor is G/(G - 1) x (n - 1)/(n - k), and k = 1
        fitted = model.fit(cov_type="cluster", cov_kwds={"groups": design.clusters, "use_correction": True})
        error = float(fitted.bse[0])
    elif design.weights is not None:
        error = float(sm.WLS(values, ones, weights=design.weights).fit(cov_type="HC1").bse[0])
    else:
        error = float(stats.sem(values))
    freedom = design.units - 1
    reach = stats.t.ppf((1 + level) / 2, freedom) * error
    return mean, error, freedom, mean - reach, mean + reach


def mean_interval(values, design: Design, level: float, reach=None, size: float = 0.0):
    """Student's t; with a range the guard of one more unit at its edge (worst for below, best for above)."""
    found = t_interval(values, design, level, size)
    if isinstance(found, Undecidable) and (reach is None or found.reason != "degenerate-variance"):
        return found
    guard = None if reach is None else rare_drop_bounds(values, design, level, *reach)
    if isinstance(found, Undecidable):
        return exact(design.mean(values), *guard, "t", None, guard)
    mean, error, _, lower, upper = found
    return replace(exact(mean, lower, upper, "t", error, guard), careful=hall_bounds(values, design, level, mean, error))


def hall_bounds(values, design: Design, level: float, mean: float, error: float):
    """Hall (1992): g(T) = T + a T^2/3 + a^2 T^3/27 + a/6 is t distributed, a = skewness/sqrt(units). Only where a bound of
    t would, by the first term of its Edgeworth expansion, miss in more than 1.4 times the stated share of cases."""
    values, weights = design.of(values).astype(float), design.row_weights()
    residuals = np.bincount(design.unit_of(), weights * (values - mean), design.units)
    a = float(stats.skew(residuals / np.abs(residuals).max())) / math.sqrt(design.units)
    alpha = (1 - level) / 2
    z = stats.norm.ppf(1 - alpha)
    worst = min(1.0, alpha + abs(a) / 6 * (2 * z**2 + 1) * stats.norm.pdf(z))
    if abs(worst / alpha - 1.4) < 1e-6:
        raise TooClose("announced tails")
    if worst < 1.4 * alpha:
        return None
    g = lambda x: x + a * x**2 / 3 + a**2 * x**3 / 27 + a / 6  # noqa: E731
    reach = stats.t.ppf(1 - alpha, design.units - 1)
    # g is monotone: twice the reach in either direction until it is enclosed
    far = next(2.0**k for k in range(1, 60) if g(-(2.0**k)) < -reach and g(2.0**k) > reach)
    of = lambda to: optimize.brentq(lambda x: g(x) - to, -far, far, xtol=1e-14, rtol=8.9e-16)  # noqa: E731
    return mean - error * of(reach), mean - error * of(-reach)


def rare_drop_bounds(values, design: Design, level: float, worst: float, best: float):
    """Bounds of the mean of units with one more of mean weight, all of whose rows are the worst, or the best."""
    values = design.of(values).astype(float)
    unit, weights = design.unit_of(), design.row_weights()
    of_units = np.bincount(unit, weights, design.units)
    sums = np.bincount(unit, weights * values, design.units)
    more = of_units.mean()

    def bound(value, side):
        w, s = np.append(of_units, more), np.append(sums, value * more)
        count = len(w)
        mean = s.sum() / w.sum()
        error = math.sqrt(count / (count - 1) * ((s - w * mean) ** 2).sum()) / w.sum()
        return float(mean + side * stats.t.ppf((1 + level) / 2, count - 1) * error)

    return bound(worst, -1), bound(best, 1)


def welch(candidate, champion, factor: float, level: float):
    estimate = float(np.mean(candidate) - factor * np.mean(champion))
    if min(len(candidate), len(champion)) < 2:
        return Undecidable(estimate, "too-few-rows")
    if np.ptp(candidate) == 0 and np.ptp(champion) == 0:
        return Undecidable(estimate, "degenerate-variance")
    found = stats.ttest_ind(candidate, factor * np.asarray(champion, float), equal_var=False)
    low, high = found.confidence_interval(level)
    error = math.sqrt(np.var(candidate, ddof=1) / len(candidate) + factor**2 * np.var(champion, ddof=1) / len(champion))
    return exact(estimate, float(low), float(high), "welch", error)


# --- shares ----------------------------------------------------------------------------------------------------------


def wilson_interval(right, level: float):
    share = float(np.mean(right))
    low, high = wilson(int(np.sum(right)), len(right), level)
    return exact(share, low, high, "wilson", math.sqrt(share * (1 - share) / len(right)))


def tango(candidate, champion, level: float):
    wins = int(((candidate == 1) & (champion == 0)).sum())
    losses = int(((candidate == 0) & (champion == 1)).sum())
    n = len(candidate)
    difference = (wins - losses) / n
    low, high = tango_interval(wins, losses, n, level)
    error = math.sqrt(max(0.0, (wins + losses) / n - difference**2) / n)
    return exact(difference, low, high, "tango", error)


def effective_count(values, design: Design, single: float, level: float) -> float:
    """As many independent rows as have the variance of this mean (Rao and Scott 1992), at most those of Kish's design
    effect of clusters of unequal size, and fewer for the degrees of freedom of that variance (Korn and Graubard 1998):
    Kish's number of units less one."""
    found = t_interval(values, design, level, 0.0)
    sums = np.bincount(design.unit_of(), design.row_weights(), design.units)
    kish = float(sums.sum() ** 2 / (sums**2).sum())
    if isinstance(found, Undecidable) or single <= 0 or found[1] == 0:
        return kish
    upper = (1 + level) / 2
    allowed = (stats.norm.ppf(upper) / stats.t.ppf(upper, max(1.0, kish - 1))) ** 2
    return min(design.rows / size_effect(values, design), single / found[1] ** 2) * allowed


def size_effect(values, design: Design) -> float:
    """1 + ICC (sum n^2 / sum n - 1), Kish (1965); the intraclass correlation by Fisher's F of a one-way analysis of variance
    (Donner and Klar 2000): (F - 1)/(F - 1 + n0). Rows of unequal weight: 1."""
    if design.clusters is None or design.weights is not None or design.rows == design.units:
        return 1.0
    values = design.of(values).astype(float)
    groups = [values[design.clusters == k] for k in range(design.units)]
    size = np.array([len(of) for of in groups], float)
    typical = (size.sum() - (size**2).sum() / size.sum()) / (design.units - 1)
    within = any(np.ptp(of) > 0 for of in groups)
    f = float(stats.f_oneway(*groups).statistic) if within else math.inf
    correlation = max(0.0, (f - 1) / (f - 1 + typical)) if within else 1.0
    return 1 + correlation * ((size**2).sum() / size.sum() - 1)


def designed_share(right, design: Design, level: float):
    """Wilson's interval with the effective count."""
    if design.weights is None and design.clusters is None and design.rows > 1:
        return wilson_interval(design.of(right), level)
    share = design.mean(right)
    if design.too_few or design.units < 2:
        return Undecidable(share, "too-few-rows")
    rows = effective_count(right, design, share * (1 - share), level)
    low, high = wilson(share * rows, rows, level)
    return exact(share, low, high, "wilson", design_error(right, design, level))


def designed_difference(candidate, champion, design: Design, level: float):
    """Tango's interval with b, c and n divided by the design effect."""
    if design.weights is None and design.clusters is None and design.rows > 1:
        return tango(design.of(candidate), design.of(champion), level)
    values = np.asarray(candidate) - np.asarray(champion)
    difference, changed = design.mean(values), design.mean(np.abs(values))
    if design.too_few or design.units < 2:
        return Undecidable(difference, "too-few-rows")
    rows = effective_count(values, design, max(0.0, changed - difference**2), level)
    wins, losses = ((changed + side * difference) / 2 * rows for side in (1, -1))
    low, high = tango_interval(*(0.0 if x < 1e-12 else x for x in (wins, losses)), rows, level)
    return exact(difference, low, high, "tango", design_error(values, design, level))


def design_error(values, design: Design, level: float) -> float:
    found = t_interval(values, design, level, 0.0)
    return 0.0 if isinstance(found, Undecidable) else found[1]


def miettinen_nurminen(candidate, champion, level: float):
    """Miettinen and Nurminen (1985). Not by statsmodels 0.15, whose restricted estimate does not maximise the likelihood:
    its cubic has count0 x diff where the paper has n0 x diff (`score_test_proportions_2indep`, tmp1)."""
    a, n, b, m = int(candidate.sum()), len(candidate), int(champion.sum()), len(champion)
    p, q = a / n, b / m

    def score(difference: float) -> float:
        low, high = max(0.0, -difference), min(1.0, 1 - difference)

        def slope(rate: float) -> float:
            terms = ((a, rate + difference), (-(n - a), 1 - rate - difference), (b, rate), (-(m - b), 1 - rate))
            return sum(count / of if of > 0 else math.copysign(math.inf, count) for count, of in terms if count)

        gap = (high - low) * 1e-14
        if slope(low + gap) <= 0:
            rate = low
        elif slope(high - gap) >= 0:
            rate = high
        else:
            rate = optimize.brentq(slope, low + gap, high - gap, xtol=1e-16, rtol=8.9e-16)
        own = rate + difference
        variance = (own * (1 - own) / n + rate * (1 - rate) / m) * (n + m) / (n + m - 1)
        distance = p - q - difference
        return distance / math.sqrt(variance) if variance > 0 else math.copysign(math.inf, distance)

    z = stats.norm.ppf((1 + level) / 2)
    near = 1e-12
    low = optimize.brentq(lambda d: score(d) - z, -1 + near, p - q - near, xtol=1e-14)
    high = optimize.brentq(lambda d: score(d) + z, p - q + near, 1 - near, xtol=1e-14)
    return exact(p - q, low, high, "miettinen-nurminen", math.sqrt(p * (1 - p) / n + q * (1 - q) / m))


def unseen_share(units: int, level: float) -> float:
    z2 = stats.norm.ppf((1 + level) / 2) ** 2
    return z2 / (units + z2)


# --- areas under the ROC curve -----------------------------------------------------------------------------------------


def delong(label, candidate, champion, level: float):
    """DeLong, DeLong and Clarke-Pearson (1988) as they write it: the m x n matrix of comparisons."""
    positive = label == 1

    def parts(score):
        above = score[positive][:, None] - score[~positive][None, :]
        psi = (above > 0) + 0.5 * (above == 0)
        return psi.mean(), psi.mean(axis=1), psi.mean(axis=0)

    (a, v10, v01), (b, w10, w01) = parts(candidate), parts(champion)
    variance = np.var(v10 - w10, ddof=1) / positive.sum() + np.var(v01 - w01, ddof=1) / (~positive).sum()
    error = math.sqrt(variance)
    if error < 1e-12:
        order = lambda s: np.sign(s[:, None] - s[None, :])  # noqa: E731
        same = (order(candidate) == order(champion)).all()
        return exact(0.0, 0.0, 0.0, "identical-ranking", 0.0) if same else Undecidable(float(a - b), "degenerate-variance")
    reach = stats.norm.ppf((1 + level) / 2) * error
    return exact(float(a - b), float(a - b - reach), float(a - b + reach), "delong", error)


def from_influence(influence) -> tuple[float, np.ndarray]:
    """Standard error of a statistic from its derivatives by the weight of each unit; their sum is 0."""
    units = len(influence)
    error = math.sqrt(units / (units - 1) * (influence**2).sum())
    return (0.0, influence) if error < 1e-12 else (error, influence)


def logit_limits(value: float, error: float, freedom: int, level: float):
    """Newcombe (2006); at 0 and 1 Clopper and Pearson's other limit for freedom + 1 rows."""
    alpha = (1 - level) / 2
    if min(value, 1 - value) < 1e-12:
        low, high = stats.beta.ppf(alpha, freedom + 1, 1), stats.beta.ppf(1 - alpha, 1, freedom + 1)
        return (0.0, float(high)) if value < 0.5 else (float(low), 1.0)
    # delta method: the derivative of the logit is 1/(p (1 - p))
    reach = stats.t.ppf(1 - alpha, freedom) * error / (value * (1 - value))
    return tuple(float(special.expit(special.logit(value) + side * reach)) for side in (-1, 1))


def recovered_difference(first, second, correlation: float, factor: float):
    """Zou (2007) for first - factor x second, each (value, limits): the variance at each limit is recovered from the limits
    there, of factor x second as a whole."""
    (a, (a_low, a_high)), (value, limits) = first, second
    b, (b_low, b_high) = factor * value, sorted(factor * limit for limit in limits)
    # factor x second turns round where the factor is negative, and so does its correlation
    r = correlation * math.copysign(1, factor)
    reach = lambda x, y: math.sqrt(max(0.0, x**2 + y**2 - 2 * r * x * y))  # noqa: E731
    return a - b - reach(a - a_low, b_high - b), a - b + reach(a_high - a, b - b_low)


# --- quantiles ---------------------------------------------------------------------------------------------------------


def order_ranks(rows: int, probability: float, level: float):
    """1-based ranks whose binomial tails hold alpha on either side; None where there are too few rows."""
    alpha = (1 - level) / 2
    k = np.arange(0, rows + 1)
    low = int((stats.binom.cdf(k, rows, probability) <= alpha).sum())  # largest k with P(Bin <= k - 1) <= alpha
    reached = np.flatnonzero(stats.binom.sf(np.arange(1, rows + 1) - 1, rows, probability) <= alpha)
    return low or None, (int(reached[0]) + 1 if len(reached) else None)


def quantiles_of(values, weights: np.ndarray, probability: float, weighted: bool) -> np.ndarray:
    """The quantile under every row of weights: type 7 of drawn rows, or type 2 of weights."""
    order = np.argsort(values, kind="stable")
    v, w = np.asarray(values, float)[order], weights[:, order]
    reached = np.cumsum(w, axis=1)
    total = reached[:, -1]
    some = w > 0
    at_least = lambda target: np.argmax((reached >= target[:, None]) & some, axis=1)  # noqa: E731
    if not weighted:
        rank = probability * (total - 1)
        below = np.floor(rank + 1e-12)
        first, second = at_least(below + 1), at_least(np.minimum(below + 2, total))
        return v[first] + (rank - below) * (v[second] - v[first])
    slack = 1e-12 * total
    target = probability * total
    first = at_least(target - slack)
    found = v[first]
    edge = reached[np.arange(len(w)), first] <= target + slack
    after = np.argmax(some & (np.arange(w.shape[1])[None, :] > first[:, None]), axis=1)
    return np.where(edge & (after > first), (found + v[after]) / 2, found)


def quantile(values, design: Design, probability: float) -> float:
    return float(quantiles_of(design.of(values), design.row_weights()[None, :], probability, design.weights is not None)[0])


def quantile_interval(values, design: Design, probability: float, level: float):
    """Order statistics; of rows that count differently those of as many rows as the design is worth (Woodruff)."""
    estimate = quantile(values, design, probability)
    if design.too_few:
        return Undecidable(estimate, "too-few-rows")
    own = design.of(values).astype(float)
    order = np.argsort(own, kind="stable")
    if design.weights is None and design.clusters is None:
        ranks = order_ranks(design.rows, probability, level)
        low, high = (None if rank is None else float(own[order][rank - 1]) for rank in ranks)
    else:
        weights = design.row_weights()
        share = weights[own <= estimate].sum() / weights.sum()
        inside = (own <= estimate).astype(float)
        residuals = np.bincount(design.unit_of(), weights * (inside - share), design.units)
        error = math.sqrt(design.units / (design.units - 1) * (residuals**2).sum()) / weights.sum()
        alpha = (1 - level) / 2
        if error > 0 and 0 < share < 1:
            worth = share * (1 - share) / error**2
        else:
            sums = np.bincount(design.unit_of(), weights, design.units)
            worth = sums.sum() ** 2 / (sums**2).sum()
        if design.clusters is not None:
            worth *= (stats.t.ppf(alpha, max(1, design.rows - 1)) / stats.t.ppf(alpha, design.units - 1)) ** 2
        if worth < design.rows + 1e-6 and abs(worth - round(worth)) < 1e-6:
            raise TooClose("effective rows")
        worth = min(design.rows, worth)
        whole = max(1, math.floor(worth))
        reached = np.cumsum(weights[order])

        def at(rank):
            if rank is None:
                return None
            target = (rank - 0.5) / whole * reached[-1]
            return float(own[order][np.argmax(reached >= target - 1e-12 * reached[-1])])

        low, high = (at(rank) for rank in order_ranks(whole, probability, level))
    return exact(estimate, -math.inf if low is None else low, math.inf if high is None else high, "order-statistic")


# --- bootstrap ---------------------------------------------------------------------------------------------------------


def acceleration_of(values) -> float:
    """Efron (1987), eq. (6.6), of jackknife values, or of negated influence values."""
    known = values[~np.isnan(values)]
    influence = known.mean() - known
    squares = (influence**2).sum()
    # values that are equal but for rounding
    if squares <= len(known) * (1e-15 * abs(known.mean())) ** 2:
        return 0.0
    return float((influence**3).sum() / (6 * squares**1.5))


def bootstrap(point: float, values, level: float, acceleration: float | None, slack: float = 0.0):
    """BCa, or the percentile interval where there is no acceleration. `constant` where no resample differs."""
    alpha = (1 - level) / 2
    undefined = int(np.isnan(values).sum())
    limit = alpha * len(values)
    if abs(undefined - limit) < 5 * math.sqrt(max(undefined, 1)):
        if undefined:
            raise TooClose("resamples without a value")
    if undefined > limit:
        return Undecidable(point, "degenerate-variance")
    v = np.sort(values[~np.isnan(values)])
    spread = v[-1] - v[0]
    if spread <= 1e-12 * abs(v[0]):
        return "constant"
    method = "percentile" if acceleration is None else "bca"
    a = acceleration or 0.0
    z0, z0_error = 0.0, 0.0
    if acceleration is not None:
        tie = 1e-12 * spread
        below, up_to = (np.searchsorted(v, point + side * tie) for side in (-1, 1))
        p = (below + up_to) / 2 / len(v)
        if p in (0.0, 1.0):
            return Undecidable(point, "degenerate-variance")
        if min(p, 1 - p) * len(v) < 50:
            raise TooClose("bias")
        z0 = stats.norm.ppf(p)
        z0_error = math.sqrt(2 * p * (1 - p) / len(v)) / stats.norm.pdf(z0)

    def bracket(side: int):
        """Side -1: the lower bound. Mirrored for the upper one, so that negating the statistic negates the bounds."""
        z, bias, acc = stats.norm.ppf(alpha), -side * z0, -side * a
        shifted = bias + z
        if 1 - acc * shifted <= 0.05:
            raise TooClose("acceleration")
        center = bias + shifted / (1 - acc * shifted)
        share = stats.norm.cdf(center)
        drawn = math.sqrt(2 * share * (1 - share) / len(v)) / stats.norm.pdf(center)
        error = math.hypot(drawn, z0_error * (1 + 1 / (1 - acc * shifted) ** 2))
        room = REACH * error + slack * abs(acc) * shifted**2
        ranks = [stats.norm.cdf(center + way * room) * (len(v) + 1) for way in (-1, 1)]
        if ranks[0] < 3:
            raise TooClose("too few resamples beyond the bound")
        first, last = math.floor(ranks[0]) - 1, math.ceil(ranks[1]) + 1
        return (v[first - 1], v[last - 1]) if side < 0 else (v[-last], v[-first])

    lower, upper = (tuple(float(x) for x in bracket(side)) for side in (-1, 1))
    return Interval(point, lower, upper, method, float(np.std(v)))
