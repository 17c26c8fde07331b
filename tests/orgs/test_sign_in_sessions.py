"""Sessions: idle and absolute expiry, ended from elsewhere, by a new password, by an account that ended; devices and history."""

from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings as django_settings
from django.test import Client

from gongkai.kernel import clock
from gongkai.orgs.models import Role, SignIn
from gongkai.orgs.sign_in import device, sessions
from gongkai.orgs.sign_in.permissions import needs_factor
from tests import factories
from tests.orgs.signing_in import LOGIN, PASSWORD, START, give_password, inside

pytestmark = pytest.mark.django_db
NEW = "春天里的第一只燕子飞来了"
_CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0 Safari/537.36"


def after(minutes):
    """The clock some minutes after the start."""
    return clock.frozen(START + timedelta(minutes=minutes))


@pytest.fixture(autouse=True)
def _morning():
    with clock.frozen(START):
        yield


@pytest.fixture
def clerk(client):
    """A clerk who is signed in with ``client``."""
    person = factories.user()
    give_password(client, person)
    return person


def test_half_an_hour_without_doing_anything_ends_a_session_and_says_so(client, clerk):
    with after(29):
        assert inside(client)
    with after(58):
        assert inside(client)
    with after(89):
        answer = client.get("/desk/sign-in/devices/", follow=True)
        assert "一段时间没有操作" in answer.content.decode()
    assert SignIn.objects.get(user=clerk).why == "idle"


def test_what_a_page_does_by_itself_does_not_keep_a_session_alive(client, clerk, settings):
    from django.urls import resolve

    path = "/desk/editing-sessions/ping/policies/policy/1/1/"
    assert resolve(path).view_name in settings.SESSION_BACKGROUND_ROUTES
    for minutes in (10, 20, 29):
        with after(minutes):
            client.post(path)
    with after(31):
        assert not inside(client)


def test_eight_hours_end_a_session_whatever_is_done(client, clerk):
    for minutes in range(20, 480, 20):
        with after(minutes):
            assert inside(client)
    with after(481):
        assert not inside(client)
    assert SignIn.objects.get(user=clerk).why == "expired"


def test_the_idle_time_can_be_set(client, clerk, settings):
    settings.SESSION_IDLE_MINUTES = 5
    with after(6):
        assert not inside(client)


def test_being_at_work_is_written_once_a_minute_at_most(client, clerk):
    row = SignIn.objects.get(user=clerk)
    with clock.frozen(START + timedelta(seconds=30)):
        inside(client)
        assert SignIn.objects.get(pk=row.pk).last_seen_at == START
    with after(2):
        inside(client)
        assert SignIn.objects.get(pk=row.pk).last_seen_at == START + timedelta(minutes=2)


def test_every_login_has_a_new_key(client):
    person = factories.user()
    client.get(LOGIN)
    session = client.session
    session["planted"] = "1"
    session.save()
    planted = session.session_key
    client.cookies[django_settings.SESSION_COOKIE_NAME] = planted
    give_password(client, person)
    assert client.session.session_key != planted
    assert "planted" not in client.session
    assert inside(client)


def test_logging_out_ends_the_session_for_good(client, clerk):
    key = client.session.session_key
    client.post("/desk/logout/")
    assert SignIn.objects.get(user=clerk).why == "logout"
    client.cookies[django_settings.SESSION_COOKIE_NAME] = key
    assert not inside(client)


def test_a_new_password_ends_all_other_sessions_and_keeps_this_one(client, clerk):
    elsewhere = Client()
    give_password(elsewhere, clerk)
    values = {"old_password": PASSWORD, "new_password1": NEW, "new_password2": NEW}
    assert client.post("/desk/sign-in/password/", values).url == "/desk/sign-in/devices/"
    assert inside(client)
    assert not inside(elsewhere)
    assert not inside_with(clerk, PASSWORD) and inside_with(clerk, NEW)


def inside_with(person, password):
    """True if a new browser comes in with this password."""
    client = Client()
    give_password(client, person, password=password)
    return inside(client)


@pytest.mark.parametrize("why", ["role", "reset"])
def test_a_change_of_role_and_a_reset_end_all_sessions_at_the_next_request(client, clerk, why):
    sessions.end_all(clerk, why=why)
    answer = client.post("/desk/inbox/read/", {"all": "1"})
    assert answer.status_code == 302 and answer.url.startswith(LOGIN)
    assert str(SignIn.Why(why).label) in client.get(LOGIN).content.decode()


@pytest.mark.parametrize(
    "change", [{"is_active": False}, {"ends_on": datetime(2026, 11, 22, tzinfo=UTC).date()}]
)
def test_an_account_that_ends_is_out_at_the_next_request(client, clerk, change):
    for name, value in change.items():
        setattr(clerk, name, value)
    clerk.save()
    assert not inside(client)
    assert SignIn.objects.get(user=clerk).why == "account"


def test_on_the_last_day_the_account_still_works(client, clerk):
    clerk.ends_on = clock.today()
    clerk.save()
    assert inside(client)


def test_my_devices_show_what_where_and_when_and_can_be_ended_one_by_one(client, clerk):
    with after(5):
        other = Client(HTTP_USER_AGENT=_CHROME, REMOTE_ADDR="203.0.113.77")
        give_password(other, clerk)
        page = client.get("/desk/sign-in/devices/").content.decode()
        assert "Chrome · Windows" in page and "203.0.113.0/24" in page and "203.0.113.77" not in page
        assert "2026-11-23 09:05" in page
        row = SignIn.objects.get(address="203.0.113.77")
        client.post("/desk/sign-in/devices/end/", {"row": row.pk})
        assert not inside(other) and inside(client)


def test_all_others_can_be_ended_at_once(client, clerk):
    others = [Client(), Client()]
    for each in others:
        give_password(each, clerk)
    client.post("/desk/sign-in/devices/end/", {"others": "1"})
    assert inside(client) and not any(inside(each) for each in others)


@pytest.mark.parametrize("row", ["", "abc", "99999999999999999999", "²", "-1"])
def test_a_session_that_is_not_there_cannot_be_ended(client, clerk, row):
    assert client.post("/desk/sign-in/devices/end/", {"row": row}).status_code == 302
    assert inside(client)


def test_nobody_ends_anothers_session(client, clerk):
    victim, theirs = factories.user(), Client()
    give_password(theirs, victim)
    client.post("/desk/sign-in/devices/end/", {"row": SignIn.objects.get(user=victim).pk})
    assert inside(theirs)


def test_wrong_tries_under_my_name_are_in_my_history(client, clerk):
    give_password(Client(REMOTE_ADDR="203.0.113.77"), clerk, password="不对的密码")
    page = client.get("/desk/sign-in/devices/").content.decode()
    assert "203.0.113.0/24" in page.partition("没有成功的登录")[2]


def test_a_page_for_everybody_neither_asks_for_the_session_nor_varies_by_cookie(
    client, clerk, django_assert_num_queries
):
    with django_assert_num_queries(0):
        answer = client.get("/desk/jsi18n/")
    assert "Cookie" not in answer.get("Vary", "")


def test_a_session_of_an_earlier_version_goes_on_where_no_factor_is_needed(client):
    person = factories.user()
    client.force_login(person)
    assert not needs_factor(person)
    assert inside(client)
    assert SignIn.objects.filter(user=person).count() == 1


def test_cookies_are_for_this_site_and_not_for_scripts(client, settings):
    give_password(client, factories.user(), secure=True)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    assert cookie["httponly"] and cookie["samesite"] == "Lax"
    assert not cookie["expires"], "gone with the browser"


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (_CHROME, "Chrome · Windows"),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Version/17.0 Mobile Safari/604.1",
            "Safari · iPhone",
        ),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0", "Firefox · Linux"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/130.0 Safari/537.36 Edg/130.0", "Edge · Windows"),
        ("<script>alert(1)</script>", "不认识的设备"),
        ("", "不认识的设备"),
    ],
)
def test_a_device_is_named_in_a_few_words(agent, words):
    assert device.words(agent) == words


def test_roles_that_need_a_factor_need_none_on_a_site_without(settings):
    person = factories.user(Role.OFFICE)
    assert not needs_factor(person)
    settings.TOTP = True
    assert needs_factor(person)
