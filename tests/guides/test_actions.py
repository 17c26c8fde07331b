"""Writing a service: who may, what is kept, what follows; key elements, indicators and what the interface tells."""

from datetime import UTC, date, datetime

import pytest
from django.core.exceptions import PermissionDenied

from gongkai.guides import actions, indicators, permissions, queries
from gongkai.guides.api import as_dict
from gongkai.guides.elements import ELEMENTS, missing_elements, whole
from gongkai.guides.models import Guide, Service
from gongkai.kernel import audit, clock
from gongkai.kernel.models import AuditEntry, Event
from gongkai.law.figures import figure
from gongkai.orgs.models import Role
from tests import factories
from tests.guides.conftest import values

pytestmark = pytest.mark.django_db
EMPTY = {"basis": [], "conditions": [], "materials": [], "steps": [], "place": "", "hours": "", "phone": ""}


@pytest.fixture
def other():
    return factories.unit("fangguan", "示例区房屋管理局", "区房管局")


def test_a_change_is_audited_and_told_once_and_no_change_not_at_all(keep):
    keep()
    assert (Event.objects.count(), AuditEntry.objects.count()) == (1, 1)
    keep()
    assert (Event.objects.count(), AuditEntry.objects.count()) == (1, 1)
    service = keep(phone="021-00000002")
    event = Event.objects.latest("pk")
    assert (event.kind, event.subject, event.payload) == (
        "guide.changed",
        service.reference,
        {"service": service.pk},
    )
    assert audit.matches(AuditEntry.objects.get(seq=2), fields=["phone"]) and audit.verify().ok


def test_a_change_dates_the_guide_unless_it_brings_its_own_date(keep):
    with clock.frozen(datetime(2026, 11, 20, 4, tzinfo=UTC)):
        assert keep().guide.updated_on == date(2026, 11, 20)
    with clock.frozen(datetime(2026, 11, 25, 4, tzinfo=UTC)):
        assert keep().guide.updated_on == date(2026, 11, 20)
        assert keep(fee="10元").guide.updated_on == date(2026, 11, 25)
        assert keep(fee="20元", updated_on="2026-11-01").guide.updated_on == date(2026, 11, 1)


def test_only_the_units_own_clerks_and_the_office_may_write(keep, other):
    keep()
    clerk, stranger, office = factories.user(), factories.user(of=other), factories.user(Role.OFFICE)
    for by in (clerk, office):
        actions.keep(values=values(fee=str(by)), by=by)
    with pytest.raises(PermissionDenied):
        actions.keep(values=values(fee="不该改"), by=stranger)
    with pytest.raises(PermissionDenied):
        actions.keep(values=values(unit="fangguan"), by=clerk)
    with pytest.raises(PermissionDenied):
        actions.keep(values=values(code="SL-NEW"), by=stranger)
    with pytest.raises(PermissionDenied):
        actions.keep(values=values(), by=factories.user(Role.NONE))
    assert actions.keep(values=values(unit="fangguan"), by=office)[0].unit == other


def test_predicate_and_queryset_of_who_may_change_pick_the_same_services(keep, other):
    keep()
    keep(code="SL-002", unit="fangguan")
    people = [
        factories.user(),
        factories.user(of=other),
        factories.user(Role.OFFICE),
        factories.user(Role.NONE),
    ]
    for person in people:
        allowed = {each.pk for each in Service.objects.all() if permissions.may_change(person, each)}
        assert set(queries.changeable_by(person).values_list("pk", flat=True)) == allowed


def test_a_refusal_names_every_fault_and_writes_nothing(keep):
    factories.unit()
    with pytest.raises(actions.Refused) as refused:
        actions.keep(values={"code": "SL-1", "name": "", "channel": "ftp://x"}, by="system:test")
    assert {fault.field for fault in refused.value.faults} == {"name", "channel", "unit", "audience"}
    assert not Service.objects.exists() and not Event.objects.exists()


def test_missing_elements_are_named_in_the_order_of_the_inspection(keep):
    whole_guide = keep().guide
    assert missing_elements(whole_guide) == []
    assert missing_elements(keep(code="SL-002", phone="", basis=[]).guide) == ["依据", "电话"]
    assert missing_elements(keep(code="SL-003", **EMPTY).guide) == [
        "依据",
        "条件",
        "材料",
        "地点",
        "时间",
        "电话",
        "流程",
    ]
    assert missing_elements(Guide(service=Service(name=""))) == list(map(str, ELEMENTS.values()))


def test_function_and_queryset_of_whole_guides_pick_the_same_services(keep):
    keep(code="SL-000")
    for n, (field, nothing) in enumerate(EMPTY.items(), start=1):
        keep(code=f"SL-{n}", **{field: nothing})
    Guide.objects.filter(service__code="SL-7").delete()
    found = set(Service.objects.filter(whole()).values_list("code", flat=True))
    assert (
        found
        == {each.code for each in Service.objects.all() if not missing_elements(each.known_guide)}
        == {"SL-000"}
    )


def test_the_indicator_counts_whole_guides_of_services_offered_and_names_the_others(keep):
    assert indicators.key_elements().share is None
    keep()
    lacking = keep(code="SL-002", name="缺两样", phone="", hours="")
    keep(code="SL-003", active=False, **EMPTY)
    figure_ = indicators.key_elements()
    assert (figure_.numerator, figure_.denominator, figure_.share) == (1, 2, 0.5)
    assert [tuple(row) for row in figure_.rows] == [
        ("缺两样", lacking.get_absolute_url(), "缺少：时间、电话")
    ]
    assert "8类" in figure_.definition and "待机关确认" in figure_.definition


def test_a_guide_that_lacks_four_elements_counts_for_the_inspection_and_three_does_not(keep):
    three = dict(list(EMPTY.items())[:3])
    keep(code="SL-002", **three)
    assert indicators.gravely_lacking().numerator == 0
    keep(code="SL-003", **(three | {"phone": ""}))
    found = indicators.gravely_lacking()
    assert (found.numerator, found.denominator) == (1, 2) and "SL-003" in found.rows[0].url


def test_the_figures_of_the_inspection_are_those_of_the_rule_and_await_confirmation():
    figures = [
        figure(f"inspection.{name}", date(2026, 11, 23))
        for name in ("guide_elements", "guide_missing_elements", "guide_items")
    ]
    assert [each.number for each in figures] == [8, 4, 5]
    assert not any(each.checked for each in figures)
    assert figures[0].number == len(ELEMENTS)


def test_the_interface_tells_values_that_json_knows(keep):
    told = as_dict(keep(statutory_value=None, statutory_unit=""))
    assert told["unit"] == {"code": "minzheng", "name": "示例区民政局"} and told["missing"] == []
    assert told["guide"]["statutory"] is None
    assert told["guide"]["promised"] == {"value": 20, "unit": "working_days"}
    assert told["guide"]["updated_on"] == clock.today().isoformat()
