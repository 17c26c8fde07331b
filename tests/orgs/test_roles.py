"""The matrix of roles (role_matrix.yaml) holds for predicates, for querysets and for the verbs themselves."""

from datetime import date, timedelta
from pathlib import Path

import pytest
import yaml
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from gongkai.guides import actions as guide_actions
from gongkai.guides import permissions as guide_permissions
from gongkai.guides import queries as guide_queries
from gongkai.guides.models import Service
from gongkai.kernel import clock
from gongkai.law.figures import unchecked
from gongkai.orgs import actions as org_actions
from gongkai.orgs import permissions as org_permissions
from gongkai.orgs.accounts import actions as accounts
from gongkai.orgs.accounts import queries as account_queries
from gongkai.orgs.models import Role, User
from gongkai.policies import actions, permissions, queries, topics
from gongkai.policies.actions import topics as topic_actions
from gongkai.policies.models import Policy, Topic
from gongkai.subscriptions import permissions as letter_permissions
from tests import factories
from tests.orgs.people import housing, person

pytestmark = pytest.mark.django_db
MATRIX = yaml.safe_load(Path(__file__).with_name("role_matrix.yaml").read_text(encoding="utf-8"))
PEOPLE = MATRIX["people"]
RECORDS = [(what, who) for what in MATRIX["records"] for who in PEOPLE]
NO_UNIT = [(what, who) for what in MATRIX["records of no unit"] for who in PEOPLE]
GENERAL = [(what, who) for what in MATRIX["general"] for who in PEOPLE]


@pytest.fixture(autouse=True)
def _folder(originals_folder):
    """Originals of this test alone."""


def service():
    made, _guide = Service.objects.get_or_create(
        code="SLQ-1", defaults={"name": "示例事项", "unit": factories.unit()}
    )
    return made


def topic():
    return Topic.objects.get_or_create(slug="one", defaults={"name": "一", "unit": factories.unit()})[0]


def test_the_matrix_names_every_role_and_no_other():
    roles = {words.split()[0] for words in PEOPLE} - {"stranger"}
    assert roles == set(Role.values) == set(org_permissions.ROLE_PERMISSIONS)
    named = {
        who
        for rows in (MATRIX[part] for part in ("records", "records of no unit", "general"))
        for row in rows.values()
        for who in row
    }
    assert named <= set(PEOPLE)


# --- predicates and querysets ----------------------------------------------------------------------------------------

PREDICATES = {
    "read draft": permissions.may_read_draft,
    "change draft": permissions.may_change,
    "review draft": permissions.may_review,
    "publish": permissions.may_publish,
    "change topic": lambda user, _policy: topics.may_change(user, topic()),
    "change service": lambda user, _policy: guide_permissions.may_change(user, service()),
}
QUERYSETS = {
    "read draft": queries.draft_readable_by,
    "change draft": queries.changeable_by,
    "change topic": lambda user: topic() and topics.changeable_by(user),
    "change service": lambda user: service() and guide_queries.changeable_by(user),
}


@pytest.mark.parametrize(("what", "who"), [row for row in RECORDS if row[0] in PREDICATES])
def test_predicates_say_what_the_matrix_says(what, who):
    assert PREDICATES[what](person(who), factories.policy()) is (who in MATRIX["records"][what])


@pytest.mark.parametrize(("what", "who"), [row for row in RECORDS if row[0] in QUERYSETS])
def test_querysets_pick_what_the_matrix_says(what, who):
    if what in {"read draft", "change draft"}:
        factories.policy()
    assert QUERYSETS[what](person(who)).exists() is (who in MATRIX["records"][what])


@pytest.mark.parametrize(("what", "who"), NO_UNIT)
def test_a_record_of_no_unit_is_the_offices(what, who):
    policy = factories.policy()
    Policy.objects.update(unit=None)
    policy.refresh_from_db()
    user, allowed = person(who), who in MATRIX["records of no unit"][what]
    assert PREDICATES[what](user, policy) is allowed
    if what in QUERYSETS:
        assert QUERYSETS[what](user).exists() is allowed


def test_whose_account_has_ended_may_nothing():
    policy = factories.policy()
    for who in PEOPLE[2:]:
        user = person(who)
        user.ends_on = clock.today() - timedelta(days=1)
        assert not org_permissions.may_use_desk(user)
        assert not org_permissions.RoleBackend().get_all_permissions(user)
        assert not any(may(user, policy) for may in PREDICATES.values()), who
        user.ends_on = clock.today()
        assert org_permissions.may_use_desk(user), "the last day is one of use"


# --- the verbs -------------------------------------------------------------------------------------------------------


def _relation(policy):
    old = factories.policy()
    return actions.relate(source=policy, kind="implements", target=old, by="system:test")


def _question(policy):
    """Another unit says that this text has ended."""
    new = factories.policy()
    Policy.objects.filter(pk=new.pk).update(unit=housing())
    new.refresh_from_db()
    return actions.relate(source=new, kind="repeals", target=policy, by=factories.user(of=housing()))


def _draft(policy):
    policy.title += "（修改）"
    return policy


def _publish(policy, by):
    revision = policy.save_revision(clean=False)
    return actions.publish(policy=policy, by=by, revision=revision)


VERBS = {
    "change draft": lambda policy, by: actions.save_draft(policy=_draft(policy), by=by),
    "publish": _publish,
    "withdraw": lambda policy, by: actions.withdraw(policy=policy, by=by, reason="有误"),
    "take down": lambda policy, by: actions.take_down(policy=policy, by=by, reason="有误"),
    "pull back": lambda policy, by: actions.pull_back(policy=policy, by=by, reason="有误"),
    "decide relation": lambda policy, by: actions.refuse(relation=_relation(policy), by=by),
    "answer what ends it": lambda policy, by: actions.answer(
        relation=_question(policy), by=by, accepted=True
    ),
    "link service": lambda policy, by: actions.link_service(policy=policy, path="", service=service(), by=by),
    "change topic": lambda policy, by: topic_actions.exclude(topic=topic(), policy=policy, by=by),
    "change service": lambda policy, by: guide_actions.keep(
        values={"code": service().code, "name": "改名"}, by=by
    ),
}


@pytest.mark.parametrize(
    ("what", "who"), [row for row in RECORDS if row[0] in VERBS and row[1] != "stranger"]
)
def test_verbs_let_those_do_it_whom_the_matrix_names_and_nobody_else(what, who):
    policy, by = factories.policy(), person(who)
    if who in MATRIX["records"][what]:
        VERBS[what](policy, by)
    else:
        with pytest.raises(PermissionDenied):
            VERBS[what](policy, by)


def _account():
    return User.objects.filter(username="somebody").first() or User.objects.create_user(
        "somebody", password="x", unit=factories.unit()
    )


def _open(by):
    accounts.open_account(username="neu", name="新人", unit=None, by=by)


def _hand_over(by):
    accounts.hand_over(leaver=_account(), successor=factories.user(), by=by)


GENERAL_VERBS = {
    "confirm figure": lambda by: org_actions.confirm_figure(
        figure=next(iter(unchecked())), note="对照原文", by=by
    ),
    "open account": _open,
    "end account": lambda by: accounts.set_last_day(account=_account(), last_day=clock.today(), by=by),
    "hand over work": _hand_over,
    "give one-time password": lambda by: accounts.give_one_time_password(account=_account(), by=by),
    "give role": lambda by: accounts.give_role(account=_account(), role=Role.CLERK, by=by),
}
GENERAL_PREDICATES = {
    "use desk": org_permissions.may_use_desk,
    "settle letters": letter_permissions.may_settle,
    "read accounts": org_permissions.reads_accounts,
    "read audit": org_permissions.reads_audit,
}
GENERAL_QUERYSETS = {
    "read accounts": account_queries.accounts,
    "read audit": account_queries.audit_entries,
}


@pytest.mark.parametrize(("what", "who"), GENERAL)
def test_what_is_not_about_one_record_is_for_those_whom_the_matrix_names(what, who):
    by, allowed = person(who), who in MATRIX["general"][what]
    if what in GENERAL_VERBS and who != "stranger":
        if allowed:
            GENERAL_VERBS[what](by)
        else:
            with pytest.raises(PermissionDenied):
                GENERAL_VERBS[what](by)
    if what in GENERAL_PREDICATES:
        assert GENERAL_PREDICATES[what](by) is allowed
    if what in GENERAL_QUERYSETS:
        factories.policy()  # leaves an entry in the chain
        _account()
        assert GENERAL_QUERYSETS[what](by).exists() is allowed


def test_every_line_of_the_matrix_is_tried():
    assert set(MATRIX["records"]) == set(PREDICATES) | set(VERBS) | set(QUERYSETS)
    assert set(MATRIX["general"]) == set(GENERAL_VERBS) | set(GENERAL_PREDICATES)


# --- what no account may be ------------------------------------------------------------------------------------------


def test_nobody_may_do_everything():
    with pytest.raises(PermissionDenied, match="没有超级用户"):
        User.objects.create_superuser("root", password="x")
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create_user("root", password="x", is_superuser=True)
    user = factories.user()
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.filter(pk=user.pk).update(is_superuser=True)


@pytest.mark.parametrize("role", [Role.CLERK, Role.REVIEWER, Role.PUBLISHER])
def test_people_of_a_unit_belong_to_one(role):
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create_user("x", password="x", role=role)


@pytest.mark.parametrize("role", [Role.SYSTEM, Role.SECURITY, Role.AUDITOR])
def test_administrators_do_no_units_work(role):
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create_user("x", password="x", role=role, unit=factories.unit())


def test_an_account_has_ended_from_the_day_after_its_last():
    user = User(ends_on=date(2026, 3, 31))
    assert [user.has_ended(date(2026, 3, 31)), user.has_ended(date(2026, 4, 1))] == [False, True]
    assert not User().has_ended()
