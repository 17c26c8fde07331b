"""The weights of ranking from questions with known answers: pairs of a right passage and a wrong one, and a line between.

Logistic regression over differences (RankNet without hidden layers; Burges 2005): few weights, each to be read, nothing to
install. Reported twice: over folds that share no right document, and on the questions that the weights were made from.
"""

import math
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from operator import mul
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from gongkai.engine.evaluate import Truth, built, first, reach
from gongkai.engine.evidence import NAMES
from gongkai.engine.find import EmbeddedEngine
from gongkai.engine.passage import Hit
from gongkai.engine.ports import SearchRequest

FOLDS = 5
_ROUNDS = 8  # of Newton's method, which needs six
_HELD = 0.1  # how strongly weights are drawn to nought
_RIGHT, _WRONG = 3, 20  # passages of a question that are paired


@dataclass(frozen=True)
class Candidate:
    """A passage that was judged for a question: its document, its figures, 2 if it answers, 1 if only its document does."""

    document: str
    figures: tuple[float, ...]
    right: int


@dataclass(frozen=True)
class Asked:
    """A question with its candidates and the group that shares no right document with another."""

    group: str
    documents: frozenset[str]
    candidates: tuple[Candidate, ...]


def tune(
    corpus: Path, queries: Path, qrels: Path, progress: Callable[[int], None] | None = None
) -> dict[str, Any]:
    """Weights with their figures: ``folds`` on questions not learned from, ``in_sample`` on those learned from."""
    truth = Truth.read(queries, qrels)
    asked = list(_asked(corpus, truth, progress))
    groups = sorted({each.group for each in asked})
    random.Random(1).shuffle(groups)  # noqa: S311 - which fold a question falls in
    fold = {group: place % FOLDS for place, group in enumerate(groups)}
    ranked: list[tuple[Asked, list[float]]] = []
    for n in range(FOLDS):
        weights = learn([each for each in asked if fold[each.group] != n])
        ranked += [(each, weights) for each in asked if fold[each.group] == n]
    weights = learn(asked)
    return {
        "weights": {name: round(weight, 3) for name, weight in zip(NAMES, weights, strict=True)},
        "folds": _rates(ranked),
        "in_sample": _rates([(each, weights) for each in asked]),
        "made_from": {"corpus": corpus.parent.name, "questions": len(asked)},
    }


def learn(asked: Sequence[Asked]) -> list[float]:
    """The weights that put right passages before wrong ones most surely; the same for the same questions."""
    pairs = [pair for each in asked for pair in _pairs(each)]
    width = len(NAMES)
    spread = [math.sqrt(sum(p[k] ** 2 for p in pairs) / max(1, len(pairs))) or 1.0 for k in range(width)]
    scaled = [[p[k] / spread[k] for k in range(width)] for p in pairs]
    weights = [0.0] * width
    for _ in range(_ROUNDS):
        weights = [w + step for w, step in zip(weights, _newton(scaled, weights), strict=True)]
    return [w / s for w, s in zip(weights, spread, strict=True)]


def _newton(pairs: Sequence[Sequence[float]], weights: Sequence[float]) -> list[float]:
    """The step of Newton's method towards the best weights: slope against curvature, both held by a small ridge."""
    width = len(weights)
    slope = [-_HELD * w for w in weights]
    curve = [[_HELD if i == j else 0.0 for j in range(width)] for i in range(width)]
    for pair in pairs:
        lost = 1 / (1 + math.exp(min(sum(map(mul, weights, pair)), 500.0)))
        bend = lost * (1 - lost)
        for i, x in enumerate(pair):
            if x:
                slope[i] += lost * x
                row, share = curve[i], bend * x
                for j in range(i + 1):
                    row[j] += share * pair[j]
    return _solved([[curve[max(i, j)][min(i, j)] for j in range(width)] for i in range(width)], slope)


def _solved(matrix: list[list[float]], right: list[float]) -> list[float]:
    """x of matrix·x = right by Gauss's elimination with the largest pivot."""
    rows = [[*row, value] for row, value in zip(matrix, right, strict=True)]
    for k in range(len(rows)):
        pivot = max(range(k, len(rows)), key=lambda i: abs(rows[i][k]))
        rows[k], rows[pivot] = rows[pivot], rows[k]
        for i in range(len(rows)):
            if i != k and rows[i][k]:
                factor = rows[i][k] / rows[k][k]
                rows[i] = [a - factor * b for a, b in zip(rows[i], rows[k], strict=True)]
    return [row[-1] / row[k] for k, row in enumerate(rows)]


def _pairs(asked: Asked) -> Iterator[list[float]]:
    best = max((c.right for c in asked.candidates), default=0)
    for right in [c for c in asked.candidates if c.right == best and best][:_RIGHT]:
        for wrong in [c for c in asked.candidates if c.right < best][:_WRONG]:
            yield [a - b for a, b in zip(right.figures, wrong.figures, strict=True)]


def _asked(corpus: Path, truth: Truth, progress: Callable[[int], None] | None) -> Iterator[Asked]:
    group = _groups(truth)
    with TemporaryDirectory() as folder:
        built(Path(folder), corpus)
        engine = EmbeddedEngine(Path(folder))
        for done, query in enumerate(truth.asked, start=1):
            documents = truth.documents(query["id"])
            results = engine.search(SearchRequest(query["query"], limit=100, passages=100))
            candidates = tuple(
                _candidate(hit, truth, query["id"]) for shown in results.groups for hit in shown.hits
            )
            yield Asked(group[min(documents)], frozenset(documents), candidates)
            if progress is not None:
                progress(done)


def _candidate(hit: Hit, truth: Truth, query: str) -> Candidate:
    answers = truth.answers(query, (hit.document, *reach(hit.parts)))
    return Candidate(hit.document, hit.figures, 2 if answers else int(hit.document in truth.documents(query)))


def _groups(truth: Truth) -> dict[str, str]:
    """For every right document the name of its group: two questions that share one fall together."""
    above: dict[str, str] = {}

    def top(document: str) -> str:
        while above.setdefault(document, document) != document:
            document = above[document]
        return document

    for query in truth.asked:
        one, *others = sorted(truth.documents(query["id"]))
        into = top(one)
        for other in others:
            above[top(other)] = into
    return {document: top(document) for document in list(above)}


def _rates(ranked: Sequence[tuple[Asked, list[float]]]) -> dict[str, float]:
    documents, passages = [], []
    for asked, weights in ranked:
        order = sorted(
            asked.candidates,
            key=lambda c: -sum(w * x for w, x in zip(weights, c.figures, strict=True)),
        )
        documents.append(first(d in asked.documents for d in dict.fromkeys(c.document for c in order)))
        passages.append(first(c.right == 2 for c in order))
    share = lambda places, k: round(sum(p <= k for p in places) / max(1, len(ranked)), 4)  # noqa: E731
    return {f"document_{k}": share(documents, k) for k in (1, 10)} | {
        f"passage_{k}": share(passages, k) for k in (1, 3, 10)
    }
