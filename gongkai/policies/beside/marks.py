"""Text and tables of an original as markup of our own making, with the doubtful places marked in them.

What comes from a file is first cleaned by nh3 and then written anew, tag by tag from a short list: nothing of it can ask
another machine for anything, run, or look like a part of our page.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from html import escape, unescape
from itertools import pairwise

import nh3
from django.utils.safestring import SafeString, mark_safe

from gongkai.policies.beside.spots import Text, Wanted
from gongkai.reading.document import Table
from gongkai.reading.picture import PlainLine

# Their names here → ours: headings and lists of the file must not become headings and lists of our page.
_OURS = {
    **{f"h{n}": ("p", f"as-h{n}") for n in range(1, 7)},
    **dict.fromkeys(("ul", "ol", "dl"), ("div", "as-list")),
    **dict.fromkeys(("li", "dt", "dd"), ("div", "as-item")),
    **dict.fromkeys(("p", "blockquote", "pre"), ("p", "")),
    **dict.fromkeys(("div", "section", "article", "main", "center"), ("div", "")),
    **dict.fromkeys(("b", "strong"), ("strong", "")),
    **{name: (name, "") for name in ("table", "tr", "td", "br", "hr")},
    "th": ("td", "as-th"),
}
_VOID = {"br", "hr"}
_DROPPED = {
    "script",
    "style",
    "title",
    "noscript",
    "iframe",
    "object",
    "svg",
    "math",
    "template",
    "select",
    "textarea",
}
_SPANS = {"td": {"colspan", "rowspan"}, "th": {"colspan", "rowspan"}}
_PIECE = re.compile(r"(<[^<>]*>)")
_TAG = re.compile(r"<(/?)([a-z0-9]+)((?: (?:col|row)span=\"[0-9]{1,3}\")*) ?/?>")

Spans = Iterable[tuple[int, int, str]]


def clean_html(page: str) -> str:
    """The structure of a web page and its words; no pictures, links, styles or scripts."""
    return nh3.clean(
        page,
        tags=set(_OURS),
        clean_content_tags=_DROPPED,
        attributes=_SPANS,
        attribute_filter=lambda _tag, _name, value: value if re.fullmatch("[0-9]{1,3}", value) else None,
        link_rel=None,
    )


def from_lines(lines: Iterable[PlainLine]) -> str:
    """Paragraphs and tables of a file as plain markup."""
    out: list[str] = []
    for line in lines:
        if line.table:
            out.append(from_table(line.table))
        elif line.text:
            words = escape(line.text)
            out.append(f"<p>{f'<strong>{words}</strong>' if line.strong else words}</p>")
    return "\n".join(out)


def from_table(table: Table) -> str:
    """A table as plain markup."""
    rows = "".join(
        "<tr>"
        + "".join(f'<td colspan="{c.colspan}" rowspan="{c.rowspan}">{escape(c.text)}</td>' for c in row)
        + "</tr>"
        for row in table.rows
    )
    caption = f"<p>{escape(table.caption)}</p>" if table.caption else ""
    return f"{caption}<table>{rows}</table>"


def marked(markup: str, wanted: Sequence[tuple[str, Wanted]]) -> tuple[SafeString, set[str]]:
    """Markup from this module, or cleaned by it, with what is wanted marked; and the keys of what was found.

    ``wanted`` are (key of a point, words or date). The first mark of a point has the id "o-" and its key.
    """
    pieces = [piece for piece in _PIECE.split(markup) if piece]
    texts = [unescape(piece) if not piece.startswith("<") else "" for piece in pieces]
    whole = Text("".join(texts))
    spans = [(start, end, key) for key, each in wanted for start, end in whole.find(each)]
    named: set[str] = set()
    out: list[str] = []
    at = 0
    for piece, text in zip(pieces, texts, strict=True):
        if piece.startswith("<"):
            out.append(_rewritten(piece))
            continue
        inside = [
            (max(a, at) - at, min(b, at + len(text)) - at, k)
            for a, b, k in spans
            if a < at + len(text) and b > at
        ]
        out.append(with_marks(text, inside, "o", named) if inside else escape(text))
        at += len(text)
    return mark_safe("".join(out)), {key for _a, _b, key in spans}  # noqa: S308  written by us, tag by tag


def with_marks(text: str, spans: Spans, side: str, named: set[str], kind: str = "") -> str:
    """``text`` escaped, with marks over ``spans`` (start, end, key), which may overlap.

    ``side`` ("o" or "r") begins the ids; ``named`` holds the keys whose first mark has been written, and is added to.
    """
    spans = [(a, b, key) for a, b, key in spans if a < b]
    cuts = sorted({0, len(text), *(a for a, _b, _k in spans), *(b for _a, b, _k in spans)})
    over: dict[int, list[str]] = defaultdict(list)
    for a, b, key in spans:
        for cut in cuts:
            if a <= cut < b and key not in over[cut]:
                over[cut].append(key)
    out: list[str] = []
    for start, end in pairwise(cuts):
        words = escape(text[start:end])
        if keys := over.get(start):
            for key in keys:
                if key not in named:
                    named.add(key)
                    out.append(f'<span id="{side}-{key}" class="settle-at"></span>')
            words = f'<mark class="spot {kind}" data-points="{" ".join(keys)}">{words}</mark>'
        out.append(words)
    return "".join(out)


def _rewritten(piece: str) -> str:
    found = _TAG.fullmatch(piece)
    if not found or found[2] not in _OURS:
        return ""
    name, kind = _OURS[found[2]]
    if found[1]:
        return "" if name in _VOID else f"</{name}>"
    shown = f' class="{kind}"' if kind else ""
    return f"<{name}{shown}{found[3]}>"
