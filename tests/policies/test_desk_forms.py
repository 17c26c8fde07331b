"""Forms that two people have open: the second is told and loses nothing; and decisions that can be taken back."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import OperationalError
from django.test import Client
from django.urls import reverse
from lxml import html as parsed

from gongkai.guides.actions import keep
from gongkai.guides.models import Service
from gongkai.orgs.models import Role
from gongkai.policies import actions
from gongkai.policies.actions.topics import change_topic
from gongkai.policies.desk import PolicyEditView
from gongkai.policies.models import Relation, ServiceLink, Topic
from tests import factories
from tests.policies.desk_world import at_desk, form_of
from tests.policies.record_world import draft, html, measures, own

pytestmark = pytest.mark.django_db


@pytest.fixture
def pair(originals_folder, index_folder):
    """Two clerks of one unit."""
    return factories.user(Role.CLERK, name="甲"), factories.user(Role.CLERK, name="乙")


@pytest.fixture
def record(pair):
    data = factories.text_of(4500)
    made = actions.take_in(data=data, name="4500.txt", actor="system:test", publish=False).policy
    draft(made, pair[0], title="打开时的标题")
    return own(made)


def save(user, record, values, **headers):
    return at_desk(user).post(f"/desk/policies/edit/{record.pk}/", values, follow=True, **headers)


def test_the_second_to_save_is_told_who_was_faster_and_nothing_is_lost(pair, record):
    one, other = pair
    form = form_of(at_desk(other), record)
    draft(record, one, title="甲的标题")
    answer = save(other, record, form | {"title": "乙的标题"})
    text = html(answer)
    assert "甲 在" in text and "您填写的内容没有丢" in text
    assert own(record).get_latest_revision_as_object().title == "甲的标题", "nobody's text is overwritten"
    kept = record.revisions.get(user=other, object_str="乙的标题")
    page = parsed.fromstring(text).get_element_by_id("w-editor-form")
    again = dict(page.form_values())
    assert again["title"] == "乙的标题", "the form shows what was typed"
    compare = (
        f"/desk/policies/history/{record.pk}/revisions/compare/{own(record).latest_revision_id}...{kept.pk}/"
    )
    assert compare in text and at_desk(other).get(compare).status_code == 200
    assert 'data-controller="w-unsaved "' in text, "nothing is saved by itself until the person decides"

    second = {name: again[name] for name in ("loaded_revision_id", "loaded_revision_created_at")}
    save(other, record, form | {"title": "乙的标题"} | second)
    assert own(record).get_latest_revision_as_object().title == "乙的标题"
    assert record.revisions.filter(object_str="甲的标题").exists(), "the first stands in the history"


def test_a_colleague_who_saves_while_the_form_is_on_its_way_is_not_overwritten(pair, record, monkeypatch):
    """Between the view's first look at the record and its saving: the lock comes first, the question after it."""
    one, other = pair
    form = form_of(at_desk(other), record)
    first_look = PolicyEditView.setup

    def slow(view, *args, **kwargs):
        first_look(view, *args, **kwargs)
        draft(record, one, title="甲的标题")

    monkeypatch.setattr(PolicyEditView, "setup", slow)
    answer = save(other, record, form | {"title": "乙的标题"})
    assert "您填写的内容没有丢" in html(answer)
    assert own(record).get_latest_revision_as_object().title == "甲的标题"
    assert record.revisions.filter(user=other, object_str="乙的标题").exists()


def test_an_autosave_after_a_colleague_is_kept_aside_once_and_refused_in_words(pair, record):
    one, other = pair
    form = form_of(at_desk(other), record)
    draft(record, one, title="甲的标题")
    for title in ("乙写了一半", "乙写完了"):
        answer = save(other, record, form | {"title": title}, headers={"accept": "application/json"})
        assert answer.status_code == 400 and "甲 在" in answer.json()["error_message"]
    assert own(record).get_latest_revision_as_object().title == "甲的标题"
    assert [row.object_str for row in record.revisions.filter(user=other)] == ["乙写完了"]


def test_what_is_kept_aside_does_not_count_as_an_unpublished_change(pair, record):
    one, other = pair
    publisher = factories.publisher()
    draft(record, one, title="甲的标题")
    made = own(record).get_latest_revision_as_object()
    made.title = "乙的标题"
    actions.keep_aside(policy=made, by=other)
    published = actions.publish(policy=record, by=publisher)
    assert published.title == "甲的标题" and not published.has_unpublished_changes


def test_only_who_may_change_a_record_keeps_a_version_aside(pair, record):
    with pytest.raises(PermissionDenied):
        actions.keep_aside(policy=own(record), by=factories.user(Role.REVIEWER))


# --- topics and guides -----------------------------------------------------------------------------------------------


@pytest.fixture
def topic(pair):
    made = Topic(slug="housing", name="住房", unit=factories.unit())
    return change_topic(topic=made, units=[], references=[], by="system:test")


def topic_form(user, topic):
    page = parsed.fromstring(
        at_desk(user).get(reverse("topics_desk:edit", args=[topic.slug])).content.decode()
    )
    form = next(each for each in page.forms if "name" in dict(each.form_values()))
    return {name: value for name, value in form.form_values() if name != "units"} | {"step": "save"}


def test_a_topic_changed_meanwhile_is_not_overwritten_unawares(pair, topic):
    one, other = pair
    form = topic_form(other, topic)
    address = reverse("topics_desk:edit", args=[topic.slug])
    at_desk(one).post(address, topic_form(one, topic) | {"summary": "甲写的简介"})
    client = at_desk(other)
    text = html(client.post(address, form | {"summary": "乙写的简介"}))
    assert "别人修改了这个主题" in text and "甲写的简介" in text and "乙写的简介" in text
    assert Topic.objects.get().summary == "甲写的简介"
    seen = parsed.fromstring(text).xpath('//input[@name="seen"]/@value')[0]
    client.post(address, form | {"summary": "乙写的简介", "seen": seen})
    assert Topic.objects.get().summary == "乙写的简介"


@pytest.fixture
def service(pair):
    values = {
        "code": "SL-1", "name": "示例事项", "unit": "minzheng", "audience": "person", "phone": "021-11111111",
        "conditions": ["满六十岁"],
    }  # fmt: skip
    return keep(values=values, by="system:test")[0]


def service_form(user, service):
    page = parsed.fromstring(at_desk(user).get(f"/desk/guides/edit/{service.pk}/").content.decode())
    form = dict(page.get_element_by_id("w-editor-form").form_values())
    counts = {f"{name}-count": "0" for name in ("basis", "conditions", "materials", "steps")}
    return form | counts


def test_a_guide_changed_meanwhile_is_not_overwritten_unawares(pair, service):
    one, other = pair
    form = service_form(other, service)
    keep(values={"code": service.code, "phone": "021-22222222"}, by=one)
    address = f"/desk/guides/edit/{service.pk}/"
    client = at_desk(other)
    text = html(client.post(address, form | {"phone": "021-33333333"}, follow=True))
    assert "别人修改了这个事项" in text and "021-22222222" in text and "021-33333333" in text
    assert Service.objects.get().guide.phone == "021-22222222"
    seen = parsed.fromstring(text).xpath('//input[@name="seen"]/@value')[0]
    client.post(address, form | {"phone": "021-33333333", "seen": seen}, follow=True)
    assert Service.objects.get().guide.phone == "021-33333333"


# --- decisions -------------------------------------------------------------------------------------------------------


def test_a_confirmed_link_to_a_service_is_undone_at_the_desk(pair, service):
    clerk, _other = pair
    policy = measures(4600)
    link = actions.link_service(policy=policy, path="", service=service, by=clerk)
    client = at_desk(clerk)
    address = reverse("records:services") + f"?policy={policy.pk}"
    assert service.name in html(client.get(address))
    client.post(address, {f"r{link.pk}": "refuse"})
    assert ServiceLink.objects.get().state == ServiceLink.State.REFUSED
    client.post(address, {f"r{link.pk}": "confirm"})
    assert ServiceLink.objects.get().state == ServiceLink.State.CONFIRMED
    stranger = factories.user(Role.CLERK, factories.unit("other", "示例区别的局", "别的局"))
    at_desk(stranger).post(address, {f"r{link.pk}": "refuse"})
    assert ServiceLink.objects.get().state == ServiceLink.State.CONFIRMED


def test_a_batch_that_breaks_off_says_after_which_line(pair, monkeypatch):
    clerk, _other = pair
    policy = measures(4700, opening="根据《第一个办法》《第二个办法》《第三个办法》，")
    rows = list(Relation.objects.filter(source=policy, state=Relation.State.PROPOSED).order_by("pk"))
    assert len(rows) >= 2
    whole, calls = actions.refuse, []

    def breaking(**values):
        calls.append(values["relation"])
        if len(calls) == 2:
            raise OperationalError("database is locked")
        return whole(**values)

    monkeypatch.setattr(actions, "refuse", breaking)
    values = {f"r{row.pk}": "refuse" for row in rows}
    text = html(at_desk(clerk).post(reverse("records:proposals"), values, follow=True))
    assert f"处理到“{calls[1].target_title}”时停下" in text and "已处理 1 条关系" in text
    states = dict(Relation.objects.filter(source=policy).values_list("pk", "state"))
    assert [states[row.pk] for row in calls] == ["refused", "proposed"]


def test_a_visitor_gets_nothing_of_the_forms(record):
    for address in (
        reverse("records:hand_in", args=[record.pk]),
        reverse("desk"),
        "/desk/policies/?export=xlsx",
    ):
        assert Client().get(address).status_code == 302
