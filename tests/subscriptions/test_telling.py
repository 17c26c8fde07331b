"""Telling: who gets a notice, once and for all, and when it becomes a letter."""

from datetime import timedelta

import pytest
from django.db import transaction

from gongkai.kernel import audit, clock
from gongkai.kernel.atomic import OutsideTransactionError
from gongkai.kernel.models import AuditEntry
from gongkai.orgs.models import Role
from gongkai.subscriptions import actions, channels, compose, delivery, queries, timing
from gongkai.subscriptions.models import Message, Notice, Subscriber, Subscription
from tests import factories
from tests.subscriptions.conftest import at, reader, tell

pytestmark = pytest.mark.django_db


def test_the_staff_of_a_unit_find_it_in_their_inbox_and_others_do_not():
    mine, other = factories.unit(), factories.unit("jiaoyu", "示例区教育局", "区教育局")
    first, second = factories.user(), factories.user()
    elsewhere, office = factories.user(of=other), factories.user(Role.OFFICE, of=mine)
    left = factories.user(is_active=False)
    assert tell(units=[mine]) == 3
    assert {queries.unread(user) for user in (first, second, office)} == {1}
    assert {queries.unread(user) for user in (elsewhere, left)} == {0}


def test_no_unit_means_the_office_and_so_does_a_unit_that_nobody_works_for():
    clerk, office = factories.user(), factories.user(Role.OFFICE)
    empty = factories.unit("empty", "示例区空局", "区空局")
    assert tell(units=[None]) == 1
    assert tell(units=[empty]) == 1
    assert (queries.unread(clerk), queries.unread(office)) == (0, 2)


def test_the_same_key_tells_nobody_twice(mail):
    user, person = factories.user(), reader()
    for _ in range(3):
        tell(users=[user], subject_keys=["policy:1"], key="policy.corrected:1:1")
    assert Notice.objects.count() == 2
    later = reader()
    assert tell(users=[user], subject_keys=["policy:1"], key="policy.corrected:1:1") == 1
    assert later.notices.count() == 1 and person.notices.count() == 1


def test_who_subscribed_to_several_of_the_subjects_is_told_once(mail):
    person = reader("policy:1", "topic:housing")
    assert tell(subject_keys=["topic:housing", "policy:1", "unit:mz"]) == 1
    assert person.notices.get().subject_key in {"policy:1", "topic:housing"}


def test_unconfirmed_and_stopped_addresses_are_not_told(mail):
    reader(stopped_at=clock.now())
    unconfirmed = reader()
    Subscription.objects.filter(subscriber=unconfirmed).update(confirmed_at=None)
    Subscriber.objects.filter(pk=reader().pk).update(confirmed_at=None)
    assert tell(subject_keys=["policy:1"]) == 0


def test_what_the_caller_rolls_back_was_never_told(mail):
    reader()
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        tell(subject_keys=["policy:1"])
        raise ZeroDivisionError
    assert not Notice.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_nothing_is_told():
    with pytest.raises(OutsideTransactionError):
        actions.tell(category="task", title="x", text="", path="/", key="k", actor="system:test")


@pytest.mark.parametrize(
    "wrong",
    [
        {"category": "nothing"},
        {"path": "https://elsewhere.example/"},
        {"path": "//elsewhere.example/"},
        {"path": "/\\elsewhere.example/"},
        {"path": "/a\r\nBcc: x@example.cn"},
        {"key": ""},
        {"key": "x" * 201},
    ],
)
def test_what_would_lead_elsewhere_or_tell_twice_is_refused(wrong):
    with pytest.raises(ValueError, match=r"。$"):
        tell(**wrong)


def test_telling_leaves_a_reference_in_the_audit_chain_and_no_address(mail):
    reader(address="zhang.san@example.cn")
    tell(subject_keys=["policy:1"], key="k:1")
    entry = AuditEntry.objects.latest("seq")
    assert (entry.action, entry.subject) == ("subscriptions.tell", "subscriptions.Notice")
    assert audit.matches(entry, key="k:1", told=1)


def test_without_a_mail_server_staff_have_their_inbox_and_nothing_waits_for_letters(settings):
    settings.SMTP_URL = ""
    user = factories.user(email="li@example.gov.cn")
    tell(users=[user])
    assert queries.unread(user) == 1
    assert Notice.objects.get().mail_due_at is None
    assert compose.run() == 0


# --- when ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("now", "frequency", "expected"),
    [
        (at(10), "at_once", at(10)),
        (at(23), "at_once", at(7, 24)),
        (at(3), "at_once", at(7)),
        (at(6, minute=59), "at_once", at(7)),
        (at(7), "at_once", at(7)),
        (at(21, minute=59), "at_once", at(21, minute=59)),
        (at(22), "at_once", at(7, 24)),
        (at(7), "daily", at(8)),
        (at(8), "daily", at(8, 24)),
        (at(10), "daily", at(8, 24)),
        (at(7, 23), "weekly", at(8, 23)),
        (at(10, 23), "weekly", at(8, 30)),
        (at(10, 24), "weekly", at(8, 30)),
        (at(10), "never", None),
    ],
)
def test_a_letter_is_due_at_the_persons_hour_and_never_in_the_quiet_time(now, frequency, expected):
    assert timing.due(now, frequency, hour=8, quiet_from=22, quiet_until=7) == expected


def test_a_digest_hour_inside_the_quiet_time_waits_for_its_end():
    assert timing.due(at(10), "daily", hour=5, quiet_from=22, quiet_until=7) == at(7, 24)


@pytest.mark.parametrize("hour", range(24))
def test_the_quiet_time_ends_and_equal_hours_mean_that_there_is_none(hour):
    assert not timing.is_quiet(at(hour), 9, 9)
    for quiet_from in range(24):
        for quiet_until in range(24):
            free = timing.after_quiet(at(hour), quiet_from, quiet_until)
            assert not timing.is_quiet(free, quiet_from, quiet_until)
            assert timedelta() <= free - at(hour) < timedelta(days=1)


# --- letters -------------------------------------------------------------------------------------------------


def test_all_that_is_due_for_a_person_becomes_one_letter(mail):
    person = reader(frequency="daily")
    for number in range(3):
        tell(subject_keys=["policy:1"], title=f"第{number}件事")
    assert compose.run() == 0, "not before its hour"
    with clock.frozen(at(8, 24)):
        assert compose.run() == 1
        assert compose.run() == 0
    message = Message.objects.get()
    assert message.subscriber == person and message.subject == "3 条消息：第0件事"
    for words in (
        "第0件事",
        "第1件事",
        "第2件事",
        "https://www.example.gov.cn/policies/1/",
        "您收到这封信，是因为",
    ):
        assert words in message.text and words in message.html
    assert "/subscriptions/stop/" in message.text and "/subscriptions/manage/" in message.text
    assert set(Notice.objects.values_list("message", "mail_due_at")) == {(message.pk, None)}


def test_a_letter_too_long_to_read_becomes_several_and_nothing_is_left_out(mail):
    reader()
    for number in range(compose.MOST_IN_A_LETTER + 1):
        tell(subject_keys=["policy:1"], title=f"事项{number}号")
    assert compose.run() == 2
    text = "".join(Message.objects.values_list("text", flat=True))
    assert all(f"事项{number}号" in text for number in range(compose.MOST_IN_A_LETTER + 1))


def test_nothing_is_composed_in_the_quiet_time_when_the_worker_was_late(mail):
    reader()
    tell(subject_keys=["policy:1"])
    with clock.frozen(at(22, minute=30)):
        assert compose.run() == 0
    with clock.frozen(at(6, 24)):
        assert compose.run() == 0
    with clock.frozen(at(7, 24)):
        assert compose.run() == 1


def test_more_people_than_fit_in_one_batch_all_get_theirs(mail, monkeypatch):
    monkeypatch.setattr(compose, "PEOPLE_AT_ONCE", 3)
    for _ in range(7):
        reader()
    reader(quiet_from=9, quiet_until=11)
    tell(subject_keys=["policy:1"])
    # All are due now for a worker that looks at ten; one is in quiet time.
    Notice.objects.update(mail_due_at=clock.now())
    assert compose.run() == 7
    assert Notice.objects.exclude(mail_due_at=None).get().mail_due_at == at(11)


def test_staff_choose_for_each_category_and_what_waits_follows(mail):
    user = factories.user(email="li@example.gov.cn")
    when = {"hour": 9, "quiet_from": 22, "quiet_until": 7}
    actions.choose(by=user, frequency="never", by_category={"task": "at_once", "expiring": ""}, **when)
    tell(users=[user], category="task")
    tell(users=[user], category="corrected")
    assert list(Notice.objects.order_by("pk").values_list("mail_due_at", flat=True)) == [at(10), None]
    assert queries.unread(user) == 2
    actions.choose(by=user, frequency="daily", by_category={}, **when)
    assert Notice.objects.order_by("pk").first().mail_due_at == at(9, 24)


def test_staff_without_an_address_get_no_letter_and_are_no_obstacle(mail):
    tell(users=[factories.user(), factories.user(email="li@example.gov.cn")])
    with clock.frozen(at(9, 24)):
        assert compose.run() == 1


def test_a_person_who_left_before_the_letter_was_written_gets_none(mail):
    user = factories.user(email="li@example.gov.cn")
    tell(users=[user])
    user.is_active = False
    user.save()
    with clock.frozen(at(9, 24)):
        assert compose.run() == 0
    assert Notice.objects.get().mail_due_at is None


def test_a_letter_in_english_is_in_english_but_for_what_it_tells(mail):
    reader(language="en")
    tell(subject_keys=["policy:1"])
    compose.run()
    assert "/en/subscriptions/stop/" in Message.objects.get().text
    delivery.run()
    assert "/en/subscriptions/stop/" in mail.taken[0].mail["List-Unsubscribe"]


def test_markup_and_line_breaks_in_a_title_are_only_words(mail):
    reader()
    tell(subject_keys=["policy:1"], title="甲\r\nBcc: x@example.cn\n<script>x</script>", text="<b>粗</b>")
    compose.run()
    message = Message.objects.get()
    assert message.subject == "甲 Bcc: x@example.cn <script>x</script>"
    assert "<script>" not in message.html and "<b>" not in message.html


def test_an_unconfirmed_address_is_forgotten_after_a_week_and_a_confirmed_one_is_not(mail):
    with clock.frozen(at(10, 10)):
        actions.subscribe(address="a@example.cn", key="policy:1", name="甲")
        actions.subscribe(address="b@example.cn", key="policy:1", name="甲")
        reader(address="c@example.cn")
    with clock.frozen(at(10, 16)):
        assert compose.tidy() == 0
        actions.subscribe(address="b@example.cn", key="policy:1", name="甲")
    with clock.frozen(at(10, 18)):
        compose.tidy()
        assert set(Subscriber.objects.values_list("address", flat=True)) == {"b@example.cn", "c@example.cn"}
    with clock.frozen(at(10, 25)):
        compose.tidy()
        assert set(Subscriber.objects.values_list("address", flat=True)) == {"c@example.cn"}


class Pigeon:
    """Another channel, as an installation may add one."""

    name = "pigeon"
    sent: list = []

    def send(self, letter, about_to_hand_over):
        about_to_hand_over()
        self.sent.append(letter)

    def close(self):
        pass


def test_another_channel_is_added_by_its_dotted_path(settings):
    settings.SMTP_URL = ""
    settings.CHANNELS = [f"{__name__}.Pigeon"]
    reader(address="13800000000", channel="pigeon")
    tell(subject_keys=["policy:1"])
    assert compose.run() == 1 and delivery.run() == 1
    assert [(each.to, each.subject) for each in Pigeon.sent] == [("13800000000", "《示例办法》有勘误")]
    assert Message.objects.get().state == "sent"


def test_a_channel_that_is_not_there_is_named(settings):
    settings.CHANNELS = ["no.such.channel"]
    with pytest.raises(Exception, match=r"no\.such\.channel"):
        channels.all_open()
