"""What the page of a policy shows, put together from the record: head, contents, text, elements."""

import itertools
from collections.abc import Iterator
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from gongkai.kernel.routes import route
from gongkai.policies import queries
from gongkai.policies.around import Marks, around, marks_of
from gongkai.policies.at import Asked
from gongkai.policies.models import Audience, Policy
from gongkai.policies.pieces import Pieces
from gongkai.policies.words import day, reason, state_label
from gongkai.reading.document import Block, BlockKind, Clause, Part, PartKind, Table
from gongkai.text.clause_numbers import CONTAINERS, clause_number
from gongkai.text.normalise import bare
from gongkai.theme.address import public_url

# Shown in the page's head already: not repeated above the text of the first part.
_IN_HEAD = {BlockKind.LETTERHEAD, BlockKind.TITLE, BlockKind.NUMBER}
_NEAR = 2  # lines above a table among which its caption may stand: 编制部门 comes between the two
_PART_TITLES = {PartKind.ENCLOSED, PartKind.ATTACHMENT}


def policy_context(
    policy: Policy, asked: Asked, query: QueryDict | None = None, base: str = ""
) -> dict[str, Any]:
    """Context of policies/policy.html for ``policy`` as it stands on the day asked.

    ``query`` chooses a piece of a long text, whose pieces share the address ``base`` (the record's own where empty).
    """
    validity = policy.validity_on(asked.day)
    pieces = Pieces(policy, query or QueryDict(), asked, base)
    marks = marks_of(policy, asked.day)
    by_block = {(clause.part, clause.block): clause for clause in policy.read_clauses}
    numbers = itertools.count(1)
    return {
        "policy": policy,
        "asked": asked,
        "validity": validity,
        "state_label": state_label(validity.state),
        "reason": reason(validity),
        "facts": [fact for fact in (*policy.issuer_names, policy.document_number) if fact],
        "contents": _contents(policy, pieces),
        "pieces": pieces,
        "parts": [
            shown
            for index, part in enumerate(policy.parts)
            if (shown := _part(index, part, by_block, numbers, pieces, marks))
        ],
        "elements": elements(policy),
        "has_original": bool(policy.original and not policy.original.conceals and not policy.files_closed),
        "attachments": _attachments(policy, pieces),
        "path": pieces.base,
        "address": public_url(pieces.base),
        "services": marks.services.get("", []),
        "copies": queries.copies(policy),
        "other_files": queries.other_files(policy) if policy.there_is.likenesses else [],
        "crumbs": [
            {"label": _("政策文件"), "url": route("policies:library")},
            {"label": policy.title, "url": ""},
        ],
        **around(policy, asked, validity, marks),
    }


def elements(policy: Policy) -> list[dict[str, Any]]:
    """The elements in the order of the national form; what nobody knows is shown as not stated."""
    open_note = _("读取不确定，待责任单位核对")
    open_points = {name: str(point["value"]) for name, point in policy.open_points.items()}
    rows = [
        ("index_number", _("索引号"), policy.index_number),
        ("document_number", _("发文字号"), policy.document_number),
        ("issuers", _("发文机关"), policy.issuers),
        ("kind", _("文种"), policy.kind),
        ("subject", _("主题分类"), policy.subject),
        ("audiences", _("面向"), "、".join(str(Audience(each).label) for each in policy.audience_values)),
        ("written_on", _("成文日期"), day(policy.written_on)),
        ("published_on", _("发布日期"), day(policy.published_on)),
        ("effective_from", _("施行日期"), day(policy.effective_from)),
        ("effective_until", _("有效期至"), day(policy.effective_until)),
        ("repealed_on", _("废止日期"), day(policy.repealed_on)),
        ("disclosure", _("公开属性"), policy.get_disclosure_display() if policy.disclosure else ""),
    ]
    always = {"document_number", "issuers", "written_on", "published_on", "effective_from"}
    return [
        {
            "label": label,
            "value": value or open_points.get(name) or _("文件未载明"),
            "note": open_note if name in open_points else "",
            "unstated": not value and name not in open_points,
        }
        for name, label, value in rows
        if value or name in always or name in open_points
    ]


# --- the text ----------------------------------------------------------------------------------------------


def part_name(part: Part) -> str:
    """How a part is called in the contents: its title, with the label of an attachment."""
    if part.kind is PartKind.COVER:
        return _("通知（令）")
    return " ".join(piece for piece in (part.label, part.title) if piece)


def part_anchor(index: int) -> str:
    """The address of a part as a whole."""
    return f"bf{index + 1}"


def _attachments(policy: Policy, pieces: Pieces) -> list[dict[str, str]]:
    """The attachments within the text, each with the address of its first line."""
    return [
        {"label": part_name(part), "url": pieces.url(index, 0, part_anchor(index))}
        for index, part in enumerate(policy.parts)
        if part.kind is PartKind.ATTACHMENT
    ]


def _part(
    index: int,
    part: Part,
    by_block: dict[tuple[int, int], Clause],
    numbers: Iterator[int],
    pieces: Pieces,
    marks: Marks,
) -> dict[str, Any] | None:
    """What of a part stands on this page; None for a part of which nothing does."""
    shown: list[dict[str, Any]] = []
    for position, block in enumerate(part.blocks):
        if (index == 0 and block.kind in _IN_HEAD) or not pieces.shows(index, position):
            continue
        shown.append(
            _block(block, by_block.get((index, position)), numbers, shown[-_NEAR:])
            | _marked(by_block.get((index, position)), marks)
        )
    if part.blocks and not shown and pieces.found:
        return None
    begins = pieces.shows(index, 0)
    title = part_name(part) if part.kind in _PART_TITLES and begins else ""
    return {"anchor": part_anchor(index), "title": title, "kind": part.kind.value, "blocks": shown}


def _marked(clause: Clause | None, marks: Marks) -> dict[str, Any]:
    """What stands beside a clause: who changed it, how often it is cited, by which services it is used."""
    if clause is None:
        return {}
    path = clause.path
    return {
        "notes": marks.notes.get(path, []),
        "cited": marks.cited.get(path, 0),
        "links": marks.services.get(path, []),
    }


def _block(
    block: Block, clause: Clause | None, numbers: Iterator[int], above: list[dict[str, Any]]
) -> dict[str, Any]:
    if block.kind is BlockKind.TABLE and block.table:
        # A screen reader lists the tables of a page by name: numbered, for captions may be missing or the same.
        said = {bare(f"{each['number']}{each['text']}") for each in above if "text" in each}
        repeated = bare(block.table.caption) in said
        table = shown_table(block.table) | {"number": next(numbers), "repeated": repeated}
        return {"kind": "table", "table": table, "anchor": clause.anchor if clause else ""}
    if clause is None or not clause.numbered:
        place = {"anchor": clause.anchor, "name": clause.path} if clause else {"anchor": "", "name": ""}
        return {
            "kind": block.kind.value,
            "text": block.text,
            "number": "",
            "heading": None,
            "depth": 0,
            **place,
        }
    return {
        "kind": "paragraph",
        "anchor": clause.anchor,
        "number": clause.label,
        "text": clause.text,
        "name": clause.path,
        "heading": _heading_level(clause),
        "depth": _depth(clause),
    }


def _depth(clause: Clause) -> int:
    """How far an item stands in: items of an article the same whether or not chapters stand above it."""
    if clause.is_heading:
        return 0
    steps = clause.path.split("/")
    article = next((i for i, step in enumerate(steps) if step.startswith("第") and "条" in step), None)
    if article is None:
        return min(clause.level - 1, 4)
    below = len(steps) - 1 - article
    return min(below + 1, 4) if below else 0


def _heading_level(clause: Clause) -> int | None:
    """h2 is for parts and top headings; a heading never skips a level below the one that stands above it."""
    return min(1 + clause.level, 6) if clause.is_heading else None


def shown_table(table: Table) -> dict[str, Any]:
    """A table for theme/parts/table.html: figures set to the right, and the head of a column of figures with them."""
    columns = _columns_of_figures(table)
    heads = {(row, column) for row, column, cell in table.places() if cell.header and column in columns}
    rows: list[list[dict[str, Any]]] = [[] for _row in table.rows]
    for row, column, cell in table.places():
        rows[row].append(
            {
                "text": cell.text,
                "header": cell.header,
                "colspan": cell.colspan,
                "rowspan": cell.rowspan,
                "numeric": _is_figure(cell.text) or (cell.colspan == 1 and (row, column) in heads),
            }
        )
    return {"caption": table.caption, "unit": table.unit, "rows": rows}


def _columns_of_figures(table: Table) -> set[int]:
    """The columns in whose cells nothing but figures stands."""
    figures: dict[int, bool] = {}
    for _row, column, cell in table.places():
        if not cell.header and cell.text.strip():
            figures[column] = figures.get(column, True) and _is_figure(cell.text)
    return {column for column, only in figures.items() if only}


def _is_figure(text: str) -> bool:
    tight = text.replace(",", "").replace("，", "").replace("%", "").replace("．", ".").strip()
    try:
        float(tight)
    except ValueError:
        return False
    return True


def _contents(policy: Policy, pieces: Pieces) -> list[dict[str, Any]]:
    """Parts, and under each its headings down to the second level; nothing for a text without headings."""
    parts = policy.parts
    entries: list[dict[str, Any]] = []
    for index, part in enumerate(parts):
        headings = list(_headings(policy, index, pieces))
        if part.kind in _PART_TITLES:
            url = pieces.url(index, 0, part_anchor(index))
            entries.append({"label": part_name(part), "url": url, "children": headings})
        else:
            entries += headings
    return entries if len(entries) > 1 or any(entry.get("children") for entry in entries) else []


def _headings(policy: Policy, part: int, pieces: Pieces) -> Iterator[dict[str, Any]]:
    top: dict[str, Any] | None = None
    for clause in policy.read_clauses:
        if clause.part != part or not clause.numbered or not clause.is_heading or clause.level > 2:
            continue
        number = clause_number(clause.label)
        gap = "\u3000" if number and number.style in CONTAINERS else ""
        url = pieces.url(clause.part, clause.block, clause.anchor)
        entry = {"label": f"{clause.label}{gap}{clause.text}", "url": url, "children": []}
        if clause.level == 1 or top is None:
            if top is not None:
                yield top
            top = entry
        else:
            top["children"].append(entry)
    if top is not None:
        yield top
