"""The log of looks: append-only, sealed, read by the auditor alone; and how long all logs of signing in are kept."""

from datetime import UTC, datetime, timedelta

import pytest
from axes.models import AccessFailureLog
from django.core.exceptions import ImproperlyConfigured
from django.db import connection, transaction

from gongkai.kernel import audit, clock
from gongkai.kernel.models import AuditEntry
from gongkai.orgs.models import Look, Role, SignIn
from gongkai.orgs.sign_in import looks, retention
from gongkai.orgs.sign_in.looks import look
from gongkai.orgs.sign_in.queries import looks_by
from gongkai.project import wiring
from gongkai.subscriptions.models import Subscriber
from tests import factories

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


def test_a_look_says_who_when_what_and_of_whom_by_reference():
    person = factories.user(Role.OFFICE)
    with clock.frozen(NOW):
        row = look(person, "停发的地址", ["subscriptions.Subscriber:7", "user:3"], purpose="核对\n退信")
    assert (row.by, row.at, row.what) == (person, NOW, "停发的地址")
    assert row.subject == "subscriptions.Subscriber:7 user:3" and row.purpose == "核对 退信"
    entry = AuditEntry.objects.get(action="orgs.look")
    assert (entry.actor, entry.subject) == (person.reference, f"orgs.Look:{row.pk}")


@pytest.mark.parametrize("subject", ["王小明", "wang@example.cn", "", "user:3 别的"])
def test_what_is_no_reference_is_refused(subject):
    with pytest.raises(ValueError, match="不是引用"):
        look(factories.user(), "停发的地址", subject)
    assert not Look.objects.exists()


def test_more_than_a_line_holds_makes_several_lines():
    whom = [f"subscriptions.Subscriber:{n}" for n in range(100)]
    look(factories.user(), "停发的地址", whom)
    assert " ".join(Look.objects.order_by("pk").values_list("subject", flat=True)).split() == whom
    assert looks.unsealed(Look.objects.all()) == set()


def test_lines_are_added_and_never_changed_or_deleted():
    row = look(factories.user(), "停发的地址", "user:3")
    row.purpose = "别的"
    for attempt in (
        row.save,
        row.delete,
        Look.objects.all().delete,
        lambda: Look.objects.filter(pk=row.pk).update(purpose="别的"),
        lambda: Look.objects.bulk_update([row], ["purpose"]),
    ):
        with pytest.raises(TypeError, match="只能追加"), transaction.atomic():
            attempt()
    assert Look.objects.get().purpose == ""


def test_a_line_changed_or_slipped_in_past_us_is_found(client):
    auditor, clerk = factories.user(Role.AUDITOR), factories.user()
    good, bad = look(clerk, "停发的地址", "user:3"), look(clerk, "停发的地址", "user:4")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE orgs_look SET subject = 'user:5' WHERE id = %s", [bad.pk])
    slipped = Look.objects.create(by=clerk, at=NOW, what="停发的地址", subject="user:6")
    assert looks.unsealed(Look.objects.select_related("by")) == {bad.pk, slipped.pk}
    client.force_login(auditor)
    page = client.get("/desk/looks/").content.decode()
    assert page.count("与审计链不符，可能被改动") == 2
    assert good.subject in page


def test_only_the_auditor_reads_the_log(client):
    clerk = factories.user(name="王小明")
    with clock.frozen(NOW):
        look(clerk, "停发的地址", "user:3")
    for role in Role:
        person = factories.user(role)
        client.force_login(person)
        answer = client.get("/desk/looks/")
        assert (answer.status_code == 200) is (role == Role.AUDITOR), role
    client.force_login(factories.user(Role.AUDITOR))
    assert "王小明" in client.get("/desk/looks/").content.decode()
    assert client.post("/desk/looks/").status_code == 405


def test_the_log_is_narrowed_by_person_reference_and_day(client):
    one, two = factories.user(name="王小明"), factories.user()
    with clock.frozen(NOW):
        look(one, "停发的地址", "user:3")
    with clock.frozen(NOW + timedelta(days=3)):
        look(two, "停发的地址", "user:4")
    day = clock.local_day(NOW)
    assert looks_by(by="小明").count() == looks_by(by=two.username).count() == 1
    assert looks_by(subject="user:4").get().by == two
    assert looks_by(since=day, until=day).get().by == one
    assert looks_by(since=day + timedelta(days=1)).get().by == two
    client.force_login(factories.user(Role.AUDITOR))
    for query in ("by=%00", "since=abc", "until=9999-12-31", "page=999", "subject=%27"):
        assert client.get(f"/desk/looks/?{query}").status_code == 200


def test_who_sees_addresses_that_letters_came_back_from_leaves_a_line(client):
    office = factories.user(Role.OFFICE)
    client.force_login(office)
    client.get("/desk/inbox/delivery/")
    assert not Look.objects.exists()
    who = Subscriber.objects.create(
        address="li@example.cn", address_key="li@example.cn", created_at=NOW, stopped_at=NOW
    )
    client.get("/desk/inbox/delivery/")
    row = Look.objects.get()
    assert (row.by, row.subject) == (office, f"subscriptions.Subscriber:{who.pk}")
    assert "li@example.cn" not in f"{row.what}{row.subject}{row.purpose}"


# --- how long --------------------------------------------------------------------------------------------------------


def log_of(days):
    """One line of every log, so many days old."""
    then = NOW - timedelta(days=days)
    person = factories.user()
    with clock.frozen(then):
        look(person, "停发的地址", "user:3")
        SignIn.objects.create(user=person, started_at=then, last_seen_at=then)
    tried = AccessFailureLog.objects.create(username="x", user_agent="x")
    AccessFailureLog.objects.filter(pk=tried.pk).update(attempt_time=then)


def left():
    """How many lines each log has."""
    return (Look.objects.count(), SignIn.objects.count(), AccessFailureLog.objects.count())


def test_logs_are_kept_for_a_year_and_the_pruning_is_audited():
    log_of(364)
    log_of(366)
    with clock.frozen(NOW):
        assert retention.prune() == {"looks": 1, "sign_ins": 1, "wrong_tries": 1}
        assert left() == (1, 1, 1)
        assert AuditEntry.objects.filter(action="orgs.prune_logs").count() == 1
        assert set(retention.prune().values()) == {0}
    assert AuditEntry.objects.filter(action="orgs.prune_logs").count() == 1
    assert audit.verify().ok


def test_no_setting_makes_it_less_than_six_months(settings):
    settings.LOG_DAYS = 1
    log_of(179)
    with clock.frozen(NOW):
        retention.prune()
    assert left() == (1, 1, 1)


def test_the_site_does_not_start_with_less_than_six_months(monkeypatch):
    import importlib.util

    from gongkai.project.settings import base

    monkeypatch.setenv("GONGKAI_LOG_DAYS", "179")
    spec = importlib.util.spec_from_file_location("once_more", base.__file__)
    with pytest.raises(ImproperlyConfigured, match=r"网络安全法要求.*六个月"):
        spec.loader.exec_module(importlib.util.module_from_spec(spec))


def test_pruning_is_a_daily_job():
    (job,) = [job for job in wiring.JOBS if job.call == "gongkai.orgs.sign_in.retention.prune"]
    assert job.cron
