"""A clerk settles three doubtful places by keyboard alone; two clerks at once; without JavaScript; clean under axe."""

import io
import os

import docx
import pytest
from django.conf import settings as django_settings
from django.test import Client
from playwright.sync_api import expect

from gongkai.policies.beside import answers, pages
from gongkai.policies.beside.places import all_points
from tests import factories
from tests.browsing import fits, violations
from tests.policies.test_settle import PAGE, draft, own, say, taken_in

expect.set_options(timeout=20_000)
# The browser's own loop runs in this thread, and Django refuses its database there; the tests ask it only between steps.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("originals_folder", "_place"),
]


@pytest.fixture
def _place(settings, tmp_path, monkeypatch):
    settings.DATA_DIR = tmp_path
    # On a machine that is busy with the tests one page would now and then be put off: that has a test of its own.
    monkeypatch.setattr(pages, "_PATIENCE", 25)


@pytest.fixture
def desk(live_server, browser):
    """Somebody at the desk: a page of a browser in which this person is signed in."""
    contexts = []

    def sign_in(user, width=1440, **options):
        client = Client()
        client.force_login(user)
        context = browser.new_context(
            viewport={"width": width, "height": 900}, base_url=live_server.url, locale="zh-CN", **options
        )
        name = django_settings.SESSION_COOKIE_NAME
        context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": live_server.url}])
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(20_000)
        page.complaints = []
        page.on("console", lambda said: page.complaints.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        page.on(
            "request",
            lambda asked: (
                None
                if asked.url.startswith((live_server.url, "data:", "blob:", "about:"))
                else page.complaints.append(asked.url)
            ),
        )
        return page

    yield sign_in
    for context in contexts:
        context.close()


def address(policy):
    return f"/desk/records/{policy.pk}/settle/"


def shown(page):
    return page.locator(".settle-point[data-current]").get_attribute("data-point")


def settled(page, count):
    """Wait until so many places are left."""
    expect(page.locator(".settle-point")).to_have_count(count)


def test_three_places_are_settled_by_keyboard_alone(desk):
    clerk = factories.user()
    policy = taken_in()
    page = desk(clerk)
    page.goto(address(policy))
    assert page.evaluate("document.activeElement.tagName") == "H3"
    first = shown(page)
    expect(page.locator("#settle-said")).to_contain_text("第 1 处")
    # There and back again.
    page.keyboard.press("n")
    assert shown(page) != first
    page.keyboard.press("p")
    assert shown(page) == first
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+N")
    assert shown(page) == first

    # The first is corrected: its field holds what was read, letters typed there are letters.
    while shown(page) != "written_on":
        page.keyboard.press("n")
    page.keyboard.press("e")
    assert page.evaluate("document.activeElement.type") == "date"
    page.locator("#v-written_on-written_on").fill("2025-03-08")
    page.keyboard.press("Enter")
    expect(page.locator("#p-written_on")).to_have_count(0)
    assert str(draft(policy).written_on) == "2025-03-08"

    # Of the second the words are corrected in the text itself.
    gap = next(point.key for point in all_points(draft(policy)) if point.label == "序号不连续")
    while shown(page) != gap:
        page.keyboard.press("n")
    assert page.locator(f'mark.now[data-points="{gap}"]').count() >= 1
    page.keyboard.press("e")
    assert page.evaluate("document.activeElement.tagName") == "TEXTAREA"
    page.keyboard.press("Control+A")
    page.keyboard.insert_text("第三条　本通知自2024年1月1日起施行，nape？")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(f"#p-{gap}")).to_have_count(0)
    assert "nape？" in "".join(clause.text for clause in draft(policy).read_clauses)

    # The third is accepted by one key, and taken back by one.
    left = [point.key for point in all_points(draft(policy))]
    page.keyboard.press("Escape")
    page.keyboard.press("a")
    settled(page, len(left) - 1)
    page.keyboard.press("u")
    settled(page, len(left))
    assert page.complaints == []

    # To the end: the next steps stand there, and the focus on them.
    for n in range(len(left), 0, -1):
        page.keyboard.press("a")
        settled(page, n - 1)
    page.get_by_role("heading", name="全部核对完毕").wait_for()
    assert page.evaluate("document.activeElement.id") == "settle-points-title"
    page.get_by_role("link", name="预览（市民看到的样子）").click()
    page.get_by_text("预览，未发布").wait_for()


def test_keys_can_be_shown_and_switched_off(desk):
    policy = taken_in()
    page = desk(factories.user())
    page.goto(address(policy))
    first = shown(page)
    page.keyboard.press("?")
    page.get_by_role("dialog", name="快捷键").wait_for()
    page.keyboard.press("n")  # not while the list of keys stands open
    page.get_by_label("使用单键快捷键").uncheck()
    page.keyboard.press("Escape")
    page.keyboard.press("n")
    assert shown(page) == first
    page.reload()
    page.keyboard.press("n")
    assert shown(page) == first
    page.get_by_role("button", name="下一处").and_(page.locator(":visible")).click()
    assert shown(page) != first


def test_a_closed_tab_loses_nothing(desk):
    policy = taken_in()
    clerk = factories.user()
    page = desk(clerk)
    page.goto(f"{address(policy)}?at=written_on")
    page.locator("#v-written_on-written_on").fill("2025-03-07")
    again = page.context.new_page()
    page.close()
    again.goto(f"{address(policy)}?at=written_on")
    assert again.locator("#v-written_on-written_on").input_value() == "2025-03-07"


def test_words_typed_against_what_a_colleague_has_changed_since_are_shown_beside_and_not_put_in(desk):
    policy = taken_in()
    page = desk(factories.user())
    page.goto(f"{address(policy)}?at=title" if "title" in draft(policy).open_points else address(policy))
    gap = next(point.key for point in all_points(draft(policy)) if point.label == "序号不连续")
    block = page.locator(f"#v-{gap}")
    while shown(page) != gap:
        page.keyboard.press("n")
    page.keyboard.press("e")
    page.locator("#v-written_on-written_on").evaluate(
        "field => { field.value = '2025-03-07'; field.dispatchEvent(new Event('input', { bubbles: true })) }"
    )
    before = block.input_value()
    block.fill(f"{before}先前输入")
    # The very same place says something else by now.
    page.route(
        "**/settle/",
        lambda route: _with(route, before, f"{before}同事更正"),
    )
    page.reload()
    assert block.input_value().endswith("同事更正")
    note = page.locator(f"#v-{gap}-earlier")
    expect(note).to_contain_text("您先前输入的内容")
    expect(note).to_contain_text("先前输入")
    assert block.get_attribute("aria-describedby") == f"v-{gap}-earlier"
    assert page.locator("#v-written_on-written_on").input_value() == "2025-03-07"  # nobody touched that one
    assert violations(page) == []


def _with(route, before, after):
    answer = route.fetch()
    route.fulfill(
        response=answer, body=answer.text().replace(f">{before}</textarea>", f">{after}</textarea>")
    )


def test_an_answer_is_saved_after_signing_in_again_in_another_window(desk):
    policy = taken_in()
    page = desk(factories.user())
    page.goto(address(policy))
    left = page.locator(".settle-point").count()
    # Signing in changes the token: the cookie has the new one, the form that stands open the old one.
    _new_token(page)
    page.keyboard.press("a")
    settled(page, left - 1)
    assert page.complaints == []


def _new_token(page):
    cookie = next(each for each in page.context.cookies() if each["name"] == "csrftoken")
    page.context.add_cookies([cookie | {"value": "".join(reversed(cookie["value"]))}])


def test_a_page_that_had_to_wait_is_loaded_again_by_itself(desk, monkeypatch):
    from tests.policies.test_settle_pages import pdf

    monkeypatch.setattr(pages, "_PATIENCE", 0.01)
    policy = taken_in(pdf(), "甲.pdf")
    pages.leaves_of(policy.original, None)
    page = desk(factories.user())
    with pages._my_turn():
        page.goto(address(policy))
        page.locator("figcaption").get_by_text("这一页稍后自动显示").wait_for()
    page.wait_for_function("() => document.querySelector('.settle-sheet img').naturalWidth > 0")
    expect(page.locator("figcaption")).not_to_contain_text("稍后")


def test_the_second_of_two_is_told_and_loses_nothing(desk):
    policy = taken_in()
    page = desk(factories.user())
    page.goto(address(policy))
    say(policy, factories.user(), "title", "corrected", "同事改的标题")
    field = page.locator("#v-written_on-written_on")
    while shown(page) != "written_on":
        page.keyboard.press("n")
    field.fill("2025-03-08")
    page.keyboard.press("Enter")
    page.locator("#settle-problem").wait_for()
    assert "同事改的标题" in page.locator("#settle-problem").inner_text()
    assert page.evaluate("document.activeElement.id") == "settle-problem"
    assert field.input_value() == "2025-03-08"
    field.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#p-written_on")).to_have_count(0)
    assert str(draft(policy).written_on) == "2025-03-08"
    assert draft(policy).title == "同事改的标题"


def test_without_javascript_the_forms_work(desk):
    policy = taken_in()
    page = desk(factories.user(), java_script_enabled=False)
    page.goto(address(policy))
    assert page.locator(".settle-point").count() == len(all_points(draft(policy)))
    page.locator("#p-written_on").get_by_label("成文日期").fill("2025-03-08")
    page.locator("#p-written_on").get_by_role("button", name="更正", exact=True).click()
    assert str(draft(policy).written_on) == "2025-03-08"
    assert "#p-" in page.url
    assert answers.version_of(own(policy)) in page.content()


@pytest.mark.parametrize("width", [390, 1440])
@pytest.mark.parametrize("form", ["html", "docx", "pdf"])
def test_the_screen_is_clean_under_axe(desk, width, form):
    from tests.policies.test_settle_pages import pdf

    book = docx.Document()
    for text in ("示例区民政局关于补贴标准的通知", "第一条 每人每月380元。", "第三条 自2025年1月1日起施行。"):
        book.add_paragraph(text)
    book.add_table(2, 2).rows[0].cells[1].text = "380"
    out = io.BytesIO()
    book.save(out)
    data = {"html": PAGE, "docx": out.getvalue(), "pdf": pdf("")}[form]
    policy = taken_in(data, f"甲.{form}")
    page = desk(factories.user(), width=width)
    page.goto(address(policy))
    page.wait_for_load_state("networkidle")
    assert violations(page) == []
    assert fits(page)
    if width == 390:
        page.get_by_role("button", name="看读出的内容").click()
        assert page.locator("#settle-original").is_hidden()
        assert page.locator("#settle-read").is_visible()
        assert violations(page) == []
    page.keyboard.press("?")
    assert violations(page) == []
    assert page.complaints == []


def test_the_preview_is_clean_and_has_a_phone(desk):
    policy = taken_in()
    page = desk(factories.user())
    page.goto(f"/desk/records/{policy.pk}/preview/")
    assert violations(page) == []
    page.get_by_role("link", name="手机上的样子").click()
    frame = page.frame_locator("iframe.preview-phone")
    frame.get_by_text("预览，未发布").wait_for()
    assert page.locator("iframe.preview-phone").bounding_box()["width"] <= 394
    assert page.complaints == []
