"""All relations of one document: title, sentences and lists read, then one proposal for each kind and target."""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from gongkai.reading.document import BlockKind, Citation, Clause, Part, PartKind
from gongkai.reading.relations import effects, grounds, lists, titles
from gongkai.reading.relations.collecting import Collected
from gongkai.reading.relations.model import LONGEST_WORDS, ProposedRelation, RelationKind
from gongkai.reading.relations.names import number_key, own_names
from gongkai.reading.relations.said import Said, usable
from gongkai.reading.relations.zones import Sentence, Zone, is_formal, sentences
from gongkai.text.dates import find_dates
from gongkai.text.normalise import bare
from gongkai.text.references import TITLE

_EFFECTS = {RelationKind.REPEALS, RelationKind.REPLACES, RelationKind.AMENDS}
_AMENDING = re.compile(r"修改|修正|修订|废止|失效|清理")
_SINCE = re.compile(r"(?:自|从|于)[^。；]{0,30}$")
_MOST_KNOWN = 300  # names of the text that its title may write without 《》
_MOST_TITLES = 50  # enclosed texts whose titles are read
_HEAD = 500  # characters in which a page that lost its lines repeats its title
_TITLED = re.compile(r"的(?:通知|意见|决定|公告|通告|函|实施意见|解读|问答)$")
_RULE = re.compile(r"解释(?:[（(][^（）()]*[）)])?$")


def relations_of(
    title: str,
    parts: Sequence[Part],
    clauses: Sequence[Clause],
    citations: Sequence[Citation],
    *,
    effective_from: date | None = None,
) -> tuple[ProposedRelation, ...]:
    """What the document named ``title`` says about others, one proposal for each kind and target, in reading order.

    ``parts``, ``clauses`` and ``citations`` are those of its OfficialDocument; ``effective_from`` is the first day of
    its own effect where known, from which it repeals and amends unless it names another day. Never the document
    itself nor a text in its own file, except that the target of REPLACES may bear this document's own name.
    """
    title = title or ""
    found = Collected(title, own_names(title, [part.title for part in parts]), _own_numbers(parts))
    known = list(dict.fromkeys(c.target_title for c in citations if c.reference.kind == TITLE))[:_MOST_KNOWN]
    explains = False
    for text, path, shift in _titles(title, parts, clauses):
        for named in titles.of_title(text, known):
            if path is None and named.kind not in _OF_ENCLOSED:
                continue
            explains = explains or (named.kind is RelationKind.INTERPRETS and not _RULE.search(text))
            found.add(_of_title(named, text, path or "", shift, effective_from))
    if not explains:  # a leaflet on another text tells on what that other was based
        formal = is_formal(title, parts)
        for relation in _of_sentences(title, parts, clauses, citations, formal, effective_from):
            found.add(relation)
            if relation.target_clauses:
                found.touch(relation.target_title, _listed_behind(relation, citations))
            if found.full:
                break
        for entry in lists.listed(title, parts, clauses):
            found.add(_of_list(entry, effective_from))
    if _AMENDING.search(title):
        _add_clauses(found, citations)
    return found.all()


def _own_numbers(parts: Sequence[Part]) -> set[str]:
    return {
        number_key(block.text) for part in parts for block in part.blocks if block.kind is BlockKind.NUMBER
    }


_OF_ENCLOSED = {RelationKind.IMPLEMENTS, RelationKind.AMENDS, RelationKind.INTERPRETS}


def _titles(
    title: str, parts: Sequence[Part], clauses: Sequence[Clause]
) -> Iterator[tuple[str, str | None, int]]:
    """(title, path, where it begins there): the record's, "" for a path; at the head of a page that lost its lines; an
    enclosed text's, whose words are no clause's (None).
    """
    yield title, "", 0
    for clause in clauses[:2]:
        if not clause.numbered and len(clause.text) >= 200:
            head = clause.text[:_HEAD].partition("。")[0]
            for piece in re.finditer(r"[^\s：:]{8,}", head):
                if _TITLED.search(piece[0]):
                    yield piece[0], clause.path, piece.start()
    enclosed = [part.title for part in parts if part.kind is PartKind.ENCLOSED and part.title]
    for each in enclosed[:_MOST_TITLES]:
        if bare(each) != bare(title):
            yield each, None, 0


def _of_sentences(
    title: str,
    parts: Sequence[Part],
    clauses: Sequence[Clause],
    citations: Sequence[Citation],
    formal: bool,
    starts: date | None,
) -> Iterator[ProposedRelation]:
    """What the sentences say; what was said before of the same document, as surely, is not said again."""
    before: dict[tuple[str, ...], float] = {}
    for sentence in sentences(clauses, citations):
        new: list[Said] = []
        for one in _all_said(sentence, title, formal, parts):
            to = one.citation
            key = (one.kind.value, to.target_title, to.target_number, to.target_clause)
            if usable(one) and before.get(key, 0) < one.confidence:
                before[key] = one.confidence
                new.append(one)
        day = _day(sentence) if any(one.kind in _EFFECTS for one in new) else None
        for one in new:
            yield _of_sentence(one, sentence, (day or starts) if one.kind in _EFFECTS else None)


def _all_said(sentence: Sentence, title: str, formal: bool, parts: Sequence[Part]) -> Iterator[Said]:
    part = sentence.clause.part
    attached = part < len(parts) and parts[part].kind is PartKind.ATTACHMENT
    if not attached or sentence.zone in {Zone.OPENING, Zone.PURPOSE}:
        yield from grounds.grounds(sentence, formal and not attached)
    if not attached:
        yield from effects.endings(sentence)
        yield from effects.changes(sentence, bool(_AMENDING.search(title)))
        yield from effects.sendings(sentence)


# --- from what was found to a proposal -----------------------------------------------------------------------


def _of_title(named: titles.Named, text: str, path: str, shift: int, starts: date | None) -> ProposedRelation:
    start, end = named.start, min(named.end, named.start + LONGEST_WORDS)
    on = starts if named.kind in _EFFECTS else None
    return ProposedRelation(
        named.kind,
        path,
        text[start:end],
        start + shift,
        end + shift,
        named.target,
        on=on,
        confidence=named.confidence,
    )


def _of_sentence(one: Said, sentence: Sentence, on: date | None) -> ProposedRelation:
    citation, text = one.citation, sentence.clause.text
    start, end = one.start, one.end
    if end - start > LONGEST_WORDS:  # a long list: the name alone, and what stands behind it
        start = citation.reference.start
        end = min(end, start + LONGEST_WORDS)
    amends = one.kind is RelationKind.AMENDS and citation.target_clause
    return ProposedRelation(
        one.kind,
        citation.path,
        text[start:end],
        start,
        end,
        citation.target_title,
        citation.target_number,
        (citation.target_clause,) if amends else (),
        on,
        one.confidence,
    )


def _of_list(entry: lists.Listed, starts: date | None) -> ProposedRelation:
    text = lists.table_text(entry.clause) if entry.clause.table is not None else entry.clause.text
    start, end = entry.start, min(entry.end, entry.start + LONGEST_WORDS)
    return ProposedRelation(
        entry.kind,
        entry.clause.path,
        text[start:end],
        start,
        end,
        entry.title,
        entry.number,
        on=starts,
        confidence=entry.confidence,
    )


def _day(sentence: Sentence) -> date | None:
    """The day in 自2025年1月1日起…同时废止: of the sentence, or of the one before it in its paragraph."""
    text = sentence.clause.text
    before = max(text.rfind("。", 0, max(0, sentence.start - 1)) + 1, sentence.start - 200)
    for begin, end in ((sentence.start, sentence.end), (before, sentence.start)):
        piece = text[begin:end]
        for day in reversed(list(find_dates(piece))):
            since = _SINCE.search(piece, max(0, day.start - 12), day.start)
            if since and re.match(r"\s?(?:起|施行|以?后|废止|停止|失效)", piece[day.end : day.end + 4]):
                return day.date
    return None


def _listed_behind(relation: ProposedRelation, citations: Iterable[Citation]) -> list[str]:
    """《…》第九条、第十条同时废止: the clauses named within the words of the relation, not only the one behind the name."""
    return [
        each.target_clause
        for each in citations
        if each.path == relation.path
        and each.target_clause
        and each.target_title == relation.target_title
        and relation.start <= each.reference.start < relation.end
    ]


def _add_clauses(found: Collected, citations: Iterable[Citation]) -> None:
    """In a decision that amends: the clauses of the amended texts that its instructions name."""
    named: dict[str, list[str]] = {}
    for citation in citations:
        if citation.target_clause and citation.target_title and not citation.target_paths:
            named.setdefault(citation.target_title, []).append(citation.target_clause)
    for target, touched in named.items():
        found.touch(target, touched)
