"""Lock-out: who is held back after how many wrong tries, that a stranger cannot keep a clerk out, and nothing is given away."""

import re
from datetime import timedelta

import pytest
from axes.models import AccessAttempt, AccessFailureLog
from django.core.exceptions import PermissionDenied
from django.db.models import F
from django.test import Client, RequestFactory

from gongkai.kernel import clock
from gongkai.kernel.models import AuditEntry
from gongkai.orgs.models import Role, SignIn
from gongkai.orgs.sign_in import actions, address, lockout
from tests import factories
from tests.orgs.signing_in import LOGIN, PASSWORD, code_of, give_password, inside, with_factor

pytestmark = pytest.mark.django_db
OFFICE, STRANGER = "10.1.2.3", "203.0.113.9"


def at(where):
    """A browser at an address."""
    return Client(REMOTE_ADDR=where)


def wrong(client, user, times=5):
    """Wrong passwords; the last answer."""
    for _n in range(times):
        answer = give_password(client, user, password="不对的密码")
    return answer


def later(minutes):
    """Let time pass: the tries are that much older."""
    AccessAttempt.objects.update(attempt_time=F("attempt_time") - timedelta(minutes=minutes))


def test_five_wrong_passwords_pause_a_name_from_one_address_for_a_quarter_of_an_hour():
    person, client = factories.user(), at(OFFICE)
    assert wrong(client, person, 4).status_code == 200
    answer = wrong(client, person, 1)
    assert answer.status_code == 429
    assert answer["Retry-After"] == "900"
    words = answer.content.decode()
    assert "登录暂停 15 分钟" in words and "联系安全管理员" in words
    assert give_password(client, person).status_code == 429
    assert not inside(client)
    later(16)
    assert give_password(client, person).status_code == 302
    assert inside(client)


def test_trying_on_does_not_make_it_longer():
    person, client = factories.user(), at(OFFICE)
    wrong(client, person)
    later(10)
    wrong(client, person, 3)
    later(6)
    give_password(client, person)
    assert inside(client)


def test_a_stranger_elsewhere_does_not_lock_the_person_out():
    person = factories.user()
    wrong(at(STRANGER), person)
    client = at(OFFICE)
    give_password(client, person)
    assert inside(client)


def test_many_strangers_lock_a_name_everywhere_but_where_the_person_signs_in_from():
    person = factories.user()
    give_password(at(OFFICE), person)
    for n in range(4):
        wrong(at(f"203.0.113.{n}"), person)
    assert give_password(at("198.51.100.7"), person).status_code == 429
    known = at(OFFICE)
    give_password(known, person)
    assert inside(known)
    assert wrong(at(OFFICE), person).status_code == 429, "there too only five"


def test_an_address_from_long_ago_is_a_strange_one():
    person = factories.user()
    give_password(at(OFFICE), person)
    SignIn.objects.update(started_at=clock.now() - timedelta(days=31))
    for n in range(4):
        wrong(at(f"203.0.113.{n}"), person)
    assert give_password(at(OFFICE), person).status_code == 429


def test_one_address_that_tries_many_names_is_paused():
    people = [factories.user() for _n in range(3)]
    AccessAttempt.objects.bulk_create(
        AccessAttempt(username=f"name{n}", ip_address=STRANGER, user_agent="x", failures_since_start=4)
        for n in range(25)
    )
    assert give_password(at(STRANGER), people[0]).status_code == 429
    assert give_password(at(OFFICE), people[0]).status_code == 302


def test_changing_the_browser_does_not_help():
    person = factories.user()
    wrong(at(OFFICE), person, 4)
    answer = Client(REMOTE_ADDR=OFFICE, HTTP_USER_AGENT="another").post(
        LOGIN, {"username": person.username, "password": "不对的密码"}
    )
    assert answer.status_code == 429


def test_wrong_codes_and_wrong_recovery_codes_count_like_wrong_passwords(settings):
    settings.TOTP = True
    for step in ("code", "recovery"):
        person, client = factories.user(Role.OFFICE), at(OFFICE)
        secret = with_factor(person)
        give_password(client, person)
        for n in range(5):
            answer = client.post(f"/desk/sign-in/{step}/", {"code": f"{n}" * 6})
        assert answer.status_code == 429, step
        assert client.post("/desk/sign-in/code/", {"code": code_of(secret)}).status_code == 429
        assert not inside(client)
        # The password alone does not set the count back.
        assert give_password(at(OFFICE), person).status_code == 429


def test_wrong_passwords_on_the_pages_inside_count_as_well():
    for page, values in (
        ("confirm", {"password": "不对的密码"}),
        ("password", {"old_password": "不对的密码", "new_password1": "x", "new_password2": "x"}),
    ):
        person, client = factories.user(), at(OFFICE)
        give_password(client, person)
        codes = [client.post(f"/desk/sign-in/{page}/", values).status_code for _n in range(5)]
        assert codes == [200, 200, 200, 200, 429], page


def test_a_right_password_sets_the_own_count_back_and_not_the_strangers():
    person, client = factories.user(), at(OFFICE)
    wrong(at(STRANGER), person)
    wrong(client, person, 4)
    give_password(client, person)
    assert wrong(at(OFFICE), person, 4).status_code == 200
    assert give_password(at(STRANGER), person).status_code == 429


def test_an_account_that_does_not_exist_is_answered_and_locked_like_one_that_does():
    person, nobody = factories.user(), factories.user()
    ended = factories.user(ends_on=clock.today() - timedelta(days=1))
    closed = factories.user(is_active=False)
    nobody.delete()
    seen = []
    for who in (person, nobody, ended, closed):
        client = at(OFFICE)
        answers = [give_password(client, who, password="不对的密码") for _n in range(6)]
        seen.append([(each.status_code, _plain(each, who)) for each in answers])
    assert seen[0][0][0] == 200 and seen[0][5][0] == 429
    assert all(each == seen[0] for each in seen)


def test_an_ended_account_is_not_even_told_so_after_the_right_password():
    ended = factories.user(ends_on=clock.today() - timedelta(days=1))
    assert "用户名或者密码不对" in give_password(at(OFFICE), ended).content.decode()


def _plain(answer, who):
    """The page without the token and what was typed."""
    text = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", answer.content.decode())
    return text.replace(who.username, "NAME")


def test_an_unknown_name_costs_a_hash_too(monkeypatch):
    from django.contrib.auth.hashers import MD5PasswordHasher

    person, calls, real = factories.user(), [], MD5PasswordHasher.encode
    monkeypatch.setattr(MD5PasswordHasher, "encode", lambda *a, **k: calls.append(1) or real(*a, **k))
    give_password(at(OFFICE), person, password="不对的密码")
    known, calls[:] = len(calls), []
    at(OFFICE).post(LOGIN, {"username": "no-such-name", "password": "不对的密码"})
    assert known == len(calls) == 1


def test_the_security_administrator_lifts_a_lock_out_and_nobody_else():
    person, security = factories.user(), factories.user(Role.SECURITY)
    wrong(at(OFFICE), person)
    assert [row.username for row in lockout.locked()] == [person.username]
    for role in Role:
        if role != Role.SECURITY:
            with pytest.raises(PermissionDenied):
                actions.unlock(username=person.username, by=factories.user(role))
    desk = at(OFFICE)
    desk.force_login(security)
    assert person.username in desk.get("/desk/sign-in/locked/").content.decode()
    assert desk.post("/desk/sign-in/locked/", {"username": person.username}).status_code == 302
    assert lockout.locked() == []
    give_password(client := at(OFFICE), person)
    assert inside(client)
    entry = AuditEntry.objects.get(action="orgs.unlock")
    assert person.username not in entry.subject


def test_the_log_of_wrong_tries_cannot_be_flooded_away(settings):
    settings.AXES_ACCESS_FAILURE_LOG_PER_USER_LIMIT = 2
    person = factories.user()
    wrong(at(OFFICE), person, 4)
    assert AccessFailureLog.objects.filter(username=person.username).count() == 4


@pytest.mark.parametrize(
    ("proxies", "passed_on", "seen"),
    [
        (0, "1.2.3.4", "10.0.0.1"),
        (1, "1.2.3.4", "1.2.3.4"),
        (1, "6.6.6.6, 1.2.3.4", "1.2.3.4"),
        (2, "6.6.6.6, 1.2.3.4, 10.0.0.2", "1.2.3.4"),
        (1, "nonsense", None),
        (1, "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        (1, "::ffff:1.2.3.4", "1.2.3.4"),
    ],
)
def test_the_address_is_the_one_that_our_own_proxies_saw(settings, proxies, passed_on, seen):
    settings.PROXIES = proxies
    request = RequestFactory().get("/", headers={"x-forwarded-for": passed_on}, REMOTE_ADDR="10.0.0.1")
    assert address.of(request) == seen


def test_addresses_are_shown_shortened():
    assert address.shortened("203.0.113.77") == "203.0.113.0/24"
    assert address.shortened("2001:db8:1:2::") == "2001:db8:1::/48"
    assert address.shortened(None) == ""


def test_the_password_of_the_tests_is_the_one_of_the_factories():
    assert factories.user().check_password(PASSWORD)
