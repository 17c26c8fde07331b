"""The doubtful places of a draft: what the reader left open, what contradicts itself, what was told of the file."""

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from gongkai.policies.beside.spots import Wanted
from gongkai.policies.models import Policy
from gongkai.policies.models.policy import EVIDENCE
from gongkai.text.normalise import fold

# The elements that the reader leaves open, in the order in which a clerk looks for them in a file.
FIELDS = (
    "title", "document_number", "issuers", "index_number", "written_on", "published_on", "effective_from",
    "effective_until",
)  # fmt: skip
DATES = {"written_on", "published_on", "effective_from", "effective_until"}
BODY = "body"
_LINE = re.compile(r"；(?=第\d+页：)")
_PAGED = re.compile(r"^第(\d+)页：(.*)$", re.S)
_MARKED = re.compile(r"【(.)】")
_SHEET = re.compile(r"第(\d+)(?:、\d+)*页")


@dataclass(frozen=True)
class Field:
    """What may be typed: ``name`` an element or "block", ``widget`` "date", "units", "line" or "text", and its value now."""

    name: str
    label: str
    widget: str
    value: str


@dataclass(frozen=True)
class Place:
    """A place in the text: the id of its block, (row, column) in a table, offsets of characters that may be wrong."""

    block: str
    cell: tuple[int, int] | None = None
    doubtful: tuple[int, ...] = ()


@dataclass(frozen=True)
class Point:
    """One doubtful place.

    ``value`` is what was read, ``why`` the doubt in a sentence; ``wanted`` are words and dates to be shown in the original,
    on ``page`` if that is known; ``places`` are those in the text as read; ``fields`` what may be corrected here.
    """

    key: str
    label: str
    value: str
    why: str
    wanted: tuple[Wanted, ...] = ()
    page: int = 0
    places: tuple[Place, ...] = ()
    fields: tuple[Field, ...] = ()
    may_be_unstated: bool = False

    @property
    def is_element(self) -> bool:
        """True for an element that the reader left open."""
        return self.key in FIELDS


def key_of(kind: str, words: str) -> str:
    """The key of a point that has no field of its own: the same as long as the same is said of the same words."""
    return f"{kind}-{hashlib.sha256(words.encode()).hexdigest()[:12]}"


def open_elements(draft: Policy) -> list[Point]:
    """Elements that the reader was not sure of."""
    return [_element(draft, name) for name in FIELDS if name in draft.open_points]


def field_of(draft: Policy, name: str, value: str | None = None) -> Field:
    """How an element is typed."""
    current = getattr(draft, name)
    shown = current.isoformat() if isinstance(current, date) else str(current or "")
    widget = "date" if name in DATES else "units" if name == "issuers" else "line"
    return Field(name, label_of(name), widget, shown if value is None else value)


def label_of(name: str) -> str:
    """What the desk calls a field."""
    return str(getattr(Policy._meta.get_field(name), "verbose_name", name))


def _element(draft: Policy, name: str) -> Point:
    point = draft.open_points[name]
    value, evidence = str(point["value"]), [(str(s), str(t)) for s, t in point["evidence"]]
    found = [value, *(text for _source, text in evidence)]
    wanted = tuple(dict.fromkeys(_as_wanted(name, each) for each in found if each))
    return Point(
        key=name,
        label=label_of(name),
        value=value,
        why=_why(evidence),
        wanted=wanted,
        fields=(field_of(draft, name, value),),
        may_be_unstated=name != "title",
    )


def _as_wanted(name: str, text: str) -> Wanted:
    if name in DATES:
        try:
            return date.fromisoformat(text)
        except ValueError:
            return text
    return text


def _why(evidence: list[tuple[str, str]]) -> str:
    told = "；".join(
        _("%(where)s为“%(text)s”") % {"where": EVIDENCE.get(s, s), "text": t} for s, t in evidence
    )
    if len({text for _source, text in evidence}) > 1:
        return _("几处写法不一致：%s。") % told
    if evidence:
        return _("只有一处依据，没有别处可以印证：%s。") % told
    return _("原件中没有找到可靠的依据。")


# --- lines read from pictures ----------------------------------------------------------------------------------


def doubtful_lines(draft: Policy) -> list[str]:
    """The lines that are still open, as ``open_points`` keeps them: 第1页：本办法自【2】025年起施行."""
    kept = str(draft.open_points.get(BODY, {}).get("value", ""))
    return _LINE.split(kept) if kept else []


def unlisted(draft: Policy) -> int:
    """How many more doubtful lines there are than the record names: of a long scan it names a hundred."""
    evidence = draft.open_points.get(BODY, {}).get("evidence") or []
    total = int(evidence[0][1]) if evidence and str(evidence[0][1]).isdecimal() else 0
    return max(total - len(doubtful_lines(draft)), 0)


def line_key(line: str) -> str:
    """The key of a doubtful line."""
    return key_of(BODY, line)


def open_lines(draft: Policy) -> list[Point]:
    """Doubtful lines of the body, each with its place in the text where that is found."""
    if BODY not in draft.open_points:
        return []
    blocks = list(texts_of(draft))
    points = [_line(line, blocks) for line in doubtful_lines(draft)]
    if more := unlisted(draft):
        why = _("存疑的地方超过一百处，没有逐行列出，请对照原件通读正文。")
        points.append(Point(f"{BODY}-rest", _("其余存疑处"), _("另有 %d 处") % more, why))
    return points


def _line(line: str, blocks: list[tuple[Place, str]]) -> Point:
    paged = _PAGED.match(line)
    page, marked = (int(paged[1]), paged[2]) if paged else (0, line)
    text, doubtful = _unmarked(marked)
    place = _placed(text, doubtful, blocks)
    chars = "、".join(f"“{text[i]}”" for i in doubtful[:12])
    why = (
        _("文字是从图片识别的，%s可能有误。") % chars
        if doubtful
        else _("文字是从图片识别的，这一格可能有误。")
    )
    fields = (Field("block", _("这一段的文字"), "text", text),) if place else ()
    return Point(
        key=line_key(line),
        label=_("正文第 %d 页") % page if page else _("正文"),
        value=marked,
        why=why,
        wanted=(text,),
        page=page,
        places=(place,) if place else (),
        fields=fields,
    )


def _unmarked(marked: str) -> tuple[str, tuple[int, ...]]:
    """The line without its marks, and the offsets of the characters that bore one."""
    text, doubtful, at = "", [], 0
    for match in _MARKED.finditer(marked):
        text += marked[at : match.start()]
        doubtful.append(len(text))
        text += match[1]
        at = match.end()
    return text + marked[at:], tuple(doubtful)


def _placed(text: str, doubtful: tuple[int, ...], blocks: list[tuple[Place, str]]) -> Place | None:
    wanted = _tight(text)
    for place, own in blocks:
        if _tight(own) == wanted:
            exact = doubtful if own == text else ()
            return Place(place.block, place.cell, exact)
    return None


def _tight(text: str) -> str:
    return "".join(fold(text).split())


def texts_of(draft: Policy) -> Iterator[tuple[Place, str]]:
    """Every text of the body that may be corrected by itself: paragraphs, set lines, cells of tables."""
    for item in draft.body.raw_data:
        key, value = item.get("id") or "", item["value"]
        if item["type"] == "paragraph":
            yield Place(key), value
        elif item["type"] == "line":
            yield Place(key), value["text"]
        elif item["type"] == "table":
            for r, row in enumerate((value or {}).get("data") or []):
                yield from ((Place(key, (r, c)), str(cell)) for c, cell in enumerate(row) if cell)


# --- what was told of the file ---------------------------------------------------------------------------------


def told(warnings: Iterable[str], known: Iterable[str] = ()) -> list[Point]:
    """The reader's sentences about the file; those about what ``known`` says already are left out."""
    said = set(known)
    points = []
    for sentence in dict.fromkeys(warnings):
        if any(sentence.endswith(each) for each in said):
            continue
        page = _SHEET.search(sentence)
        points.append(
            Point(key_of("told", sentence), _("读取时的提示"), "", sentence, page=int(page[1]) if page else 0)
        )
    return points


def block_ids(draft: Policy) -> dict[tuple[int, int], str]:
    """(part, block) as clauses count them → the id of the block in the body."""
    found: dict[tuple[int, int], str] = {}
    for part, each in enumerate(draft.parts):
        found |= {(part, index): block.origin for index, block in enumerate(each.blocks)}
    return found
