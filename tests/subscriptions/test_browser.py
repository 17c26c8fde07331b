"""The pages in a real browser: nothing for axe to complain of, nothing wider than a phone, keys enough to subscribe."""

import re

import pytest
from django.contrib.sessions.backends.db import SessionStore

from gongkai.orgs.models import Role
from gongkai.subscriptions import tokens
from gongkai.subscriptions.models import Message, Subscription
from tests import factories
from tests.browsing import fits, violations
from tests.subscriptions.conftest import letter, reader, tell

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
REAL_TIME = True  # the server's threads have a clock of their own


@pytest.fixture
def page(browser, live_server):
    """A page of a phone on the test's own site."""
    context = browser.new_context(
        viewport={"width": 360, "height": 740}, base_url=live_server.url, locale="zh-CN"
    )
    made = context.new_page()
    made.complaints = []
    made.on("console", lambda said: said.type == "error" and made.complaints.append(said.text))
    yield made
    context.close()


def test_the_readers_pages_have_no_fault_and_fit_a_phone(page, mail):
    person = reader("policy:1", "topic:housing")
    subscription = person.subscriptions.first()
    confirm = tokens.token_for(person, "confirm", subscription=subscription.pk)
    for path, status in {
        "": 200,
        "asked/": 200,
        f"confirm/{confirm}/": 200,
        f"manage/{tokens.token_for(person, 'manage')}/": 200,
        f"stop/{tokens.token_for(person, 'unsubscribe')}/": 200,
    }.items():
        assert page.goto(f"/subscriptions/{path}").status == status
        assert violations(page) == [], path
        assert fits(page), path
    assert page.complaints == []
    assert page.goto("/subscriptions/stop/x/").status == 404
    assert violations(page) == [] and fits(page)


def test_a_reader_subscribes_and_confirms_by_keyboard_alone(page, mail):
    page.goto(f"/subscriptions/?s={tokens.sign_subject('policy:12', '《示例办法》')}")
    page.get_by_label("邮箱地址").focus()
    page.keyboard.type("wrong")
    page.keyboard.press("Enter")
    page.wait_for_selector("[aria-invalid=true]")
    assert violations(page) == []
    page.get_by_label("邮箱地址").fill("li@example.cn")
    page.keyboard.press("Enter")
    page.wait_for_url("**/asked/")
    (path,) = re.findall(r"example\.gov\.cn(/\S+confirm\S+)", Message.objects.get().text)
    page.goto(path)
    page.get_by_role("button", name="确认订阅").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/manage/**")
    assert Subscription.objects.get().confirmed_at and page.complaints == []


def test_the_desks_pages_have_no_fault_of_ours(page, mail, live_server):
    office = factories.user(Role.OFFICE, email="li@example.gov.cn")
    tell(users=[office], title="一份文件有勘误")
    letter(state="in_doubt")
    session = SessionStore()
    session["_auth_user_id"], session["_auth_user_backend"] = (
        str(office.pk),
        "gongkai.orgs.sign_in.backends.PasswordBackend",
    )
    session["_auth_user_hash"] = office.get_session_auth_hash()
    session.save()
    page.context.add_cookies([{"name": "sessionid", "value": session.session_key, "url": live_server.url}])
    page.set_viewport_size({"width": 1280, "height": 900})
    for path, words in {"": "一份文件有勘误", "preferences/": "邮件频率", "delivery/": "算已送达"}.items():
        assert page.goto(f"/desk/inbox/{path}").status == 200
        page.wait_for_selector("nav")  # the menu, which Wagtail draws by script
        assert words in page.inner_text("main")
        assert "收件箱 (1)" in page.inner_text("#wagtail-sidebar")
        assert [each for each in violations(page) if "inbox" in each or "notice" in each] == []
    assert page.complaints == []
