"""The text of one part: preface, preamble, a hierarchy of clauses or a body of blocks, and conclusions."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from lxml import etree

from gongkai.reading.akn.inline import Refs, set_block, sub, write
from gongkai.reading.akn.names import CONTAINER_STYLES, ELEMENTS, HCONTAINERS, style_of
from gongkai.reading.document import Block, BlockKind, Clause, Part

_HEAD = {
    BlockKind.TITLE,
    BlockKind.LETTERHEAD,
    BlockKind.NUMBER,
    BlockKind.NOTE,
    BlockKind.RECIPIENT,
    BlockKind.SIGNATURE,
    BlockKind.DATE,
}
_SIGNED = {BlockKind.SIGNATURE, BlockKind.DATE}
_CLOSING = _SIGNED | {BlockKind.NOTE, BlockKind.ATTACHMENTS}
_AFTER_SIGNATURE = 12  # blocks; what goes on for longer behind a date is text, not contact and circulation


@dataclass(frozen=True)
class Clauses:
    """The clauses of one part by the number of their block, with the eIds and references of all."""

    at: dict[int, Clause]
    eid: dict[str, str]
    refs: dict[str, Refs]

    def of(self, position: int) -> tuple[str, Refs]:
        """eId and references of the block at ``position``, "" and none where it is no clause."""
        clause = self.at.get(position)
        return (self.eid[clause.path], self.refs.get(clause.path, ())) if clause else ("", ())


@dataclass
class _Node:
    """A clause, or a block that stands between clauses, and what stands under it."""

    tag: str
    name: str
    style: str
    block: Block
    clause: Clause | None = None
    eid: str = ""
    refs: Refs = ()
    children: list["_Node"] = field(default_factory=list)


def is_act(clauses: Iterable[Clause]) -> bool:
    """A text divided into 第X条 before anything else is a law or a rule."""
    numbered = [one for one in clauses if one.numbered]
    styles = [style_of(one.anchor) for one in numbered if one.level == 1]
    regular = sum(style == "tiao" or style in CONTAINER_STYLES for style in styles)
    return any(style_of(one.anchor) == "tiao" for one in numbered) and 2 * regular > len(styles)


def set_part(
    parent: etree._Element, part: Part, clauses: Clauses, *, act: bool, title: str = "", label: str = ""
) -> None:
    """Write ``part`` into an ``act`` or ``doc`` that has its meta already.

    ``title`` and ``label`` stand above the blocks where the file has them and the blocks do not.
    """
    blocks = part.blocks
    preface, preamble, closing = _divided(blocks, clauses, act=act)
    if title or label or preface:
        element = sub(parent, "preface")
        if label:
            sub(element, "p", label, class_="label")
        if title:
            sub(sub(element, "p", class_="title"), "docTitle", title)
        _set_blocks(element, blocks, range(preface), clauses)
    if preamble > preface:
        _set_blocks(sub(parent, "preamble"), blocks, range(preface, preamble), clauses)
    body = sub(parent, "body" if act else "mainBody")
    for node in _tree(blocks, range(preamble, closing), clauses):
        if not act and not node.children and not (node.clause and node.clause.numbered):
            set_block(body, node.block, node.eid, node.refs)
        else:
            _set_node(body, node)
    if not len(body):
        sub(body, "p")
    if closing < len(blocks):
        _set_blocks(sub(parent, "conclusions"), blocks, range(closing, len(blocks)), clauses)


def _set_blocks(element: etree._Element, blocks: tuple[Block, ...], where: range, clauses: Clauses) -> None:
    for position in where:
        block = blocks[position]
        if block.kind is BlockKind.RECIPIENT:
            set_block(sub(element, "container", name="recipients"), block)
        else:
            set_block(element, block, *clauses.of(position))


def _divided(blocks: tuple[Block, ...], clauses: Clauses, *, act: bool) -> tuple[int, int, int]:
    """Where the preface ends, where the preamble ends, and where the conclusions begin."""
    head = _run(blocks, 0, _HEAD)
    if head == len(blocks):  # nothing but a head: what signs it is the end
        head = next((n for n, block in enumerate(blocks) if block.kind in _SIGNED), head)
    preface = next((n for n in range(head) if blocks[n].kind is BlockKind.RECIPIENT), head)
    if act:  # 序言, or the words before the first article
        head = next((n for n in range(head, len(blocks)) if _is_numbered(clauses, n)), head)
    return preface, head, _closing(blocks, clauses, head)


def _run(blocks: tuple[Block, ...], start: int, kinds: set[BlockKind]) -> int:
    while start < len(blocks) and blocks[start].kind in kinds:
        start += 1
    return start


def _is_numbered(clauses: Clauses, position: int) -> bool:
    clause = clauses.at.get(position)
    return clause is not None and clause.numbered


def _closing(blocks: tuple[Block, ...], clauses: Clauses, head: int) -> int:
    """Where list of attachments, signature and date begin, with the few lines behind them."""
    start = len(blocks)
    while start > head and blocks[start - 1].kind in _CLOSING:
        start -= 1
    earliest = max(head, len(blocks) - _AFTER_SIGNATURE)
    last = next(
        (n for n in range(len(blocks) - 1, earliest - 1, -1) if _is_numbered(clauses, n) or blocks[n].table),
        earliest - 1,
    )
    signed = next((n for n in range(last + 1, len(blocks)) if blocks[n].kind in _SIGNED), start)
    start = min(start, signed)
    while start > head and blocks[start - 1].kind in _CLOSING:
        start -= 1
    return start


# --- the hierarchy -------------------------------------------------------------------------------------------


def _tree(blocks: tuple[Block, ...], where: range, clauses: Clauses) -> list[_Node]:
    """The blocks as a tree, by the levels of their clauses; a 款 holds the items that its own address leads to."""
    top: list[_Node] = []
    stack: list[_Node] = []
    for position in where:
        clause, block = clauses.at.get(position), blocks[position]
        if clause is None:
            if block.text or block.table:
                siblings = stack[-1].children if stack else top
                siblings.append(_Node("hcontainer", block.kind.value, "", block))
            continue
        while stack and _left_by(stack[-1], clause):
            stack.pop()
        node = _node(clause, block, *clauses.of(position))
        (stack[-1].children if stack else top).append(node)
        if clause.numbered or node.style == "k":
            stack.append(node)
    return top


def _left_by(node: _Node, clause: Clause) -> bool:
    open_clause = node.clause
    if open_clause is None or open_clause.level < clause.level:
        return False
    inside = clause.table is not None or clause.anchor.startswith(f"{open_clause.anchor}-")
    return not (node.style == "k" and open_clause.level == clause.level and inside)


def _node(clause: Clause, block: Block, eid: str, refs: Refs) -> _Node:
    style = style_of(clause.anchor)
    if clause.table:
        return _Node("hcontainer", "table", style, block, clause, eid)
    tag = ELEMENTS[style][0] if style in ELEMENTS and style != "b" else "hcontainer"
    name = HCONTAINERS.get(style, "item") if tag == "hcontainer" else ""
    return _Node(tag, name, style, block, clause, eid, refs)


def _set_node(parent: etree._Element, node: _Node) -> None:
    """A node as hierarchical element: number, heading or own words, children."""
    if node.clause is None or node.clause.table:
        container = sub(parent, node.tag, name=node.name)
        set_block(sub(container, "content"), node.block, node.eid)
        return
    clause, block = node.clause, node.block
    element = sub(parent, node.tag, name=node.name, eId=node.eid)
    if clause.label:
        _, here, rest = block.text.partition(clause.label)
        start = len(block.text) - len(rest) - len(here)
        write(
            sub(element, "num"),
            clause.label,
            (),
            [n - start for n in block.doubtful if 0 <= n - start < len(here)],
        )
    if clause.is_heading and clause.text:
        _set_words(sub(element, "heading"), node)
    split = next((n for n, child in enumerate(node.children) if child.style == "k"), None)
    first = node.children if split is None else node.children[:split]
    holder = element
    if node.style == "tiao" and split is not None and (first or (clause.text and not clause.is_heading)):
        holder = sub(element, "paragraph", eId=f"{node.eid}__para_1")
    if clause.text and not clause.is_heading:
        _set_words(
            sub(sub(holder, "intro" if first or (holder is element and node.children) else "content"), "p"),
            node,
        )
    for child in first:
        _set_node(holder, child)
    for child in node.children[len(first) :]:
        _set_node(element, child)


def _set_words(element: etree._Element, node: _Node) -> None:
    assert node.clause is not None
    text = node.clause.text
    start = len(node.block.text.rstrip()) - len(text)
    write(element, text, node.refs, [n - start for n in node.block.doubtful if n >= start])
