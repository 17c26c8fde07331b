"""The components that stand on a page by the dozen, as functions: an included template costs ten times as much each time.

Each has a template of its name in parts/, which says what goes in and which the gallery shows.
"""

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote

from django.utils.html import conditional_escape as esc
from django.utils.html import format_html
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


def chip(state: str = "", label: str = "") -> SafeString:
    """parts/validity_chip.html"""
    return format_html(
        '<span class="chip state-{}">{}</span>', state or "unknown", label or _STATES.get(state, _UNKNOWN)
    )


def facts_line(chips: Iterable[Mapping[str, str]] = (), facts: Iterable[Any] = ()) -> SafeString:
    """parts/facts.html"""
    items = [chip(each.get("state", ""), each.get("label", "")) for each in chips or ()]
    items += [_fact(each) for each in facts or ()]
    return (
        _safe('<ul class="facts">', *(f"<li>{item}</li>" for item in items), "</ul>")
        if items
        else SafeString("")
    )


def _fact(fact: Any) -> SafeString:
    if not isinstance(fact, Mapping):
        return esc(with_lang(fact))
    said = with_lang(fact["text"])
    return format_html('<a href="{}">{}</a>', fact["url"], said) if fact.get("url") else esc(said)


def document_row(
    title: str,
    url: str,
    chips: Iterable[Mapping[str, str]] = (),
    facts: Iterable[Any] = (),
    note: str = "",
    passages: Iterable[Mapping[str, str]] = (),
) -> SafeString:
    """parts/document_row.html"""
    found = "".join(
        f'<li><a href="{esc(each.get("url", ""))}">{esc(each.get("label", ""))}</a> <span>{esc(each.get("text", ""))}</span></li>'
        for each in passages or ()
    )
    return _safe(
        f'<li class="row"><a class="row-title" lang="zh-Hans" href="{esc(url)}">{esc(title)}</a>\n',
        facts_line(chips, facts),
        f'<p class="row-note">{esc(note)}</p>' if note else "",
        f'<ul class="passages" lang="zh-Hans">{found}</ul>' if found else "",
        "</li>",
    )


def clause(
    text: str,
    number: str = "",
    anchor: str = "",
    heading: int | None = None,
    depth: int = 0,
    name: str = "",
    links: Iterable[Mapping[str, str]] = (),
    notes: Iterable[str] = (),
    cited: int = 0,
    cited_url: str = "",
) -> SafeString:
    """parts/clause.html"""
    place = f' id="{esc(anchor)}"' if anchor else ""
    closed = " closed" if number and number[-1] in "）、)" else ""
    sign = f'<span class="no{closed}">{esc(number)}</span>' if number else ""
    begin, tag = ("clause-title", f"h{int(heading)}") if heading else (f"depth-{int(depth or 0)}", "p")
    return _safe(
        f'<div class="clause {begin}"{place}><{tag}>{sign}{esc(text)}</{tag}>',
        *(
            f'<a class="do" href="{esc(link["url"])}">{esc(_("办理："))}{esc(link["label"])}</a>'
            for link in links or ()
        ),
        *(f'<p class="clause-note">{esc(note)}</p>' for note in notes or ()),
        _cited(cited, cited_url, name or number) if cited else "",
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
