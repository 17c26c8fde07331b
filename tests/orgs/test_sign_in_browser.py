"""The door in a real browser: first login with TOTP, later logins, without script, by keyboard, and nothing for axe to find."""

import os
import re

import pyotp
import pytest

from gongkai.kernel import clock
from gongkai.orgs.models import Role, SignIn
from tests import factories
from tests.browsing import fits, violations
from tests.orgs.signing_in import PASSWORD, with_factor

# The browser's own loop runs in this thread.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _factors_are_on(settings):
    settings.TOTP = True


@pytest.fixture
def visit(browser, live_server):
    """Pages of contexts of their own, with what the browser complains of."""
    contexts = []

    def visit(width=390, **options):
        context = browser.new_context(
            viewport={"width": width, "height": 900}, base_url=live_server.url, locale="zh-CN", **options
        )
        contexts.append(context)
        page = context.new_page()
        page.complaints = []
        page.on("console", lambda said: said.type == "error" and page.complaints.append(said.text))
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        return page

    yield visit
    for context in contexts:
        context.close()


def give_password(page, user, password=PASSWORD):
    """By keyboard alone: the name has the focus when the page opens."""
    page.goto("/desk/login/")
    type_into(page, "username", user.username)
    page.keyboard.press("Tab")
    page.keyboard.type(password)
    enter(page)


def type_into(page, name, text):
    """What is typed goes where the focus is: it must be in this field by itself."""
    page.locator(f"input[name={name}]:focus").wait_for()
    page.keyboard.type(text)


def enter(page):
    """Send the form by its key and wait for the answer."""
    with page.expect_navigation():
        page.keyboard.press("Enter")


def sound(page):
    """Nothing for axe to find, nothing wider than the window, one heading."""
    assert violations(page) == [], page.url
    assert fits(page), page.url
    assert page.locator("h1").count() == 1


@pytest.mark.parametrize("script", [True, False])
def test_a_first_login_by_keyboard_with_and_without_script(visit, script):
    person = factories.user(Role.PUBLISHER, must_change_password=True)
    page = visit(java_script_enabled=script)
    give_password(page, person, "不对的密码")
    assert "用户名或者密码不对" in page.locator("main").inner_text()
    give_password(page, person)
    page.wait_for_url("**/first-password/")
    page.locator("input[name=new_password1]:focus").wait_for()
    for _n in range(2):
        page.keyboard.type("春天里的第一只燕子飞来了")
        page.keyboard.press("Tab")
    enter(page)  # the button has the focus
    page.wait_for_url("**/enrol/")
    assert page.locator("img").evaluate("image => image.naturalWidth") > 100 if script else True
    secret = page.locator("#secret").inner_text().replace(" ", "")
    page.get_by_label("动态口令").press_sequentially(pyotp.TOTP(secret).now())
    enter(page)
    page.get_by_role("heading", name="保存恢复码").wait_for()
    codes = page.locator("main li code").all_inner_texts()
    assert len(codes) == 10
    with page.expect_download() as download:
        page.get_by_role("link", name="下载为文本").click()
    assert all(code in download.value.path().read_text("utf-8") for code in codes)
    page.get_by_role("link", name="已经保存，继续").click()
    page.goto("/desk/sign-in/devices/")
    assert "就是这里" in page.locator("main").inner_text()
    assert SignIn.objects.get(user=person).factor == "totp"
    assert [said for said in page.complaints if "favicon" not in said] == []


def test_later_logins_give_a_code_or_a_recovery_code(visit):
    person = factories.user(Role.OFFICE)
    secret = with_factor(person)
    page = visit()
    give_password(page, person)
    type_into(page, "code", pyotp.TOTP(secret).now())
    enter(page)
    page.wait_for_url(lambda url: "/sign-in/" not in url)
    page.goto("/desk/sign-in/devices/")
    assert re.search("恢复码还有 0 个", page.locator("main").inner_text())


@pytest.mark.parametrize("width", [320, 1440])
def test_the_pages_at_the_door_have_nothing_for_axe_to_find(visit, width):
    person, newcomer = factories.user(Role.OFFICE), factories.user(Role.OFFICE)
    with_factor(person)
    page = visit(width)
    page.goto("/desk/login/")
    sound(page)
    with page.expect_navigation():
        page.get_by_role("button", name="登录").click()
    sound(page)
    give_password(page, person)
    sound(page)
    type_into(page, "code", "000000")
    enter(page)
    page.get_by_role("alert").wait_for()
    sound(page)
    with page.expect_navigation():
        page.get_by_role("link", name="手机不在身边").click()
    sound(page)
    give_password(page, newcomer)
    sound(page)
    type_into(page, "code", pyotp.TOTP(page.locator("#secret").inner_text().replace(" ", "")).now())
    enter(page)
    page.get_by_role("heading", name="保存恢复码").wait_for()
    sound(page)
    assert page.complaints == []


def test_the_pages_inside_have_nothing_of_ours_for_axe_to_find(visit):
    person = factories.user(Role.SECURITY)
    secret = with_factor(person)
    page = visit(1280)
    give_password(page, person)
    type_into(page, "code", pyotp.TOTP(secret).at(clock.now()))
    enter(page)
    page.wait_for_url(lambda url: "/sign-in/" not in url)
    other = factories.user(Role.OFFICE)
    for path in ("devices", "password", "confirm", "codes", "drop", "locked", f"reset/{other.pk}"):
        assert page.goto(f"/desk/sign-in/{path}/").status == 200
        page.wait_for_selector("nav")
        assert "我的登录" in page.inner_text("#wagtail-sidebar")
        found = violations(page)
        main = page.locator("main").inner_html()
        assert [each for each in found if each.partition(": ")[2][:60] in main] == [], path


def test_the_lock_out_page_is_sound(visit):
    person, page = factories.user(), visit()
    for _n in range(5):
        give_password(page, person, "不对的密码")
    assert "登录暂停 15 分钟" in page.locator("main").inner_text()
    sound(page)
