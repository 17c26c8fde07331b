"""Names by the Akoma Ntoso naming convention: eIds of clauses, and URIs of works and of what they cite."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from gongkai.reading.document import Citation, Clause, Element, OfficialDocument
from gongkai.text.numerals import to_int

# The letters that begin an anchor (text.clause_numbers.Numbering, numbering.py) → element, its name in eIds.
# 条、款、项、目 are those of the Legislation Law, art. 65; styles without an element of their own are hcontainers.
ELEMENTS = {
    "bf": ("division", "dvs"),
    "bian": ("book", "book"),
    "fenbian": ("part", "part"),
    "zhang": ("chapter", "chp"),
    "jie": ("section", "sec"),
    "tiao": ("article", "art"),
    "k": ("paragraph", "para"),
    "s": ("clause", "cl"),
    "p": ("point", "point"),
    "n": ("indent", "indent"),
    "q": ("subparagraph", "subpara"),
    "d": ("alinea", "al"),
    "b": ("table", "table"),
}
HCONTAINERS = {"o": "circle", "bu": "step", "r": "roman", "a": "letter", "x": "decimal", "y": "subdecimal"}
CONTAINER_STYLES = frozenset({"bf", "bian", "fenbian", "zhang", "jie"})
_PREFIX = re.compile(r"tz|wj\d+|fj\d+")
_COMPONENT = re.compile(r"(?P<style>[a-z]+)(?P<number>\d[\d.]*)(?:~(?P<again>\d+))?")
_UNITS = {
    "分编": "fenbian",
    "编": "bian",
    "章": "zhang",
    "节": "jie",
    "条": "tiao",
    "款": "k",
    "项": "p",
    "目": "n",
}
_STEP = re.compile(
    r"第[（(]?(?P<n>[〇零一二三四五六七八九十百千\d]+)[）)]?(?P<unit>分编|编|章|节|条|款|项|目)(?:之(?P<sub>[一二三四五六七八九十]+))?"
)
# What the grammar of URIs gives a meaning to, and what no URI may hold, does not stand in a name.
_NOT_IN_NAME = re.compile(r"[^\w]+|_+")
_LONGEST_NAME = 80
_NO_DATE = date(1, 1, 1)


def style_of(anchor: str) -> str:
    """The letters of the last step of ``anchor``: tiao12-k2 → k; "" where it has none."""
    match = _COMPONENT.fullmatch(anchor.rpartition("-")[2])
    return match["style"] if match else ""


def eids(clauses: Iterable[Clause], prefixes: dict[int, str]) -> dict[str, str]:
    """Path of every clause → its eId, all different. ``prefixes`` are the eIds of the components by part."""
    clauses = list(clauses)
    # An article of several 款 has a first one, though its path does not say so.
    several = {one.anchor.rpartition("-")[0] for one in clauses if style_of(one.anchor) == "k"}
    found: dict[str, str] = {}
    used: set[str] = set()
    for one in clauses:
        eid = plain = "__".join([*filter(None, [prefixes.get(one.part, "")]), *_steps(one.anchor, several)])
        again = 1
        while eid in used:
            again += 1
            eid = f"{plain}_{again}"
        used.add(eid)
        found[one.path] = eid
    return found


def first_paragraphs(clauses: Iterable[Clause], eid: dict[str, str]) -> dict[str, str]:
    """Path of every article of several 款 → eId of its first one, which has no path of its own."""
    clauses = list(clauses)
    several = {one.anchor.rpartition("-")[0] for one in clauses if style_of(one.anchor) == "k"}
    return {one.path: f"{eid[one.path]}__para_1" for one in clauses if one.anchor in several and one.text}


def _steps(anchor: str, several: set[str]) -> Iterator[str]:
    steps = anchor.split("-")
    for i, step in enumerate(steps):
        if i == 0 and len(steps) > 1 and _PREFIX.fullmatch(step):
            continue
        yield _token(step)
        following = steps[i + 1] if i + 1 < len(steps) else ""
        if following and not following.startswith("k") and "-".join(steps[: i + 1]) in several:
            yield "para_1"


def _token(step: str) -> str:
    match = _COMPONENT.fullmatch(step)
    if match is None:
        return re.sub(r"\W|_+", "-", step)
    style = match["style"]
    number = match["number"].rstrip(".").replace(".", "-")
    name = ELEMENTS[style][1] if style in ELEMENTS else f"hcontainer_{style}"
    return f"{name}_{number}" + (f"_{match['again']}" if match["again"] else "")


def portion(clause: str) -> str:
    """A clause in standard form as an eId: 第十二条第二款第（三）项 → art_12__para_2__point_3, "" if it is none."""
    steps = []
    for match in _STEP.finditer(clause.partition("至")[0]):
        try:
            number = f"{to_int(match['n'])}" + (f"-{to_int(match['sub'])}" if match["sub"] else "")
        except ValueError:
            return ""
        steps.append(f"{ELEMENTS[_UNITS[match['unit']]][1]}_{number}")
    return "__".join(steps)


# --- URIs ----------------------------------------------------------------------------------------------------


def name(text: str) -> str:
    """``text`` as one step of an IRI: 国办发〔2019〕5号 → 国办发-2019-5号."""
    return _NOT_IN_NAME.sub("-", text).strip("-")[:_LONGEST_NAME].strip("-")


@dataclass(frozen=True)
class WorkName:
    """What a work is called: its URIs, and the date in them with what kind of date it is."""

    work: str
    day: date
    day_is: (
        str  # "written", "published", "effective"; "unknown" where nothing sure is known (then 0001-01-01)
    )

    @property
    def expression(self) -> str:
        """The text in Chinese as of its date."""
        return f"{self.work}/zho@{'' if self.day_is == 'unknown' else self.day.isoformat()}"


def work_name(document: OfficialDocument, doctype: str) -> WorkName:
    """/akn/cn/{doctype}[/{kind}]/{date}/{number, or title, or the file's digest}; only what is sure goes in."""
    days: dict[str, Element[date]] = {
        "written": document.written_on,
        "published": document.published_on,
        "effective": document.effective_from,
    }
    known = [(each.value, what) for what, each in days.items() if each.sure and each.value]
    day, day_is = known[0] if known else (_NO_DATE, "unknown")
    called = next(
        (name(each.value) for each in (document.document_number, document.title) if each.sure and each.value),
        "",
    )
    kind = name(document.kind.value) if document.kind.sure and document.kind.value else ""
    steps = ["/akn/cn", doctype, kind, day.isoformat(), called or document.sha256[:16] or "untitled"]
    return WorkName("/".join(filter(None, steps)), day, day_is)


def organ(text: str) -> str:
    """The ontology's address of an organ."""
    return f"/akn/ontology/organization/cn/{name(text) or 'unknown'}"


def cited(citation: Citation) -> str:
    """The address of the other document (and clause) that ``citation`` means, "" if it names none.

    The date that a work's own URI holds is not known from a mention: documents are addressed in the ontology by number,
    or by title where they have none.
    """
    document = name(citation.target_number or citation.target_title)
    if not document:
        return ""
    clause = portion(citation.target_clause)
    return f"/akn/ontology/reference/cn/{document}" + (f"#{clause}" if clause else "")
