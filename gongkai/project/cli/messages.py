"""`gongkai messages`: Chinese is the source, English the first translation; compiled without gettext."""

import io
import re
from collections.abc import Iterator
from pathlib import Path

import click
import polib

from gongkai.project.cli import output

PACKAGE = Path(__file__).resolve().parents[2]
CATALOGUES = PACKAGE / "locale"
# zh_Hans, here and in project/locale, is kept by hand: it fills what Wagtail leaves in English on our screens.
ENGLISH = CATALOGUES / "en" / "LC_MESSAGES" / "django.po"
CHINESE = CATALOGUES / "zh_Hans" / "LC_MESSAGES" / "django.po"


@click.group()
def messages() -> None:
    """界面翻译。"""


@messages.command("compile")
def compile_() -> None:
    """把 .po 编译成 .mo（不需要 gettext）。"""
    output.console.print(f"编译了 {compile_stale(force=True)} 个翻译文件。", highlight=False)


@messages.command()
def update() -> None:
    """从代码和模板收集文字，补进英文翻译文件，去掉不再用的。"""
    catalogue = polib.pofile(str(ENGLISH))
    wanted = found_messages()
    for entry in list(catalogue):
        if entry.msgid not in wanted:
            catalogue.remove(entry)
    present = {entry.msgid: entry for entry in catalogue}
    for msgid, plural in sorted(wanted.items()):
        if msgid in present and bool(present[msgid].msgid_plural) == bool(plural):
            continue
        if msgid in present:
            catalogue.remove(present[msgid])
        forms = {0: "", 1: ""} if plural else {}
        catalogue.append(polib.POEntry(msgid=msgid, msgid_plural=plural or "", msgstr_plural=forms))
    catalogue.sort(key=lambda entry: entry.msgid)
    catalogue.save(str(ENGLISH))
    _check()


@messages.command()
def check() -> None:
    """检查英文翻译是否完整。"""
    _check()


def _check() -> None:
    missing = missing_messages()
    for msgid in missing:
        output.console.print(f"缺翻译：{msgid!r}", highlight=False, markup=False)
    if missing:
        raise click.exceptions.Exit(1)
    output.console.print("英文翻译完整。", highlight=False)


def missing_messages() -> list[str]:
    """Message ids without an English text, or whose placeholders the English text does not keep."""
    have = {entry.msgid: entry for entry in polib.pofile(str(ENGLISH)) if entry.translated()}
    return sorted(msgid for msgid in found_messages() if msgid not in have or not _keeps_places(have[msgid]))


_PLACE = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")


def _keeps_places(entry: polib.POEntry) -> bool:
    """True if every English form names the same places as the Chinese; a singular may leave out the number."""
    wanted = set(_PLACE.findall(entry.msgid))
    forms = entry.msgstr_plural.values() if entry.msgid_plural else [entry.msgstr]
    return all(set(_PLACE.findall(form)) <= wanted for form in forms) and any(
        set(_PLACE.findall(f)) == wanted for f in forms
    )


def compile_stale(*, force: bool = False) -> int:
    """Compile every catalogue whose .mo is missing or older; gives how many."""
    done = 0
    for path in _catalogues():
        target = path.with_suffix(".mo")
        sources = (path, ENGLISH) if path == CHINESE else (path,)
        if (
            force
            or not target.exists()
            or target.stat().st_mtime < max(each.stat().st_mtime for each in sources)
        ):
            _with_ids(path).save_as_mofile(str(target))
            done += 1
    return done


def _with_ids(path: Path) -> polib.POFile:
    """A catalogue; the Chinese one with every message id as its own text.

    Without that each Chinese word of a page is looked for in the catalogues of all apps, one after the other.
    """
    catalogue = polib.pofile(str(path))
    if path == CHINESE:
        own = {entry.msgid for entry in catalogue}
        for entry in polib.pofile(str(ENGLISH)):
            if entry.msgid not in own:
                forms = {0: entry.msgid} if entry.msgid_plural else {}
                told = "" if forms else entry.msgid
                catalogue.append(
                    polib.POEntry(
                        msgid=entry.msgid,
                        msgstr=told,
                        msgid_plural=entry.msgid_plural,
                        msgstr_plural=forms,
                        msgctxt=entry.msgctxt,
                    )
                )
    return catalogue


def _catalogues() -> Iterator[Path]:
    # djangojs.po of the desk lies with the project app: the catalogue for scripts is served by app.
    yield from sorted([*CATALOGUES.glob("*/LC_MESSAGES/*.po"), *PACKAGE.glob("*/locale/*/LC_MESSAGES/*.po")])


def found_messages() -> dict[str, str]:
    """Every message id in code and templates → its plural form, "" for none. Needs Babel (a tool of development)."""
    from babel.messages.extract import extract
    from django.utils.translation.template import templatize

    keywords = {
        "gettext": None,
        "gettext_lazy": None,
        "gettext_noop": None,
        "phrase": None,  # law.validity: plain Python that has never heard of gettext
        "_": None,
        "ngettext": (1, 2),
        "ngettext_lazy": (1, 2),
        "pgettext": ((1, "c"), 2),
    }
    found: dict[str, str] = {}
    for path in sorted([*PACKAGE.rglob("*.py"), *PACKAGE.rglob("*.html")]):
        if "migrations" in path.parts or "sample" in path.parts:
            continue
        source = path.read_text(encoding="utf-8")
        if path.suffix == ".html":
            source = templatize(source, origin=str(path))
        for _line, message, _comments, _context in extract(
            "python", io.BytesIO(source.encode()), keywords=keywords
        ):
            if isinstance(message, tuple):
                found[message[0]] = message[1]
            elif message:
                found.setdefault(message, "")
    return {msgid: plural for msgid, plural in found.items() if msgid}
