"""Rules for passwords, in the words that a person reads."""

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from gongkai.kernel import events
from gongkai.kernel.models import AuditEntry, Event
from gongkai.orgs.models import FormerPassword, Role
from gongkai.orgs.sign_in import actions
from gongkai.subscriptions import handlers
from gongkai.subscriptions.models import Notice
from tests import factories
from tests.orgs.signing_in import PASSWORD, give_password

pytestmark = pytest.mark.django_db
LONG = "春天里的第一只燕子飞来了"


def refused(password, user=None):
    """What is said against a password; "" for a good one."""
    try:
        validate_password(password, user)
    except ValidationError as problem:
        return "".join(problem.messages)
    return ""


@pytest.mark.parametrize("role", Role)
def test_a_password_has_from_twelve_to_a_hundred_and_twenty_eight_characters(role):
    person = factories.user(role)
    assert "至少要 12 个字符" in refused(LONG[:11], person)
    assert refused(LONG[:12], person) == ""
    assert refused((LONG * 11)[:128], person) == ""
    assert "最多 128 个字符" in refused((LONG * 11)[:129], person)


@pytest.mark.parametrize(
    "password",
    [
        "Huawei@12345",
        "P@ssw0rd2026",
        "admin1234567",
        "woaini520520",
        "qwer12341234",
        "AdminAdmin12",
        "1qaz@WSX2026QAZWSX",
        "aaaaaaaabbbb",
        "123456789012!@",
    ],
)
def test_what_everybody_in_an_office_tries_first_is_refused(password):
    assert "容易猜到" in refused(password) or "不能" in refused(password) or "常见" in refused(password)


@pytest.mark.parametrize(
    "password", ["correct horse 7", "shancheng-xiaoyu-4", "夜雨剪春韭新炊间黄粱一", "Kx9-mmvq-27pd-rr"]
)
def test_a_sentence_of_ones_own_is_taken(password):
    assert refused(password + "。") == ""


@pytest.mark.parametrize("password", ["password1234", "849274628471", "wangxiaoming1"])
def test_a_password_is_not_common_not_a_number_and_not_ones_name(password):
    person = factories.user(email="wangxiaoming@example.gov.cn")
    assert refused(password, person)


def test_the_last_five_passwords_are_not_taken_again_and_the_sixth_is():
    person = factories.user()
    assert "最近用过" in refused(PASSWORD, person)
    for n in range(4):
        actions.change_password(by=person, password=f"{LONG}{n}")
    assert "最近用过" in refused(PASSWORD, person)
    actions.change_password(by=person, password=f"{LONG}5")
    assert refused(PASSWORD, person) == ""
    assert FormerPassword.objects.filter(user=person).count() == 5


def test_the_page_says_in_chinese_what_is_wrong(client):
    person = factories.user()
    give_password(client, person)
    values = {"old_password": PASSWORD, "new_password1": "短", "new_password2": "短的"}
    page = client.post("/desk/sign-in/password/", values).content.decode()
    assert "现在的密码" in page and "notice kind-error" in page
    assert "The two password" not in page and "too short" not in page
    person.refresh_from_db()
    assert person.check_password(PASSWORD)


def test_a_new_password_needs_the_present_one(client):
    person = factories.user()
    give_password(client, person)
    values = {"old_password": "不对的密码", "new_password1": LONG, "new_password2": LONG}
    assert "现在的密码不对" in client.post("/desk/sign-in/password/", values).content.decode()
    person.refresh_from_db()
    assert person.check_password(PASSWORD)


def test_wagtails_own_page_has_no_password_form_that_goes_round_the_rules(client):
    give_password(client, factories.user())
    assert "new_password1" not in client.get("/desk/account/").content.decode()


def test_the_person_is_told_of_a_change_in_case_it_was_somebody_else():
    person = factories.user()
    actions.change_password(by=person, password=LONG)
    assert AuditEntry.objects.filter(action="orgs.change_password", subject=f"orgs.User:{person.pk}").exists()
    event = Event.objects.get(kind="sign_in.changed")
    assert events.wiring()["sign_in.changed"]
    handlers.sign_in_changed(event)
    handlers.sign_in_changed(event)
    notice = Notice.objects.get(subscriber__user=person)
    assert "密码已修改" in notice.title and notice.path == "/desk/sign-in/devices/"


@pytest.mark.parametrize(
    "what", ["password", "factor_on", "factor_off", "factor_reset", "codes", "recovery_used", "one_time"]
)
def test_every_kind_of_change_has_its_words(what):
    person = factories.user()
    event = Event(pk=1, kind="sign_in.changed", subject=f"orgs.User:{person.pk}", payload={"what": what})
    handlers.sign_in_changed(event)
    assert Notice.objects.filter(subscriber__user=person).count() == 1
