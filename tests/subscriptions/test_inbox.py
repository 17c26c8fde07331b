"""The inbox at the desk: unread first, one's own only, letters in trouble for the office."""

import pytest
from wagtail.admin.ui.sidebar import LinkMenuItem

from gongkai.kernel.models import AuditEntry
from gongkai.orgs.models import Role
from gongkai.subscriptions import queries
from gongkai.subscriptions.models import Message, Notice, Subscriber
from gongkai.subscriptions.wagtail_hooks import inbox_menu_item
from tests import factories
from tests.subscriptions.conftest import letter, reader, tell

pytestmark = pytest.mark.django_db
INBOX = "/desk/inbox/"


def signed_in(client, user):
    client.force_login(user)
    return client


def html(answer):
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def test_unread_stand_first_then_the_newest(client):
    user = factories.user()
    for title in ("甲", "乙", "丙"):
        tell(users=[user], title=f"通知{title}")
    first = Notice.objects.order_by("pk")
    signed_in(client, user).post(f"{INBOX}read/", {"notice": first[1].pk})
    page = html(client.get(INBOX))
    assert page.index("通知丙") < page.index("通知甲") < page.index("通知乙")
    assert "2 条未读" in page
    client.post(f"{INBOX}read/", {"all": "1"})
    assert queries.unread(user) == 0


def test_opening_a_notice_marks_it_read_and_leads_to_the_thing(client):
    user = factories.user()
    tell(users=[user], path="/policies/7/")
    answer = signed_in(client, user).post(f"{INBOX}read/", {"notice": Notice.objects.get().pk, "open": "1"})
    assert answer["Location"] == "/policies/7/" and queries.unread(user) == 0


def test_nobody_reads_or_marks_what_was_written_to_another(client):
    mine, other = factories.user(), factories.user()
    tell(users=[other], title="别人的通知")
    signed_in(client, mine)
    assert "别人的通知" not in html(client.get(INBOX))
    for pk in (Notice.objects.get().pk, "", "x", "٣", "9" * 30, 0):
        assert client.post(f"{INBOX}read/", {"notice": pk}).status_code == 404
    client.post(f"{INBOX}read/", {"all": "1"})
    assert queries.unread(other) == 1


def test_strangers_and_people_without_a_role_are_sent_away(client):
    for path in ("", "read/", "preferences/", "delivery/", "delivery/1/"):
        assert client.get(f"{INBOX}{path}").status_code == 302
    signed_in(client, factories.user(Role.NONE))
    for path in ("", "read/", "preferences/", "delivery/", "delivery/1/"):
        assert client.get(f"{INBOX}{path}").status_code == 403


def test_a_category_narrows_the_list_and_a_wrong_one_does_not_break_it(client):
    user = factories.user()
    tell(users=[user], category="task", title="一件待办")
    tell(users=[user], category="corrected", title="一件勘误")
    signed_in(client, user)
    page = html(client.get(f"{INBOX}?category=task"))
    assert "一件待办" in page and "一件勘误" not in page
    assert "一件勘误" in html(client.get(f"{INBOX}?category=%00&page=abc"))


def test_the_desk_says_when_no_mail_goes_out(client, settings):
    settings.SMTP_URL = ""
    signed_in(client, factories.user(Role.OFFICE))
    for path in ("", "preferences/", "delivery/"):
        assert "没有配置邮件服务器" in html(client.get(f"{INBOX}{path}"))


def test_the_desk_says_when_an_account_has_no_address(client, mail):
    assert "没有邮箱地址" in html(signed_in(client, factories.user()).get(f"{INBOX}preferences/"))


def test_preferences_are_kept_and_shown(client, mail):
    user = factories.user(email="li@example.gov.cn")
    signed_in(client, user)
    chosen = {
        "frequency": "weekly",
        "hour": "9",
        "quiet_from": "20",
        "quiet_until": "8",
        "category_task": "at_once",
    }
    assert client.post(f"{INBOX}preferences/", chosen).status_code == 302
    person = Subscriber.objects.get(user=user)
    assert (person.frequency, person.hour) == ("weekly", 9)
    assert dict(person.preferences.values_list("category", "frequency")) == {"task": "at_once"}
    page = html(client.get(f"{INBOX}preferences/"))
    assert '<option value="weekly" selected>' in page and '<option value="at_once" selected>' in page
    assert client.post(f"{INBOX}preferences/", {"frequency": "hourly"}).status_code == 200


def test_the_office_settles_a_doubt_and_it_is_in_the_audit_chain(client, mail):
    office = factories.user(Role.OFFICE)
    person = reader(address="zhangsan@example.cn")
    sure, again = (
        letter(person, state="in_doubt", subject="一封"),
        letter(person, state="in_doubt", subject="两封"),
    )
    signed_in(client, office)
    page = html(client.get(f"{INBOX}delivery/"))
    assert "一封" in page and "z***@example.cn" in page and "zhangsan" not in page
    client.post(f"{INBOX}delivery/{sure.pk}/", {"decision": "delivered"})
    client.post(f"{INBOX}delivery/{again.pk}/", {"decision": "again"})
    assert list(Message.objects.order_by("pk").values_list("state", flat=True)) == ["sent", "composed"]
    assert AuditEntry.objects.filter(action="subscriptions.settle", actor=office.reference).count() == 2
    assert client.post(f"{INBOX}delivery/{sure.pk}/", {"decision": "again"}).status_code == 404


def test_a_decision_that_is_none_changes_nothing(client, mail):
    message = letter(state="in_doubt")
    signed_in(client, factories.user(Role.OFFICE)).post(f"{INBOX}delivery/{message.pk}/", {})
    message.refresh_from_db()
    assert message.state == "in_doubt"


def test_a_clerk_does_not_see_letters_of_others(client, mail):
    message = letter(state="in_doubt")
    signed_in(client, factories.user())
    assert client.get(f"{INBOX}delivery/").status_code == 403
    assert client.post(f"{INBOX}delivery/{message.pk}/", {"decision": "again"}).status_code == 403
    assert f"{INBOX}delivery/" not in html(client.get(INBOX))


def test_a_stopped_address_is_seen_by_the_office(client, mail):
    from gongkai.subscriptions import actions

    person = reader(address="zhangsan@example.cn")
    actions.record_bounce(token=letter(person, state="sent").token, status="5.1.1", why="unknown")
    page = html(signed_in(client, factories.user(Role.OFFICE)).get(f"{INBOX}delivery/"))
    assert "z***@example.cn" in page and "1 个地址多次退信" in page


def test_the_menu_shows_how_many_are_unread(rf):
    user = factories.user()
    request = rf.get("/desk/")
    request.user = user
    item = inbox_menu_item()
    assert item.render_component(request).label == "收件箱"
    tell(users=[user])
    component = item.render_component(request)
    assert isinstance(component, LinkMenuItem) and component.label == "收件箱 (1)"
