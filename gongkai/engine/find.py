"""The embedded engine: a request to grouped, highlighted results over the tantivy index."""

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from tantivy import FieldType, Occur, Order, Query, Schema, Searcher

from gongkai.engine import rank
from gongkai.engine.evidence import Above, Question, evidence, rarity
from gongkai.engine.highlight import best_place, part_at, ranges
from gongkai.engine.index import Reader, Snapshot, reading
from gongkai.engine.passage import DocumentFacts, DocumentHits, Hit, Results, Validity
from gongkai.engine.ports import Filters, IndexDamaged, SearchRequest, Sort
from gongkai.engine.schema import (
    DOCUMENTS,
    NEVER,
    PASSAGES,
    UNDATED,
    document_key,
    facts_shown,
    passage_shown,
)
from gongkai.engine.understand import Sought, understand

POOL = 200  # documents judged again by their passages; those behind keep the order of the document score
JUDGED = 40  # passages whose own words are judged
_FACETS = ("kind", "unit", "topic", "year")
_FACET_VALUES = 100
_DEEPEST = 10_000  # documents; nobody pages further, and no address makes the machine sort a library


@dataclass(frozen=True)
class _Found:
    """A document in the ranking: its key, its score, and how much of it came from the document's entry."""

    key: int
    score: float
    own: float


class EmbeddedEngine:
    """`ports.Engine` over an index folder on this machine's disk."""

    def __init__(self, folder: Path) -> None:
        self._reader = Reader(folder)

    def search(self, request: SearchRequest) -> Results:
        """Results for any text. Raises IndexMissing or IndexDamaged, and nothing else for what people type."""
        sought = understand(request.text)
        if sought.empty and request.text.strip():
            return Results(understood=sought.understood)
        try:
            return self._once(sought, request)
        except IndexDamaged:
            # It may only have been swapped away under us; a truly damaged one fails again.
            self._reader.forget()
            return self._once(sought, request)

    def _once(self, sought: Sought, request: SearchRequest) -> Results:
        snapshot = self._reader.snapshot()
        with reading():
            return _Search(snapshot, sought, request).results()


class _Search:
    """One search over one snapshot."""

    def __init__(self, snapshot: Snapshot, sought: Sought, request: SearchRequest) -> None:
        self.documents, self.passages = snapshot.documents, snapshot.passages
        self.sought = sought
        self.request = request
        self.offset = max(0, min(request.offset, _DEEPEST))
        self.limit = max(0, min(request.limit, 200))
        self.conditions = _conditions(request.filters)
        self._known: dict[int, DocumentFacts] = {}

    def results(self) -> Results:
        gate, loosened = self._gate()
        matching = _all([gate, *self.conditions, *_validity(self.request.filters)])
        total = _count(self.documents, matching)
        page, judged = self._page(gate, matching)
        return Results(
            total=total,
            groups=tuple(self._groups(page, judged)),
            facets=_facets(self.documents, matching) if total else {},
            understood=replace(self.sought.understood, loosened=loosened),
            hidden_ended=self._hidden(gate),
        )

    def _gate(self) -> tuple[Query, bool]:
        """Which documents match at all; looser where nothing holds enough of the query."""
        if self.sought.empty:
            return Query.all_query(), False
        strict = _gate(self.sought, loose=False)
        if _count(self.documents, _all([strict, *self.conditions])):
            return strict, False
        return _gate(self.sought, loose=True), True

    def _page(self, gate: Query, matching: Query) -> tuple[list[_Found], dict[int, list[Hit]]]:
        """The documents of the page asked for, in order, and the hits judged on the way."""
        last = self.offset + self.limit
        if self.request.sort is Sort.DATE or self.sought.empty:
            found = self.documents.search(
                matching, max(last, 1), count=False, order_by_field="dated", order=Order.Desc
            )
            keys = _keys(self.documents, [address for _, address in found.hits])
            page = [_Found(key, 0.0, 0.0) for key in keys[self.offset : last]]
            return page, self._judge({f.key: 0.0 for f in page}, 0.0)
        scored = _all([matching], _document_scores(self.sought))
        top = _scores(self.documents, scored, max(POOL, last))
        pool = dict(list(top.items())[:POOL])
        near = self._near()
        missing = [key for key in near if key not in pool]
        if missing:
            pool |= _scores(self.documents, _all([scored, _one_of(missing)]), len(missing))
        leading = max((_plain(own) for own in pool.values()), default=0.0)
        judged = self._judge(pool, leading)
        best = {
            key: judged[key][0].score if key in judged else self._alone(own, leading)
            for key, own in pool.items()
        }
        order = sorted(pool, key=lambda key: (-best[key], key))
        order += [key for key in top if key not in pool]
        page = [
            _Found(key, best.get(key, top.get(key, 0.0)), pool.get(key, top.get(key, 0.0))) for key in order
        ]
        page = page[self.offset : last]
        if not self.request.passages:
            return page, judged
        bare = {f.key: f.own for f in page if f.key not in judged}
        return page, judged | self._judge(bare, leading)

    def _near(self) -> list[int]:
        """Documents of the best passages anywhere: one sentence may answer in a text that is about all else."""
        query = _passage_terms(self.sought)
        found = self.passages.search(query, JUDGED, count=False).hits
        return list(dict.fromkeys(_keys(self.passages, [address for _, address in found])))

    def _judge(self, own: Mapping[int, float], leading: float) -> dict[int, list[Hit]]:
        """The best passages of these documents by their `evidence`; ``leading`` is the best score of any document's entry."""
        if not own:
            return {}
        wanted = max(JUDGED, self.request.passages * min(len(own), self.limit))
        query = _all([_one_of(list(own), PASSAGES)], [_passage_terms(self.sought)])
        found = self.passages.search(query, POOL + wanted, count=False).hits
        keys = _keys(self.passages, [address for _, address in found])
        likely = sorted(zip(found, keys, strict=True), key=lambda item: -(item[0][0] + own[item[1]]))[:wanted]
        above = {
            key: Above.of(self.question, _plain(own[key]), leading, facts.title)
            for key, facts in self._facts({key for _, key in likely}).items()
        }
        judged: dict[int, list[Hit]] = {}
        for (_, address), key in likely:
            hit = self._hit(address, above[key], _named(own[key])) if key in above else None
            if hit is not None:
                judged.setdefault(key, []).append(hit)
        for hits in judged.values():
            hits.sort(key=lambda hit: (-hit.score, hit.order))
        return judged

    def _alone(self, own: float, leading: float) -> float:
        """The score of a document of which no passage was judged: its entry speaks for it, its title included."""
        above = Above.of(self.question, _plain(own), leading, "")
        return _named(own) + rank.score(evidence(self.question, above, (), "", 0))

    def _facts(self, keys: Iterable[int]) -> dict[int, DocumentFacts]:
        """Facts of these documents; each is read once a search."""
        wanted = list(keys)
        self._known |= _facts(self.documents, [key for key in wanted if key not in self._known])
        return {key: self._known[key] for key in wanted if key in self._known}

    def _hit(self, address: Any, above: Above, named: float) -> Hit | None:
        stored = self.passages.doc(address).get_first("stored")
        document, order, heading, text, parts = passage_shown(stored or b"")
        if self.sought.phrases and not rank.has_phrases("\n".join([*heading, text]), self.sought):
            return None
        figures = evidence(self.question, above, heading, text, order)
        first = parts[0] if parts else None
        return Hit(
            document=document,
            path=first.path if first else "",
            anchor=first.anchor if first else "",
            heading=heading,
            text=text,
            order=order,
            score=named + rank.score(figures),
            ranges=(),
            parts=parts,
            figures=tuple(figures),
        )

    def _marked(self, hit: Hit) -> Hit:
        """With its ranges and the clause of the best of them; for hits that are shown only, it costs the most."""
        marked = ranges(hit.text, self.sought)
        part = part_at(hit.parts, best_place(marked, len(hit.text)))
        if part is None:
            return hit
        return replace(hit, ranges=marked, path=part.path, anchor=part.anchor)

    @cached_property
    def question(self) -> Question:
        total, having = self.passages.num_docs, self.passages.doc_freq
        terms = {t: rarity(total, having("text", t)) for t in self.sought.grams}
        for term in (*self.sought.singles, *self.sought.characters):
            terms[term] = rarity(total, having("words", term))
        words = {word: rarity(total, having("words", word)) for word in self.sought.words}
        return Question.of(self.sought, terms, words)

    def _groups(self, page: Sequence[_Found], judged: dict[int, list[Hit]]) -> Iterable[DocumentHits]:
        shown = self._facts(f.key for f in page)
        for found in page:
            facts = shown.get(found.key)
            if facts is not None:
                yield DocumentHits(
                    facts=facts,
                    score=found.score,
                    hits=tuple(
                        self._marked(hit) for hit in judged.get(found.key, [])[: self.request.passages]
                    ),
                    title_ranges=ranges(facts.title, self.sought),
                    by_number=found.own >= rank.NUMBER,
                )

    def _hidden(self, gate: Query) -> int:
        filters = self.request.filters
        if filters.on is None or not filters.validity or Validity.ENDED in filters.validity:
            return 0
        ended = replace(filters, validity=frozenset({Validity.ENDED}))
        return _count(self.documents, _all([gate, *self.conditions, *_validity(ended)]))


def _named(own: float) -> float:
    """What a document has ahead of all others because its number was asked for."""
    return own if own >= rank.NUMBER else 0.0


def _plain(own: float) -> float:
    """The score of a document's words; of one whose number was asked for nothing, it leads as it is."""
    return 0.0 if _named(own) else own


def _term(schema: Schema, field: str, value: str | int) -> Query:
    return Query.term_query(schema, field, value)


def _all(must: Sequence[Query], should: Sequence[Query] = ()) -> Query:
    """Every one of ``must``, which only admit; ``should`` give the score."""
    parts = [(Occur.Must, Query.const_score_query(query, 0.0)) for query in must]
    return Query.boolean_query([*parts, *((Occur.Should, query) for query in should)])


def _any(queries: Sequence[Query], at_least: int = 1) -> Query:
    if not queries:
        return Query.empty_query()
    return Query.boolean_query([(Occur.Should, query) for query in queries], at_least)


def _one_of(keys: Sequence[int], schema: Schema = DOCUMENTS) -> Query:
    return Query.term_set_query(schema, "key", list(keys))


def _terms(schema: Schema, field: str, sought: Sought) -> list[Query]:
    """The query's terms in a bigram field, and what stands alone in the field of words."""
    found = [_term(schema, field, gram) for gram in sought.grams]
    if field != "title":
        found += [_term(schema, "words", single) for single in (*sought.singles, *sought.characters)]
    return found


def _gate(sought: Sought, *, loose: bool) -> Query:
    """A document matches with all of a short query, a third of a phrase but two terms, three or a tenth of a question; or by number."""
    terms = _terms(DOCUMENTS, "body", sought)
    count = len(terms)
    enough = count if count <= 2 else max(2, min(3, (count + 2) // 3), (count + 9) // 10)
    ways = [_any(terms, 1 if loose else enough)] if terms else []
    if not sought.phrases:
        ways += [query for query in (_number(sought), _mention(sought)) if query is not None]
    return _all([_any(ways), *(_phrase(phrase) for phrase in sought.phrases)])


def _phrase(phrase: tuple[str, ...]) -> Query:
    grams = [a + b for a, b in itertools.pairwise(phrase)]
    if not grams:
        return _term(DOCUMENTS, "words", phrase[0])
    if len(grams) == 1:
        return _term(DOCUMENTS, "body", grams[0])
    return Query.phrase_query(DOCUMENTS, "body", list(grams))


def _number(sought: Sought) -> Query | None:
    """Documents whose own number was typed; the longest agency that fits comes first."""
    ways = [
        Query.const_score_query(
            _term(DOCUMENTS, "number", key), rank.NUMBER * (1 + len(key.partition(":")[0]))
        )
        for number in sought.numbers
        for key in number.keys
        if not (number.agency and key.startswith(":"))
    ]
    if sought.exact:
        ways.append(Query.const_score_query(_term(DOCUMENTS, "number", sought.exact), rank.NUMBER * 20))
    return Query.disjunction_max_query(ways) if ways else None


def _mention(sought: Sought) -> Query | None:
    ways = [
        _term(DOCUMENTS, "mention", key)
        for number in sought.numbers
        for key in number.keys
        if not (number.agency and key.startswith(":"))
    ]
    return Query.const_score_query(_any(ways), rank.MENTION) if ways else None


def _document_scores(sought: Sought) -> list[Query]:
    scores = _terms(DOCUMENTS, "body", sought)
    scores += [Query.boost_query(query, rank.TITLE) for query in _terms(DOCUMENTS, "title", sought)]
    scores += [Query.boost_query(_term(DOCUMENTS, "words", word), rank.WORDS) for word in sought.words]
    if len(sought.whole) > 2:
        grams = [a + b for a, b in zip(sought.whole, sought.whole[1:], strict=False)]
        whole = Query.phrase_query(DOCUMENTS, "title", list(grams))
        scores.append(Query.boost_query(whole, rank.TITLE_PHRASE))
    scores += [query for query in (_number(sought), _mention(sought)) if query is not None]
    return scores


def _passage_terms(sought: Sought) -> Query:
    return _any(_terms(PASSAGES, "text", sought))


def _conditions(filters: Filters) -> list[Query]:
    found: list[Query] = []
    for field, values in (("kind", filters.kinds), ("unit", filters.units), ("topic", filters.topics)):
        if values:
            found.append(Query.term_set_query(DOCUMENTS, field, list(values)))
    if filters.years:
        found.append(Query.term_set_query(DOCUMENTS, "year", list(filters.years)))
    if filters.there_by:
        day = filters.there_by.toordinal()
        found.append(_any([_between("dated", UNDATED, day), _between("begins", UNDATED + 1, day)]))
    return found


def _between(field: str, low: int, high: int) -> Query:
    return Query.range_query(DOCUMENTS, field, FieldType.Integer, low, high)


def _validity(filters: Filters) -> list[Query]:
    """The same rule as `DocumentFacts.validity_on`, over the columns of the index."""
    if filters.on is None or not filters.validity or len(filters.validity) == len(Validity):
        return []
    day = filters.on.toordinal()
    lasting, settled = _between("ends", day, NEVER), _between("open", day + 1, NEVER)
    unknown = _any([_between("begins", UNDATED, UNDATED), _between("open", -NEVER, day)])
    states = {
        Validity.IN_FORCE: [_between("begins", UNDATED + 1, day), lasting, settled],
        Validity.NOT_YET: [_between("begins", day + 1, NEVER), lasting, settled],
        Validity.UNKNOWN: [unknown, lasting],
        Validity.ENDED: [_between("ends", -NEVER, day - 1)],
    }
    return [_any([_all(states[state]) for state in filters.validity])]


def _count(searcher: Searcher, query: Query) -> int:
    found: Any = searcher.search(query, 1, count=True)  # `count` is missing from the binding's type stubs
    return int(found.count)


def _keys(searcher: Searcher, addresses: list[Any]) -> list[int]:
    return [int(key or 0) for key in searcher.fast_field_values("key", addresses)] if addresses else []


def _scores(searcher: Searcher, query: Query, limit: int) -> dict[int, float]:
    found = searcher.search(query, max(1, limit), count=False).hits
    keys = _keys(searcher, [address for _, address in found])
    return {key: float(score) for (score, _), key in zip(found, keys, strict=True)}


def _facts(searcher: Searcher, keys: Sequence[int]) -> dict[int, DocumentFacts]:
    if not keys:
        return {}
    found = searcher.search(_one_of(keys), len(keys), count=False).hits
    shown = [facts_shown(searcher.doc(address).get_first("stored") or b"{}") for _, address in found]
    return {document_key(facts.document): facts for facts in shown}


def _facets(searcher: Searcher, query: Query) -> dict[str, dict[str, int]]:
    asked = {name: {"terms": {"field": name, "size": _FACET_VALUES}} for name in _FACETS}
    counted = searcher.aggregate(query, asked)
    out: dict[str, dict[str, int]] = {}
    for name in _FACETS:
        rows = ((_label(row["key"]), int(row["doc_count"])) for row in counted[name]["buckets"])
        out[name] = {label: count for label, count in rows if label not in {"", "0"}}
    return out


def _label(key: object) -> str:
    return str(int(key)) if isinstance(key, float) else str(key)
