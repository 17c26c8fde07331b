"""The gallery in a real browser: accessible, never wider than the window, usable without script, the two scripts work."""

import functools
import http.server
import shutil
import threading
from pathlib import Path

import pytest

from gongkai.theme import samples
from tests.browsing import fits

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
def address(gallery, tmp_path):
    shutil.copytree(THEME / "static", tmp_path / "static")
    for name, html in gallery.items():
        (tmp_path / f"{name}.html").write_text(html, encoding="utf-8")
    handler = functools.partial(Quiet, directory=str(tmp_path))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("width", [320, 390, 1440, 1920])
def test_pages_are_accessible_and_fit_the_window(browser, address, width):
    from axe_playwright_python.sync_playwright import Axe

    page = browser.new_page(viewport={"width": width, "height": 900})
    complaints = []
    page.on("console", lambda message: complaints.append(message.text))
    for name in ("parts", *samples.LAYOUTS, "500"):
        page.goto(f"{address}/{name}.html")
        assert fits(page), name
        found = Axe().run(page).response
        assert len(found["passes"]) > 10
        assert found["violations"] == [], name
    assert complaints == []
    page.close()


def test_large_text_is_remembered_and_still_fits(browser, address):
    context = browser.new_context(viewport={"width": 320, "height": 900})
    page = context.new_page()
    page.goto(f"{address}/document.html")
    size = "parseFloat(getComputedStyle(document.body).fontSize)"
    assert page.evaluate(size) == 17
    page.get_by_role("button", name="大字").press("Enter")
    assert page.evaluate(size) == 21.25
    page.goto(f"{address}/list.html")
    assert page.evaluate(size) == 21.25
    assert page.get_by_role("button", name="大字").get_attribute("aria-pressed") == "true"
    for name in ("parts", *samples.LAYOUTS):
        page.goto(f"{address}/{name}.html")
        assert fits(page), name
    context.close()


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
    assert not link.is_visible()
    page.locator("summary").click()
    assert link.is_visible()
    assert not page.get_by_role("button", name="大字").is_visible()
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(f"{address}/document.html")
    assert link.is_visible()
    assert not page.locator("summary").is_visible()
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


def test_a_line_of_text_has_34_to_37_characters(browser, address):
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    page.goto(f"{address}/document.html")
    width = page.evaluate("document.querySelector('.doc-body').getBoundingClientRect().width")
    size = page.evaluate("parseFloat(getComputedStyle(document.querySelector('.doc-body p')).fontSize)")
    assert 34 <= width / size <= 37
    page.close()
