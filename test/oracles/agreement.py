"""Comparing a recomputed document with the committed one."""

import json
from pathlib import Path
from typing import Any


def differences(committed: Any, fresh: Any, tolerance: float, path: str = "") -> list[str]:
    """Where two JSON documents differ; numbers agree within tolerance x max(1, |committed|)."""
    if isinstance(committed, dict) and isinstance(fresh, dict):
        names = sorted(committed.keys() | fresh.keys())
        return [
            line
            for name in names
            for line in differences(committed.get(name), fresh.get(name), tolerance, f"{path}/{name}")
        ]
    if isinstance(committed, list) and isinstance(fresh, list):
        if len(committed) != len(fresh):
            return [f"{path}: {len(committed)} entries committed, {len(fresh)} recomputed"]
        pairs = enumerate(zip(committed, fresh, strict=True))
        return [line for i, (a, b) in pairs for line in differences(a, b, tolerance, f"{path}/{i}")]
    numbers = all(isinstance(value, (int, float)) and not isinstance(value, bool) for value in (committed, fresh))
    if numbers and abs(committed - fresh) <= tolerance * max(1.0, abs(committed)):
        return []
    return [] if committed == fresh else [f"{path}: {committed!r} committed, {fresh!r} recomputed"]


def write_or_check(path: Path, text: str, check: bool, tolerance: float) -> int:
    """Writes the document, or reports in how far the committed one is not what was recomputed."""
    if not check:
        path.write_text(text)
        print(f"{path.name}: written, {len(text):,} bytes")
        return 0
    found = differences(json.loads(path.read_text()), json.loads(text), tolerance)
    for line in found[:20]:
        print(f"FAIL {path.name}{line}")
    print(f"{path.name}: {len(found)} differences" if found else f"{path.name}: recomputed, agrees")
    return 1 if found else 0
