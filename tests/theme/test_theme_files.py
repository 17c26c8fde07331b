"""The theme's files: small, no inline script or style, nothing from elsewhere, every pair of colours legible."""

import re
from itertools import pairwise
from pathlib import Path

import pytest

from gongkai.theme import slots

THEME = Path(slots.__file__).parent

CSS = {path.name: path.read_text(encoding="utf-8") for path in (THEME / "static/theme").glob("*.css")}
TEMPLATES = sorted((THEME / "templates").rglob("*.html"))
TEXT, UI = 4.5, 3.0

#: Foreground, background, least contrast (WCAG 2.2: 1.4.3 text, 1.4.11 parts of the interface).
PAIRS = [
    *(
        (text, ground, TEXT)
        for text in ("ink", "soft", "link", "visited")
        for ground in ("paper", "sheet", "wash")
    ),
    *((text, "mark", TEXT) for text in ("ink", "soft", "link")),
    ("sheet", "ink", TEXT),
    ("sheet", "link", TEXT),
    ("wait", "paper", TEXT),
    ("seal", "paper", TEXT),
    *((state, f"{state}-wash", TEXT) for state in ("good", "wait", "gone", "dim")),
    *(
        (text, f"{state}-wash", TEXT)
        for text in ("ink", "soft", "link")
        for state in ("good", "wait", "gone", "dim")
    ),
    *((part, ground, UI) for part in ("edge", "focus", "seal", "ink") for ground in ("paper", "sheet")),
    ("edge", "dim-wash", UI),
]


def tokens(media: str = "") -> dict[str, str]:
    """The colours in use, by name; those of a media block lie over the ordinary ones."""
    base, *blocks = re.split(r"@media \(?|(?=\.big:root)", CSS["tokens.css"])
    found = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", base))
    for block in blocks:
        if media and block.startswith(media):
            found |= dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", block))
    return found


def luminance(colour: str) -> float:
    channels = [int(colour[i:j], 16) / 255 for i, j in pairwise((1, 3, 5, 7))]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_contrast_is_computed_as_wcag_does():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("media", ["", "prefers-contrast", ".big", "print"])
@pytest.mark.parametrize(("front", "ground", "least"), PAIRS)
def test_every_pair_of_colours_is_legible(media, front, ground, least):
    colours = tokens(media)
    assert contrast(colours[front], colours[ground]) >= least


@pytest.mark.parametrize("media", ["prefers-contrast", ".big"])
def test_more_contrast_really_is_more(media):
    usual, more = tokens(), tokens(media)
    assert usual != more
    for name in ("ink", "soft", "link", "good", "wait", "gone"):
        assert contrast(more[name], more["paper"]) > contrast(usual[name], usual["paper"])


def test_components_use_tokens_and_no_colours_of_their_own():
    assert re.findall(r"#[0-9a-fA-F]{3,8}\b|\brgba?\(|\bhsla?\(", CSS["theme.css"]) == []


def test_type_and_distances_beyond_a_line_come_from_tokens():
    css = re.sub(r"/\*.*?\*/", "", CSS["theme.css"], flags=re.S)
    sizes = re.findall(r"font-size:\s*([^;}]+)|font:\s*([^;}]+)", css)
    own = [
        one or other for one, other in sizes if not re.search(r"var\(--size|^inherit$|^80%$", one or other)
    ]
    assert own == []
    assert [px for px in re.findall(r"(\d+(?:\.\d+)?)px", css) if float(px) > 4] == []
    assert re.findall(r"box-shadow|text-shadow", css) == []


def test_nothing_moves():
    for text in CSS.values():
        assert re.findall(r"transition|animation|scroll-behavior|@keyframes", text) == []


def test_every_token_used_is_defined():
    used = set(re.findall(r"var\(--([\w-]+)\)", "".join(CSS.values())))
    assert used <= set(re.findall(r"--([\w-]+):", CSS["tokens.css"]))


def test_style_sheets_and_script_are_small():
    assert sum(len(text.encode()) for text in CSS.values()) < 30_000
    assert (THEME / "static/theme/theme.js").stat().st_size < 30_000


def test_style_sheets_fetch_nothing():
    for text in CSS.values():
        assert "url(" not in text
        assert "@import" not in text
        assert "@font-face" not in text


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(THEME / "templates")))
def test_a_template_says_what_it_is_and_has_nothing_inline_or_foreign(path):
    source = path.read_text(encoding="utf-8")
    assert re.search(r"{# .+ #}", source), "a comment says what the template is and which context it wants"
    assert not re.search(r"\sstyle\s*=", source)
    assert not re.search(r"<style\b", source)
    assert not re.search(r"<script\b(?![^>]*\bsrc=)", source)
    assert not re.search(r"\son\w+\s*=", source)
    assert not re.search(r"(href|src)=\"(https?:)?//", source)
    assert "javascript:" not in source


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(THEME / "templates")))
def test_a_template_points_to_no_floor_above(path):
    source = path.read_text(encoding="utf-8")
    assert {name.split(":")[0] for name in re.findall(r"{%\s*url\s+['\"]([^'\"]+)", source)} <= {"theme"}
    for name in re.findall(r"{%\s*(?:extends|include)\s+['\"]([^'\"]+)", source):
        assert (THEME / "templates" / name).is_file()
