"""The way to the desk: password, own password, second factor; and nothing anywhere before the last step."""

from datetime import timedelta

import pyotp
import pytest
from django.conf import settings as django_settings
from django.test import Client

from gongkai.kernel import clock
from gongkai.kernel.models import AuditEntry
from gongkai.orgs.models import RecoveryCode, Role, SecondFactor, SignIn
from gongkai.orgs.sign_in import actions, factor, totp
from tests import factories
from tests.contracts.addresses import addresses
from tests.orgs.signing_in import (
    LOGIN,
    PASSWORD,
    START,
    code_of,
    enrol,
    give_password,
    inside,
    shown_secret,
    with_factor,
)

pytestmark = pytest.mark.django_db
NEED = [Role.PUBLISHER, Role.OFFICE, Role.SYSTEM, Role.SECURITY, Role.AUDITOR]


@pytest.fixture(autouse=True)
def _factors_are_on(settings):
    settings.TOTP = True
    with clock.frozen(START):
        yield


# --- one-time codes by the clock -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("second", "code"),
    [
        (59, "287082"),
        (1111111109, "081804"),
        (1111111111, "050471"),
        (1234567890, "005924"),
        (20000000000, "353130"),
    ],
)
def test_codes_are_those_of_the_standard(second, code):
    # RFC 6238, appendix B, SHA-1; the last six of its eight digits.
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    assert totp.code_at(secret, second // 30) == code


@pytest.mark.parametrize(
    ("seconds", "taken"), [(-61, False), (-30, True), (0, True), (30, True), (61, False)]
)
def test_a_clock_may_be_one_step_off(seconds, taken):
    secret = totp.new_secret()
    found = totp.step_of(secret, code_of(secret, START + timedelta(seconds=seconds)), START)
    assert (found is not None) is taken


def test_secrets_are_sealed_and_open_under_a_former_key_but_not_under_a_strange_one(settings):
    secret = totp.new_secret()
    sealed = totp.seal(secret)
    assert secret not in sealed
    former, settings.SECRET_KEY = settings.SECRET_KEY, "another-" * 10
    with pytest.raises(totp.Unreadable):
        totp.unseal(sealed)
    settings.SECRET_KEY_FALLBACKS = [former]
    assert totp.unseal(sealed) == secret


# --- at the door -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", NEED)
def test_these_roles_bind_an_authenticator_at_their_first_login(client, role):
    person = factories.user(role)
    assert give_password(client, person).url == "/desk/sign-in/enrol/"
    page = client.get("/desk/sign-in/enrol/").content.decode()
    assert "data:image/svg+xml" in page and "<script>" not in page
    answer = client.post("/desk/sign-in/enrol/", {"code": code_of(shown_secret(client))})
    assert "恢复码" in answer.content.decode()
    assert inside(client)
    assert SignIn.objects.get(user=person).factor == "totp"


@pytest.mark.parametrize("role", [Role.CLERK, Role.REVIEWER])
def test_clerks_and_reviewers_come_in_with_their_password_and_may_choose_more(client, role):
    person = factories.user(role)
    assert give_password(client, person).url == "/desk/"
    assert inside(client)
    client.post("/desk/sign-in/enrol/", {"code": code_of(shown_secret(client))})
    assert factor.active(person)
    assert give_password(Client(), person).url == "/desk/sign-in/code/"


def test_a_site_may_switch_second_factors_off(client, settings):
    settings.TOTP = False
    assert give_password(client, factories.user(Role.OFFICE)).url == "/desk/"


def test_whoever_has_an_authenticator_gives_password_and_code(client):
    person = factories.user(Role.OFFICE)
    secret = with_factor(person)
    assert give_password(client, person, next="/desk/figures/").url == "/desk/sign-in/code/"
    assert not inside(client)
    assert client.post("/desk/sign-in/code/", {"code": code_of(secret)}).url == "/desk/figures/"
    assert inside(client)


def test_a_code_is_taken_once(client):
    person = factories.user(Role.OFFICE)
    secret = with_factor(person)
    code = code_of(secret)
    give_password(client, person)
    client.post("/desk/sign-in/code/", {"code": code})
    second = Client()
    give_password(second, person)
    assert "已经用过" in second.post("/desk/sign-in/code/", {"code": code}).content.decode()
    assert not inside(second)
    earlier = code_of(secret, START - timedelta(seconds=30))
    assert "已经用过" in second.post("/desk/sign-in/code/", {"code": earlier}).content.decode()
    with clock.frozen(START + timedelta(seconds=30)):
        second.post("/desk/sign-in/code/", {"code": code_of(secret)})
        assert inside(second)


def test_the_code_that_binds_is_not_taken_at_the_next_login(client):
    person = factories.user(Role.OFFICE)
    secret, _codes = enrol(client, person)
    second = Client()
    give_password(second, person)
    second.post("/desk/sign-in/code/", {"code": code_of(secret)})
    assert not inside(second)


@pytest.mark.parametrize("typed", ["000000", "", "１２３４５６", "abc", "9" * 12])
def test_a_wrong_code_is_refused_with_a_sentence(client, typed):
    person = factories.user(Role.OFFICE)
    with_factor(person)
    give_password(client, person)
    answer = client.post("/desk/sign-in/code/", {"code": typed})
    assert answer.status_code == 200
    assert "notice kind-error" in answer.content.decode()
    assert not inside(client)


def test_without_the_second_factor_a_session_has_no_rights_anywhere():
    """Every address of the installation, read and written: as with no session at all."""
    person = factories.user(Role.OFFICE)
    with_factor(person)
    half, nobody = Client(raise_request_exception=False), Client(raise_request_exception=False)
    give_password(half, person)
    values = {kind: [1] for kind in ("int", "str", "slug")}
    paths = [
        path
        for each in addresses()
        if each.simple and "$" not in each.route
        for path in _filled(each, values)
    ]
    paths = [path for path in paths if path.startswith(("/desk/", "/api/")) and "logout" not in path]
    paths = [path for path in paths if not path.startswith("/desk/sign-in/")] + ["/desk/sign-in/devices/"]
    assert len(paths) > 50
    for method in ("get", "post"):
        found = {path: getattr(half, method)(path).status_code for path in paths}
        assert found == {path: getattr(nobody, method)(path).status_code for path in paths}
        assert 200 not in {code for path, code in found.items() if path.startswith("/desk/records/")}
    assert half.get("/desk/").url == "/desk/login/?next=/desk/"


def _filled(address, values):
    try:
        return list(address.filled(values))
    except KeyError:
        return []


def test_a_session_that_some_other_way_lacks_the_second_factor_is_nobodys(client):
    person = factories.user(Role.OFFICE)
    client.force_login(person)
    assert client.post("/desk/inbox/read/", {"all": "1"}).status_code == 302
    assert not inside(client)


def test_whoever_is_given_a_role_that_needs_a_factor_loses_the_session_that_has_none(client):
    person = factories.user()
    give_password(client, person)
    assert inside(client)
    person.role = Role.PUBLISHER
    person.save()
    assert not inside(client)


def test_the_steps_cannot_be_jumped_over_and_end_after_a_quarter_of_an_hour(client):
    person = factories.user(Role.OFFICE)
    secret = with_factor(person)
    for step in ("code", "recovery", "first-password", "enrol"):
        assert client.get(f"/desk/sign-in/{step}/").url == LOGIN
    give_password(client, person)
    assert client.get("/desk/sign-in/enrol/").url == "/desk/sign-in/code/"
    assert client.get("/desk/sign-in/first-password/").url == "/desk/sign-in/code/"
    with clock.frozen(START + timedelta(minutes=16)):
        assert client.post("/desk/sign-in/code/", {"code": code_of(secret)}).url == LOGIN
        assert not inside(client)


def test_a_password_changed_meanwhile_ends_the_way_to_the_desk(client):
    person = factories.user(Role.OFFICE)
    secret = with_factor(person)
    give_password(client, person)
    person.set_password("另外一个-很长的-密码-2")
    person.save()
    assert client.post("/desk/sign-in/code/", {"code": code_of(secret)}).url == LOGIN


def test_another_session_never_sees_the_key_that_one_began_to_bind(client):
    person = factories.user(Role.OFFICE)
    thief = Client()
    give_password(thief, person)
    known = shown_secret(thief)
    give_password(client, person)
    assert shown_secret(client) != known
    answer = thief.post("/desk/sign-in/enrol/", {"code": code_of(known)})
    assert "口令不对" in answer.content.decode()
    assert not factor.active(person)


def test_a_one_time_password_is_changed_first_and_the_session_key_changes_with_every_step(client):
    person = factories.user(must_change_password=True)
    client.get(LOGIN)
    assert give_password(client, person).url == "/desk/sign-in/first-password/"
    waiting = client.cookies[django_settings.SESSION_COOKIE_NAME].value
    assert not inside(client)
    same = {"new_password1": PASSWORD, "new_password2": PASSWORD}
    assert "最近用过" in client.post("/desk/sign-in/first-password/", same).content.decode()
    new = {"new_password1": "春天里的第一只燕子", "new_password2": "春天里的第一只燕子"}
    assert "密码太短" in client.post("/desk/sign-in/first-password/", new).content.decode()
    new = {"new_password1": "春天里的第一只燕子飞来了", "new_password2": "春天里的第一只燕子飞来了"}
    assert client.post("/desk/sign-in/first-password/", new).url == "/desk/"
    assert inside(client)
    assert client.cookies[django_settings.SESSION_COOKIE_NAME].value != waiting
    person.refresh_from_db()
    assert not person.must_change_password


def test_a_one_time_password_is_good_for_three_days(client):
    person = factories.user(must_change_password=True, password_until=START + timedelta(days=3))
    with clock.frozen(START + timedelta(days=3, seconds=1)):
        page = give_password(client, person)
        assert page.status_code == 200 and "已经过期" in page.content.decode() and not inside(client)
    assert give_password(client, person).url == "/desk/sign-in/first-password/"
    new = {"new_password1": "春天里的第一只燕子飞来了", "new_password2": "春天里的第一只燕子飞来了"}
    client.post("/desk/sign-in/first-password/", new)
    person.refresh_from_db()
    assert person.password_until is None


def test_a_publisher_with_a_one_time_password_takes_all_steps_in_order(client):
    person = factories.user(Role.PUBLISHER, must_change_password=True)
    give_password(client, person)
    new = {"new_password1": "春天里的第一只燕子飞来了", "new_password2": "春天里的第一只燕子飞来了"}
    assert client.post("/desk/sign-in/first-password/", new).url == "/desk/sign-in/enrol/"
    client.post("/desk/sign-in/enrol/", {"code": code_of(shown_secret(client))})
    assert inside(client)


@pytest.mark.parametrize(
    "to", ["https://elsewhere.example/", "//elsewhere.example", "javascript:alert(1)", "/\\elsewhere.example"]
)
def test_the_login_leads_nowhere_else(client, to):
    assert give_password(client, factories.user(), next=to).url == "/desk/"


def test_a_person_without_a_role_is_told_so_after_the_right_password_alone(client):
    person = factories.user(Role.NONE)
    assert "没有工作台的岗位" in give_password(client, person).content.decode()
    wrong = give_password(client, person, password="不对的密码").content.decode()
    assert "没有工作台的岗位" not in wrong and "用户名或者密码不对" in wrong


def test_the_login_page_is_chinese_and_says_what_is_missing(client):
    page = client.post(LOGIN, {"username": "", "password": ""}).content.decode()
    assert "请填写“用户名”。" in page and "请填写“密码”。" in page
    assert "Password" not in page and "Sign in" not in page
    wrong = client.post(LOGIN, {"username": "wang", "password": "x"}).content.decode()
    assert "用户名或者密码不对，请重新输入" in wrong


def test_who_comes_in_is_told_of_the_time_before(client):
    person = factories.user()
    give_password(client, person)
    with clock.frozen(START + timedelta(hours=9)):
        again = Client()
        give_password(again, person)
        said = [str(each) for each in again.get("/desk/sign-in/devices/").context["messages"]]
    assert any("上次登录" in each and "127.0.0.0/24" in each for each in said)


# --- recovery --------------------------------------------------------------------------------------------------------


def test_ten_recovery_codes_are_shown_once_and_each_works_once(client):
    person = factories.user(Role.OFFICE)
    _secret, codes = enrol(client, person)
    assert len(set(codes)) == 10
    kept = " ".join(RecoveryCode.objects.values_list("digest", flat=True))
    assert not any(code in kept or code.replace("-", "") in kept for code in codes)
    for code, good in (
        (codes[0].upper().replace("-", " "), True),
        (codes[0], False),
        ("aaaa-bbbb-cccc-dddd", False),
    ):
        other = Client()
        give_password(other, person)
        other.post("/desk/sign-in/recovery/", {"code": code})
        assert inside(other) is good, code
    assert factor.recovery_left(person) == 9


def test_recovery_codes_are_saved_as_a_text_without_a_script(client):
    person = factories.user(Role.OFFICE)
    give_password(client, person)
    page = client.post("/desk/sign-in/enrol/", {"code": code_of(shown_secret(client))}).content.decode()
    assert 'href="data:text/plain;charset=utf-8,' in page and 'download="恢复码.txt"' in page


def test_one_persons_recovery_code_is_nothing_to_another(client):
    _secret, codes = enrol(client, factories.user(Role.OFFICE))
    other, second = factories.user(Role.OFFICE), Client()
    with_factor(other)
    give_password(second, other)
    second.post("/desk/sign-in/recovery/", {"code": codes[0]})
    assert not inside(second)


def test_new_recovery_codes_are_given_after_asking_once_more_and_the_old_ones_end(client):
    person = factories.user(Role.OFFICE)
    secret, codes = enrol(client, person)
    with clock.frozen(START + timedelta(minutes=11)):
        assert client.get("/desk/sign-in/codes/").url.startswith("/desk/sign-in/confirm/?next=")
        assert client.post("/desk/sign-in/codes/").url.startswith("/desk/sign-in/confirm/")
        late = {"HTTP_REFERER": "http://testserver/desk/sign-in/devices/?page=2"}
        assert client.post("/desk/sign-in/codes/", **late).url.endswith("next=%2Fdesk%2Fsign-in%2Fdevices%2F")
        away = {"HTTP_REFERER": "https://evil.example/desk/looks/"}
        assert client.post("/desk/sign-in/codes/", **away).url.endswith("next=%2Fdesk%2F")
        asked = {"code": code_of(secret), "next": "/desk/sign-in/codes/"}
        assert client.post("/desk/sign-in/confirm/", asked).url == "/desk/sign-in/codes/"
        assert "恢复码" in client.post("/desk/sign-in/codes/").content.decode()
    assert not factor.accept_recovery(person, codes[0])
    assert factor.recovery_left(person) == 10


def test_the_security_administrator_resets_anothers_factor_and_nobody_else_does():
    person, security = factories.user(Role.OFFICE), factories.user(Role.SECURITY)
    with_factor(person)
    for role in Role:
        if role != Role.SECURITY:
            with pytest.raises(actions.PermissionDenied):
                actions.reset_factor(user=person, by=factories.user(role))
    with pytest.raises(actions.PermissionDenied):
        actions.reset_factor(user=security, by=security)
    assert factor.active(person)
    actions.reset_factor(user=person, by=security)
    assert not SecondFactor.objects.filter(user=person).exists()
    assert AuditEntry.objects.filter(action="orgs.factor_reset", subject=f"orgs.User:{person.pk}").exists()


def test_a_reset_is_asked_for_once_more_on_its_page_and_ends_the_persons_sessions(client):
    person, security = factories.user(Role.OFFICE), factories.user(Role.SECURITY)
    theirs = Client()
    enrol(theirs, person)
    enrol(client, security)
    with clock.frozen(START + timedelta(minutes=11)):
        page = f"/desk/sign-in/reset/{person.pk}/"
        assert client.post(page).url.startswith("/desk/sign-in/confirm/")
        assert factor.active(person)
        client.post("/desk/sign-in/confirm/", {"password": PASSWORD})
        assert client.post(page).url == "/desk/sign-in/locked/"
        assert not factor.active(person)
        assert not inside(theirs)


def test_a_clerk_may_give_up_the_factor_and_a_publisher_may_not():
    clerk, publisher = factories.user(), factories.user(Role.PUBLISHER)
    for person in (clerk, publisher):
        with_factor(person)
    actions.drop_factor(by=clerk)
    assert not factor.active(clerk)
    with pytest.raises(actions.Refused, match="须用动态口令"):
        actions.drop_factor(by=publisher)


def test_a_new_phone_takes_the_place_of_the_old_one_only_when_its_code_is_given(client):
    person = factories.user(Role.OFFICE)
    old, _codes = enrol(client, person)
    new = shown_secret(client)
    with clock.frozen(START + timedelta(minutes=1)):
        assert factor.accept(person, code_of(old))
    with clock.frozen(START + timedelta(minutes=2)):
        client.post("/desk/sign-in/enrol/", {"code": code_of(new)})
        assert inside(client)
    with clock.frozen(START + timedelta(minutes=3)):
        assert not factor.accept(person, code_of(old))
        assert factor.accept(person, code_of(new))


def test_a_lost_secret_key_is_said_in_words(client, settings):
    person = factories.user(Role.OFFICE)
    secret = with_factor(person)
    settings.SECRET_KEY = "another-" * 10
    give_password(client, person)
    answer = client.post("/desk/sign-in/code/", {"code": code_of(secret)})
    assert "不能解开" in answer.content.decode()


def test_no_code_or_key_is_written_to_the_log(client, caplog):
    person = factories.user(Role.OFFICE)
    secret = with_factor(person)
    give_password(client, person, password="错-的-密码-明文")
    give_password(client, person)
    client.post("/desk/sign-in/code/", {"code": "135790"})
    assert person.username not in caplog.text
    assert "135790" not in caplog.text and "错-的-密码-明文" not in caplog.text and secret not in caplog.text
    from axes.models import AccessAttempt

    kept = " ".join(each.post_data for each in AccessAttempt.objects.all())
    assert kept and "135790" not in kept and "错-的-密码-明文" not in kept


def test_the_code_of_the_moment_can_be_asked_for_a_key_that_waits(client):
    person = factories.user(Role.OFFICE)
    with pytest.raises(LookupError):
        factor.current_code(person)
    give_password(client, person)
    secret = shown_secret(client)
    assert factor.current_code(person) == pyotp.TOTP(secret).at(START)
