"""The pages of readers: asking, confirming, choosing, stopping. Opening a link changes nothing, no page tells who is known."""

import re

import pytest
from django.template import Context
from django.test import Client

from gongkai.kernel import clock
from gongkai.kernel.models import AuditEntry
from gongkai.subscriptions import actions, compose, delivery, slots, tokens
from gongkai.subscriptions.actions import subscribing
from gongkai.subscriptions.models import Message, Notice, Subscriber, Subscription
from tests import factories
from tests.subscriptions.conftest import at, letter, reader, tell

pytestmark = pytest.mark.django_db
FORM = "/subscriptions/"
LINK = re.compile(r"https://www\.example\.gov\.cn(/\S+)")


@pytest.fixture
def strict():
    """A browser whose forms must bear their token."""
    return Client(enforce_csrf_checks=True)


def ask(client, address="li@example.cn", key="policy:12", name="《示例办法》", frequency="at_once"):
    return client.post(
        f"{FORM}?s={tokens.sign_subject(key, name)}", {"address": address, "frequency": frequency}
    )


def press(client, path, **fields):
    """Open a page, then send the form on it with its token."""
    page = client.get(path)
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.content.decode())
    return client.post(path, {"csrfmiddlewaretoken": token[1] if token else "", **fields})


def links(message):
    """The paths in a letter's text."""
    return LINK.findall(message.text)


def test_from_the_form_to_the_first_letter_and_out_again(mail, strict, client):
    answer = press(
        strict,
        f"{FORM}?s={tokens.sign_subject('policy:12', '《示例办法》')}",
        address="li@example.cn",
        frequency="at_once",
    )
    assert answer.status_code == 302 and answer["Location"] == "/subscriptions/asked/"
    assert delivery.run() == 1
    assert "《示例办法》" in mail.taken[0].text and "List-Unsubscribe" not in mail.taken[0].mail
    (confirm,) = links(Message.objects.get())
    # A mail scanner opens every link: nothing happens.
    assert client.get(confirm).status_code == client.head(confirm).status_code == 200
    tell(subject_keys=["policy:12"])
    assert not Notice.objects.exists()
    assert press(strict, confirm).status_code == 302
    tell(subject_keys=["policy:12"])
    assert compose.run() == 1 and delivery.run() == 1
    news = mail.taken[1]
    stop = LINK.match(news.mail["List-Unsubscribe"].strip("<>"))[1]
    assert client.get(stop).status_code == 200 and Subscriber.objects.exists()
    # What a mail program sends: no cookie, no form token.
    answer = Client(enforce_csrf_checks=True).post(stop, {"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    assert not Subscriber.objects.exists() and not Message.objects.exists() and not Notice.objects.exists()
    assert client.post(stop).status_code == 404


def test_the_answer_is_the_same_for_a_known_and_an_unknown_address(mail, client):
    reader("policy:12", address="known@example.cn")
    answers = [
        ask(client, address) for address in ("known@example.cn", "unknown@example.cn", "KNOWN@Example.cn")
    ]
    assert {(each.status_code, each["Location"]) for each in answers} == {(302, "/subscriptions/asked/")}
    assert Subscriber.objects.count() == 2
    known, unknown = Message.objects.order_by("pk")[:2]
    assert "已经订阅" in known.text and "confirm" not in known.text
    assert "/subscriptions/confirm/" in unknown.text


def test_one_address_gets_at_most_three_confirmations_a_day(mail, client):
    for number in range(5):
        assert ask(client, key=f"policy:{number}")["Location"] == "/subscriptions/asked/"
    assert Message.objects.count() == 3
    with clock.frozen(at(10, 24)):
        ask(client)
    assert Message.objects.count() == 4


def test_the_form_does_not_become_a_machine_that_writes_to_strangers(mail, client, monkeypatch):
    monkeypatch.setattr(subscribing, "CONFIRMATIONS_AN_HOUR", 2)
    answers = [ask(client, f"a{number}@example.cn").status_code for number in range(3)]
    assert answers == [302, 302, 200] and Message.objects.count() == 2


def test_a_stranger_cannot_change_what_a_reader_has_chosen(mail, client):
    person = reader("policy:12", address="known@example.cn", frequency="weekly", language="zh-hans")
    ask(client, "known@example.cn", frequency="at_once")
    person.refresh_from_db()
    assert person.frequency == "weekly"


def test_the_words_of_a_letter_cannot_be_chosen_by_a_stranger(mail, client):
    answer = client.post(f"{FORM}?s=policy:1~您中奖了", {"address": "li@example.cn", "frequency": "daily"})
    assert answer.status_code == 302
    assert Subscription.objects.get().key == "library"


@pytest.mark.parametrize(
    "address", ["", "li", "li@example.cn\r\nBcc: x@example.cn", "<script>@example.cn", "a@例子.测试 b"]
)
def test_what_is_no_address_is_said_at_its_field(mail, client, address):
    answer = ask(client, address)
    assert answer.status_code == 200 and not Message.objects.exists()
    assert 'aria-invalid="true"' in answer.content.decode()


def test_a_form_without_its_token_is_refused(mail, strict):
    assert ask(strict).status_code == 403
    person = reader()
    manage = f"/subscriptions/manage/{tokens.token_for(person, 'manage')}/"
    assert strict.post(manage, {"stop": "policy:1"}).status_code == 403
    assert person.subscriptions.exists()


def test_each_link_is_good_for_its_purpose_and_its_person_only(mail, client):
    person, other = reader(), reader()
    subscription = person.subscriptions.get()
    manage, stop = (tokens.token_for(person, purpose) for purpose in ("manage", "unsubscribe"))
    confirm = tokens.token_for(person, "confirm", subscription=other.subscriptions.get().pk)
    for path in (
        f"manage/{stop}",
        f"stop/{manage}",
        f"confirm/{manage}",
        f"confirm/{confirm}",
        f"manage/{manage[:-1]}",
        f"manage/{manage.replace(str(person.pk), str(other.pk), 1)}",
        "manage/x",
        "stop/~",
        "confirm/%00",
    ):
        for send in (client.get, client.post):
            assert send(f"/subscriptions/{path}/").status_code == 404, path
    assert client.get(f"/subscriptions/manage/{manage}/").status_code == 200
    assert subscription.subscriber.confirmed_at


def test_confirming_twice_does_no_harm_and_confirming_what_is_gone_says_so(mail, client):
    ask(client)
    (confirm,) = links(Message.objects.get())
    assert [client.post(confirm).status_code for _ in range(2)] == [302, 302]
    assert AuditEntry.objects.filter(action="subscriptions.confirm").count() == 1
    actions.unsubscribe(subscriber=Subscriber.objects.get())
    assert client.post(confirm).status_code == 404


def test_a_reader_sees_and_changes_what_comes_and_when(mail, strict):
    person = reader("policy:1", "topic:housing", frequency="at_once")
    tell(subject_keys=["policy:1"])
    path = f"/subscriptions/manage/{tokens.token_for(person, 'manage')}/"
    page = strict.get(path).content.decode()
    assert "名称policy:1" in page and "名称topic:housing" in page and person.address not in page
    press(strict, path, frequency="weekly", hour="9", quiet_from="20", quiet_until="8")
    person.refresh_from_db()
    assert (person.frequency, person.hour, person.quiet_from, person.quiet_until) == ("weekly", 9, 20, 8)
    assert Notice.objects.get().mail_due_at == at(9, 30), "what waits follows"
    assert press(strict, path, frequency="never", hour="25").status_code == 200
    press(strict, path, stop="policy:1")
    assert [each.key for each in person.subscriptions.all()] == ["topic:housing"]
    assert Notice.objects.get().mail_due_at is None
    assert "已停止来信" in press(strict, path, stop="topic:housing").content.decode()
    assert not Subscriber.objects.exists()


def test_a_letter_already_on_its_way_is_not_sent_after_its_address_is_gone(mail):
    person = reader()
    letter(person)
    claimed = delivery.claim("email")
    actions.unsubscribe(subscriber=person)
    from gongkai.subscriptions import channels

    delivery.attempt(claimed, channels.all_open()["email"])
    assert not mail.taken


def test_staff_stop_letters_by_one_click_and_keep_their_inbox(mail, client):
    user = factories.user(email="li@example.gov.cn")
    tell(users=[user])
    person = Subscriber.objects.get()
    answer = client.post(f"/subscriptions/stop/{tokens.token_for(person, 'unsubscribe')}/")
    assert "工作台" in answer.content.decode()
    assert Notice.objects.get().mail_due_at is None
    tell(users=[user])
    assert Notice.objects.count() == 2 and not Notice.objects.exclude(mail_due_at=None).exists()


def test_no_address_is_in_the_audit_chain_or_in_the_log(mail, client, caplog):
    ask(client, "zhangsan@example.cn")
    client.post(links(Message.objects.get())[0])
    mail.answers["RCPT"] = "550 5.1.1 <zhangsan@example.cn> unknown"
    delivery.run()
    chain = " ".join(f"{each.actor} {each.action} {each.subject}" for each in AuditEntry.objects.all())
    letter(Subscriber.objects.get(), asked_for=True)
    delivery.run()
    assert "550 5.1.1 <***> unknown" in set(Message.objects.values_list("last_error", flat=True))
    assert "zhangsan" not in chain and "zhangsan" not in caplog.text


def test_while_no_mail_goes_out_the_form_says_so_and_no_page_offers_it(settings, client):
    settings.SMTP_URL = ""
    page = client.get(FORM).content.decode()
    assert "没有开通邮件订阅" in page and 'href="/api/policies.atom"' in page
    assert ask(client).status_code == 200 and not Subscriber.objects.exists()
    assert slots.subscribe_box(Context(), Thing()) == ""


class Thing:
    subscription_key = "policy:12"
    subscription_name = "《示例<b>办法》"


def test_the_box_leads_to_the_form_for_its_thing_and_sets_no_cookie(mail, client):
    box = slots.subscribe_box(Context(), Thing())
    assert "<b>" not in box
    url = re.search(r'href="([^"]+)"', box)[1].replace("&amp;", "&")
    page = client.get(url)
    assert "《示例&lt;b&gt;办法》" in page.content.decode()
    assert "<form" not in box


def test_pages_of_links_are_not_kept_and_send_their_address_nowhere(mail, client):
    person = reader()
    for purpose, path in (("manage", "manage"), ("unsubscribe", "stop")):
        page = client.get(f"/subscriptions/{path}/{tokens.token_for(person, purpose)}/")
        assert "no-store" in page["Cache-Control"]
        # Not "no-referrer": the browser would then send forms with the origin "null", which Django refuses.
        assert page["Referrer-Policy"] == "same-origin"
