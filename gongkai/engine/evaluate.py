"""Measuring search on questions with known answers; builds its index in a temporary folder, touches no other."""

import gzip
import json
import re
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Self

from gongkai.engine.chunk import Clause, passages_of
from gongkai.engine.find import EmbeddedEngine
from gongkai.engine.index import Writer
from gongkai.engine.passage import DocumentFacts, Hit, Passage
from gongkai.engine.ports import SearchRequest

_DEPTH = 100  # documents asked for
_SHOWN = 10  # passages in a row
# Where plain text has lost its lines, a blank before a clause number is what is left of a line's end.
_CLAUSE = re.compile(
    r"\s+(?=[一二三四五六七八九十]{1,3}、|[（(][一二三四五六七八九十]{1,3}[）)]|\d{1,2}[.．、]|第[一二三四五六七八九十百]+[条章])|\n+"
)

_LEVELS = [
    re.compile(form)
    for form in (
        r"第[一二三四五六七八九十百]+章",
        r"[一二三四五六七八九十]{1,3}、",
        r"[（(][一二三四五六七八九十]{1,3}[）)]",
        r"\d{1,2}[.．、]",
    )
]
# A few words without a full stop between the number and a gap: 一、资金使用　各单位要……
_HEADING = re.compile(r"[^\s。；：:]{1,8}[、.．章）)]\s?[^\s。；;：:，]{2,40}(?=[\s]|$)")

Span = tuple[str, int, int]


@dataclass(frozen=True)
class Truth:
    """Questions and what answers them: documents, and stretches of their text where these are given."""

    asked: list[dict[str, Any]]
    right: dict[str, list[dict[str, Any]]]

    @classmethod
    def read(cls, queries: Path, qrels: Path) -> Self:
        """Questions of ``queries`` that ``qrels`` judges; those it does not name are left out."""
        right: dict[str, list[dict[str, Any]]] = {}
        for judged in _lines(qrels):
            right.setdefault(judged["query_id"], []).append(judged)
        return cls([query for query in _lines(queries) if query["id"] in right], right)

    def documents(self, query: str) -> set[str]:
        return {judged["doc_id"] for judged in self.right[query]}

    def answers(self, query: str, found: Span) -> bool:
        """Whether ``found`` overlaps an answer by at least half of the shorter of the two."""
        return any(
            _overlaps(found, (judged["doc_id"], *judged["answer_span"]))
            for judged in self.right[query]
            if judged.get("answer_span")
        )

    @property
    def has_spans(self) -> bool:
        return any(judged.get("answer_span") for rows in self.right.values() for judged in rows)


def evaluate_search(
    corpus: Path, queries: Path, qrels: Path, progress: Callable[[int], None] | None = None
) -> dict[str, Any]:
    """Hit rates, lengths and times over files of the bench layout (`.gz` too).

    A document hit at k: any document judged right is among the first k. A passage hit at k: one of the first
    k passages overlaps an answer by at least half of the shorter of the two; None where no spans are given.
    ``rows`` hold ten passages a query with offsets into the corpus text, so that anyone can score them again.
    ``progress`` is called with the queries done.
    """
    truth = Truth.read(queries, qrels)
    with TemporaryDirectory() as folder:
        lengths = built(Path(folder), corpus)
        engine = EmbeddedEngine(Path(folder))
        rows, times, documents = [], [], []
        for done, query in enumerate(truth.asked, start=1):
            started = time.perf_counter()
            # As a page asks: ten documents with three passages each. The rest is for scoring alone.
            engine.search(SearchRequest(query["query"]))
            times.append((time.perf_counter() - started) * 1000)
            deep = engine.search(SearchRequest(query["query"], limit=_DEPTH, passages=0))
            documents.append([group.document for group in deep.groups])
            # Documents stand in the order of their best passage, so the ten best passages are in the first ten.
            wide = engine.search(SearchRequest(query["query"], limit=_SHOWN, passages=_SHOWN))
            hits = sorted((h for g in wide.groups for h in g.hits), key=lambda h: -h.score)[:_SHOWN]
            rows.append({"query_id": query["id"], "hits": [_row(hit) for hit in hits]})
            if progress is not None:
                progress(done)
    return _figures(truth, rows, documents, lengths, sorted(times))


def _figures(
    truth: Truth,
    rows: list[dict[str, Any]],
    documents: list[list[str]],
    lengths: list[int],
    times: list[float],
) -> dict[str, Any]:
    places = [
        first(d in truth.documents(row["query_id"]) for d in found)
        for row, found in zip(rows, documents, strict=True)
    ]
    firsts = [
        first(truth.answers(row["query_id"], (h["doc_id"], h["start"], h["end"])) for h in row["hits"])
        for row in rows
    ]
    count = max(1, len(rows))
    share = lambda at, k: round(sum(p <= k for p in at) / count, 4)  # noqa: E731
    return {
        "queries": len(rows),
        "doc_hit": {str(k): share(places, k) for k in (1, 10, 100)},
        "passage_hit": {str(k): share(firsts, k) for k in (1, 3, 10)} if truth.has_spans else None,
        "passage_chars": {
            "mean": round(sum(lengths) / max(1, len(lengths)), 1),
            "max": max(lengths, default=0),
        },
        "mrr10": round(sum(1 / p for p in places if p <= 10) / count, 4),
        "ms": {"p50": _percentile(times, 0.5), "p95": _percentile(times, 0.95)},
        "rows": rows,
    }


def built(folder: Path, corpus: Path) -> list[int]:
    """Builds the index of ``corpus`` in ``folder``; the lengths of its passages in characters of the corpus."""
    lengths: list[int] = []

    def documents() -> Iterator[tuple[str, list[Passage]]]:
        for read in _lines(corpus):
            facts = DocumentFacts(document=read["id"], title=read.get("title") or "")
            made = list(passages_of(facts, _clauses(read["text"])))
            lengths.extend(end - start for start, end in map(reach, (p.parts for p in made if p.parts)))
            yield read["id"], made

    with Writer(folder) as writer:
        writer.rebuild(documents())
    return lengths


def _clauses(text: str) -> Iterator[Clause]:
    """Plain text cut before its clause numbers; the path is the offset, so that spans can be told again.

    A clause stands under the headings of the levels above it and under its own, as it does where a document was read.
    """
    cuts = [0, *(m.end() for m in _CLAUSE.finditer(text)), len(text)]
    under: dict[int, str] = {}
    for start, end in pairwise(cuts):
        if end <= start:
            continue
        level = next((k for k, form in enumerate(_LEVELS) if form.match(text, start)), None)
        if level is not None:
            under = {k: heading for k, heading in under.items() if k < level}
            if head := _HEADING.match(text, start, end):
                under[level] = head.group().strip()
        yield Clause(str(start), "", tuple(under.values()), text[start:end])


def reach(parts: Sequence[Any]) -> tuple[int, int]:
    """The stretch of the corpus text that a passage covers, blanks between its clauses included; (0, 0) for a title alone."""
    if not parts:
        return 0, 0
    spans = [(int(part.path) + part.start, int(part.path) + part.end) for part in parts]
    return spans[0][0], spans[-1][1]


def _row(hit: Hit) -> dict[str, Any]:
    start, end = reach(hit.parts)
    return {"doc_id": hit.document, "start": start, "end": end}


def _overlaps(found: Span, answer: Span) -> bool:
    shared = min(found[2], answer[2]) - max(found[1], answer[1])
    return (
        found[0] == answer[0] and shared > 0 and 2 * shared >= min(found[2] - found[1], answer[2] - answer[1])
    )


def first(right: Iterable[bool]) -> float:
    """The place of the first that is right, from 1; infinite where none is."""
    return next((place for place, is_right in enumerate(right, start=1) if is_right), float("inf"))


def _percentile(ordered: list[float], share: float) -> float:
    return round(ordered[min(len(ordered) - 1, int(len(ordered) * share))], 2) if ordered else 0.0


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    with (
        gzip.open(path, "rt", encoding="utf-8")
        if path.suffix == ".gz"
        else path.open(encoding="utf-8") as lines
    ):
        for line in lines:
            if line.strip():
                yield json.loads(line)
