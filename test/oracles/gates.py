"""Whole gates with the verdict and the numbers that they must give, for packages/comparison.

    python gates.py           # writes gates.json: 200 random gates from a seed, 66 degenerate ones written out
    python gates.py --renew   # keeps the committed gates, and writes what is expected of them anew
    python gates.py --check   # recomputes what is expected of the committed gates, and fails on a difference

README.md describes the fields.
"""

import argparse
import base64
import io
import json
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from agreement import write_or_check
from degenerate_gates import degenerate_cases
from gate_cases import random_cases
from gate_oracle import Gate, Refused
from reference import versions

HERE = Path(__file__).parent
SEED = 20260101
ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyz"


def packed(column: list) -> dict:
    """A column as briefly as it can be written; `unpacked` is the opposite, and cases.test.ts has it too."""
    if column == list(range(len(column))):
        return {"count": len(column), "from": 0}
    if column == list(range(1, len(column) + 1)):
        return {"count": len(column)}
    whole = all(isinstance(x, int) and not isinstance(x, bool) for x in column)
    if whole and column[0] == 1 and all(0 <= b - a <= 1 for a, b in zip(column, column[1:])):
        lengths = [column.count(key) for key in range(1, column[-1] + 1)]
        if max(lengths) < 36:
            return {"runs": "".join(ALPHABET[length] for length in lengths)}
    if whole and min(column) >= 0 and max(column) < 36:
        return {"digits": "".join(ALPHABET[x] for x in column)}
    if all(isinstance(x, float) for x in column):
        for over in (4, 10, 100, 1000):
            parts = [round(x * over) for x in column]
            if all(part / over == x for part, x in zip(parts, column)) and max(map(abs, parts)) < 2**40:
                if min(parts) >= 0 and max(parts) < 36:
                    return {"digits": "".join(ALPHABET[x] for x in parts), "over": over}
                return {"of": parts, "over": over}
    names = sorted(set(column)) if all(isinstance(x, str) for x in column) else []
    if 0 < len(names) <= min(36, len(column) / 3):
        return {"digits": "".join(ALPHABET[names.index(x)] for x in column), "words": names}
    return {"of": column}


def unpacked(column: dict) -> list:
    if "count" in column:
        first = column.get("from", 1)
        return list(range(first, first + column["count"]))
    if "runs" in column:
        return [key + 1 for key, length in enumerate(column["runs"]) for _ in range(ALPHABET.index(length))]
    values = column["of"] if "of" in column else [ALPHABET.index(digit) for digit in column["digits"]]
    if "words" in column:
        return [column["words"][value] for value in values]
    return [value / column["over"] for value in values] if "over" in column else values


def table(name: str, columns) -> dict | str:
    """Parquet as its bytes: only pyarrow writes float32."""
    if isinstance(columns, str):
        return columns  # as it stands, for files that are broken
    if not name.endswith(".parquet"):
        return {column: packed(values) for column, values in columns.items()}
    floats = {column: pa.array(values, pa.float32()) for column, values in columns.items() if column != "id"}
    stream = io.BytesIO()
    pq.write_table(pa.table({"id": pa.array(columns["id"], pa.int64()), **floats}), stream, compression="zstd")
    return {"columns": {column: packed(values) for column, values in columns.items()}, "parquet": base64.b64encode(stream.getvalue()).decode()}


def columns_of(stored) -> dict:
    if isinstance(stored, str):
        return {}
    return {name: unpacked(column) for name, column in (stored["columns"] if "parquet" in stored else stored).items()}


def brief(policy: dict) -> dict:
    """What is not the same in all policies; tables are called by what they are."""
    gate = {name: of for name, of in policy["gates"]["g"].items() if name not in ("kind", "champion", "anchor")}
    gate["candidate"] = {name: of for name, of in gate["candidate"].items() if name != "table"}
    if "examples" in gate:
        gate["examples"] = {name: of for name, of in gate["examples"].items() if name not in ("table", "key")}
    return {"confidence": policy["confidence"], "gate": gate}


def policy_of(case: dict) -> dict:
    """The whole policy again; gates.test.ts does the same."""
    named = {name.split(".")[0]: name for name in case["tables"]}
    gate = {"kind": "evaluation", **case["gate"]}
    gate["candidate"] = {"table": named["out"], **gate["candidate"]}
    for side, name in (("champion", "champ"), ("anchor", "anchor")):
        if name in named:
            gate[side] = {"from": "file", "table": named[name]}
    if "golden" in named:
        gate["examples"] = {"table": named["golden"], "key": "id", **gate["examples"]}
    return {"version": 1, "name": "oracle", "confidence": case["confidence"], "gates": {"g": gate}}


def expected_of(case: dict) -> dict:
    """What is worked out again from the committed policy and tables; a refusal was written down."""
    if "problem" in case["expected"] or case.get("byHand"):
        return case["expected"]
    gate = Gate(policy_of(case), {name: columns_of(of) for name, of in case["tables"].items()}, case["seed"])
    try:
        return shortened(gate.judge())
    except Refused as reason:
        return {"problem": str(reason)}


def shortened(value):
    """Numbers to 13 digits; brackets, which are wide, to 6."""
    if isinstance(value, dict):
        return {key: shortened(of) for key, of in value.items()}
    if isinstance(value, list):
        return [shortened(of) for of in value]
    if isinstance(value, tuple):
        return [float(f"{of:.6g}") for of in value]
    return float(f"{value:.13g}") if isinstance(value, float) else value


def written(case: dict) -> dict:
    policy = case["policy"]
    stored = {name: of for name, of in case.items() if name not in ("policy", "tables", "expected")} | brief(policy)
    again = policy_of({**stored, "tables": case["tables"]})
    assert again == {"version": 1, "name": "oracle"} | policy, (again, policy)
    return {**stored, "tables": {name: table(name, columns) for name, columns in case["tables"].items()}, "expected": shortened(case["expected"])}


def document(cases: list) -> str:
    lines = ",\n".join(json.dumps(case, separators=(",", ":"), allow_nan=False) for case in cases)
    head = json.dumps({"versions": versions(), "seed": SEED})
    return f'{head[:-1]}, "cases": [\n{lines}\n]}}\n'


def main() -> int:
    arguments = argparse.ArgumentParser(description="Whole gates with expected verdicts.")
    arguments.add_argument("--check", action="store_true", help="recompute and compare with the committed file")
    arguments.add_argument("--renew", action="store_true", help="recompute and write, after a method has changed")
    path = HERE / "gates.json"
    asked = arguments.parse_args()
    if not (asked.check or asked.renew):
        cases = [written(case) for case in (*random_cases(SEED), *degenerate_cases())]
        assert len({case["id"] for case in cases}) == len(cases)
        return write_or_check(path, document(cases), False, 0)
    committed = json.loads(path.read_text())
    with ProcessPoolExecutor() as pool:
        fresh = list(pool.map(expected_of, committed["cases"], chunksize=4))
    cases = [{**case, "expected": expected} for case, expected in zip(committed["cases"], fresh, strict=True)]
    return write_or_check(path, document(cases), asked.check, 1e-9)


if __name__ == "__main__":
    sys.exit(main())
