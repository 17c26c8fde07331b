"""The gallery in a real browser: accessible, never wider than the window, usable without script, the two scripts work."""

import functools
import http.server
import re
import shutil
import threading
from pathlib import Path

import pytest

from gongkai.theme import samples
from tests.browsing import fits, violations

pytestmark = pytest.mark.browser

THEME = Path(samples.__file__).parent
POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; form-action 'self'"


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Serves the rendered pages under the portal's content security policy."""

    def log_message(self, format, *args):
        """Say nothing."""

    def end_headers(self):
        self.send_header("Content-Security-Policy", POLICY)
        super().end_headers()


@pytest.fixture
def address(pages_of, tmp_path):
    shutil.copytree(THEME / "static", tmp_path / "static")
    for prefix, look in (("", {}), ("big-", {"big": True}), ("en-", {"language": "en"})):
        for name, html in pages_of(**look).items():
            (tmp_path / f"{prefix}{name}.html").write_text(html, encoding="utf-8")
    handler = functools.partial(Quiet, directory=str(tmp_path))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("look", ["", "big-", "en-"], ids=["usual", "large text", "English"])
@pytest.mark.parametrize("width", [320, 390, 768, 1440, 1920])
def test_pages_are_accessible_and_fit_the_window(browser, address, width, look):
    page = browser.new_page(viewport={"width": width, "height": 900})
    complaints = []
    page.on("console", lambda message: complaints.append(message.text))
    for name in ("parts", *samples.LAYOUTS, "429", "500"):
        page.goto(f"{address}/{look}{name}.html")
        assert fits(page), name
        if width in {390, 1440}:
            assert violations(page) == [], name
    assert complaints == []
    page.close()


def test_axe_sees_what_is_wrong(browser, address):
    page = browser.new_page()
    page.goto(f"{address}/parts.html")
    page.evaluate("document.querySelector('h1').insertAdjacentHTML('afterend', '<img src=x.png>')")
    assert any(said.startswith("image-alt") for said in violations(page))
    page.close()


def test_large_text_is_18_points_in_one_column_with_the_strongest_contrast(browser, address):
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    size = "parseFloat(getComputedStyle(document.body).fontSize)"
    left = "[...document.querySelectorAll('.doc-head, .doc-body, .doc-aside')].map(e => e.getBoundingClientRect().left)"
    page.goto(f"{address}/document.html")
    assert page.evaluate(size) == 17
    assert len(set(page.evaluate(left))) > 1
    page.goto(f"{address}/big-document.html")
    assert page.evaluate(size) >= 24
    assert len(set(page.evaluate(left))) == 1
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"
    page.close()


@pytest.mark.parametrize("look", ["", "big-"], ids=["usual", "large text"])
def test_twice_the_zoom_scrolls_no_page_sideways(browser, address, look):
    """Zooming to 200 % at 1280 leaves 640 CSS pixels of twice the density; larger system type enlarges every rem."""
    page = browser.new_page(viewport={"width": 640, "height": 450}, device_scale_factor=2)
    for name in ("parts", *samples.LAYOUTS):
        page.goto(f"{address}/{look}{name}.html")
        page.evaluate("document.documentElement.style.setProperty('font-size', '200%')")
        assert fits(page), name
    page.close()


def test_paper_has_the_text_and_none_of_the_furniture(browser, address):
    page = browser.new_page()
    page.goto(f"{address}/document.html")
    page.emulate_media(media="print")
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    for gone in (
        ".menu",
        ".tools",
        ".contents",
        ".crumbs",
        ".foot",
        ".clause-link >> nth=0",
        ".skip",
        ".do >> nth=0",
    ):
        assert not page.locator(gone).is_visible(), gone
    for there in ("h1", ".valid", ".brand", "table >> nth=0", ".elements", ".print-foot"):
        assert page.locator(there).is_visible(), there
    foot = page.locator(".print-foot").inner_text()
    assert "/policies/1/" in foot
    assert re.search(r"打印日期 \d{4}-\d\d-\d\d", foot)
    page.close()


def test_every_sheet_bears_the_foot_and_no_row_is_cut(browser, address):
    pdf = pytest.importorskip("pypdfium2")
    page = browser.new_page()
    page.goto(f"{address}/document.html")
    page.evaluate(
        "document.querySelector('.doc-body').append(...[1, 2, 3, 4].map(() => document.querySelector('.doc-body > div').parentNode.cloneNode(true)))"
    )
    printed = pdf.PdfDocument(page.pdf(prefer_css_page_size=True))
    assert len(printed) > 2
    for sheet in printed:
        assert round(sheet.get_width()) == 595
        assert "/policies/1/" in sheet.get_textpage().get_text_range()
    page.close()


def test_colours_of_the_system_leave_everything_to_be_seen(browser, address):
    page = browser.new_page(forced_colors="active")
    page.goto(f"{address}/parts.html")
    for edged in (".chip >> nth=0", ".valid >> nth=0", ".notice >> nth=0"):
        assert page.locator(edged).evaluate("e => getComputedStyle(e).borderTopStyle") == "solid", edged
    page.close()


@pytest.mark.parametrize("secure", [True, False], ids=["https", "plain http"])
def test_copying_a_clause_is_said_and_seen(browser, address, secure):
    context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    if not secure:
        page.add_init_script("Object.defineProperty(window, 'isSecureContext', {value: false})")
    page.goto(f"{address}/document.html")
    page.locator("#p2-1 > a[data-copy]").press("Enter")
    status = page.get_by_role("status").filter(has_text="链接已复制")
    status.wait_for()
    assert status.is_visible()
    assert page.evaluate("navigator.clipboard.readText()") == f"{address}/document.html#p2-1"
    assert page.evaluate("document.activeElement.getAttribute('href')") == "#p2-1"
    context.close()


def test_contents_fold_on_a_phone_and_stand_open_on_a_wide_screen_without_script(browser, address):
    context = browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 900})
    page = context.new_page()
    page.goto(f"{address}/document.html")
    link = page.get_by_role("link", name="三、申报条件", exact=True)
    way = page.locator(".menu").get_by_role("link", name="主题")
    for fold, inside in ((".contents summary", link), (".menu summary", way)):
        assert not inside.is_visible()
        page.locator(fold).click()
        assert inside.is_visible()
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(f"{address}/document.html")
    for fold, inside in ((".contents summary", link), (".menu summary", way)):
        assert inside.is_visible()
        assert not page.locator(fold).is_visible()
    for needs_script in ("[data-print]", "[data-share]"):
        page.goto(f"{address}/parts.html")
        assert not page.locator(needs_script).is_visible()
    context.close()


def test_the_keyboard_reaches_the_text_first_and_every_focus_is_visible(browser, address):
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    page.goto(f"{address}/document.html")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    seen = []
    for _ in range(40):
        page.keyboard.press("Tab")
        seen.append(
            page.evaluate(
                "[document.activeElement.outerHTML.slice(0, 60), getComputedStyle(document.activeElement).outlineStyle,"
                " getComputedStyle(document.activeElement).opacity]"
            )
        )
    assert len({html for html, _, _ in seen}) > 20
    assert [entry for entry in seen if entry[1:] != ["solid", "1"] and "<body" not in entry[0]] == []
    page.close()


def test_nothing_that_reads_aloud_or_copies_meets_the_sign_of_a_link(browser, address):
    page = browser.new_page()
    page.goto(f"{address}/document.html")
    assert "#" not in page.locator(".doc-body").text_content()
    assert page.locator("#p2-1").text_content().startswith("（一）设备更新补贴。")
    page.close()


def test_sharing_stays_within_the_browser(browser, address):
    page = browser.new_page()
    page.add_init_script(
        "navigator.share = given => { window.shared = given; return Promise.resolve(); }; window.print = () => { window.printed = true; };"
    )
    page.goto(f"{address}/parts.html")
    page.locator(".qr img").scroll_into_view_if_needed()  # the code is fetched when somebody comes to it
    page.wait_for_load_state("networkidle")
    asked = []
    page.on("request", lambda request: "favicon" in request.url or asked.append(request.url))
    page.get_by_role("button", name="分享…").click()
    page.get_by_role("button", name="打印", exact=True).click()
    assert page.evaluate("[window.shared.url, window.printed]") == ["#b", True]
    assert asked == []
    page.close()


def test_a_line_of_text_has_34_to_37_characters(browser, address):
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    page.goto(f"{address}/document.html")
    width = page.evaluate("document.querySelector('.doc-body').getBoundingClientRect().width")
    size = page.evaluate("parseFloat(getComputedStyle(document.querySelector('.doc-body p')).fontSize)")
    assert 34 <= width / size <= 37
    page.close()
