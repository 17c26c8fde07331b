"""What a reference means: the clause of this document, or the full title of another and its clause in standard form."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from gongkai.reading.address import Addresses, cite, prefix_of, step_of
from gongkai.reading.amending import Amendment, amendment_of
from gongkai.reading.document import BlockKind, Citation, Clause, Part, PartKind
from gongkai.reading.relative import CONTAINER_UNITS, enter, meant, place_of, within
from gongkai.text.normalise import bare
from gongkai.text.numerals import to_chinese, to_int
from gongkai.text.references import (
    ATTACHMENT,
    MOST_NAMES,
    NUMBER,
    RELATIVE,
    SHORT,
    TITLE,
    Reference,
    find_references,
)

_AMENDS = re.compile(
    r"(?:修改为|删去|删除|增加[一二三四五六七八九十]+[条款项]|改为|作为第|中的“|修改|移至|合并)"
)
# The title, with its number in brackets, ends right before the attachment.
_TOUCHES = re.compile(r"》(?:[（(][^（()）]*号[^（()）]*[）)])?$|号$")
_THIS_DECISION = re.compile(r"本(?:决定|决议|修正案|公告|通知)")
_SEVERAL_ITEMS = re.compile(r"前[二三四五六七八九\d]项")
_REMEMBERED = 100  # documents named before that 该条例 may mean
_LONGEST_RANGE = (
    500  # clauses from 第五条 to 第八条 and all that they hold; of a longer range the two ends are given
)
_FILE_ENDING = re.compile(r"(?:^|\.)(?:docx?|xlsx?|pptx?|pdf|zip|rar|wps|et|ofd)$", re.I)


@dataclass
class _Scope:
    """What is known when a clause is read: its part, its chapters, and the documents named so far."""

    clauses: Sequence[Clause]
    order: dict[str, int]  # path → place in clauses
    kin: list[tuple[str, str]]  # for each clause what it is counted with
    addresses: Addresses
    inside: dict[str, str]  # bare title of a part of this file → prefix of its paths
    articles: set[str]  # prefixes of parts that are divided into articles
    attachments: dict[str, str]  # 附件2 → prefix
    attachment_titles: dict[str, str]  # 附件2 → its name, from the text's own list
    names: dict[str, Reference] = field(default_factory=dict)
    named: list[tuple[str, str]] = field(default_factory=list)  # title and number of documents, last one last


@dataclass
class _Here:
    """The clause that is being read, what is open above it, and what it named so far."""

    clause: Clause
    containers: dict[str, Clause]
    passed: list[str]
    named: tuple[str, str] | None = None
    last: Citation | None = None
    amendment: Amendment | None = None  # where the clause amends another law

    @property
    def prefix(self) -> str:
        return prefix_of(self.clause.path)


def resolve(clauses: Sequence[Clause], title: str, parts: Sequence[Part]) -> tuple[Citation, ...]:
    """Every reference that ``clauses`` make, in order, with what it means.

    ``title`` is the document's, ``parts`` are those that ``clauses`` come from. A clause that this text does not have
    (第九十九条 of a law with 80 articles) leaves ``target_paths`` empty; nothing is guessed.
    """
    scope = _scope(clauses, title, parts)
    found: list[Citation] = []
    containers: dict[str, Clause] = {}
    passed: list[str] = []
    part, amendment = -1, None
    for clause in clauses:
        if clause.part != part:
            part, containers, passed = clause.part, {}, []
            amendment = amendment_of(title, parts, part)
        enter(containers, clause)
        if article := _article(clause):
            passed.append(article)
        if clause.text:
            here = _Here(clause, containers, passed)
            if amendment and amendment.speaks_in(clause, bool(passed)):
                here.amendment = amendment
            found += _of_clause(scope, here)
    return tuple(found)


def _scope(clauses: Sequence[Clause], title: str, parts: Sequence[Part]) -> _Scope:
    prefixes: dict[int, str] = {}
    articles: set[str] = set()
    for clause in clauses:
        prefix = prefixes.setdefault(clause.part, prefix_of(clause.path))
        if _article(clause):
            articles.add(prefix)
    inside: dict[str, str] = {}
    attachments: dict[str, str] = {}
    for index, part in enumerate(parts):
        if index not in prefixes:
            continue
        if part.kind is not PartKind.COVER and bare(part.title):
            inside[bare(part.title)] = prefixes[index]
        if part.kind is PartKind.ATTACHMENT:
            attachments[_attachment_key(part.label or prefixes[index])] = prefixes[index]
    if not any(part.kind is PartKind.COVER for part in parts) and bare(title) and "" in prefixes.values():
        inside.setdefault(bare(title), "")
    return _Scope(
        clauses,
        {clause.path: i for i, clause in enumerate(clauses)},
        [_kin(clause.path) for clause in clauses],
        Addresses(clauses),
        inside,
        articles,
        attachments,
        _listed_attachments(parts),
    )


def _article(clause: Clause) -> str:
    """第十二条 if ``clause`` is where that article begins, else ""."""
    last = clause.path.rsplit("/", 1)[-1].partition("~")[0]
    return last if clause.numbered and step_of(last)[0] == "条" else ""


def _attachment_key(label: str) -> str:
    """附件二, 附件2 and 附件 2 are one; 附件 alone is the only one."""
    match = re.match(r"附[件表录]?\s*([\d一二三四五六七八九十]*)", label)
    try:
        return f"附件{to_int(match[1])}" if match and match[1] else "附件"
    except ValueError:
        return "附件"


def _listed_attachments(parts: Sequence[Part]) -> dict[str, str]:
    """附件2 → its name, from the list that stands between text and signature, or from the attachments themselves."""
    found: dict[str, str] = {}
    for part in parts:
        if part.kind is PartKind.ATTACHMENT and part.title:
            found[_attachment_key(part.label)] = part.title
        for block in part.blocks:
            if block.kind is not BlockKind.ATTACHMENTS:
                continue
            line = re.sub(r"^附\s*件\s*(?=[:：])[:：]\s*", "", block.text)
            match = re.match(r"^(?:附件)?\s*(\d{1,2})\s*[.．、:：\s]\s*(.+)$", line)
            key = f"附件{int(match[1])}" if match else "附件"
            name = _FILE_ENDING.sub("", match[2] if match else line).strip("《》 ")
            if name:
                found.setdefault(key, name)
    return found


def _of_clause(scope: _Scope, here: _Here) -> Iterator[Citation]:
    text, amendment = here.clause.text, here.amendment
    if amendment:
        amendment.enter(here.clause)
    for reference in find_references(text, scope.names):
        if amendment:
            amendment.pass_over(text, reference.start)
        elif _SEVERAL_ITEMS.fullmatch(reference.base) and (place_of(here.clause.path) or ("", 0, 1))[2] == 0:
            continue  # 按照前三项征收, not said within a list: the first three of something
        citation = _meaning(scope, here, reference)
        if amendment:
            amendment.name(citation, text)
        if reference.short and len(scope.names) < MOST_NAMES:
            scope.names[reference.short] = reference
        if citation.target_title or citation.target_number:
            here.named = citation.target_title, citation.target_number
            scope.named.append(here.named)
        here.last = citation
        yield citation
    if amendment:
        amendment.pass_over(text, len(text))


def _meaning(scope: _Scope, here: _Here, reference: Reference) -> Citation:
    number = reference.number.text if reference.number else ""
    plain = Citation(here.clause.path, reference, reference.title, number, reference.clause)
    if reference.kind == ATTACHMENT:
        return _attachment(scope, here, plain)
    if reference.kind == NUMBER:
        return plain
    if reference.kind in {TITLE, SHORT}:
        return _document(scope, plain)
    if reference.kind == RELATIVE or reference.base:
        return _relative(scope, here, plain)
    return _own(scope, here, plain)


# --- other documents -----------------------------------------------------------------------------------------


def _document(scope: _Scope, plain: Citation) -> Citation:
    """A title or what stands for one; a text in this very file gives its clauses."""
    reference, title, number, certain = plain.reference, plain.target_title, plain.target_number, True
    if reference.kind == SHORT:
        known = scope.names.get(reference.title)
        if known is not None:
            title, number = known.title, known.number.text if known.number else ""
        else:
            title, number = _last_named(scope, reference.title)
            certain = False
    prefix = scope.inside.get(bare(title))
    paths: tuple[str, ...] = ()
    if prefix is not None:
        paths = _paths(scope, prefix, reference.clause) if reference.clause else _first(scope, prefix)
    return replace(plain, target_title=title, target_number=number, target_paths=paths, certain=certain)


def _last_named(scope: _Scope, word: str) -> tuple[str, str]:
    """Which document 该条例 or 同法 means: the last one named whose title ends so."""
    for title, number in reversed(scope.named[-_REMEMBERED:]):
        if re.sub(r"[（(].*$", "", title).endswith(word):
            return title, number
    return word, ""


# --- this document -------------------------------------------------------------------------------------------


def _first(scope: _Scope, prefix: str) -> tuple[str, ...]:
    clause = scope.addresses.first(prefix)
    return (clause.path,) if clause else ()


def _own(scope: _Scope, here: _Here, plain: Citation) -> Citation:
    """本办法第十二条 and bare 第十二条, 第二款."""
    reference, written, text = plain.reference, plain.reference.clause, here.clause.text
    said = text.startswith("本", reference.start)
    amendment = here.amendment
    if amendment and amendment.law and not _THIS_DECISION.match(text, reference.start):
        return replace(plain, target_title=amendment.law, target_clause=amendment.standard(written))
    if here.prefix not in scope.articles:
        nearby = _nearby(scope, here.clause, written) if not said else ()
        if nearby:
            return replace(plain, target_paths=nearby)
        earlier = scope.named[-1] if scope.named and _AMENDS.search(text) else None
        named = here.named or earlier
        if named and not said:
            standard = _in_last_article(here, written)
            return replace(
                plain, target_title=named[0], target_number=named[1], target_clause=standard, certain=False
            )
    in_article = written[-1:] in "款项目" and "条" not in written
    standard = _within_article(here.clause, written) if in_article else written
    paths = _paths(scope, here.prefix, standard)
    if not paths and in_article:
        return _under_last(scope, here, plain) or replace(plain, target_clause=standard)
    return replace(plain, target_clause=standard, target_paths=paths)


def _in_last_article(here: _Here, written: str) -> str:
    """在第一百条中增加一款，作为第二款: the 款 of another text stands under the article named just before."""
    last = (
        re.match(r"第[^第]+条(?:之[一二三四五六七八九十]+)?", here.last.target_clause) if here.last else None
    )
    return last[0] + written if last and "条" not in written and written[-1:] in "款项目" else written


def _under_last(scope: _Scope, here: _Here, plain: Citation) -> Citation | None:
    """依照本法第二十六条第一款…，但是第三项除外: the item, or 款, stands under the clause named just before."""
    last, written = here.last, plain.reference.clause
    if last is None or not last.target_clause:
        return None
    above = re.sub(
        r"第[^第]+款.*$|第[^第]+项.*$" if "款" in written else r"第[^第]+项.*$", "", last.target_clause
    )
    paths = _paths(scope, here.prefix, above + written) if last.target_paths else ()
    if not paths and not last.target_title:
        return None
    return replace(
        last, reference=plain.reference, target_clause=above + written, target_paths=paths, certain=False
    )


def _nearby(scope: _Scope, clause: Clause, written: str) -> tuple[str, ...]:
    """第（四）项 in a text without articles: the one in the same list as ``clause``, or under it."""
    if not re.match(r"第[^第条款]+项", written):
        return ()
    prefix, above = prefix_of(clause.path), clause.path
    while above and above != prefix:
        paths = _paths(scope, prefix, cite(above).removeprefix(prefix) + written)
        if paths:
            return paths
        above = above.rpartition("/")[0]
    return ()


def _within_article(clause: Clause, written: str) -> str:
    """第二款 and 第（三）项 said within an article stand under it, and a 项 under the 款 that says so."""
    place = place_of(clause.path)
    return within(place, written) if place else written


def _relative(scope: _Scope, here: _Here, plain: Citation) -> Citation:
    """前款, 前两款, 前条, 前三项, 本条, 本章, with what follows them."""
    reference, amendment = plain.reference, here.amendment
    if amendment and amendment.law:
        of_law = amendment.relative(reference.base)
        within_it = (of_law or "") + reference.clause if of_law or "条" in reference.clause else ""
        return replace(plain, target_title=amendment.law, target_clause=within_it)
    base = meant(here.clause, here.containers, here.passed, reference.base)
    if base is None:
        return plain
    standard = base + reference.clause if "至" not in base else base
    if reference.base[-1] in CONTAINER_UNITS and "条" in reference.clause:
        standard = reference.clause  # articles are counted through: their chapter is not part of the address
    paths = _paths(
        scope, here.prefix, standard if reference.base[-1] != "项" else re.sub("[（）]", "", standard)
    )
    if not paths and reference.base == "前款" and reference.clause.endswith("项"):
        return _list_before(scope, here, plain) or replace(plain, target_clause=standard)
    return replace(plain, target_clause=standard, target_paths=paths)


def _list_before(scope: _Scope, here: _Here, plain: Citation) -> Citation | None:
    """前款第（一）项 behind a sentence that explains a list: the 款 before it that has the list."""
    article, paragraph, _ = place_of(here.clause.path) or ("", 0, 0)
    for number in range(paragraph - 2, max(paragraph - 5, 0), -1):
        standard = f"{article}第{to_chinese(number)}款{plain.reference.clause}"
        if paths := _paths(scope, here.prefix, standard):
            return replace(plain, target_clause=standard, target_paths=paths, certain=False)
    return None


def _attachment(scope: _Scope, here: _Here, plain: Citation) -> Citation:
    """附件2 of this text, or of the document that was named just before it (《…》附件三)."""
    reference, text = plain.reference, here.clause.text
    if here.named and _TOUCHES.search(text[max(0, reference.start - 80) : reference.start]):
        title, number = here.named
        if bare(title) not in scope.inside:
            return replace(plain, target_title=title, target_number=number)
    keys = list(_attachment_keys(reference.target))
    titles = [scope.attachment_titles[key] for key in keys if key in scope.attachment_titles]
    prefixes = [p for key in keys if (p := _attachment_prefix(scope, key)) is not None]
    if reference.clause:
        paths = _paths(scope, prefixes[0], reference.clause) if prefixes else ()
    else:
        paths = tuple(path for prefix in prefixes for path in _first(scope, prefix))
    return replace(plain, target_title=titles[0] if len(titles) == 1 else "", target_paths=paths)


def _attachment_keys(target: str) -> Iterator[str]:
    ends = re.findall(r"\d+|[一二三四五六七八九十]+", target)
    if len(ends) == 2:
        first, last = to_int(ends[0]), to_int(ends[1])
        yield from (f"附件{n}" for n in range(first, min(last, first + 30) + 1))
    else:
        yield _attachment_key(target)


def _attachment_prefix(scope: _Scope, key: str) -> str | None:
    if key in scope.attachments:
        return scope.attachments[key]
    only = next(iter(scope.attachments.items())) if len(scope.attachments) == 1 else None
    if only and {key, only[0]} == {"附件", "附件1"}:
        return only[1]
    return None


def _paths(scope: _Scope, prefix: str, standard: str) -> tuple[str, ...]:
    """The clauses of this document at ``standard`` (第十二条第（三）项, 第五条至第八条); none unless all are there."""
    first, is_range, last = standard.partition("至")
    start = scope.addresses.find(first, prefix)
    if start is None:
        return ()
    if not is_range:
        return (start.path,)
    match = re.search(r"第（?[^第（）]+）?[^第（）]+$", first)
    above = first[: match.start()] if match and not last.startswith(first[:2] + "条") else ""
    end = scope.addresses.find(last if "条" in last else above + last, prefix)
    if end is None:
        return ()
    low, high = scope.order[start.path], scope.order[end.path]
    if low >= high:
        return ()
    kin = scope.kin[high]
    between = range(low + 1, high) if high - low <= _LONGEST_RANGE else ()
    return (start.path, *(scope.clauses[i].path for i in between if scope.kin[i] == kin), end.path)


def _kin(path: str) -> tuple[str, str]:
    """The same for clauses that are counted in one row: what they stand under and their style of numbering."""
    above, _, last = path.rpartition("/")
    return above, step_of(last.partition("~")[0])[0]
