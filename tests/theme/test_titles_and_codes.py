"""Titles that are broken between words, QR codes drawn in the page, permanent addresses."""

import re

import pytest
from selectolax.lexbor import LexborHTMLParser

from gongkai.theme.address import public_url
from gongkai.theme.breaks import LONGEST, broken
from gongkai.theme.qr import qr_svg


def pieces(title: str) -> list[str]:
    return [span.text() for span in LexborHTMLParser(broken(title)).css("span")]


def test_a_title_breaks_between_words_and_reads_as_before():
    title = "示例区社区长者食堂建设运营管理办法"
    assert "".join(pieces(title)) == title
    assert pieces(title) == ["示例区社区", "长者", "食堂", "建设", "运营", "管理", "办法"]


def test_no_line_begins_with_what_closes_or_ends_with_what_opens():
    title = (
        "示例区人民政府办公室关于印发《示例区推进“高效办成一件事”改革实施方案（2026—2028年）》的通知，试行"
    )
    for piece in pieces(title):
        assert piece[0] not in "》”）〕，。、"
        assert piece[-1] not in "《“（〔"


def test_what_is_too_wide_for_a_phone_in_large_text_may_break_anywhere():
    title = "关于印发《A2026-2028abcdefghijk》的通知"
    html = broken(title)
    assert re.sub("<[^>]+>", "", html) == title
    assert all(len(piece) <= LONGEST for piece in pieces(title))


@pytest.mark.parametrize("title", ["", "令", "<script>alert(1)</script>关于印发"])
def test_odd_titles_stay_text(title):
    html = broken(title)
    assert "<script" not in html
    assert LexborHTMLParser(f"<p>{html}</p>").css_first("p").text() == title


def test_the_code_is_a_picture_without_style_or_script():
    svg = qr_svg("https://www.example.gov.cn/policies/2/")
    assert svg.startswith(b'<svg xmlns="http://www.w3.org/2000/svg"')
    assert LexborHTMLParser(svg.decode()).css("[style], style, script, image, a") == []
    assert svg != qr_svg("https://www.example.gov.cn/policies/3/")


def test_a_code_is_made_of_paths_of_this_site_only(client, settings):
    settings.PUBLIC_URL = "https://www.example.gov.cn"
    answer = client.get("/theme/qr.svg", {"to": "/policies/2/"})
    assert answer.content == qr_svg("https://www.example.gov.cn/policies/2/")
    assert answer.headers["Content-Type"] == "image/svg+xml"
    for other in (
        "",
        "policies/2/",
        "//evil.example/",
        "https://evil.example/",
        "/" + "a" * 300,
        "/a\nb",
        "/\x00",
    ):
        assert client.get("/theme/qr.svg", {"to": other}).status_code == 404, other


def test_the_permanent_address_is_that_of_the_installation(settings):
    settings.PUBLIC_URL = "https://www.example.gov.cn/"
    assert public_url("/policies/2/") == "https://www.example.gov.cn/policies/2/"
