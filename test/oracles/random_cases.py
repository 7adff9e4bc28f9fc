"""Small cases with expected numbers for the tests of packages/statistics and packages/metrics.

    python random_cases.py           # writes cases.json
    python random_cases.py --check   # recomputes and fails on a difference

80 cases: 60 random ones from a fixed seed, 20 degenerate ones written out below. README.md describes the fields.
"""

import argparse
import json
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from agreement import write_or_check
from reference import classification, mcnemar, paired_t, quantile, tango_interval, tango_z, versions, wilson

HERE = Path(__file__).parent
SEED = 20130901
RANDOM_CASES = 60
LEVELS = (0.8, 0.9, 0.95, 0.99)
PROBABILITIES = (0.05, 0.25, 0.5, 0.95, 0.99)


@dataclass(frozen=True)
class Case:
    id: str
    level: float
    margin: float
    # one decimal digit a row: its class
    label: str
    champion: str
    candidate: str
    # one number a row, such as a latency
    before: tuple[float, ...]
    after: tuple[float, ...]
    # wins, losses, examples of a larger comparison that is given by its counts alone
    large: tuple[int, int, int]


def digits(values: np.ndarray) -> str:
    return "".join(str(value) for value in values)


def random_case(rng: np.random.Generator, index: int) -> Case:
    rows = int(rng.integers(2, 60))
    classes = 2 if index % 2 == 0 else int(rng.integers(3, 6))
    label = rng.integers(0, classes, rows)
    right = rng.uniform(0.3, 0.95, size=2)
    champion, candidate = (np.where(rng.random(rows) < r, label, rng.integers(0, classes, rows)) for r in right)
    before = rng.gamma(2, 10, rows).round(2)
    after = (before * rng.normal(1.05, 0.2, rows)).round(2)
    examples = int(10 ** rng.uniform(2, 5))
    wins, losses, _ = rng.multinomial(examples, rng.dirichlet((1, 1, 10)))
    return Case(
        id=f"random-{index:02d}",
        level=LEVELS[index % len(LEVELS)],
        margin=float(rng.choice((0.005, 0.01, 0.02, 0.05))),
        label=digits(label),
        champion=digits(champion),
        candidate=digits(candidate),
        before=tuple(before.tolist()),
        after=tuple(after.tolist()),
        large=(int(wins), int(losses), examples),
    )


def degenerate(
    id: str, label: str, champion: str, candidate: str, before, after, large, level=0.95, margin=0.01
) -> Case:
    return Case(id, level, margin, label, champion, candidate, tuple(before), tuple(after), large)


ONES = (1.0,) * 10
UP = tuple(float(i) for i in range(10))
DEGENERATE = (
    degenerate("both-right", "0101010101", "0101010101", "0101010101", UP, UP, (0, 0, 1000)),
    degenerate("both-wrong", "0101010101", "1010101010", "1010101010", ONES, ONES, (0, 0, 1)),
    degenerate("one-row-won", "1", "0", "1", (3.0,), (2.5,), (1, 0, 1)),
    degenerate("one-row-lost", "1", "1", "0", (3.0,), (3.5,), (0, 1, 1)),
    degenerate("one-row-tied", "0", "0", "0", (3.0,), (3.0,), (0, 0, 2)),
    degenerate("all-won", "0101010101", "1010101010", "0101010101", UP, ONES, (1000, 0, 1000)),
    degenerate("all-lost", "0101010101", "0101010101", "1010101010", ONES, UP, (0, 1000, 1000)),
    degenerate("half-won-half-lost", "0000011111", "0000000000", "1111111111", UP, UP[::-1], (500, 500, 1000)),
    degenerate("only-positives", "1111111111", "1111111111", "1111111110", UP, UP, (0, 1, 1000)),
    degenerate("only-negatives", "0000000000", "0000000000", "0000000000", UP, UP, (1, 0, 1000)),
    degenerate("no-positive-label", "0000000000", "0000000001", "0000000011", UP, UP, (1, 1, 100_000)),
    degenerate("positive-never-predicted", "0000000111", "0000000000", "0000000001", UP, UP, (1, 1, 2)),
    degenerate("class-only-predicted", "0011001100", "0012001100", "0022001100", UP, UP, (2, 0, 3)),
    degenerate("class-never-predicted", "0011220011", "0011000011", "0011220011", UP, UP, (0, 2, 3)),
    degenerate("constant-change", "0101010101", "0101010100", "0101010111", UP, tuple(x + 2 for x in UP), (3, 3, 50)),
    degenerate("no-change", "0101010101", "0101010100", "0101010100", UP, UP, (0, 0, 100_000)),
    degenerate("two-rows", "01", "01", "00", (1.0, 2.0), (1.0, 2.5), (1, 0, 2)),
    degenerate(
        "tied-values", "0101010101", "0101011101", "0101010111", (5.0,) * 9 + (9.0,), (5.0,) * 8 + (9.0,) * 2, (7, 2, 9)
    ),
    degenerate(
        "large-offset",
        "0101010101",
        "1101010101",
        "0101010101",
        [1e9 + x for x in UP],
        [1e9 + x * x for x in UP],
        (0, 12, 50_000),
    ),
    degenerate("rare-losses", "0101010101", "0101010101", "0101010100", UP, (*UP[:-1], 8.0), (0, 3, 30), 0.999, 0.05),
)


def comparison(wins: int, losses: int, examples: int, level: float, margin: float) -> dict[str, object]:
    z = tango_z(wins, losses, examples, -margin)
    return {
        "wins": wins,
        "losses": losses,
        "examples": examples,
        "tango": tango_interval(wins, losses, examples, level),
        "tangoZ": z if np.isfinite(z) else None,
        "mcnemar": mcnemar(wins, losses),
    }


def expected(case: Case) -> dict[str, object]:
    label, champion, candidate = (np.array(list(row), dtype=int) for row in (case.label, case.champion, case.candidate))
    rows = len(label)
    wins = int(((candidate == label) & (champion != label)).sum())
    losses = int(((candidate != label) & (champion == label)).sum())
    positive = 1 if max(label.max(), champion.max(), candidate.max()) <= 1 else None
    right = int((candidate == label).sum())
    before, after = np.array(case.before), np.array(case.after)
    return {
        "id": case.id,
        "level": case.level,
        "margin": case.margin,
        "label": case.label,
        "champion": case.champion,
        "candidate": case.candidate,
        "positive": positive,
        "metrics": {
            "champion": classification(label, champion, positive),
            "candidate": classification(label, candidate, positive),
        },
        "pairs": [
            comparison(wins, losses, rows, case.level, case.margin),
            comparison(*case.large, case.level, case.margin),
        ],
        "wilson": {"successes": right, "trials": rows, "interval": wilson(right, rows, case.level)},
        "before": list(case.before),
        "after": list(case.after),
        "pairedT": paired_t(before, after, case.level),
        "quantiles": {str(p): [quantile(before, p), quantile(after, p)] for p in PROBABILITIES},
    }


def shortened(value):
    """Numbers to 15 significant digits: what double precision guarantees, in less space."""
    if isinstance(value, float):
        return float(f"{value:.15g}")
    if isinstance(value, dict):
        return {key: shortened(item) for key, item in value.items()}
    return [shortened(item) for item in value] if isinstance(value, list) else value


def main() -> int:
    arguments = argparse.ArgumentParser(description="Reference numbers for small random and degenerate cases.")
    arguments.add_argument("--check", action="store_true", help="recompute and compare with the committed file")
    options = arguments.parse_args()
    rng = np.random.default_rng(SEED)
    cases = [*(random_case(rng, index) for index in range(RANDOM_CASES)), *DEGENERATE]
    lines = ",\n".join(json.dumps(shortened(expected(case)), separators=(",", ":"), allow_nan=False) for case in cases)
    head = json.dumps({"versions": versions(), "seed": SEED})
    text = f'{head[:-1]}, "cases": [\n{lines}\n]}}\n'
    return write_or_check(HERE / "cases.json", text, options.check, tolerance=1e-9)


if __name__ == "__main__":
    sys.exit(main())
