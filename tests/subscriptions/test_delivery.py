"""Sending by SMTP: what goes over the line, what the server's answers lead to."""

from datetime import timedelta

import pytest
from django.core.exceptions import ImproperlyConfigured

from gongkai.kernel import clock
from gongkai.subscriptions import addresses, compose, delivery, smtp
from gongkai.subscriptions.models import Message
from tests import factories
from tests.subscriptions.conftest import at, letter, reader, tell
from tests.subscriptions.smtp_server import CUT, Hold

pytestmark = pytest.mark.django_db


def state(message):
    message.refresh_from_db()
    return message.state


def test_a_digest_arrives_as_text_and_html_with_all_that_a_mail_program_needs(mail, settings):
    settings.SITE_NAME = "示例区“政务公开”, 测试"
    person = reader(address="Zhang.San@例子.cn".replace("例子.cn", addresses.punycode("例子.cn")))
    tell(subject_keys=["policy:1"], title="《示例办法》有勘误", text="第三条\n.以点开头的行\n..两点")
    compose.run()
    assert delivery.run() == 1
    (taken,) = mail.taken
    found = taken.mail
    message = Message.objects.get()
    assert taken.to == person.address
    assert taken.sender == f"bounce+{message.token}@example.gov.cn"
    assert found["Subject"] == "《示例办法》有勘误"
    assert found["From"].addresses[0].display_name == settings.SITE_NAME
    assert found["Message-ID"] == f"<{message.token}@example.gov.cn>"
    assert found["Auto-Submitted"] == "auto-generated"
    assert found["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert found["List-Unsubscribe"].startswith("<https://www.example.gov.cn/subscriptions/stop/")
    assert "\n.以点开头的行\n..两点\n" in taken.text.replace("\r\n", "\n")
    assert "第三条" in taken.html and 'lang="zh-hans"' in taken.html
    assert state(message) == "sent"


def test_many_letters_go_over_one_connection(mail):
    for _ in range(20):
        letter()
    assert delivery.run() == 20
    assert mail.connections == 1


def test_without_a_server_nothing_is_sent_and_nothing_is_lost(settings):
    settings.SMTP_URL = ""
    message = letter()
    assert delivery.run() == 0 and state(message) == "composed"


def test_nothing_is_delivered_in_the_quiet_time_but_what_was_asked_for_this_minute(mail):
    late, asked = letter(), letter(asked_for=True)
    with clock.frozen(at(23)):
        assert delivery.run() == 1
        assert (state(late), state(asked)) == ("composed", "sent")
        assert late.due_at == at(7, 24)
    with clock.frozen(at(7, 24)):
        assert delivery.run() == 1


@pytest.mark.parametrize("step", ["MAIL", "RCPT", "DATA", "end"])
def test_a_temporary_refusal_is_tried_again_later_and_later(mail, step):
    message = letter()
    mail.answers[step] = "451 4.3.0 later"
    waits = []
    for _ in range(4):
        assert delivery.run() == 0
        assert state(message) == "composed" and "451" in message.last_error
        waits.append(message.due_at - clock.now())
        Message.objects.update(due_at=clock.now())
    assert waits == [timedelta(minutes=minutes) for minutes in (1, 2, 4, 8)]
    mail.answers.clear()
    assert delivery.run() == 1 and len(mail.taken) == 1


def test_one_who_is_put_off_does_not_hold_up_the_others(mail):
    first, second = letter(reader(address="slow@example.cn")), letter(reader(address="quick@example.cn"))
    mail.answers["RCPT"] = {"slow@example.cn": "450 4.2.0 greylisted"}
    assert delivery.run() == 1
    assert (state(first), state(second)) == ("composed", "sent")
    assert mail.connections == 1


def test_after_the_last_try_it_is_given_up_and_told(mail, monkeypatch):
    monkeypatch.setattr(delivery, "ATTEMPTS", 2)
    message = letter()
    mail.answers["RCPT"] = "450 4.2.0 later"
    for _ in range(3):
        delivery.run()
        Message.objects.update(due_at=clock.now())
    assert state(message) == "given_up" and message.attempts == 2


@pytest.mark.parametrize("step", ["RCPT", "DATA", "end"])
def test_a_final_refusal_is_not_tried_again(mail, step):
    message = letter()
    mail.answers[step] = "554 5.7.1 not here"
    for _ in range(2):
        assert delivery.run() == 0
    assert state(message) == "given_up" and "5.7.1" in message.last_error
    assert not mail.taken and message.subscriber.stopped_at is None


def test_a_server_that_hangs_up_politely_is_asked_again_for_the_next(mail):
    first, second = letter(), letter()
    mail.answers["RCPT"] = {first.subscriber.address: "421 4.7.0 too many"}
    assert delivery.run() == 1
    assert (state(first), state(second)) == ("composed", "sent")
    assert mail.connections == 2


@pytest.mark.parametrize("step", ["connect", "MAIL", "RCPT", "DATA", "text"])
def test_a_line_cut_before_the_text_is_whole_is_tried_again(mail, step):
    message = letter(text="字" * 3_000_000 + "\n")
    mail.answers[step] = CUT
    assert delivery.run() == 0
    assert state(message) == "composed" and message.last_error
    mail.answers.clear()
    Message.objects.update(due_at=clock.now())
    assert delivery.run() == 1 and len(mail.taken) == 1


def test_a_server_that_cannot_be_reached_costs_one_letter_one_try(mail, settings):
    letters = [letter() for _ in range(5)]
    settings.SMTP_URL = "smtp://127.0.0.1:1?tls=none"
    assert delivery.run() == 0
    assert sorted(Message.objects.values_list("attempts", flat=True)) == [0, 0, 0, 0, 1]
    assert {state(each) for each in letters} == {"composed"}


def test_a_server_that_does_not_answer_in_time_leaves_a_doubt_and_no_second_letter(mail, monkeypatch):
    monkeypatch.setattr(smtp, "LAST_REPLY_SECONDS", 0.2)
    message = letter()
    mail.answers["end"] = hold = Hold()
    assert delivery.run() == 0
    assert state(message) == "in_doubt"
    hold.go.set()
    assert delivery.run() == 0 and len(mail.taken) == 1


def test_a_slow_server_is_waited_for(mail, monkeypatch):
    monkeypatch.setattr(smtp, "REPLY_SECONDS", 0.2)
    message = letter()
    mail.answers["DATA"] = Hold()
    assert delivery.run() == 0
    assert state(message) == "composed"


def test_a_run_ends_before_it_keeps_the_worker(mail, monkeypatch):
    monkeypatch.setattr(delivery, "SECONDS_A_RUN", 0)
    message = letter()
    assert delivery.run() == 0 and state(message) == "composed"


def test_a_claim_is_kept_while_its_process_lives_and_taken_back_when_its_lease_ends(mail):
    message = letter()
    claimed = delivery.claim("email")
    assert claimed.pk == message.pk
    assert delivery.reclaim() == 0
    with clock.frozen(at(10, minute=16)):
        assert delivery.reclaim() == 1
    assert state(message) == "composed"
    delivery._in_hand.clear()


@pytest.mark.parametrize(
    "address",
    ["a@example.cn\r\nRCPT TO:<b@example.cn>", "a b@example.cn", "<a@example.cn>", "张三@example.cn", ""],
)
def test_an_address_that_would_break_out_of_its_line_is_never_sent_to(mail, address):
    user = factories.user(email="x@example.gov.cn")
    tell(users=[user])
    with clock.frozen(at(9, 24)):
        compose.run()
        type(user).objects.update(email=address)
        assert delivery.run() == 0
    assert Message.objects.get().state == "given_up"
    assert not mail.taken and not [line for line in mail.heard if line.startswith("RCPT")]


def test_a_line_break_in_a_subject_is_refused_and_does_not_become_a_header(mail):
    message = letter(subject="甲\r\nBcc: x@example.cn")
    assert delivery.run() == 0
    assert state(message) == "given_up" and not mail.taken


def test_a_fault_in_one_letter_does_not_hold_up_the_rest(mail, monkeypatch):
    first, second = letter(), letter()
    whole = smtp.EmailChannel._written

    def written(self, given, to):
        return 1 / 0 if given.token == first.token else whole(self, given, to)

    monkeypatch.setattr(smtp.EmailChannel, "_written", written)
    assert delivery.run() == 1
    assert (state(first), first.last_error, state(second)) == ("composed", "ZeroDivisionError", "sent")


# --- the setting ---------------------------------------------------------------------------------------------


def test_the_url_says_where_how_and_as_whom():
    server = smtp.parse_url("smtp://gong%40kai:p%3Aw@mail.example.cn?tls=starttls")
    assert server == smtp.Server("mail.example.cn", 587, "starttls", "gong@kai", "p:w")
    assert smtp.parse_url("smtps://mail.example.cn").tls == "implicit"
    assert smtp.parse_url("smtps://mail.example.cn").port == 465
    assert smtp.parse_url("smtp://mail.example.cn:25").tls == "starttls"


@pytest.mark.parametrize(
    "url",
    [
        "mail.example.cn",
        "http://x",
        "smtp://",
        "smtp://x:99999",
        "smtp://x?tls=maybe",
        "smtp://u:geheim@x?tls=none",
    ],
)
def test_a_url_that_means_nothing_or_sends_a_password_in_clear_is_refused(url):
    with pytest.raises(ImproperlyConfigured) as raised:
        smtp.parse_url(url)
    assert "geheim" not in str(raised.value) and str(raised.value).endswith("。")


def test_a_sender_that_is_no_address_is_named(settings):
    settings.SMTP_URL, settings.MAIL_FROM, settings.MAIL_BOUNCE = "smtp://x", "nobody", ""
    with pytest.raises(ImproperlyConfigured, match="GONGKAI_MAIL_FROM"):
        smtp.EmailChannel.from_settings()


def test_a_server_without_encryption_is_not_spoken_to_unless_the_url_says_so(mail, settings):
    settings.SMTP_URL = mail.url.replace("none", "starttls")
    message = letter()
    assert delivery.run() == 0
    assert state(message) == "composed" and not [line for line in mail.heard if line.startswith("MAIL")]


@pytest.mark.parametrize(
    "name",
    [
        "张三@example.cn",
        "a@b",
        "a b@example.cn",
        '"a b"@example.cn',
        "a@@example.cn",
        "a@ex ample.cn",
        "a@example.cn,b@example.cn",
        "a@example.cn\nBcc: c@example.cn",
        "x" * 65 + "@example.cn",
        "a@[127.0.0.1]",
        "a@localhost",
        "<a@example.cn>",
        "",
    ],
)
def test_what_is_no_address_is_refused_with_what_to_do(name):
    with pytest.raises(addresses.NoAddress, match="请按"):
        addresses.cleaned(name)


def test_an_address_is_kept_as_given_but_for_what_a_server_needs():
    assert addresses.cleaned(" Li.Si+gov@Example.CN ") == "Li.Si+gov@Example.CN"
    assert addresses.cleaned("\uff4c\uff49\uff20example.cn") == "li@example.cn", "full-width letters"
    assert addresses.cleaned("li@政务.cn") == "li@xn--0zwm56d.cn".replace(
        "xn--0zwm56d", addresses.punycode("政务")
    )
    assert addresses.masked("lisi@example.cn") == "l***@example.cn"
