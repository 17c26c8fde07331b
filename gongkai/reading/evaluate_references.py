"""Measuring references against paragraphs whose references are known."""

import hashlib
import re
import tarfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from gongkai.reading.document import Citation, OfficialDocument, Unreadable
from gongkai.reading.evaluate import truth_rows
from gongkai.reading.read import read
from gongkai.reading.resolve import resolve
from gongkai.text.document_numbers import parse_number
from gongkai.text.normalise import bare, fold
from gongkai.text.numerals import NUMERAL, to_int
from gongkai.text.references import (
    ATTACHMENT,
    NUMBER,
    OWN,
    RELATIVE,
    SHORT,
    TITLE,
    Reference,
    find_references,
)

_KINDS = (TITLE, NUMBER, OWN, RELATIVE, ATTACHMENT, SHORT)
_WITHIN = frozenset({OWN, RELATIVE})


@dataclass
class _Tally:
    expected: int = 0
    found: int = 0
    right: int = 0

    def report(self) -> dict[str, Any]:
        """Counts with precision and recall; None where there is nothing to divide by."""
        return {
            "expected": self.expected,
            "found": self.found,
            "right": self.right,
            "precision": self.right / self.found if self.found else None,
            "recall": self.right / self.expected if self.expected else None,
        }


@dataclass
class _Result:
    whole: _Tally = field(default_factory=_Tally)
    kinds: dict[str, _Tally] = field(default_factory=lambda: {kind: _Tally() for kind in _KINDS})
    wrong: list[dict[str, Any]] = field(default_factory=list)

    def of(self, kind: str) -> _Tally:
        return self.kinds.setdefault(kind, _Tally())


@dataclass(frozen=True)
class _Found:
    """A citation with offsets into its paragraph without whitespace."""

    start: int
    end: int
    citation: Citation


def evaluate_references(folder: Path, truth: Path) -> dict[str, Any]:
    """Compare the references of every paragraph that ``truth`` lists with those read from its file in ``folder``.

    Gives ``{"expected", "found", "right", "precision", "recall", "by_kind": {kind: the same}, "wrong": [...]}``; a
    found one counts under the kind that it was found as unless it is right. References that a reader cannot reach
    (the file is missing, another file by its digest, unreadable, or has no such paragraph) count as missed.
    """
    result = _Result()
    rows: dict[str, list[dict[str, Any]]] = {}
    for row in truth_rows(truth):
        rows.setdefault(row["file"], []).append(row)
    for name, data in _contents(folder, list(rows)):
        paragraphs, trouble = _paragraphs(name, data, {row.get("file_sha256") for row in rows[name]})
        for row in rows[name]:
            _compare(result, row, paragraphs.get(row["paragraph_sha256"]), trouble)
    return {
        **result.whole.report(),
        "by_kind": {kind: tally.report() for kind, tally in result.kinds.items()},
        "wrong": result.wrong,
    }


def _contents(folder: Path, names: Iterable[str]) -> Iterator[tuple[str, bytes | None]]:
    """Each named file's bytes, None if it is missing; the members of an archive (``a.tar.gz!b.md``) in one pass."""
    archives: dict[str, dict[str, str]] = {}
    for name in names:
        archive, mark, member = name.partition("!")
        if mark:
            archives.setdefault(archive, {})[member] = name
        else:
            yield name, (folder / name).read_bytes() if (folder / name).is_file() else None
    for archive, members in archives.items():
        left = dict(members)
        if (folder / archive).is_file():
            with tarfile.open(folder / archive) as opened:
                for entry in opened:
                    stream = opened.extractfile(entry) if entry.name in left else None
                    if stream:
                        yield left.pop(entry.name), stream.read()
        yield from ((name, None) for name in left.values())


def _paragraphs(name: str, data: bytes | None, digests: set[Any]) -> tuple[dict[str, list[_Found]], str]:
    """The references found in each paragraph of a file by the paragraph's digest, and what was wrong if nothing was."""
    if data is None:
        return {}, "文件不存在。"
    if digests - {None, hashlib.sha256(data).hexdigest()}:
        return {}, "文件与标注时的不是同一个（摘要不同）。"
    try:
        document = read(data, Path(name).name)
    except Unreadable as error:
        return {}, str(error)
    return _by_paragraph(document), "文件里没有这一段。"


def _by_paragraph(document: OfficialDocument) -> dict[str, list[_Found]]:
    """Blocks by digest. A block that is no clause (a title) cites by its own words alone."""
    citations: dict[str, list[Citation]] = {}
    for citation in resolve(document.clauses, document.title.value or "", document.parts):
        citations.setdefault(citation.path, []).append(citation)
    clauses = {(clause.part, clause.block): clause for clause in document.clauses}
    found: dict[str, list[_Found]] = {}
    for p, part in enumerate(document.parts):
        for b, block in enumerate(part.blocks):
            if block.table:
                for row in block.table.rows:
                    for cell in row:
                        _keep(found, cell.text, cell.text, list(_alone(cell.text)))
                continue
            clause = clauses.get((p, b))
            if clause:
                _keep(found, block.text, clause.text, citations.get(clause.path, []))
            else:
                _keep(found, block.text, block.text, list(_alone(block.text)))
    return found


def _alone(text: str) -> Iterator[Citation]:
    for each in find_references(text):
        number = each.number.text if each.number else ""
        yield Citation("", each, each.title, number, each.clause)


def _keep(found: dict[str, list[_Found]], whole: str, text: str, citations: list[Citation]) -> None:
    """``text`` is ``whole`` or its end behind the paragraph's number; the first of equal paragraphs counts."""
    tight = re.sub(r"\s", "", whole)
    shift = len(tight) - len(re.sub(r"\s", "", text))
    placed = []
    for each in citations:
        start = shift + len(re.sub(r"\s", "", text[: each.reference.start]))
        length = len(re.sub(r"\s", "", text[each.reference.start : each.reference.end]))
        placed.append(_Found(start, start + length, each))
    found.setdefault(hashlib.sha256(tight.encode()).hexdigest(), placed)


def _compare(result: _Result, row: dict[str, Any], found: list[_Found] | None, trouble: str) -> None:
    expected = row["references"]
    result.whole.expected += len(expected)
    for each in expected:
        result.of(each["kind"]).expected += 1
    place = {"file": row["file"], "paragraph_sha256": row["paragraph_sha256"]}
    if found is None:
        result.wrong.append({**place, "problem": trouble, "missed": len(expected)})
        return
    result.whole.found += len(found)
    left = list(found)
    for each in expected:
        match = next((one for one in left if _overlaps(one, each) and _agrees(one.citation, each)), None)
        if match is None:
            result.wrong.append({**place, "problem": "missed", "expected": each})
            continue
        left.remove(match)
        result.whole.right += 1
        result.of(each["kind"]).right += 1
        result.of(each["kind"]).found += 1
    for one in left:
        result.of(one.citation.reference.kind).found += 1
        result.wrong.append({**place, "problem": "found", "found": _shown(one)})


def _overlaps(one: _Found, expected: dict[str, Any]) -> bool:
    """The spans share at least half of the longer."""
    common = min(one.end, expected["end"]) - max(one.start, expected["start"])
    return 2 * common >= max(one.end - one.start, expected["end"] - expected["start"])


def _agrees(found: Citation, expected: dict[str, Any]) -> bool:
    kind = expected["kind"]
    return (
        (kind in _WITHIN or _same_title(found, expected.get("title") or ""))
        and _same_number(found, expected.get("number") or "")
        and _same_clause(found, kind, expected.get("clause") or "")
    )


def _same_title(found: Citation, expected: str) -> bool:
    """With or without the version behind it (2019年修订); an attachment's own name is not compared with nothing."""
    if found.reference.kind == ATTACHMENT and not expected:
        return True
    titles = {found.target_title, found.target_title + found.reference.version}
    return bare(expected) in {bare(title) for title in titles}


def _same_number(found: Citation, expected: str) -> bool:
    """As it stands there, or that of the document meant: behind 《办法》 the number is not written again."""
    written = found.reference.number.text if found.reference.number else ""
    return _number_key(expected) in {_number_key(written), _number_key(found.target_number)}


def _number_key(text: str) -> str:
    number = parse_number(text)
    return (number.key if number else bare(text)).removeprefix("中华人民共和国")


def _same_clause(found: Citation, kind: str, expected: str) -> bool:
    """As it resolves; a clause of this text (本条第一款) also as it is written."""
    accepted = {clause_key(found.target_clause)}
    if kind == OWN:
        accepted |= {
            clause_key(found.reference.clause),
            clause_key(found.reference.base + found.reference.clause),
        }
    return clause_key(expected) in accepted


def clause_key(clause: str) -> str:
    """One spelling for 第12条第3项 and 第十二条第（三）项, for 第五条至第八条 and 第五至八条; "" for no clause."""
    tight = re.sub(r"[\s（）()]", "", fold(clause))
    tight = re.sub(r"到|[—－~～]|和|、|及|与|-", "至", tight)
    numbered = re.sub(rf"[{NUMERAL}]+", _figure, tight)
    ends = numbered.split("至")
    if len(ends) == 1:
        return numbered
    unit = re.search(r"[^\d第]+$", ends[-1])
    first = ends[0] if not unit or ends[0].endswith(unit[0]) else ends[0] + unit[0]
    last = re.findall(r"\d+", ends[-1])
    return f"{first}至{last[-1] if last else ''}"


def _figure(match: re.Match[str]) -> str:
    try:
        return str(to_int(match[0]))
    except ValueError:
        return match[0]


def _shown(one: _Found) -> dict[str, Any]:
    reference: Reference = one.citation.reference
    return {
        "start": one.start,
        "end": one.end,
        "kind": reference.kind,
        "title": one.citation.target_title or None,
        "number": one.citation.target_number or None,
        "clause": one.citation.target_clause or None,
        "target": reference.target or None,
    }
