"""The components that stand on a page by the dozen, as functions: an included template costs ten times as much each time.

Each is a template tag of the same name; the gallery shows them all.
"""

import html
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from gongkai.theme.language import with_lang

_STATES = {
    "in_force": gettext_lazy("现行有效"),
    "not_yet_in_force": gettext_lazy("尚未施行"),
    "lapsed": gettext_lazy("已失效"),
    "repealed": gettext_lazy("已废止"),
}
_UNKNOWN = gettext_lazy("有效性待确认")


def esc(value: Any) -> str:
    """As Django escapes, without its look for lazy strings: a page asks for this a thousand times."""
    return value.__html__() if hasattr(value, "__html__") else html.escape(str(value))


def state_word(state: str) -> str:
    """The word for a validity state when nothing more exact is said; what nobody knows is to be confirmed."""
    return str(_STATES.get(state, _UNKNOWN))


def chip(state: str = "", label: str = "") -> SafeString:
    """A validity state in a word: in_force, not_yet_in_force, lapsed, repealed, unknown (also: expiring).

    ``label`` is for exact words such as 12月1日起施行, else the state's own stand there.
    """
    return _safe(
        f'<span class="chip state-{esc(state or "unknown")}">{esc(label or state_word(state))}</span>'
    )


def facts_line(chips: Iterable[Mapping[str, str]] = (), facts: Iterable[Any] = ()) -> SafeString:
    """One line of facts, nothing where there is none: chips as {state, label}, facts as texts or {text, url}."""
    items: list[str] = [chip(each.get("state", ""), each.get("label", "")) for each in chips or ()]
    items += [_fact(each) for each in facts or ()]
    return (
        _safe('<ul class="facts">', *(f"<li>{item}</li>" for item in items), "</ul>")
        if items
        else SafeString("")
    )


def _fact(fact: Any) -> str:
    if not isinstance(fact, Mapping):
        return esc(with_lang(fact))
    said = with_lang(fact["text"])
    return f'<a href="{esc(fact["url"])}">{esc(said)}</a>' if fact.get("url") else esc(said)


def document_row(row: Mapping[str, Any]) -> SafeString:
    """One document in a list, a <li> of <ul class="list">.

    ``title`` and ``url``; ``chips`` and ``facts`` as in ``facts_line``; ``note``, a sentence; ``passages``, a list of
    {label, url, text} found in it, whose text may be safe HTML with <mark>.
    """
    found = "".join(
        f'<li><a href="{esc(each.get("url", ""))}">{esc(each.get("label", ""))}</a> <span>{esc(each.get("text", ""))}</span></li>'
        for each in row.get("passages") or ()
    )
    return _safe(
        f'<li class="row"><a class="row-title" lang="zh-Hans" href="{esc(row["url"])}">{esc(row["title"])}</a>\n',
        facts_line(row.get("chips") or (), row.get("facts") or ()),
        f'<p class="row-note">{esc(row["note"])}</p>' if row.get("note") else "",
        f'<ul class="passages" lang="zh-Hans">{found}</ul>' if found else "",
        "</li>",
    )


def clause(block: Mapping[str, Any], cited_url: str = "") -> SafeString:
    """One clause, heading or plain paragraph of a text. Of these ``block`` has what there is, ``text`` always:

    ``anchor``: its id (no anchor, no link); ``number``, such as 第三条 or （一）; ``text``, which may be safe HTML;
    ``heading``: 2–6 for a title, nothing for a paragraph; ``depth``: 0–4, how far it stands below its heading;
    ``links``: list of {label, url}, the services it leads to; ``notes``: sentences on what became of it; ``cited``: how
    often other texts cite it, listed at ``cited_url``; ``name``: what the link says it copies, the number when missing.
    The sign of the link is drawn by the style sheet: nothing that reads aloud meets it.
    """
    text, number, anchor = block["text"], block.get("number", ""), block.get("anchor", "")
    name, heading = block.get("name", ""), block.get("heading")
    place = f' id="{esc(anchor)}"' if anchor else ""
    closed = " closed" if number and number[-1] in "）、)" else ""
    sign = f'<span class="no{closed}">{esc(number)}</span>' if number else ""
    begin, tag = (
        ("clause-title", f"h{int(heading)}") if heading else (f"depth-{int(block.get('depth') or 0)}", "p")
    )
    return _safe(
        f'<div class="clause {begin}"{place}><{tag}>{sign}{esc(text)}</{tag}>',
        *(
            f'<a class="do" href="{esc(link["url"])}">{esc(_("办理："))}{esc(link["label"])}</a>'
            for link in block.get("links", ())
        ),
        *(f'<p class="clause-note">{esc(note)}</p>' for note in block.get("notes", ())),
        _cited(block["cited"], cited_url, name or number) if block.get("cited") else "",
        f'<a class="clause-link" href="#{esc(anchor)}" data-copy aria-label="{esc(copy_label(name, number, text))}"></a>'
        if anchor
        else "",
        "</div>",
    )


def _cited(times: int, url: str, name: str) -> str:
    told = ngettext("被引用 %(n)s 次", "被引用 %(n)s 次", times) % {"n": times}
    return (
        f'<p class="clause-cited"><a href="{esc(url)}?clause={esc(quote(name))}">{esc(told)}'
        f'<span class="unseen">：{esc(name)}</span></a></p>'
    )


def copy_label(*names: str) -> str:
    """What the link that copies a clause's address is called, by the first of ``names`` that says anything."""
    name = next((str(name) for name in names if name), "")
    return _("复制“%(name)s”的链接") % {"name": name if len(name) <= 20 else f"{name[:19]}…"}


def _safe(*pieces: str) -> SafeString:
    return mark_safe("".join(pieces))  # noqa: S308 - every value in it was escaped where it was set in
