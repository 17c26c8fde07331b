"""Accounts: opened by one, given a role by another, read by a third; ended on a day, and the work handed over."""

import re
from datetime import timedelta

import pytest
from click.testing import CliRunner
from django.core.exceptions import PermissionDenied
from django.test import Client
from openpyxl import load_workbook

from gongkai.kernel import audit, clock
from gongkai.kernel.models import AuditEntry, Event
from gongkai.orgs.accounts import actions, handing_over, queries
from gongkai.orgs.accounts.refused import Refused
from gongkai.orgs.models import Role, SignIn, User
from gongkai.policies import actions as policy_actions
from gongkai.policies.models import HandIn, Policy, Schedule
from gongkai.project import wiring
from gongkai.project.cli import cli
from gongkai.subscriptions.actions import mark_read, tell
from gongkai.subscriptions.handlers import sign_in_changed
from gongkai.subscriptions.models import Notice
from gongkai.subscriptions.queries import inbox
from tests import factories
from tests.orgs.people import housing
from tests.orgs.signing_in import give_password, inside

pytestmark = pytest.mark.django_db
ACCOUNTS = "/desk/accounts/"


@pytest.fixture
def system():
    return factories.user(Role.SYSTEM)


@pytest.fixture
def security():
    return factories.user(Role.SECURITY)


@pytest.fixture
def auditor():
    return factories.user(Role.AUDITOR)


def opened(by, username="zhang", unit=None):
    return actions.open_account(username=username, name="张三", unit=unit or factories.unit(), by=by)


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


def said(client, page):
    return client.get(page["Location"]).content.decode()


def last_action():
    return AuditEntry.objects.order_by("-seq").first().action


# --- three people ----------------------------------------------------------------------------------------------------


def test_an_account_is_opened_without_a_role_and_with_a_password_that_must_be_changed(system):
    account, password = opened(system)
    assert (account.role, account.is_staff, account.opened_by) == (Role.NONE, False, system)
    assert account.must_change_password and account.check_password(password)
    assert re.fullmatch(r"([2-9a-z]{4}-){3}[2-9a-z]{4}", password)
    entry = AuditEntry.objects.order_by("-seq").first()
    assert (entry.action, entry.actor, entry.subject) == (
        "orgs.account_opened", system.reference, f"orgs.User:{account.pk}",
    )  # fmt: skip


@pytest.mark.parametrize("username", ["", "有 空格", "a/b", "x" * 151])
def test_a_user_name_that_cannot_be_used_is_refused_in_words(system, username):
    with pytest.raises(Refused, match="用户名"):
        opened(system, username)


def test_a_user_name_is_given_once(system):
    opened(system)
    with pytest.raises(Refused, match="已被使用"):
        opened(system)


def test_a_role_is_given_by_the_security_administrator_and_ends_the_sessions_under_the_old_one(
    system, security
):
    account, _password = opened(system)
    row = SignIn.objects.create(user=account, started_at=clock.now(), last_seen_at=clock.now())
    given = actions.give_role(account=account, role=Role.PUBLISHER, by=security)
    assert (given.role, given.is_staff, last_action()) == (Role.PUBLISHER, True, "orgs.role_given")
    row.refresh_from_db()
    assert row.why == SignIn.Why.ROLE
    given = actions.give_role(account=account, role=Role.NONE, by=security)
    assert (given.role, given.is_staff) == (Role.NONE, False)


def test_nobody_gives_oneself_a_role_or_one_to_an_account_opened_by_oneself(system, security):
    with pytest.raises(PermissionDenied):
        actions.give_role(account=security, role=Role.OFFICE, by=security)
    account, _password = opened(system)
    factories.user(Role.SYSTEM)
    # The same person, who has changed over from the system administrator's work to security.
    User.objects.filter(pk=system.pk).update(role=Role.SECURITY)
    system.refresh_from_db()
    with pytest.raises(PermissionDenied):
        actions.give_role(account=account, role=Role.CLERK, by=system)
    assert actions.give_role(account=account, role=Role.CLERK, by=security).role == Role.CLERK


def test_role_and_unit_must_fit(system, security):
    without, _password = actions.open_account(username="li", name="李四", unit=None, by=system)
    with pytest.raises(Refused, match="必须属于一个单位"):
        actions.give_role(account=without, role=Role.CLERK, by=security)
    with pytest.raises(Refused, match="管理员不经办"):
        actions.give_role(account=opened(system)[0], role=Role.AUDITOR, by=security)
    assert actions.give_role(account=without, role=Role.AUDITOR, by=security).role == Role.AUDITOR


def test_the_last_administrator_of_a_kind_stays(system, security, auditor):
    with pytest.raises(Refused, match="唯一一名审计管理员"):
        actions.give_role(account=auditor, role=Role.NONE, by=security)
    with pytest.raises(Refused, match="唯一一名安全管理员"):
        actions.set_last_day(account=security, last_day=clock.today(), by=system)
    with pytest.raises(Refused, match="唯一一名审计管理员"):
        actions.change_account(account=auditor, name="x", unit=factories.unit(), by=system)
    # One who goes himself at the end of the month does not count.
    leaving = factories.user(Role.AUDITOR, ends_on=clock.today() + timedelta(days=9))
    with pytest.raises(Refused):
        actions.give_role(account=auditor, role=Role.NONE, by=security)
    actions.set_last_day(account=leaving, last_day=None, by=system)
    assert actions.give_role(account=auditor, role=Role.NONE, by=security).role == Role.NONE


def test_another_unit_takes_the_role_away(system):
    clerk = factories.user()
    moved = actions.change_account(account=clerk, name="王五", unit=housing(), by=system)
    assert (moved.role, moved.unit, moved.name) == (Role.NONE, housing(), "王五")
    publisher = factories.publisher()
    assert (
        actions.change_account(account=publisher, name="新名", unit=publisher.unit, by=system).role
        == Role.PUBLISHER
    )


# --- the end of an account -------------------------------------------------------------------------------------------


def test_past_its_last_day_an_account_opens_nothing_and_its_session_ends(system, settings):
    clerk = factories.user()
    client = signed_in(clerk)
    assert client.get("/desk/inbox/").status_code == 200
    actions.set_last_day(account=clerk, last_day=clock.today(), by=system)
    assert client.get("/desk/inbox/").status_code == 200, "the last day is one of use"
    with clock.frozen(clock.now() + timedelta(days=1)):
        # No periodic job has run: the request itself asks the day.
        assert client.get("/desk/inbox/").status_code == 302
        stranger = Client()
        give_password(stranger, clerk)
        assert not inside(stranger)


def test_an_account_ends_at_once_with_its_sessions(system):
    clerk = factories.user()
    client = signed_in(clerk)
    client.get("/desk/inbox/")
    actions.set_last_day(account=clerk, last_day=clock.today() - timedelta(days=1), by=system)
    assert client.get("/desk/inbox/").status_code == 302
    assert set(SignIn.objects.filter(user=clerk).values_list("why", flat=True)) == {SignIn.Why.ACCOUNT}
    assert not queries.open_accounts().filter(pk=clerk.pk).exists()


def test_the_job_closes_what_has_ended_once(system):
    clerk = factories.user(ends_on=clock.today() - timedelta(days=1))
    factories.user(ends_on=clock.today())
    assert [actions.close_ended(), actions.close_ended()] == [1, 0]
    clerk.refresh_from_db()
    assert not clerk.is_active and last_action() == "orgs.account_ended"


def test_an_account_comes_back_without_its_role(system, security):
    office = factories.user(Role.OFFICE)
    actions.set_last_day(account=office, last_day=clock.today() - timedelta(days=1), by=system)
    with pytest.raises(Refused, match="已经停用"):
        actions.give_role(account=office, role=Role.OFFICE, by=security)
    with pytest.raises(Refused, match="已经停用"):
        actions.give_one_time_password(account=office, by=system)
    back = actions.set_last_day(account=office, last_day=None, by=system)
    assert (back.role, back.is_active, back.is_staff) == (Role.NONE, True, False)


def test_nobody_ends_the_own_account_or_one_in_the_past(system):
    factories.user(Role.SYSTEM)
    with pytest.raises(PermissionDenied):
        actions.set_last_day(account=system, last_day=clock.today(), by=system)
    with pytest.raises(Refused, match="不能早于昨天"):
        actions.set_last_day(account=factories.user(), last_day=clock.today() - timedelta(days=2), by=system)


def test_a_new_one_time_password_ends_the_old_one(system):
    clerk = factories.user()
    moment = clock.now()
    with clock.frozen(moment):
        password = actions.give_one_time_password(account=clerk, by=system)
    clerk.refresh_from_db()
    assert clerk.check_password(password) and clerk.must_change_password
    assert clerk.password_until == moment + timedelta(days=3)
    with pytest.raises(PermissionDenied):
        actions.give_one_time_password(account=system, by=system)


def test_of_a_one_time_password_the_owner_and_the_security_administrator_are_told(system, security):
    clerk = factories.user()
    actions.give_one_time_password(account=clerk, by=system)
    sign_in_changed(Event.objects.get(kind="sign_in.changed"))
    told = {notice.subscriber.user: notice for notice in Notice.objects.all()}
    assert set(told) == {clerk, security}
    assert "一次性密码" in told[clerk].title and "核实" in told[security].text


# --- handing over ----------------------------------------------------------------------------------------------------


def told(user, key):
    tell(users=[user], category="task", title="请办", text="", path="/", key=key, actor="system:test")


@pytest.fixture
def handed(originals_folder):
    """A leaver with a draft handed in, an hour set, and three notices of which one is read."""
    leaver, successor = factories.publisher(), factories.publisher()
    first, second = factories.policy(), factories.policy()
    Policy.objects.update(live=False, withdrawn_on=None)
    for policy in (first, second):
        policy.refresh_from_db()
        policy.save_revision(clean=False)
    policy_actions.hand_in(policy=first, by=leaver)
    policy_actions.schedule(policy=second, by=leaver, at=clock.now() + timedelta(days=1))
    told(leaver, "a"), told(leaver, "b"), told(successor, "b"), told(leaver, "c")
    mark_read(by=leaver, notices=inbox(leaver).filter(key="c").values_list("pk", flat=True))
    return leaver, successor


def test_open_work_goes_over_and_history_stays(system, handed):
    leaver, successor = handed
    gone = dict(actions.hand_over(leaver=leaver, successor=successor, by=system))
    assert gone == {"送审中的文件": 1, "定时发布": 1, "收件箱中未读的通知": 2}
    assert HandIn.objects.get().by == successor and Schedule.objects.get().by == successor
    mine, left = (
        {key for key in inbox(each).values_list("key", flat=True) if len(key) == 1} for each in handed
    )
    assert (left, mine) == ({"a", "b"}, {"b", "c"}), "what both were told is told once"
    assert last_action() == "orgs.work_handed_over"
    left = {work.label: work.count for work in handing_over.work_of(leaver)}
    assert left["已读的通知"] == 1 and left["定时发布"] == 0


def test_an_hour_goes_over_to_a_publisher_only_and_then_nothing_has_moved(system, handed):
    leaver, _successor = handed
    clerk = factories.user()
    with pytest.raises(Refused, match="接手人的岗位不能办理"):
        actions.hand_over(leaver=leaver, successor=clerk, by=system)
    assert HandIn.objects.get().by == leaver and not inbox(clerk).exists()


def test_work_stays_within_the_unit_and_with_an_open_account(system):
    leaver = factories.user()
    ended = factories.user(ends_on=clock.today() - timedelta(days=1))
    without = factories.user(Role.NONE, of=factories.unit())
    for wrong in (leaver, ended, without, factories.user(of=housing()), factories.user(Role.OFFICE)):
        with pytest.raises(Refused, match="同一单位"):
            actions.hand_over(leaver=leaver, successor=wrong, by=system)
    office, second = factories.user(Role.OFFICE), factories.user(Role.OFFICE)
    assert actions.hand_over(leaver=office, successor=second, by=system) == []


def test_all_that_names_a_person_is_known_to_the_list_of_work():
    assert handing_over.sources() == tuple(wiring.HANDING_OVER)


# --- commands --------------------------------------------------------------------------------------------------------


def test_the_first_three_are_made_once():
    made = actions.set_up_administrators(actor="system:command")
    assert [account.role for account, _p in made] == [Role.SYSTEM, Role.SECURITY, Role.AUDITOR]
    assert all(
        account.must_change_password and account.check_password(password) for account, password in made
    )
    assert len({password for _a, password in made}) == 3
    with pytest.raises(Refused, match="已经有管理员账号"):
        actions.set_up_administrators(actor="system:command")


def test_a_user_name_in_use_stands_against_the_first_three_and_none_is_made():
    factories.user(Role.OFFICE)
    User.objects.create_user("auditor", password="x")
    with pytest.raises(Refused, match="auditor"):
        actions.set_up_administrators(actor="system:command")
    assert not User.objects.filter(role=Role.SYSTEM).exists()


def test_the_command_prints_three_passwords_once_and_the_list_none():
    done = CliRunner().invoke(cli, ["accounts", "first"])
    assert done.exit_code == 0, done.output
    rows = [line.split("\t") for line in done.output.splitlines()[1:]]
    assert [row[0] for row in rows] == ["system", "security", "auditor"]
    for username, _name, password in rows:
        assert User.objects.get(username=username).check_password(password)
    assert CliRunner().invoke(cli, ["accounts", "first"]).exit_code == 1
    listed = CliRunner().invoke(cli, ["accounts", "list"]).output
    assert "auditor" in listed and not any(row[2] in listed for row in rows)


# --- pages -----------------------------------------------------------------------------------------------------------


def test_a_password_is_shown_once_and_stands_nowhere_else(system):
    client = signed_in(system)
    page = client.post(f"{ACCOUNTS}new/", {"username": "neu", "name": "新人", "unit": factories.unit().pk})
    password = re.search(r"<code>(.+?)</code>", page.content.decode())[1]
    account = User.objects.get(username="neu")
    assert account.check_password(password)
    assert "no-store" in page["Cache-Control"]
    assert password not in client.get(f"{ACCOUNTS}{account.pk}/").content.decode()


def test_a_name_in_use_is_said_at_the_form(system):
    client = signed_in(system)
    page = client.post(f"{ACCOUNTS}new/", {"username": system.username, "name": "新人"})
    assert "已被使用" in page.content.decode() and page.status_code == 200


def test_each_administrator_finds_on_the_page_what_is_theirs_to_do(system, security, auditor):
    clerk = factories.user(name="王五")
    verbs = {"change", "last-day", "password", "hand-over", "role"}
    offered = {}
    for by in (system, security, auditor):
        text = signed_in(by).get(f"{ACCOUNTS}{clerk.pk}/").content.decode()
        assert "王五" in text
        offered[by.role] = {verb for verb in verbs if f"/{verb}/" in text}
    # Nobody else of the unit is there to take over.
    assert offered == {"system": verbs - {"role", "hand-over"}, "security": {"role"}, "auditor": set()}


def test_the_pages_do_it(system, security):
    clerk, second = factories.user(), factories.user()
    one, page = signed_in(system), f"{ACCOUNTS}{clerk.pk}/"
    assert "已保存" in said(one, one.post(f"{page}change/", {"name": "新名", "unit": clerk.unit_id}))
    assert "没有需要移交" in said(one, one.post(f"{page}hand-over/", {"successor": second.pk}))
    assert "一次性密码" in one.post(f"{page}password/").content.decode()
    two = signed_in(security)
    assert "审核人" in said(two, two.post(f"{page}role/", {"role": "reviewer"}))
    assert "填写有误" in said(two, two.post(f"{page}role/", {"role": "emperor"}))
    assert two.post(f"{page}password/").status_code in {302, 403}
    assert one.post(f"{page}role/", {"role": "office"}).status_code in {302, 403}
    assert "已保存" in said(one, one.post(f"{page}last-day/", {"last_day": "", "at_once": "1"}))
    clerk.refresh_from_db()
    assert (clerk.role, clerk.name, clerk.is_active) == (Role.REVIEWER, "新名", False)
    assert one.post(f"{page}no-such/").status_code == 404


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", 4),
        ("?q=王五", 1),
        ("?role=clerk", 1),
        ("?unit=minzheng", 1),
        ("?state=ended", 1),
        ("?state=open", 3),
        ("?role=emperor", 4),
    ],
)
def test_the_list_is_narrowed(system, security, query, found):
    factories.user(name="王五")
    factories.user(Role.OFFICE, ends_on=clock.today() - timedelta(days=1))
    page = signed_in(system).get(f"{ACCOUNTS}{query}").content.decode()
    assert len(re.findall(r'href="/desk/accounts/\d+/"', page)) == found


# --- the audit chain -------------------------------------------------------------------------------------------------


@pytest.fixture
def chain(system, security):
    account, _password = opened(system)
    actions.give_role(account=account, role=Role.CLERK, by=security)
    return account


def rows(page):
    return page.content.decode().count("<tr><td>")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", 2), ("?action=orgs.role_given", 1), ("?action=nothing", 0), ("?subject=orgs.User", 2), ("?subject=orgs.Use", 0),
        ("?since=2000-01-01", 2), ("?until=2000-01-01", 0), ("?since=gestern", 0), ("?actor=user:0", 0), ("?page=99", 2),
    ],
)  # fmt: skip
def test_the_auditor_narrows_the_chain(auditor, chain, query, found):
    assert rows(signed_in(auditor).get(f"{ACCOUNTS}audit/{query}")) == found


def test_the_chain_is_read_by_name_and_says_in_words_that_it_is_whole(auditor, chain, security):
    User.objects.filter(pk=security.pk).update(name="赵安全")
    page = signed_in(auditor).get(f"{ACCOUNTS}audit/", {"actor": "赵安全"})
    assert rows(page) == 1
    text = page.content.decode()
    assert "分配岗位" in text and "张三" in text and "审计链完好：共 2 条" in text


def test_a_chain_that_was_changed_is_told_so(auditor, chain):
    AuditEntry.objects.filter(seq=2).update(action="orgs.nothing")
    assert "审计链不完整" in signed_in(auditor).get(f"{ACCOUNTS}audit/").content.decode()


def test_what_is_shown_goes_along_as_a_sheet(auditor, chain, tmp_path):
    answer = signed_in(auditor).get(f"{ACCOUNTS}audit.xlsx", {"action": "orgs.role_given"})
    (tmp_path / "a.xlsx").write_bytes(answer.content)
    lines = list(load_workbook(tmp_path / "a.xlsx").active.values)
    assert len(lines) == 2
    assert lines[1][0] == 2 and lines[1][3] == "分配岗位" and lines[1][4] == "张三"
    assert audit.verify().ok


def test_a_long_chain_goes_along_whole(auditor, tmp_path, monkeypatch):
    from gongkai.orgs.accounts.views import audit as audit_views

    monkeypatch.setattr(audit_views, "_AT_ONCE", 2)
    for n in range(5):
        actions.open_account(username=f"u{n}", name="甲", unit=None, by=factories.user(Role.SYSTEM))
    answer = signed_in(auditor).get(f"{ACCOUNTS}audit.xlsx")
    (tmp_path / "a.xlsx").write_bytes(answer.content)
    numbers = [line[0] for line in load_workbook(tmp_path / "a.xlsx").active.values][1:]
    assert numbers == [5, 4, 3, 2, 1]
