"""Measuring the reader against a folder of pages whose elements are known."""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gongkai.reading.document import Element, OfficialDocument, Unreadable
from gongkai.reading.elements import split_issuers
from gongkai.reading.read import read
from gongkai.text.document_numbers import parse_number
from gongkai.text.normalise import clean

FIELDS: dict[str, Callable[[OfficialDocument], Element[Any]]] = {
    "title": lambda d: d.title,
    "document_number": lambda d: d.document_number,
    "issuer": lambda d: d.issuers,
    "index_number": lambda d: d.index_number,
    "written_on": lambda d: d.written_on,
    "published_on": lambda d: d.published_on,
    "kind": lambda d: d.kind,
    "recipients": lambda d: d.recipients,
    "signature": lambda d: d.signature,
    "attachments": lambda d: d.attachments,
    "contact": lambda d: d.contact,
    "effective_from": lambda d: d.effective_from,
    "effective_until": lambda d: d.effective_until,
    "access_note": lambda d: d.access_note,
}
_LISTS = {"recipients", "signature", "attachments"}
_FILE_ENDING = re.compile(r"\.(?:docx?|xlsx?|pdf|wps|et|ofd|zip|rar)$", re.I)
_NOTE_LABEL = re.compile("^公开(?:方式|属性|形式|类别)[:：]")


@dataclass
class Count:
    """Over the files of which a value is known: how many were read exactly, how many were called sure, and both.

    A value that is known to be absent (null) is read exactly when nothing is read.
    """

    exact: int = 0
    of: int = 0
    sure: int = 0
    sure_right: int = 0


def written(field: str, value: Any) -> str:
    """A value as the truth file writes it; nothing is "".

    Joint issuers and other lists are compared one by one, document numbers in their standard spelling: 国发[2019]5号 is 国发〔2019〕5号.
    """
    if value is None:
        return ""
    if field in _LISTS:
        names = [clean(str(one)) for one in ([value] if isinstance(value, str) else value)]
        # The name of an attachment is not that of its file.
        return "\n".join(_FILE_ENDING.sub("", name) for name in names)
    if field == "access_note":
        return _NOTE_LABEL.sub("", clean(str(value)))
    if field == "document_number":
        number = parse_number(clean(str(value)))
        return number.text if number else clean(str(value))
    if field == "issuer":
        organs = split_issuers(value) if isinstance(value, str) else value
        return "、".join(organs)
    return value.isoformat() if hasattr(value, "isoformat") else clean(str(value))


def truth_rows(path: Path) -> Iterator[dict[str, Any]]:
    """The rows of a JSON Lines file."""
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.strip():
            yield json.loads(line)


def evaluate_reading(
    folder: Path, truth: Path, progress: Callable[[int, int], None] | None = None
) -> dict[str, Any]:
    """Read every file that ``truth`` names in ``folder`` and compare field by field, exactly.

    Gives ``{"files": n, "fields": {field: {"exact", "of", "sure", "sure_right"}}, "sureness": {"sure", "sure_right",
    "wrong", "wrong_doubtful"}, "wrong": [...]}``. A field is measured on the files whose row has it, null for "none"; a
    file that is missing or cannot be read counts as wrong in every field. A field that is wrong is doubtful when it
    was not called sure.
    """
    rows = list(truth_rows(truth))
    counts = {field: Count() for field in FIELDS}
    wrong: list[dict[str, Any]] = []
    for i, row in enumerate(rows, start=1):
        document = _read(folder / row["file"], wrong)
        for field, get in FIELDS.items():
            if field in row:
                _compare(row, field, get(document) if document else Element(), counts[field], wrong)
        if progress:
            progress(i, len(rows))
    return {
        "files": len(rows),
        "fields": {name: vars(count) for name, count in counts.items() if count.of},
        "sureness": _sureness(counts.values()),
        "wrong": wrong,
    }


def _sureness(counts: Iterable[Count]) -> dict[str, int]:
    """Over all fields: of those called sure how many are right, of those wrong how many were left doubtful."""
    total = Count()
    for one in counts:
        total.exact += one.exact
        total.of += one.of
        total.sure += one.sure
        total.sure_right += one.sure_right
    wrong, wrong_sure = total.of - total.exact, total.sure - total.sure_right
    return {
        "sure": total.sure,
        "sure_right": total.sure_right,
        "wrong": wrong,
        "wrong_doubtful": wrong - wrong_sure,
    }


def _read(path: Path, wrong: list[dict[str, Any]]) -> OfficialDocument | None:
    try:
        return read(path.read_bytes(), path.name)
    except (OSError, Unreadable) as problem:
        wrong.append({"file": path.name, "problem": str(problem)})
        return None


def _compare(
    row: dict[str, Any], field: str, element: Element[Any], count: Count, wrong: list[dict[str, Any]]
) -> None:
    expected, got = written(field, row[field]), written(field, element.value)
    right = expected == got
    count.of += 1
    count.exact += right
    count.sure += element.sure
    count.sure_right += element.sure and right
    if not right:
        wrong.append(
            {"file": row["file"], "field": field, "expected": expected, "read": got, "sure": element.sure}
        )
