"""Measuring which files are offered as one, and which as forwarded, against pairs whose relation is known."""

import tomllib
from pathlib import Path
from typing import Any

from gongkai.reading.alike import Kind, keys, relation, sketch
from gongkai.reading.read import read


def evaluate_pairs(truth: Path) -> dict[str, Any]:
    """Read the texts in ``truth`` (TOML: [[document]] id, text; [[pair]] a, b, relation) and compare each pair.

    A pair counts as told only if the two also share a key, for else nobody would have asked; of a forwarded pair ``a``
    is the original, and the other must be called the copy. Gives ``{"pairs", "right", "same": {"precision", "recall"},
    "forwarded": {...}, "wrong": [...]}``; a precision or recall of nothing is 1.0.
    """
    told = tomllib.loads(truth.read_text(encoding="utf-8"))
    sketches = {
        each["id"]: sketch(read(each["text"].encode(), f"{each['id']}.txt")) for each in told["document"]
    }
    rows: list[tuple[str, str]] = []
    wrong: list[dict[str, Any]] = []
    for pair in told["pair"]:
        a, b = sketches[pair["a"]], sketches[pair["b"]]
        verdict = relation(a, b)
        found = str(verdict.kind)
        if verdict.kind is Kind.FORWARDED and verdict.of == 0:
            found = "forwarded the wrong way round"
        if verdict.kind is not Kind.DIFFERENT and not set(keys(a)) & set(keys(b)):
            found = "never compared: no key in common"
        rows.append((pair["relation"], found))
        if found != pair["relation"]:
            wrong.append({**pair, "found": found, "why": verdict.why})
    return {
        "pairs": len(rows),
        "right": len(rows) - len(wrong),
        "same": _measured(rows, "same"),
        "forwarded": _measured(rows, "forwarded"),
        "wrong": wrong,
    }


def _measured(rows: list[tuple[str, str]], kind: str) -> dict[str, float]:
    offered = [expected for expected, found in rows if found.startswith(kind)]
    wanted = [found for expected, found in rows if expected == kind]
    right = sum(1 for expected, found in rows if expected == found == kind)
    return {
        "precision": right / len(offered) if offered else 1.0,
        "recall": right / len(wanted) if wanted else 1.0,
    }
