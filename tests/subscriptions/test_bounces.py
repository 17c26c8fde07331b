"""What comes back: reports of delivery are read, counted once, and stop an address that nobody is at."""

import textwrap

import pytest

from gongkai.kernel import clock
from gongkai.orgs.models import Role
from gongkai.subscriptions import actions, bounces, compose, delivery, queries
from gongkai.subscriptions.models import Message, Notice
from tests import factories
from tests.subscriptions.conftest import at, letter, reader, tell

pytestmark = pytest.mark.django_db


def report(token, *, action="failed", status="5.1.1", to="", enclosed=True):
    """A report as Postfix writes it (RFC 3464)."""
    to = to or f"bounce+{token}@example.gov.cn"
    inner = f"Message-ID: <{token}@example.gov.cn>\nSubject: x" if enclosed else "Subject: x"
    return (
        textwrap.dedent(
            f"""\
        From: MAILER-DAEMON@mx.example.cn
        To: {to}
        Subject: Undelivered Mail Returned to Sender
        MIME-Version: 1.0
        Content-Type: multipart/report; report-type=delivery-status; boundary="b"

        --b
        Content-Type: text/plain

        This is the mail system at host mx.example.cn.
        --b
        Content-Type: message/delivery-status

        Reporting-MTA: dns; mx.example.cn

        Final-Recipient: rfc822; li@example.cn
        Action: {action}
        Status: {status}
        Diagnostic-Code: smtp; 550 {status} user
          unknown
        --b
        Content-Type: text/rfc822-headers

        """
        ).encode()
        + f"{inner}\n\n--b--\n".encode()
    )


def test_a_report_names_the_letter_by_its_return_path_or_by_what_it_encloses():
    token = "0a" * 16
    assert bounces.read(report(token, enclosed=False)) == bounces.Report(
        token, "5.1.1", False, "smtp; 550 5.1.1 user unknown"
    )
    assert bounces.read(report(token, to="postmaster@example.gov.cn")).token == token
    assert bounces.read(report(token, to="postmaster@example.gov.cn", enclosed=False)).token == ""
    assert bounces.read(report(token, action="delivered", status="2.0.0")).delivered


@pytest.mark.parametrize(
    "mail",
    [
        b"",
        b"\xff\xfe\x00",
        b"Subject: Out of office\nTo: bounce+" + b"0a" * 16 + b"@example.gov.cn\n\nI am away",
        b"Content-Type: multipart/report; boundary=b\n\n--b\nContent-Type: message/delivery-status\n\n--b--",
        b"Content-Type: message/delivery-status\n\nbroken",
    ],
)
def test_what_is_no_report_is_none(mail):
    assert bounces.read(mail) is None


def test_nobody_there_stops_the_address_at_once_and_other_bounces_at_the_third(mail):
    gone, full = reader(), reader()
    actions.record_bounce(token=letter(gone, state="sent").token, status="5.1.1", why="unknown")
    for number in range(3):
        full.refresh_from_db()
        assert full.stopped_at is None and full.bounces == number
        actions.record_bounce(token=letter(full, state="sent").token, status="5.2.2", why="full")
    for person in (gone, full):
        person.refresh_from_db()
        assert person.stopped_at
    assert tell(subject_keys=["policy:1"]) == 0


def test_a_report_that_comes_twice_counts_once(mail):
    person = reader()
    message = letter(person, state="sent")
    for _ in range(3):
        actions.record_bounce(token=message.token, status="5.2.2", why="full")
    person.refresh_from_db()
    assert person.bounces == 1


@pytest.mark.parametrize("status", ["5.7.1", "5.3.4", "5.4.1", "4.2.2"])
def test_what_is_not_the_addresss_fault_does_not_count(mail, status):
    person = reader()
    for _ in range(4):
        actions.record_bounce(token=letter(person, state="sent").token, status=status, why="policy")
    person.refresh_from_db()
    assert (person.bounces, person.stopped_at) == (0, None)


def test_a_letter_nobody_knows_is_nobodys_bounce():
    assert actions.record_bounce(token="0" * 32, status="5.1.1", why="x") is None


def test_a_refusal_while_sending_counts_as_a_bounce(mail):
    person = reader()
    letter(person)
    mail.answers["RCPT"] = "550 5.1.1 no such user"
    delivery.run()
    person.refresh_from_db()
    assert person.stopped_at and person.bounces == 1


def test_letters_that_wait_for_a_stopped_address_are_given_up_with_the_reason(mail):
    person = reader()
    waiting = letter(person)
    actions.record_bounce(token=letter(person, state="sent").token, status="5.1.1", why="unknown")
    assert delivery.run() == 0
    waiting.refresh_from_db()
    assert waiting.state == "given_up" and waiting.last_error.endswith("。")


def test_a_reader_who_confirms_again_gets_letters_again(mail):
    person = reader("policy:1", stopped_at=clock.now(), bounces=3)
    actions.subscribe(address=person.address, key="policy:1", name="甲")
    assert delivery.run() == 1, "what was asked for goes to a stopped address too"
    actions.confirm(subscription=person.subscriptions.get())
    assert tell(subject_keys=["policy:1"]) == 1


def test_staff_whose_letters_come_back_are_told_in_the_inbox_and_so_is_the_office(mail):
    user, office = factories.user(email="li@example.gov.cn"), factories.user(Role.OFFICE)
    tell(users=[user])
    with clock.frozen(at(9, 24)):
        compose.run()
        mail.answers["RCPT"] = "550 5.1.1 no such user"
        delivery.run()
    assert queries.unread(user) == 2 and queries.unread(office) == 1
    assert Notice.objects.filter(subscriber__user=office).get().category == "mail"
    when = {"hour": 8, "quiet_from": 22, "quiet_until": 7}
    actions.choose(by=user, frequency="daily", by_category={}, **when)
    assert user.subscriber.stopped_at is None


def test_a_doubt_is_settled_by_a_report_of_delivery(mail):
    message = letter(state="in_doubt")
    actions.record_bounce(token=message.token, status="2.0.0", why="", delivered=True)
    assert Message.objects.get().state == "sent"
