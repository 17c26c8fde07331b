"""From a clause to the service and back: proposed from the text, decided by a person, shown on both pages, counted."""

import pytest
from django.core.exceptions import PermissionDenied

from gongkai.guides import actions as guides
from gongkai.kernel import worker
from gongkai.kernel.models import Event
from gongkai.policies import actions, indicators, worklists
from gongkai.policies.models import Policy, ServiceLink
from tests import factories
from tests.guides.conftest import values
from tests.policies.record_world import draft, housing, html, measures, own

pytestmark = pytest.mark.django_db
PAGE = "/desk/records/services/"
NAMING = "申请人可以办理首店开办补贴申请。"


@pytest.fixture(autouse=True)
def _folder(originals_folder):
    pass


@pytest.fixture
def service():
    factories.unit()
    return guides.keep(values=values(), by="system:test")[0]


@pytest.fixture
def policy(service):
    made = measures(1, closing=NAMING)
    actions.propose_services(policy=made)
    return made


def states(policy):
    return list(policy.service_links.order_by("pk").values_list("path", "state"))


def test_what_a_clause_names_is_proposed_with_its_words(policy, service):
    link = policy.service_links.get()
    assert (link.path, link.service, link.state) == ("第三条", service, "proposed")
    assert link.words in NAMING and "首店开办补贴" in link.words and 0 < link.confidence <= 1


def test_a_proposal_is_shown_to_nobody_but_the_desk(policy, service, client):
    assert f'class="do" href="{service.get_absolute_url()}"' not in html(
        client.get(policy.get_absolute_url())
    )
    assert policy.title not in html(client.get(service.get_absolute_url()))


def test_a_confirmed_link_stands_on_both_pages(policy, service, client):
    actions.decide_link(link=policy.service_links.get(), by=factories.user(), holds=True)
    page = html(client.get(policy.get_absolute_url()))
    assert page.count(f'class="do" href="{service.get_absolute_url()}"') == 1
    back = html(client.get(service.get_absolute_url()))
    clause = policy.clauses.get(path="第三条")
    assert (
        policy.title in back and f"{policy.get_absolute_url()}#{clause.anchor}" in back and "第三条" in back
    )
    assert Event.objects.filter(kind="policy.service_linked").count() == 1


def test_a_link_of_the_whole_text_stands_on_both_pages(policy, service, client):
    actions.link_service(policy=measures(2), path="", service=service, by=factories.user())
    whole = Policy.objects.get(title__contains="第2号")
    assert whole.title in html(client.get(service.get_absolute_url()))
    assert service.get_absolute_url() in html(client.get(whole.get_absolute_url()))


@pytest.mark.parametrize(("holds", "state"), [(True, "confirmed"), (False, "refused")])
def test_what_a_person_has_decided_is_not_proposed_again(policy, holds, state):
    actions.decide_link(link=policy.service_links.get(), by=factories.user(), holds=holds)
    for _round in range(2):
        assert actions.propose_services(policy=own(policy)) == 0
        actions.publish(policy=policy, by="system:test")
    assert states(policy) == [("第三条", state)]


def test_proposing_twice_changes_nothing_and_a_withdrawn_text_proposes_nothing(policy):
    assert actions.propose_services(policy=policy) == 1 and len(states(policy)) == 1
    actions.withdraw(policy=policy, by="system:test", reason="有误")
    assert actions.propose_services(policy=own(policy)) == 0 and states(policy) == []


def test_a_service_that_is_no_longer_had_is_neither_proposed_nor_shown(policy, service, client):
    actions.decide_link(link=policy.service_links.get(), by=factories.user(), holds=True)
    type(service).objects.filter(pk=service.pk).update(active=False)
    assert service.get_absolute_url() not in html(client.get(policy.get_absolute_url()))
    assert actions.propose_services(policy=measures(3, closing=NAMING)) == 0


def test_another_units_link_is_decided_by_nobody_else(policy, service):
    stranger = factories.user(of=housing())
    for holds in (True, False):
        with pytest.raises(PermissionDenied):
            actions.decide_link(link=policy.service_links.get(), by=stranger, holds=holds)
    with pytest.raises(PermissionDenied):
        actions.link_service(policy=policy, path="", service=service, by=stranger)
    assert not worklists.proposed_links(stranger).exists()


def test_a_clause_that_is_not_there_cannot_be_linked_and_one_that_was_refused_can(policy, service):
    clerk = factories.publisher()
    with pytest.raises(actions.Refused, match="第九条"):
        actions.link_service(policy=policy, path="第九条", service=service, by=clerk)
    actions.decide_link(link=policy.service_links.get(), by=clerk, holds=False)
    actions.link_service(policy=policy, path="第三条", service=service, by=clerk)
    assert states(policy) == [("第三条", "confirmed")]


def test_a_linked_clause_that_a_correction_removes_leads_to_the_whole_text(policy, service, client):
    clerk = factories.publisher()
    actions.decide_link(link=policy.service_links.get(), by=clerk, holds=True)
    body = [item for item in map(dict, own(policy).body.raw_data) if "第三条" not in str(item["value"])]
    actions.publish(
        policy=policy, by=clerk, revision=draft(policy, clerk, body=body, correction_note="删去第三条")
    )
    back = html(client.get(service.get_absolute_url()))
    assert policy.title in back and f'href="{policy.get_absolute_url()}"' in back


# --- the page at the desk ---------------------------------------------------------------------------------------


def test_the_page_decides_a_batch_and_adds_by_hand(policy, service, client):
    client.force_login(factories.user())
    link = policy.service_links.get()
    page = html(client.get(PAGE))
    assert policy.title in page and f'name="r{link.pk}"' in page
    client.post(PAGE, {f"r{link.pk}": "confirm"})
    assert (
        states(policy) == [("第三条", "confirmed")]
        and policy.title not in html(client.get(PAGE)).partition("<form")[0]
    )
    client.post(PAGE, {"add": "1", "policy": str(policy.pk), "path": "第二条", "service": service.code})
    assert ("第二条", "confirmed") in states(policy)


@pytest.mark.parametrize(
    "form",
    [
        {"policy": "x"}, {"policy": "9" * 30}, {"policy": "9" * 4400}, {"policy": "²"}, {"service": "\0"}, {"service": "没有"},
        {"path": "第九条"}, {"path": "<script>"}, {"path": "\0"},
    ],
)  # fmt: skip
def test_what_is_typed_wrongly_is_told_and_links_nothing(policy, service, client, form):
    client.force_login(factories.user())
    given = {"add": "1", "policy": str(policy.pk), "path": "", "service": service.code} | form
    answer = client.post(PAGE, given, follow=True)
    assert answer.status_code == 200 and ("没有找到" in html(answer) or "没有“" in html(answer))
    assert states(policy) == [("第三条", "proposed")]


@pytest.mark.parametrize("name", ["r" + "9" * 30, "r１", "r", "r-1"])
def test_hostile_names_of_fields_do_no_harm(policy, client, name):
    client.force_login(factories.user())
    assert client.post(PAGE, {name: "confirm"}).status_code == 302
    assert states(policy) == [("第三条", "proposed")]


def test_another_units_proposals_are_not_touched_by_the_form(policy, client):
    client.force_login(factories.user(of=housing()))
    link = policy.service_links.get()
    assert policy.title not in html(client.get(PAGE))
    client.post(PAGE, {f"r{link.pk}": "confirm"})
    client.post(PAGE, {"add": "1", "policy": str(policy.pk), "path": "", "service": link.service.code})
    assert states(policy) == [("第三条", "proposed")]


# --- the figure -------------------------------------------------------------------------------------------------


def test_the_figure_counts_basis_documents_that_are_public_and_linked(service):
    assert indicators.linked_basis().share is None  # nothing to count is not nothing done
    guides.keep(values=values(code="SL-002", name="养犬登记", basis=[{"title": "示例区第5号事项管理办法", "number": "", "clause": ""},
                {"title": "示例区第6号事项管理办法", "number": "", "clause": ""}]), by="system:test")  # fmt: skip
    five, six = measures(5), measures(6)
    measures(7)
    figure = indicators.linked_basis()
    assert (figure.numerator, figure.denominator) == (0, 2)
    assert {row.label for row in figure.rows} == {five.title, six.title}
    actions.link_service(policy=five, path="", service=service, by="system:test")
    figure = indicators.linked_basis()
    assert (figure.numerator, figure.denominator, figure.share) == (1, 2, 0.5)
    assert [row.label for row in figure.rows] == [six.title] and f"policy={six.pk}" in figure.rows[0].url
    actions.withdraw(policy=six, by="system:test", reason="有误")
    assert indicators.linked_basis().share == 1.0


def test_a_proposed_or_refused_link_does_not_count(service):
    guides.keep(values=values(code="SL-002", name="养犬登记", basis=[{"title": "示例区第8号事项管理办法", "number": "", "clause": ""}]),
                by="system:test")  # fmt: skip
    policy = measures(8, closing=NAMING)
    actions.propose_services(policy=policy)
    assert indicators.linked_basis().numerator == 0
    for link in policy.service_links.all():
        actions.decide_link(link=link, by="system:test", holds=False)
    assert indicators.linked_basis().numerator == 0


def test_what_a_guide_names_as_its_basis_is_proposed_at_that_clause(service):
    policy = measures(19)
    guides.keep(values=values(code="SL-003", name="养犬年检", basis=[{"title": policy.title, "number": "", "clause": "第二条"}]),
                by="system:test")  # fmt: skip
    worker.drain()
    link = policy.service_links.get(service__code="SL-003")
    assert (link.path, link.state) == ("第二条", "proposed") and policy.title in link.words


def test_two_links_of_one_text_count_once(service):
    policy = measures(9)
    guides.keep(values=values(code="SL-002", name="养犬登记", basis=[{"title": policy.title, "number": "", "clause": ""}]),
                by="system:test")  # fmt: skip
    for path in ("", "第二条"):
        actions.link_service(policy=policy, path=path, service=service, by="system:test")
    assert ServiceLink.objects.count() == 2
    assert (indicators.linked_basis().numerator, indicators.linked_basis().denominator) == (1, 1)
