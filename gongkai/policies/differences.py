"""What the page of the difference between two texts shows: which two, how much differs, and every change in words."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from threading import Lock
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from gongkai.kernel import clock
from gongkai.policies.actions.editions import digest_of
from gongkai.policies.models import Edition, Policy, RelationKind
from gongkai.policies.relations import confirmed
from gongkai.policies.versions import with_text_of
from gongkai.policies.words import day, state_label
from gongkai.reading.compare import ChangeKind, ClauseChange, Piece, compare_articles, wording
from gongkai.reading.compare.units import Unit, units_of
from gongkai.reading.compare.wording import How
from gongkai.reading.document import Clause
from gongkai.text.normalise import bare
from gongkai.theme import pager

PAGE_SIZE = 60
# Both texts together; two versions of the criminal law, 2,500 clauses and 135,000 characters, take about a second.
MOST_CLAUSES = 3_000
MOST_CHARACTERS = 300_000
_UNLIKE = 0.2  # likeness below which two articles may have been paired by their places alone
_QUIET = (ChangeKind.SAME, ChangeKind.RENUMBERED)
_HOW: dict[ChangeKind, How] = {ChangeKind.NEW: "added", ChangeKind.GONE: "removed"}
_ORDER = ("changed", "new", "gone", "moved", "renumbered", "same")
_BAR = 1000  # width of the picture, in its own units


@dataclass(frozen=True)
class Side:
    """One of two texts: ``policy`` bears its words, they stand at ``url``, ``facts`` tell it from the other."""

    policy: Policy
    url: str
    facts: tuple[str, ...]
    chips: tuple[dict[str, str], ...] = ()

    def clause_url(self, clause: Clause) -> str:
        """The address of a clause; ?clause= finds the page of a long text on which it stands."""
        query = f"?clause={clause.anchor}" if self.policy.pieces and clause.anchor else ""
        return f"{self.url}{query}#{clause.anchor}" if clause.anchor else self.url


class TooLong(Exception):
    """Two texts are too long to be compared while a reader waits."""


class Busy(Exception):
    """Another comparison is being reckoned just now."""


# --- which two ------------------------------------------------------------------------------------------------


def editions_chosen(editions: Sequence[Edition], query: QueryDict) -> tuple[Edition, Edition] | None:
    """The older and the newer of the two editions asked for, the last two where none is; None of a single edition.

    ``editions`` in the order of their numbers. Raises Http404 for one that is not among them.
    """
    if len(editions) < 2:
        return None
    by_number = {str(each.number): each for each in editions}
    asked = [
        by_number.get(query.get(name) or str(usual.number))
        for name, usual in zip(("from", "to"), editions[-2:], strict=True)
    ]
    one, other = asked
    if one is None or other is None:
        raise Http404(_("没有这一版，或者它已撤下，请从发布的版本中另选。"))
    return (one, other) if one.number <= other.number else (other, one)


def edition_side(policy: Policy, edition: Edition) -> Side:
    """An edition of ``policy`` as one side."""
    facts = (
        _("第 %d 版") % edition.number,
        day(clock.local_day(edition.published_at)),
        edition.get_kind_display(),
    )
    return Side(with_text_of(policy, edition), edition.get_absolute_url(), facts)


def record_side(policy: Policy) -> Side:
    """A record as one side."""
    state = policy.validity_on(clock.today()).state
    begins = _("自%s起施行") % day(policy.effective_from) if policy.effective_from else ""
    facts = tuple(fact for fact in (policy.document_number, begins) if fact)
    return Side(
        policy, policy.get_absolute_url(), facts, ({"state": state.value, "label": state_label(state)},)
    )


def in_order(one: Policy, other: Policy) -> tuple[Policy, Policy]:
    """The older first: by the days they take effect, else by which replaces the other, else as given."""
    if one.effective_from and other.effective_from and one.effective_from != other.effective_from:
        return (one, other) if one.effective_from < other.effective_from else (other, one)
    replaces = confirmed(one.says.filter(kind=RelationKind.REPLACES, target=other)).exists()
    return (other, one) if replaces else (one, other)


# --- the comparison -------------------------------------------------------------------------------------------

# A page is cheap to ask for and a comparison is not: one at a time in a process, and the last few are kept.
_one_at_a_time = Lock()
_WAIT = 0.2  # seconds
_MOST_KEPT = 8
_kept: dict[tuple[str, str], tuple[ClauseChange, ...]] = {}


def compared(old: Policy, new: Policy) -> tuple[ClauseChange, ...]:
    """What became of every article of ``old`` in ``new``. Raises TooLong and Busy."""
    key = digest_of(old), digest_of(new)
    known = _kept.get(key)
    if known is not None:
        return known
    clauses = (*old.read_clauses, *new.read_clauses)
    if len(clauses) > MOST_CLAUSES or sum(map(_length, clauses)) > MOST_CHARACTERS:
        raise TooLong
    if not _one_at_a_time.acquire(timeout=_WAIT):
        raise Busy
    try:
        found = compare_articles(old.read_clauses, new.read_clauses)
        while len(_kept) >= _MOST_KEPT:
            _kept.pop(next(iter(_kept)))
        _kept[key] = found
    finally:
        _one_at_a_time.release()
    return found


def _length(clause: Clause) -> int:
    cells = (cell for row in clause.table.rows for cell in row) if clause.table else ()
    return len(clause.text) + sum(len(cell.text) for cell in cells)


# --- the page -------------------------------------------------------------------------------------------------


def difference_context(old: Side, new: Side, query: QueryDict) -> dict[str, Any]:
    """Context of policies/differences.html; ``problem`` says why there is nothing to show, ``busy`` that it is a matter of time."""
    context: dict[str, Any] = {"old": old, "new": new, "everything": query.get("show") == "all"}
    try:
        changes = compared(old.policy, new.policy)
    except TooLong:
        return context | {
            "problem": _("这两个文本合在一起太长，不能在网页上逐条比较，请分别打开两个文本对照阅读。")
        }
    except Busy:
        return context | {"problem": _("正在为别的读者比较文本，请过几秒钟再刷新本页。"), "busy": True}
    telling = _Telling(old, new)
    items = list(telling.everything(changes) if context["everything"] else telling.what_differs(changes))
    page = Paginator(items, PAGE_SIZE).get_page(query.get("page"))
    return context | {
        "title_pieces": _title_pieces(old.policy, new.policy) if page.number == 1 else (),
        "summary": summary(changes),
        "items": page.object_list,
        "pager": pager.links(page, query),
        "shows": _shows(query, context["everything"]),
    }


def _title_pieces(old: Policy, new: Policy) -> tuple[Piece, ...]:
    return wording(old.title, new.title) if bare(old.title) != bare(new.title) else ()


def _shows(query: QueryDict, everything: bool) -> list[dict[str, Any]]:
    """The two ways of showing, with the addresses that lead to them."""

    def address(value: str) -> str:
        changed = query.copy()
        for name in ("page", "show"):
            changed.pop(name, None)
        changed["show"] = value
        return f"?{changed.urlencode()}"

    return [
        {"label": _("只看有变化的"), "url": address("changed"), "current": not everything},
        {"label": _("看全部条款"), "url": address("all"), "current": everything},
    ]


def kind_label(kind: ChangeKind) -> str:
    """What became of a clause, in the reader's language."""
    return {
        ChangeKind.SAME: _("文字未变"),
        ChangeKind.RENUMBERED: _("只变了序号"),
        ChangeKind.MOVED: _("移动了位置"),
        ChangeKind.CHANGED: _("修改"),
        ChangeKind.NEW: _("新增"),
        ChangeKind.GONE: _("删去"),
    }[kind]


def summary(changes: Sequence[ClauseChange]) -> dict[str, Any]:
    """How many articles of each kind, with the places of a bar ``width`` wide; ``headings`` that are not the same apart."""
    counted: Counter[str] = Counter(change.kind for change in changes if not _head(change).is_heading)
    total = counted.total()
    rows, before = [], 0
    for kind in map(ChangeKind, _ORDER):
        start, before = before, before + counted[kind]
        x, end = (_BAR * at // (total or 1) for at in (start, before))
        rows.append({"kind": kind.value, "label": kind_label(kind), "n": counted[kind], "x": x, "w": end - x})
    headings = sum(change.kind != ChangeKind.SAME and _head(change).is_heading for change in changes)
    differ = total - counted[ChangeKind.SAME]
    return {"rows": rows, "total": total, "differ": differ, "headings": headings, "width": _BAR}


def _head(change: ClauseChange) -> Clause:
    """Its clause in the new text, or in the old one if it is gone."""
    head = change.new or change.old
    assert head is not None  # every change has a side
    return head


class _Telling:
    """The changes between two texts as the template shows them."""

    def __init__(self, old: Side, new: Side) -> None:
        self.old, self.new = old, new
        self._olds, self._news = (
            {unit.head.path: unit for unit in units_of(side.policy.read_clauses)} for side in (old, new)
        )

    def everything(self, changes: Sequence[ClauseChange]) -> Iterator[dict[str, Any]]:
        """Every article by itself."""
        return map(self._item, changes)

    def what_differs(self, changes: Sequence[ClauseChange]) -> Iterator[dict[str, Any]]:
        """What differs by itself; articles of the same words that follow each other in both texts as one line.

        Headings that are the same are left out.
        """
        told = [each for each in changes if each.kind != ChangeKind.SAME or not _head(each).is_heading]
        starts = sorted((self._olds[each.old.path].start, each.old.path) for each in told if each.old)
        places = {path: place for place, (_start, path) in enumerate(starts)}

        def run(numbered: tuple[int, ClauseChange]) -> tuple[ChangeKind, int]:
            n, change = numbered
            follows = change.old and change.kind in _QUIET
            return (change.kind, places[change.old.path] - n if follows and change.old else -n)

        for (kind, _shift), group in groupby(enumerate(told), run):
            members = [change for _n, change in group]
            if kind in _QUIET:
                yield self._folded(kind, members)
            else:
                yield from map(self._item, members)

    def _folded(self, kind: ChangeKind, members: Sequence[ClauseChange]) -> dict[str, Any]:
        articles = [each for each in members if not _head(each).is_heading] or list(members)
        olds = [each.old.path for each in articles if each.old]
        news = [each.new.path for each in articles if each.new]
        count = {"old": _range(olds), "new": _range(news), "n": len(articles)}
        if kind is ChangeKind.SAME:
            words = _("%(new)s 文字未变") if len(articles) == 1 else _("%(new)s（%(n)d 处）文字未变")
        elif len(articles) == 1:
            words = _("旧%(old)s改为新%(new)s，文字未变")
        else:
            words = _("旧%(old)s改为新%(new)s（%(n)d 处），文字未变")
        return {"fold": words % count}

    def _item(self, change: ClauseChange) -> dict[str, Any]:
        paths = {each.path for each in (change.old, change.new) if each}
        return {
            "kind": change.kind.value,
            "label": kind_label(change.kind),
            "one": paths.pop() if len(paths) == 1 and change.old and change.new else "",
            "old": self._place(self.old, change.old),
            "new": self._place(self.new, change.new),
            "whole": change.kind in (ChangeKind.NEW, ChangeKind.GONE),
            "pieces": self._pieces(change),
            "notes": list(self._notes(change)),
        }

    def _place(self, side: Side, clause: Clause | None) -> dict[str, str] | None:
        return {"name": clause.path, "url": side.clause_url(clause)} if clause else None

    def _pieces(self, change: ClauseChange) -> tuple[Piece, ...]:
        if change.pieces:
            return change.pieces
        head = _head(change)
        unit: Unit = (self._news if change.new else self._olds)[head.path]
        return (Piece(unit.text, _HOW.get(change.kind, "same")),) if unit.text else ()

    def _notes(self, change: ClauseChange) -> Iterator[str]:
        """What a reader should know of a pair besides its words."""
        if change.beside and change.kind is ChangeKind.GONE:
            yield _("内容并入新%s。") % change.beside.path
        elif change.beside:
            yield _("内容从旧%s分出。") % change.beside.path
        if not (change.old and change.new):
            return
        if change.kind is ChangeKind.CHANGED and change.likeness < _UNLIKE:
            yield _("两条文字相差很大，对应关系不确定，请对照全文核实。")
        was, now = (each.heading[-1] if each.heading else "" for each in (change.old, change.new))
        if change.kind is ChangeKind.MOVED and was and now and was != now:
            yield _("原在“%(was)s”，现在“%(now)s”。") % {"was": was, "now": now}


def _range(paths: Sequence[str]) -> str:
    """第三条至第九条, or the one there is."""
    return paths[0] if len(paths) == 1 else _("%(first)s至%(last)s") % {"first": paths[0], "last": paths[-1]}


def crumbs(policy: Policy) -> list[dict[str, str]]:
    """The way back from a comparison to the text and the library."""
    return [
        {"label": _("政策文件"), "url": reverse("policies:library")},
        {"label": policy.title, "url": policy.get_absolute_url()},
        {"label": _("文字比较"), "url": ""},
    ]
