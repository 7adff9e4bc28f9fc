"""Reference values by routes that share nothing with Modelgate's code: scipy, statsmodels, scikit-learn.

Where no package has the method (Tango's interval, McNemar's mid-p) the definition itself is coded, in another form
than Modelgate's: Tango's restricted estimate by numerical maximisation of the likelihood instead of the closed form.
"""

import math
import warnings
from importlib.metadata import version

import numpy as np
from scipy import optimize, stats
from sklearn import metrics
from statsmodels.stats.contingency_tables import mcnemar as statsmodels_mcnemar
from statsmodels.stats.proportion import proportion_confint

PACKAGES = ("numpy", "scipy", "scikit-learn", "statsmodels", "pandas", "pyarrow")


def versions() -> dict[str, str]:
    return {name: version(name) for name in PACKAGES}


def restricted_loss(wins: int, losses: int, n: int, difference: float) -> float:
    """Maximum-likelihood P(only the champion is right) when P(wins) - P(losses) is held at `difference`.

    Log-likelihood b ln(q + D) + c ln q + (n - b - c) ln(1 - 2q - D) on max(0, -D) <= q <= (1 - D)/2: concave, so its
    derivative has at most one root and otherwise the maximum is at an end.
    """
    low, high = max(0.0, -difference), (1 - difference) / 2
    concordant = n - wins - losses

    def slope(q: float) -> float:
        total = 0.0
        if wins:
            total += wins / (q + difference) if q + difference > 0 else math.inf
        if losses:
            total += losses / q if q > 0 else math.inf
        if concordant:
            rest = 1 - 2 * q - difference
            total -= 2 * concordant / rest if rest > 0 else math.inf
        return total

    gap = (high - low) * 1e-15
    if high - low <= 0:
        return low
    if slope(low + gap) <= 0:
        return low
    if slope(high - gap) >= 0:
        return high
    return optimize.brentq(slope, low + gap, high - gap, xtol=1e-16, rtol=8.9e-16, maxiter=500)


def tango_z(wins: int, losses: int, n: int, difference: float) -> float:
    """Score statistic of Tango (1998), Statistics in Medicine 17, 891-908, equation 3."""
    distance = wins - losses - n * difference
    q = restricted_loss(wins, losses, n, difference)
    variance = n * (2 * q + difference * (1 - difference))
    if variance <= 1e-18 * n:
        return 0.0 if abs(distance) < 1e-12 else math.copysign(math.inf, distance)
    return distance / math.sqrt(variance)


def tango_interval(wins: int, losses: int, n: int, level: float) -> list[float]:
    """Differences whose score test is not rejected; where no root exists the limit is the end of [-1, 1]."""
    critical = stats.norm.ppf((1 + level) / 2)
    point = (wins - losses) / n

    def limit(end: float, target: float) -> float:
        if point == end:
            return end
        inner = end * (1 - 1e-13)
        reach = lambda d: tango_z(wins, losses, n, d) - target  # noqa: E731
        # the estimate itself has z = 0 or, when the variance vanishes there, nothing on either side of it
        start = point + math.copysign(1e-13, end - point)
        if (reach(start) > 0) == (reach(inner) > 0):
            return end
        return optimize.brentq(reach, start, inner, xtol=1e-15, rtol=8.9e-16, maxiter=1000)

    return [limit(-1.0, critical), limit(1.0, -critical)]


def mcnemar(wins: int, losses: int) -> dict[str, float]:
    """Two-sided p-values. Mid-p: Fagerland, Lydersen and Laake (2013), BMC Medical Research Methodology 13:91."""
    table = [[0, wins], [losses, 0]]
    m, fewer = wins + losses, min(wins, losses)
    if m == 0:
        return {"statistic": 0.0, "asymptotic": 1.0, "exact": 1.0, "midP": 1.0}
    asymptotic = statsmodels_mcnemar(table, exact=False, correction=False)
    exact = float(statsmodels_mcnemar(table, exact=True).pvalue)
    mid = min(1.0, 2 * stats.binom.cdf(fewer, m, 0.5) - stats.binom.pmf(fewer, m, 0.5))
    return {
        "statistic": float(asymptotic.statistic),
        "asymptotic": float(asymptotic.pvalue),
        "exact": min(1.0, exact),
        "midP": float(mid),
    }


def wilson(successes: int, trials: int, level: float) -> list[float]:
    return [float(x) for x in proportion_confint(successes, trials, alpha=1 - level, method="wilson")]


def paired_t(champion: np.ndarray, candidate: np.ndarray, level: float) -> dict[str, object]:
    """Mean of candidate - champion with Student's interval; null where there is none."""
    differences = np.asarray(candidate, float) - np.asarray(champion, float)
    mean = float(differences.mean())
    if len(differences) < 2 or np.ptp(differences) == 0:
        return {"mean": mean, "interval": None, "t": None, "p": None}
    result = stats.ttest_rel(candidate, champion)
    interval = result.confidence_interval(level)
    return {
        "mean": mean,
        "interval": [float(interval.low), float(interval.high)],
        "t": float(result.statistic),
        "p": float(result.pvalue),
    }


def classification(label: np.ndarray, predicted: np.ndarray, positive: int | None) -> dict[str, float | None]:
    """scikit-learn's metrics with zero_division=nan; null where the value, or that of a class in the mean, is NaN.

    scikit-learn leaves undefined classes out of a mean; Modelgate calls such a mean undefined, hence the second rule.
    """
    values: dict[str, float | None] = {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        values["accuracy"] = metrics.accuracy_score(label, predicted)
        values["balanced_accuracy"] = metrics.balanced_accuracy_score(label, predicted)
        classes = np.union1d(label, predicted)
        support = np.array([(label == k).sum() for k in classes])
        for name, score in (
            ("precision", metrics.precision_score),
            ("recall", metrics.recall_score),
            ("f1", metrics.f1_score),
        ):
            each = score(label, predicted, labels=classes, average=None, zero_division=np.nan)
            if positive is not None:
                values[name] = score(label, predicted, labels=[positive], average=None, zero_division=np.nan)[0]
            for average in ("macro", "micro", "weighted"):
                counted = each if average == "macro" else each[support > 0]
                value = score(label, predicted, labels=classes, average=average, zero_division=np.nan)
                values[f"{name}_{average}"] = math.nan if average != "micro" and np.isnan(counted).any() else value
    return {name: None if math.isnan(value) else float(value) for name, value in values.items()}


def quantile(values: np.ndarray, probability: float) -> float:
    """Hyndman and Fan's type 7, numpy's `linear`."""
    return float(np.quantile(values, probability, method="linear"))
