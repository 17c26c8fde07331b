"""Pages as pictures and the places of their words; a hostile file ends in a sentence and takes nothing with it."""

import io
import time

import pytest
from PIL import Image

from gongkai.reading import picture
from gongkai.reading.document import Leaf, Unreadable
from gongkai.reading.read import read
from gongkai.reading.scan import available
from tests.reading import scan_pages as made
from tests.reading.test_pdf import MEDIA, pdf_of, text_at

needs_ocr = pytest.mark.skipif(
    not available() or not made.FOLDER.is_dir(),
    reason="no recogniser or no Noto CJK typefaces on this machine",
)


def ink(png: bytes, box: tuple[float, float, float, float]) -> bool:
    """Whether anything is printed within a box given in shares of the picture."""
    image = Image.open(io.BytesIO(png)).convert("L")
    wide, high = image.size
    part = image.crop((int(box[0] * wide), int(box[1] * high), int(box[2] * wide), int(box[3] * high)))
    return sum(part.histogram()[:128]) > 0


def line(leaf: Leaf, words: str) -> tuple[float, float, float, float]:
    """The box of ``words`` on a page, in shares of it."""
    found = next(each for each in leaf.lines if words in each.text)
    at = found.text.index(words)
    return (
        found.edges[at] / 10_000,
        found.top / 10_000,
        found.edges[at + len(words)] / 10_000,
        found.bottom / 10_000,
    )


def test_the_words_of_a_pdf_have_places_on_its_pages() -> None:
    data = pdf_of([text_at("公开透明", 100, 700, 20), text_at("第二页", 300, 400)])
    first, second = picture.leaves(data, "pdf")
    assert (first.number, second.number) == (1, 2)
    x0, top, x1, bottom = line(first, "透明")
    assert x0 == pytest.approx(140 / first.width, abs=0.01)
    assert x1 == pytest.approx(180 / first.width, abs=0.01)
    assert top < 1 - 700 / first.height < bottom + 0.02
    drawn = picture.pictures(data, "pdf", [1, 2], width=800, turns=[0, 0])
    assert Image.open(io.BytesIO(drawn[1])).width == 800
    assert ink(drawn[2], (0.2, 0.4, 0.9, 0.7))


def test_a_page_set_sideways_is_shown_upright_and_its_places_with_it() -> None:
    sideways = "BT /F1 20 Tf 0 1 -1 0 300 200 Tm <{}> Tj ET".format(
        "公开透明公开透明".encode("utf-16-be").hex()
    )
    (leaf,) = picture.leaves(pdf_of([sideways]), "pdf")
    assert leaf.turns % 2 == 1
    assert leaf.width > leaf.height
    drawn = picture.pictures(pdf_of([sideways]), "pdf", [1], width=800, turns=[leaf.turns])
    image = Image.open(io.BytesIO(drawn[1]))
    assert image.width > image.height
    assert line(leaf, "公开")[0] < line(leaf, "透明")[0]


def test_a_page_that_asks_to_be_turned_is_turned_once() -> None:
    (leaf,) = picture.leaves(pdf_of([text_at("公开透明", 100, 700, 20)], MEDIA + " /Rotate 90"), "pdf")
    assert (leaf.turns, leaf.width < leaf.height) == (3, True)  # its text stands upright without that


@needs_ocr
def test_lines_read_from_pictures_keep_their_places_however_the_page_lay() -> None:
    page = made.notice()
    pages = [page, made.leaning(page, 2), page.rotate(90, expand=True)]
    out = io.BytesIO()
    pages[0].save(out, "TIFF", save_all=True, append_images=pages[1:])
    document = read(out.getvalue(), "scan.tif")
    assert [leaf.turns for leaf in document.leaves] == [0, 0, 1]
    numbers, turns = [1, 2, 3], [leaf.turns for leaf in document.leaves]
    drawn = picture.pictures(out.getvalue(), "image", numbers, width=900, turns=turns)
    for leaf in document.leaves:
        words = "关于安排农村公路养护资金的通知"
        x0, top, x1, bottom = line(leaf, words)
        assert 0.15 < x0 < 0.3
        assert 0.7 < x1 < 0.9
        assert ink(drawn[leaf.number], (x0, top, x1, bottom))
        # Nothing of the same line stands to its left or right.
        middle = (top + bottom) / 2
        assert not ink(drawn[leaf.number], (0.02, middle, x0 - 0.03, middle + 0.004))
    plain = picture.leaves(out.getvalue(), "image")
    assert [leaf.lines for leaf in plain] == [(), (), ()]


@needs_ocr
def test_a_scan_within_a_pdf_has_places_too() -> None:
    out = io.BytesIO()
    made.notice().save(out, "PDF", resolution=150)
    document = read(out.getvalue(), "scan.pdf")
    (leaf,) = document.leaves
    assert "通知" in "".join(each.text for each in leaf.lines)
    (bare,) = picture.leaves(out.getvalue(), "pdf")
    assert bare.lines == ()
    assert bare.width / bare.height == pytest.approx(leaf.width / leaf.height, abs=0.01)


def test_a_coloured_page_keeps_its_colour_and_a_plain_one_is_grey() -> None:
    red = Image.new("RGB", (400, 500), "white")
    red.paste((200, 20, 20), (50, 50, 100, 100))
    drawn = picture.pictures(made.encoded(red), "image", [1], width=400, turns=[0])
    colour = Image.open(io.BytesIO(drawn[1])).convert("RGB").getpixel((75, 75))
    assert isinstance(colour, tuple)
    assert colour[0] > 150 > colour[1]
    grey = picture.pictures(
        made.encoded(Image.new("RGB", (400, 500), "white")), "image", [1], width=400, turns=[0]
    )
    assert Image.open(io.BytesIO(grey[1])).mode == "L"


def test_plain_lines_are_those_of_the_file() -> None:
    found = picture.plain_lines("第一行\n\n第二行".encode(), "txt")
    assert [each.text for each in found.lines] == ["第一行", "第二行"]


# --- hostile files ----------------------------------------------------------------------------------------------


def test_a_page_of_a_hundred_thousand_points_is_drawn_small() -> None:
    data = pdf_of([""], "/MediaBox [0 0 100000 100000]")
    assert len(picture.leaves(data, "pdf")) == 1
    (drawn,) = picture.pictures(data, "pdf", [1], width=10**6, turns=[0]).values()
    wide, high = Image.open(io.BytesIO(drawn)).size
    assert wide <= picture.MAX_WIDTH
    assert wide * high <= picture.MAX_PIXELS


def test_a_page_far_higher_than_wide_is_bounded_too() -> None:
    data = pdf_of([""], "/MediaBox [0 0 10 100000]")
    (drawn,) = picture.pictures(data, "pdf", [1], width=960, turns=[0]).values()
    assert Image.open(io.BytesIO(drawn)).height <= picture.MAX_SIDE


@pytest.mark.parametrize("what", ["leaves", "pictures"])
def test_a_bomb_of_pages_is_refused_in_a_sentence(what: str) -> None:
    data = pdf_of([""] * 3000)
    with pytest.raises(Unreadable, match="3000 页"):
        if what == "leaves":
            picture.leaves(data, "pdf")
        else:
            picture.pictures(data, "pdf", [1], width=960, turns=[0])


def test_a_page_that_would_take_minutes_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gongkai.reading.apart.SILENCE_SECONDS", 2.0)
    endless = " ".join(
        f"{n % 500} {n % 700} m {n % 400} {n % 600} l {n % 300} 5 l b*" for n in range(400_000)
    )
    began = time.monotonic()
    with pytest.raises(Unreadable, match="已停止"):
        picture.pictures(pdf_of([f"/G gs {endless} " * 6]), "pdf", [1], width=1800, turns=[0])
    assert time.monotonic() - began < 15


@pytest.mark.parametrize("data", [b"%PDF-1.4\n%%EOF", b"not a pdf at all", b""])
def test_what_is_no_pdf_ends_in_a_sentence(data: bytes) -> None:
    with pytest.raises(Unreadable):
        picture.leaves(data, "pdf")


def test_pages_that_there_are_not_are_left_out() -> None:
    assert picture.pictures(pdf_of(["", ""]), "pdf", [0, 2, 9], width=300, turns=[0, 0, 0]).keys() == {2}
