"""Chinese is the source, English is complete, keeps every placeholder, and is compiled without gettext."""

import gettext
import re
import shutil
from collections import Counter

import polib
import pytest

from gongkai.project.cli import messages

_PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|{\w*}")
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
CATALOGUE = messages.ENGLISH


def placeholders(text: str) -> Counter[str]:
    """What code puts into a text."""
    return Counter(_PLACEHOLDER.findall(text))


def lost(entry: polib.POEntry) -> list[str]:
    """Placeholders that a translation lost, invented or repeated; a text for one may leave out the number."""
    if not entry.msgid_plural:
        return [] if placeholders(entry.msgid) == placeholders(entry.msgstr) else [entry.msgstr]
    wrong = []
    for form, text in entry.msgstr_plural.items():
        wanted, has = placeholders(entry.msgid_plural), placeholders(text)
        if has != wanted and not (int(form) == 0 and has < wanted):
            wrong.append(text)
    return wrong


def test_every_text_has_its_english():
    assert messages.missing_messages() == []


def test_every_text_in_code_is_chinese():
    found = messages.found_messages()
    assert len(found) > 100
    assert [text for text in found if not _CHINESE.search(text)] == []


def test_translations_keep_their_placeholders():
    entries = [entry for entry in polib.pofile(str(CATALOGUE)) if entry.translated()]
    assert {entry.msgid: wrong for entry in entries if (wrong := lost(entry))} == {}


def test_translations_are_english():
    entries = [entry for entry in polib.pofile(str(CATALOGUE)) if entry.translated()]
    untranslated = [
        entry.msgid
        for entry in entries
        # Terms and examples that an English reader must be able to type stay in Chinese, inside English text.
        for text in (entry.msgstr, *entry.msgstr_plural.values())
        if _CHINESE.search(text) and not re.search(r"[A-Za-z]{2}", text)
    ]
    assert untranslated == []


@pytest.mark.parametrize(
    ("msgid", "msgstr"),
    [("共 %(n)s 份", "in all"), ("第 {n} 号", "no. {m}"), ("%s：%s", "%s"), ("没有", "none of %s")],
)
def test_a_lost_placeholder_is_found(msgid, msgstr):
    assert lost(polib.POEntry(msgid=msgid, msgstr=msgstr))
    assert not lost(polib.POEntry(msgid=msgid, msgstr=f"in English {msgid}"))


def test_a_lost_placeholder_of_a_plural_is_found():
    entry = polib.POEntry(
        msgid="%(n)s 份", msgid_plural="%(n)s 份", msgstr_plural={0: "one", 1: "%(n)s documents"}
    )
    assert not lost(entry)
    entry.msgstr_plural[1] = "documents"
    assert lost(entry) == ["documents"]


def test_a_text_without_english_is_found(tmp_path, monkeypatch):
    catalogue = polib.pofile(str(CATALOGUE))
    gone, broken = [entry for entry in catalogue if entry.translated() and "%(" in entry.msgid][:2]
    catalogue.remove(gone)
    broken.msgstr = "The place is lost."
    catalogue.save(str(tmp_path / "django.po"))
    monkeypatch.setattr(messages, "ENGLISH", tmp_path / "django.po")
    assert {gone.msgid, broken.msgid} <= set(messages.missing_messages())


def test_catalogues_are_compiled_without_gettext(tmp_path, monkeypatch):
    copy = tmp_path / "en" / "LC_MESSAGES" / "django.po"
    copy.parent.mkdir(parents=True)
    shutil.copy(CATALOGUE, copy)
    monkeypatch.setattr(messages, "CATALOGUES", tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert shutil.which("msgfmt") is None
    assert messages.compile_stale() == 1
    with copy.with_suffix(".mo").open("rb") as compiled:
        read = gettext.GNUTranslations(compiled)
    entry = next(entry for entry in polib.pofile(str(CATALOGUE)) if entry.msgstr)
    assert read.gettext(entry.msgid) == entry.msgstr
    assert messages.compile_stale() == 0, "nothing is compiled twice"
