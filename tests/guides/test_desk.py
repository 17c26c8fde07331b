"""The desk: a unit's own services, one form for service and guide, refusals beside the field, and nothing else open."""

import json
import re
from html import unescape

import pytest

from gongkai.guides.models import Guide, Service
from gongkai.kernel.models import AuditEntry, Event
from gongkai.orgs.models import Role
from tests import factories


@pytest.fixture
def desk(client, keep):
    keep()
    client.force_login(factories.user())
    return client


def edit(service):
    return f"/desk/guides/edit/{service.pk}/"


def form_of(client, service):
    """The fields of the edit form as a browser sends them: rows of lists are drawn by script from what the page carries."""
    page = client.get(edit(service)).content.decode()
    sent = {}
    for tag in re.findall(r"<(?:input|textarea|select)[^>]*>", page):
        name = re.search(r'name="([^"]+)"', tag)
        value = re.search(r'value="([^"]*)"', tag)
        if name and ("checkbox" not in tag or "checked" in tag):
            sent[name[1]] = unescape(value[1]) if value else "on" if "checkbox" in tag else ""
    for name, options in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', page, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', options)
        sent[name] = chosen[1] if chosen else ""
    for name, arguments in re.findall(r'id="(\w+)" data-block[^>]*arguments-value="([^"]*)"', page):
        rows = json.loads(unescape(arguments))[0]
        sent[f"{name}-count"] = str(len(rows))
        for i, row in enumerate(rows):
            sent |= {f"{name}-{i}-deleted": "", f"{name}-{i}-type": row["type"], f"{name}-{i}-order": str(i)}
            value = row["value"]
            if isinstance(value, dict):
                sent |= {f"{name}-{i}-value-{key}": each for key, each in value.items() if each is not None}
            else:
                sent[f"{name}-{i}-value"] = value
    sent.pop("q", None)
    return sent


def test_the_form_holds_the_whole_guide_and_sending_it_back_changes_nothing(desk):
    service = Service.objects.get()
    before = Event.objects.count()
    sent = form_of(desk, service)
    assert sent["basis-0-value-title"] == "若干措施" and sent["materials-0-value-forms"] == [
        "original",
        "copy",
    ]
    answer = desk.post(edit(service), sent)
    assert answer.status_code == 302, answer.content.decode()
    assert Event.objects.count() == before


def test_what_is_saved_is_what_everyone_reads_and_is_audited_and_told(desk):
    service = Service.objects.get()
    sent = form_of(desk, service) | {
        "place": "示例路200号",
        "steps-1-deleted": "1",
        "materials-0-value-copies": "3",
    }
    assert desk.post(edit(service), sent).status_code == 302
    guide = Guide.objects.get()
    assert (
        guide.place == "示例路200号" and guide.steps == ["申请", "拨付"] and guide.materials[0]["copies"] == 3
    )
    page = desk.get(service.get_absolute_url()).content.decode()
    assert "示例路200号" in page
    event = Event.objects.latest("pk")
    assert (event.kind, event.subject) == ("guide.changed", service.reference)
    assert AuditEntry.objects.latest("seq").subject == service.reference
    assert desk.get(f"/desk/guides/history/{service.pk}/").status_code == 200


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("channel", "http://zwdt.shili.example/", "https"),
        ("channel", "javascript:alert(1)", "https"),
        ("promised_value", "40", "承诺时限长于法定时限"),
        ("promised_unit", "", "一起填写"),
        ("phone", "待定", "没有电话号码"),
        ("materials-0-value-template", "http://x.shili.example/a", "https"),
        ("materials-0-value-copies", "100", ""),
        ("name", "", ""),
    ],
)
def test_what_may_not_be_is_refused_in_words_and_nothing_is_kept(desk, field, value, words):
    service = Service.objects.get()
    answer = desk.post(edit(service), form_of(desk, service) | {field: value})
    assert answer.status_code == 200 and words in unescape(answer.content.decode())
    assert Event.objects.count() == 1


def test_missing_elements_stand_above_the_form_and_in_the_list(desk, keep):
    keep(code="SL-002", name="缺要素的事项", phone="", basis=[])
    service = Service.objects.get(code="SL-002")
    assert "缺少关键要素：依据、电话" in desk.get(edit(service)).content.decode()
    listed = desk.get("/desk/guides/").content.decode()
    assert "依据、电话" in listed and "齐全" in listed
    whole, lacking = (desk.get(f"/desk/guides/?whole={each}").content.decode() for each in ("true", "false"))
    assert "缺要素的事项" not in whole and "首店开办补贴申请" in whole
    assert "缺要素的事项" in lacking and "首店开办补贴申请" not in lacking


def test_another_units_clerk_sees_nothing_of_it_and_the_office_everything(desk, keep, client):
    service = Service.objects.get()
    stranger = factories.user(of=factories.unit("fangguan", "示例区房屋管理局", "区房管局"))
    client.force_login(stranger)
    assert service.name not in client.get("/desk/guides/").content.decode()
    for view in ("edit", "history", "usage"):
        assert client.get(f"/desk/guides/{view}/{service.pk}/").status_code in {302, 403, 404}, view
    client.force_login(factories.user(Role.OFFICE))
    assert service.name in client.get("/desk/guides/").content.decode()
    assert client.get(edit(service)).status_code == 200


def test_a_clerk_cannot_give_a_service_to_another_unit(desk):
    other = factories.unit("fangguan", "示例区房屋管理局", "区房管局")
    service = Service.objects.get()
    desk.post(edit(service), form_of(desk, service) | {"unit": str(other.pk)})
    assert Service.objects.get().unit.code == "minzheng"


def test_a_form_without_its_lists_is_refused_and_other_routes_are_shut(desk):
    service = Service.objects.get()
    assert desk.post(edit(service), {}).status_code == 400
    for path in ("add/", f"delete/{service.pk}/", f"copy/{service.pk}/"):
        assert desk.get(f"/desk/guides/{path}").status_code == 404, path
