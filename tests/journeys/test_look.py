"""How the portal looks and sounds: reading order for the blind, large text, print, sharing, sizes, errors, on a running site."""

import gzip
import re
from itertools import pairwise

import pytest

from tests.browsing import fits, violations

pytestmark = pytest.mark.browser

POLICY = "/policies/2/"  # 示例区社区长者食堂建设运营管理办法: chapters, services, relations
TABLES = "/policies/1/"
KINDS = ["/", "/policies/", POLICY, "/topics/", "/guides/", "/search/?q=食堂", "/about/", "/policies/99999/"]
SILENT = {"generic", "none", "paragraph", "InlineTextBox", "LineBreak", "ListMarker", "LabelText", "strong"}


# --- what a screen reader meets --------------------------------------------------------------------------------


def spoken(page) -> list[tuple[str, str]]:
    """(role, name) of everything in Chromium's accessibility tree, in reading order, headings with their level."""
    session = page.context.new_cdp_session(page)
    nodes = session.send("Accessibility.getFullAXTree")["nodes"]
    by_id = {node["nodeId"]: node for node in nodes}
    found: list[tuple[str, str]] = []

    def walk(node) -> None:
        role = node.get("role", {}).get("value", "")
        if not node.get("ignored") and role not in SILENT:
            levels = [p["value"]["value"] for p in node.get("properties", []) if p["name"] == "level"]
            suffix = str(levels[0]) if role == "heading" and levels else ""
            found.append((role + suffix, node.get("name", {}).get("value", "").strip()))
        for child in node.get("childIds", []):
            if child in by_id:
                walk(by_id[child])

    walk(nodes[0])
    return found


def landmarks(tree: list[tuple[str, str]]) -> list[tuple[str, str]]:
    wanted = {"banner", "navigation", "search", "main", "article", "contentinfo"}
    return [(role, name) for role, name in tree if role in wanted]


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        (
            "/",
            [("banner", ""), ("navigation", "主导航"), ("main", ""), ("search", "想办什么、想知道什么？")],
        ),
        (
            "/policies/",
            [("banner", ""), ("search", "站内检索"), ("navigation", "主导航"), ("navigation", "当前位置"), ("main", "")],
        ),
        (
            POLICY,
            [
                ("banner", ""),
                ("search", "站内检索"),
                ("navigation", "主导航"),
                ("navigation", "当前位置"),
                ("main", ""),
                ("navigation", "目录"),
                ("article", ""),
            ],
        ),
    ],
)  # fmt: skip
def test_landmarks_come_in_the_order_in_which_they_are_used(visit, address, expected):
    page = visit(width=1440)
    page.goto(address)
    found = landmarks(spoken(page))
    assert found[: len(expected)] == expected
    assert found[-1] == ("contentinfo", "")


@pytest.mark.parametrize("language", ["", "/en"])
@pytest.mark.parametrize("width", [390, 1440])
def test_every_page_has_one_title_headings_in_order_and_links_that_make_sense_alone(visit, width, language):
    page = visit(width=width)
    page.goto("/guides/")
    service = page.locator(".row-title").first.get_attribute("href")
    for address in ["/", "/policies/", POLICY, service]:
        page.goto(language + address)
        tree = spoken(page)
        levels = [int(role[-1]) for role, _ in tree if re.fullmatch(r"heading\d", role)]
        assert levels.count(1) == 1, address
        assert levels[0] == 1, address
        assert all(below - above <= 1 for above, below in pairwise(levels)), address
        names = [name for role, name in tree if role in {"link", "button", "searchbox", "textbox"}]
        assert names
        assert [name for name in names if not name or name in {"#", "更多", "点击这里", "详情", "more"}] == []
        assert "" not in {name for role, name in tree if role == "region"}, address


def test_a_policy_is_heard_as_it_is_read_and_no_number_twice(visit):
    page = visit(width=1440)
    page.goto(POLICY)
    tree = spoken(page)
    told = [name for _, name in tree]
    # Read from the page: a journey beside this one corrects the title.
    title = page.locator("h1").text_content().strip()
    assert title.startswith("示例区社区长者食堂建设运营管理办法")
    order = [title, "现行有效", "第一章　总则", "第一条", "第十九条", "与其他文件的关系", "要素", "原件", "分享和打印"]  # fmt: skip
    texts = [name.replace("\u3000", "　") for name in told]
    places = [next(i for i, name in enumerate(texts) if name == wanted and i > 8) for wanted in order]
    assert places == sorted(places)
    spoken_texts = [name for role, name in tree if role == "StaticText"]
    assert spoken_texts.count("第十二条") == 1
    assert "#" not in spoken_texts
    assert ("link", "复制“第十二条”的链接") in tree
    assert ("heading1", title) in tree  # in one piece, wherever lines break


def test_the_headings_of_a_table_are_said_with_its_cells(visit):
    page = visit(width=1440)
    page.goto(TABLES)
    tree = spoken(page)
    assert [name for role, name in tree if role == "columnheader"]
    assert all(name for role, name in tree if role == "region")


# --- large text ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("width", [320, 1440])
def test_large_text_needs_no_script_stays_when_moving_on_and_can_be_left(visit, width):
    page = visit(width=width, java_script_enabled=False)
    page.goto("/policies/?state=in_force")
    page.get_by_role("link", name="大字版").click()
    page.locator("html.big").wait_for()
    assert page.url.endswith("/policies/?state=in_force")
    page.locator(".row-title").first.click()
    page.locator("html.big .doc-body").wait_for()
    for address in KINDS:
        page.goto(address)
        assert page.locator("html.big").count() == 1, address
    page.get_by_role("link", name="标准版").click()
    page.locator("html:not(.big)").wait_for()
    page.goto("/")
    assert page.locator("html.big").count() == 0


@pytest.mark.parametrize("language", ["", "/en"])
@pytest.mark.parametrize("width", [320, 390, 1440])
def test_large_text_is_accessible_and_fits(visit, site, width, language):
    page = visit(width=width)
    page.context.add_cookies([{"name": "big", "value": "1", "url": site.url}])
    for address in KINDS:
        page.goto(language + address)
        assert fits(page), (address, width)
        if width == 390:
            assert violations(page) == [], (address, width)
    assert [said for said in page.complaints if "404" not in said] == []


def test_the_home_page_in_large_text_is_simpler(visit, site):
    page = visit()
    page.goto("/")
    usual = page.locator("main a").count()
    page.context.add_cookies([{"name": "big", "value": "1", "url": site.url}])
    page.goto("/")
    assert 5 < page.locator("main a").count() < usual * 0.7


# --- the policy page -------------------------------------------------------------------------------------------


def test_on_a_phone_title_and_validity_come_first_and_everything_else_is_one_touch_away(visit):
    page = visit(width=390)
    page.goto(POLICY)
    assert page.locator("h1").bounding_box()["y"] < 420
    assert page.locator(".valid").bounding_box()["y"] < 640
    jumps = page.locator(".jumps a")
    assert jumps.count() >= 4
    for link in jumps.all():
        target = link.get_attribute("href")
        link.click()
        assert page.evaluate("document.querySelector(location.hash).getBoundingClientRect().top") < 900, (
            target
        )
    page.locator(".contents summary").click()
    page.get_by_role("link", name="第四章").first.click()
    assert page.evaluate("decodeURIComponent(location.hash).length") > 1


def test_a_clause_is_copied_by_keyboard(visit, site):
    page = visit(permissions=["clipboard-read", "clipboard-write"])
    page.goto(POLICY)
    link = page.get_by_role("link", name="复制“第十二条”的链接", exact=True)
    link.focus()
    page.keyboard.press("Enter")
    page.get_by_role("status").filter(has_text="链接已复制").wait_for()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith(site.url + POLICY + "#")
    page.goto(copied)
    assert "第十二条" in page.locator(":target").inner_text()


def test_sharing_asks_nobody(visit, site):
    page = visit(permissions=["clipboard-read", "clipboard-write"])
    page.goto(POLICY)
    page.locator(".qr img").scroll_into_view_if_needed()  # the code is fetched when somebody comes to it
    page.wait_for_load_state("networkidle")
    asked = []
    page.on("request", lambda request: "favicon" in request.url or asked.append(request.url))
    page.get_by_role("link", name="复制本页网址").press("Enter")
    page.get_by_role("status").filter(has_text="链接已复制").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == site.url + POLICY
    mail = page.get_by_role("link", name="用邮件发送").get_attribute("href")
    assert mail.startswith("mailto:?subject=%E7%A4%BA%E4%BE%8B")
    assert "policies%2F2%2F" in mail
    assert asked == []
    assert page.complaints == []


def test_the_code_leads_to_the_permanent_address(visit, tmp_path):
    cv2 = pytest.importorskip("cv2")
    page = visit(device_scale_factor=3)
    page.goto(POLICY)
    page.locator(".qr img").screenshot(path=tmp_path / "code.png")
    read = cv2.QRCodeDetector().detectAndDecode(cv2.imread(str(tmp_path / "code.png")))[0]
    assert read.endswith(POLICY)
    assert page.locator(".print-foot").text_content().count(read) == 1


def test_a_phone_fetches_the_code_when_it_prints(visit):
    page = visit(width=390)
    asked = []
    page.on("request", lambda request: asked.append(request.url) if "/theme/qr.svg" in request.url else None)
    page.goto(POLICY, wait_until="networkidle")
    assert asked == []  # it stands far below what is read
    page.pdf()
    assert len(asked) == 1


def test_on_paper_every_sheet_says_what_it_is_and_whether_it_holds(visit):
    pdf = pytest.importorskip("pypdfium2")
    page = visit()
    page.goto(POLICY)
    printed = pdf.PdfDocument(page.pdf(prefer_css_page_size=True))
    assert len(printed) > 1
    sheets = [sheet.get_textpage().get_text_range() for sheet in printed]
    for sheet in sheets:
        assert "现行有效（按" in sheet
        assert POLICY in sheet
        assert re.search(r"打印日期 \d{4}-\d\d-\d\d", sheet)
    whole = "".join(sheets)
    assert "/policies/7/" in whole  # the address of what it repealed
    for furniture in ("大字版", "复制本页网址", "跳到正文", "目录"):
        assert furniture not in whole


def test_no_line_begins_with_a_mark_that_closes(visit):
    page = visit(width=390)
    page.goto(POLICY)
    begun = page.evaluate(
        """() => { const bad = []; for (const p of document.querySelectorAll('.clause p')) {
          const walker = document.createTreeWalker(p, NodeFilter.SHOW_TEXT); let line = null;
          while (walker.nextNode()) { const node = walker.currentNode; for (let i = 0; i < node.length; i++) {
            const r = document.createRange(); r.setStart(node, i); r.setEnd(node, i + 1);
            const box = r.getBoundingClientRect(); if (!box.width) continue;
            if (line !== null && box.top > line + 8 && '。，、；：？！）》”'.includes(node.data[i])) bad.push(p.textContent.slice(0, 20));
            line = box.top; } } } return bad; }"""
    )
    assert begun == []


# --- errors ----------------------------------------------------------------------------------------------------


def test_where_there_is_nothing_one_can_search_and_go_on(visit):
    page = visit(width=390)
    answer = page.goto("/there/is/nothing/")
    assert answer.status == 404
    assert page.locator(".doors a").count() >= 3
    page.locator("main").get_by_role("searchbox").fill("食堂")
    page.locator("main").get_by_role("button", name="查一查").click()
    page.wait_for_url("**/search/**")
    assert page.locator(".row").count() >= 1


# --- what a page weighs and leaves -----------------------------------------------------------------------------


def test_pages_are_small_and_leave_nothing_behind(visit, site):
    page = visit()
    seen: dict[str, int] = {}
    page.on("response", lambda response: seen.update({response.url: len(response.body())}))
    for address in KINDS:
        answer = page.goto(address)
        assert len(gzip.compress(answer.body())) < 60_000, address
        assert "Cookie" in answer.headers["vary"], address
        html = answer.text()
        assert "csrfmiddlewaretoken" not in html, address
        assert not re.search(r"<style|\sstyle=|<script(?![^>]*(?:\ssrc=|ld\+json))", html), address
    assert page.context.cookies() == []
    weights = {kind: sum(n for url, n in seen.items() if url.endswith(f".{kind}")) for kind in ("css", "js")}
    assert 1000 < weights["css"] < 30_000
    assert 500 < weights["js"] < 30_000
    assert [url for url in seen if url.endswith((".woff", ".woff2", ".ttf", ".otf"))] == []
