"""A citizen, on a phone, by keyboard, without script, in English: home → search → clause → original."""

from urllib.parse import urlsplit

import pytest

from tests.browsing import fits, violations

pytestmark = pytest.mark.browser

PAGES = [
    "/", "/policies/", "/policies/?state=in_force&size=50", "/policies/?q=没有的词", "/policies/?at=2020-01-01", "/policies/1/",
    "/policies/2/", "/policies/3/", "/topics/", "/topics/eldercare/", "/guides/", "/guides/?q=没有的词", "/units/",
    "/units/minzheng/", "/search/?q=食堂", "/search/?q=没有的词语组合", "/search/", "/search/?q=示例民规〔2025〕2号第三条", "/about/",
    "/help/", "/accessibility/", "/site-map/", "/contact/", "/privacy/", "/copyright/", "/subscriptions/", "/policies/99999/",
]  # fmt: skip


def test_a_citizen_on_a_phone_finds_the_clause_and_sees_whether_it_holds(visit):
    page = visit(width=390)
    page.goto("/")
    page.get_by_role("searchbox").fill("长者食堂 补贴")
    page.get_by_role("button", name="查一查").click()
    first = page.locator(".row").first
    assert "示例区社区长者食堂建设运营管理办法" in first.inner_text()
    assert "现行有效" in first.inner_text()
    first.locator(".passages a").first.click()
    anchor = page.url.partition("#")[2]
    assert page.locator(f"[id='{anchor}']").is_visible()
    assert "现行有效" in page.locator(".valid").inner_text()
    assert "示例文件，不是正式公文" in page.content()
    with page.expect_download() as download:
        page.get_by_role("link", name="下载原件").click()
    assert download.value.suggested_filename.endswith(".docx")
    assert page.complaints == []


@pytest.mark.parametrize(
    ("words", "title"),
    [
        ("示例府办〔2026〕12号", "高效办成一件事"),
        ("示例府办2026 12号", "高效办成一件事"),
        ("优化营商环境工作要点", "优化营商环境工作要点"),
        ("“噪声敏感建筑物集中区域”", "噪声污染防治"),
    ],
)
def test_number_title_and_phrase_find_the_document_first(visit, words, title):
    page = visit()
    page.goto(f"/search/?q={words}&ended=1")
    assert title in page.locator(".row-title").first.inner_text()


def test_a_repealed_text_is_never_shown_as_in_force(visit):
    page = visit()
    page.goto("/search/?q=示例民规〔2022〕1号")
    row = page.locator(".row", has_text="社区助餐服务点管理办法").first
    assert "已废止" in row.inner_text()
    row.locator(".row-title").click()
    assert "已废止" in page.locator(".valid").inner_text()


def test_by_keyboard_alone(visit):
    page = visit()
    page.goto("/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "跳到正文"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.name") == "q"
    page.keyboard.type("长者食堂")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search/**")
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.className") == "row-title":
            break
    page.keyboard.press("Enter")
    page.wait_for_url("**/policies/*/")
    assert "长者食堂" in page.locator("h1").inner_text()


def test_without_script_everything_can_be_read_and_searched(visit):
    page = visit(java_script_enabled=False)
    page.goto("/search/?q=食堂")
    page.locator(".row-title").first.click()
    assert page.locator(".clause").count() > 10
    page.goto("/policies/")
    page.get_by_role("link", name="区民政局").first.click()
    assert page.locator(".row").count() >= 1


@pytest.mark.parametrize("language", ["", "/en"])
@pytest.mark.parametrize("width", [320, 390, 1440, 1920])
def test_every_page_is_accessible_and_fits(visit, width, language):
    page = visit(width=width)
    for address in PAGES:
        page.goto(language + address)
        assert fits(page), (address, width)
        if width in {320, 390, 1440}:
            assert violations(page) == [], (address, width)
    assert [said for said in page.complaints if "404" not in said] == []


def test_from_home_by_topic_and_policy_to_a_clause_and_the_service_behind_it(visit):
    page = visit(width=390)
    page.goto("/")
    seen = []

    def arrived():
        assert fits(page), page.url
        assert violations(page) == [], page.url
        assert page.locator("h1").count() == 1
        seen.append(page.locator("h1").inner_text())

    arrived()
    page.get_by_role("link", name="为老助餐").first.click()
    arrived()
    page.locator("section[aria-labelledby=in-force]").get_by_role(
        "link", name="示例区社区长者食堂建设运营管理办法"
    ).click()
    arrived()
    policy = urlsplit(page.url).path
    clause = page.locator(".clause", has=page.locator("a.do")).first
    anchor = clause.get_attribute("id")
    clause.locator("a.clause-link").focus()
    page.keyboard.press("Enter")
    assert page.url.endswith(f"#{anchor}") and clause.is_visible()
    clause.locator("a.do").first.click()
    page.wait_for_url("**/guides/*/")
    arrived()
    article = page.locator("article").inner_text()
    for words in ("申请条件", "申请材料", "办理流程", "承诺时限", "收费", "办理地点"):
        assert words in article
    page.locator(f"section[aria-labelledby=basis] a[href^='{policy}']").first.click()
    page.wait_for_url("**/policies/**")
    assert "示例区社区长者食堂建设运营管理办法" in page.locator("h1").inner_text()
    assert len(seen) == 4 and len(set(seen)) == 4
    assert page.complaints == []


def test_a_guide_on_paper_has_what_one_needs_and_no_furniture(visit):
    page = visit()
    page.goto("/guides/")
    page.locator(".row-title").first.click()
    page.wait_for_url("**/guides/*/")
    page.emulate_media(media="print")
    for words in ("申请材料", "办理流程", "办理地点"):
        assert page.get_by_role("article").get_by_text(words, exact=True).first.is_visible()
    for furniture in (".menu", ".foot", ".contents", ".tools"):
        assert not page.locator(furniture).first.is_visible(), furniture


def test_filters_of_the_library_fold_on_a_phone_without_script(visit):
    page = visit(width=390, java_script_enabled=False)
    page.goto("/policies/")
    option = page.locator(".filters a").first
    assert not option.is_visible()
    page.locator(".filters summary").click()
    assert option.is_visible()
    option.click()
    assert "?" in page.url and page.locator(".chosen a").count() == 2


def test_words_an_order_and_a_day_are_in_the_address_of_the_library(visit):
    page = visit(java_script_enabled=False)
    page.goto("/policies/")
    page.get_by_role("searchbox", name="在标题和文号中查找").fill("食堂")
    page.get_by_role("button", name="查一查").click()
    assert page.locator(".row").count() >= 1
    page.get_by_role("link", name="按标题").click()
    page.get_by_label("日期").fill("2026-06-01")
    page.get_by_role("button", name="查看").click()
    assert "at=2026-06-01" in page.url and "sort=title" in page.url and "q=" in page.url
    assert "2026年6月1日" in page.locator(".notice").first.inner_text()


def test_filters_of_the_library_narrow_and_can_be_taken_away(visit):
    page = visit()
    page.goto("/policies/")
    before = page.locator(".row").count()
    page.get_by_role("link", name="已废止").first.click()
    assert 0 < page.locator(".row").count() < before
    page.get_by_role("link", name="去掉条件：已废止").click()
    assert page.locator(".row").count() == before


def test_english_is_one_click_away_and_says_the_same(visit):
    page = visit()
    page.goto("/policies/2/")
    page.get_by_role("link", name="English").click()
    page.wait_for_url("**/en/policies/2/")
    assert "In force" in page.locator(".valid").inner_text()
    assert "in effect from 2026-01-01" in page.locator(".valid").inner_text().lower()
