"""Ways back to the page after signing in, why a session ended, and an address that is shut for a whole office."""

import pytest
from axes.models import AccessAttempt
from django.core.exceptions import PermissionDenied
from django.test import Client

from gongkai.kernel.models import AuditEntry
from gongkai.orgs.models import Role, SignIn
from gongkai.orgs.sign_in import actions, lockout
from tests import factories
from tests.orgs.signing_in import LOGIN, give_password, inside

pytestmark = pytest.mark.django_db
NEW = "春天里的第一只燕子飞来了"
OFFICE, STRANGER = "10.1.2.3", "203.0.113.9"


# --- where somebody was --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("page", "then"),
    [
        ("http://testserver/desk/sign-in/devices/", "/desk/sign-in/devices/"),
        ("https://evil.example/desk/looks/", "/desk/"),
        ("http://[", "/desk/"),
        ("", "/desk/"),
    ],
)
def test_after_a_form_sent_too_late_one_gets_to_a_page_that_can_be_looked_at(client, page, then):
    person = factories.user()
    answer = client.post("/desk/sign-in/devices/end/", {"others": "1"}, HTTP_REFERER=page)
    assert answer.status_code == 302 and answer.url.startswith(LOGIN)
    wanted = client.get(answer.url).context["next"]
    assert wanted == then
    answer = give_password(client, person, next=wanted)
    assert answer.url == then
    assert client.get(then).status_code == 200


# --- why it ended --------------------------------------------------------------------------------------------------


def test_whoever_changed_the_password_elsewhere_is_told_so_here(client):
    person, elsewhere = factories.user(), Client()
    for each in (client, elsewhere):
        give_password(each, person)
    actions.change_password(by=person, password=NEW)
    assert not inside(client)
    assert "修改了密码" in client.get(LOGIN).content.decode()
    assert not inside(elsewhere)


def test_a_password_set_without_ending_the_sessions_is_told_as_well(client):
    person = factories.user()
    give_password(client, person)
    person.set_password(NEW)
    person.save()
    assert not inside(client)
    assert "您的登录已经结束" in client.get(LOGIN).content.decode()
    assert SignIn.objects.get(user=person).ended_at


# --- an address under all names --------------------------------------------------------------------------------------


def crowd(where, names=25):
    """Four wrong tries each under many names: no name is locked, the address is with twenty-five."""
    AccessAttempt.objects.bulk_create(
        AccessAttempt(username=f"name{n}", ip_address=where, user_agent="x", failures_since_start=4)
        for n in range(names)
    )


@pytest.mark.parametrize("where", [OFFICE, "2001:db8:1:2::", None])
def test_an_address_that_is_shut_is_seen_and_lifted(where):
    crowd(where)
    crowd(STRANGER, names=24)
    assert lockout.locked() == []
    assert [(row.address, row.failures, row.names) for row in lockout.shut()] == [(where, 100, 25)]
    desk = Client(REMOTE_ADDR="10.9.9.9")
    desk.force_login(factories.user(Role.SECURITY))
    page = desk.get("/desk/sign-in/locked/").content.decode()
    assert f'name="address" value="{where or ""}"' in page and STRANGER not in page
    assert ("地址不明" in page) is (where is None)
    assert desk.post("/desk/sign-in/locked/", {"address": where or ""}).status_code == 302
    assert lockout.shut() == []
    assert AccessAttempt.objects.count() == 24, "the stranger's are kept"
    entry = AuditEntry.objects.get(action="orgs.unlock_address")
    assert not where or where not in entry.subject


def test_a_person_behind_an_address_that_was_lifted_comes_in():
    person = factories.user()
    crowd(OFFICE)
    assert give_password(Client(REMOTE_ADDR=OFFICE), person).status_code == 429
    actions.unlock_address(address=OFFICE, by=factories.user(Role.SECURITY))
    client = Client(REMOTE_ADDR=OFFICE)
    give_password(client, person)
    assert inside(client)


def test_nobody_else_lifts_an_address():
    crowd(OFFICE)
    for role in Role:
        if role != Role.SECURITY:
            with pytest.raises(PermissionDenied):
                actions.unlock_address(address=OFFICE, by=factories.user(role))
    assert lockout.shut()


@pytest.mark.parametrize("word", [STRANGER, "abc", "10.1.2.3\0", "", "9" * 400])
def test_an_address_that_is_not_shut_is_answered_in_words(client, word):
    crowd(STRANGER, names=3)
    client.force_login(factories.user(Role.SECURITY))
    answer = client.post("/desk/sign-in/locked/", {"address": word}, follow=True)
    assert "这个地址没有被锁定" in answer.content.decode()
    assert AccessAttempt.objects.count() == 3
    assert not AuditEntry.objects.filter(action="orgs.unlock_address").exists()
