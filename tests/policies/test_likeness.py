"""Two files of one document are offered as one, a forwarded copy is linked; a person decides, nothing is lost."""

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from gongkai.kernel.models import AuditEntry
from gongkai.policies import actions, queries
from gongkai.policies.actions.take_in import Result
from gongkai.policies.models import Likeness, Original, Policy
from tests import factories

pytestmark = pytest.mark.django_db
BODY = (
    "一、补贴对象\n在本区实际居住、年满七十五周岁的老年人，以及经评估失能等级为二级以上的老年人，可以申请助餐补贴。\n"
    "二、补贴标准\n每人每月不超过一百五十元，由所在街道按月核定，计入助餐账户，不发放现金，不得转让他人使用。\n"
    "三、办理程序\n申请人向户籍所在地街道办事处提出申请，街道在五个工作日内审核，审核结果在社区公示三日。\n"
)


@pytest.fixture(autouse=True)
def _folder(originals_folder):
    factories.unit()


def take(data: bytes, name: str = "a.txt", **values):
    return actions.take_in(data=data, name=name, actor="system:test", **values)


def page_of(text: bytes) -> bytes:
    """The same document as a saved page of the bureau's site."""
    lines = text.decode().splitlines()
    return (
        "<html><body><div class=nav><a href=#>首页</a></div><div>"
        + "".join(f"<p>{line}</p>" for line in lines)
        + "</div></body></html>"
    ).encode()


@pytest.fixture
def offered():
    first = take(factories.text_of(3, body=BODY))
    other = take(page_of(factories.text_of(3, body=BODY)), "b.html")
    return first, other


def test_another_file_of_a_document_is_offered_and_makes_no_second_record(offered):
    first, other = offered
    assert (other.result, other.policy) == (Result.OFFERED, first.policy)
    assert other.notes and Policy.objects.count() == 1 and Original.objects.count() == 2
    offer = Likeness.objects.get()
    assert (offer.policy, offer.original.name, offer.state) == (first.policy, "b.html", "offered")
    assert AuditEntry.objects.filter(action="policy.file_offered").count() == 1


def test_an_offered_file_comes_in_once(offered):
    again = take(page_of(factories.text_of(3, body=BODY)), "c.html")
    assert again.result is Result.UNCHANGED and Likeness.objects.count() == 1


def test_a_joined_file_can_be_had_on_the_page_of_its_document(offered, client):
    policy = offered[0].policy
    address = reverse("policies:other_file", args=[policy.pk, Likeness.objects.get().pk])
    assert client.get(address).status_code == 404  # not before a person has looked at it
    actions.settle(offered=Likeness.objects.get(), by="system:test", joined=True)
    assert address in client.get(policy.get_absolute_url()).content.decode()
    assert client.get(address).content == page_of(factories.text_of(3, body=BODY))


def test_a_file_kept_apart_becomes_a_draft_of_its_own_and_is_not_offered_again(offered):
    actions.settle(offered=Likeness.objects.get(), by="system:test", joined=False)
    assert Policy.objects.count() == 2 and not Policy.objects.latest("pk").live
    again = take(page_of(factories.text_of(3, body=BODY)), "c.html")
    assert (again.result, again.policy) == (Result.UNCHANGED, Policy.objects.latest("pk"))


def test_an_offer_is_settled_once(offered):
    offer = Likeness.objects.get()
    actions.settle(offered=offer, by="system:test", joined=True)
    with pytest.raises(actions.Refused):
        actions.settle(offered=offer, by="system:test", joined=False)
    assert Policy.objects.count() == 1


def test_a_forwarded_copy_is_a_record_of_its_own_linked_both_ways(client):
    first = take(factories.text_of(3, body=BODY)).policy
    text = factories.text_of(3, body=BODY).decode()
    cover = (
        f"云溪街道办事处转发{first.title}的通知\n云街办发〔2026〕9号\n各居民区：\n"
        f"现将《{first.title}》转发给你们，请认真贯彻执行。\n云溪街道办事处\n2026年4月2日\n\n{text}"
    )
    outcome = take(cover.encode(), "forwarded.txt")
    assert outcome.result in {Result.PUBLISHED, Result.DRAFT} and outcome.policy != first
    link = Likeness.objects.get()
    assert (link.policy, link.copy, link.state) == (first, outcome.policy, "linked")
    if outcome.policy.live:
        assert queries.copies(first) == [("copy", outcome.policy)]
        assert outcome.policy.get_absolute_url() in client.get(first.get_absolute_url()).content.decode()
        assert first.get_absolute_url() in client.get(outcome.policy.get_absolute_url()).content.decode()


def test_a_copy_that_is_no_longer_published_is_not_named():
    first = take(factories.text_of(3, body=BODY)).policy
    other = factories.policy(number=9)
    Likeness.objects.create(policy=first, copy=other, why="转发", state="linked")
    assert queries.copies(first)
    actions.withdraw(policy=other, by="system:test", reason="撤回")
    assert queries.copies(first) == []


def test_only_those_who_may_change_the_record_settle_an_offer(offered):
    offer = Likeness.objects.get()
    stranger = factories.user(of=factories.unit("jiaoyu", "示例区教育局"))
    with pytest.raises(PermissionDenied):
        actions.settle(offered=offer, by=stranger, joined=True)
    browser = Client()
    browser.force_login(stranger)
    assert browser.get(reverse("policies:offered_file", args=[offer.pk])).status_code == 404
    assert (
        browser.post(reverse("policies:settle_file", args=[offer.pk]), {"decision": "join"}).status_code
        == 404
    )
    offer.refresh_from_db()
    assert offer.state == "offered"


def test_the_list_at_the_desk_says_which_records_have_a_file_waiting(offered):
    factories.policy(number=9)
    browser = Client()
    browser.force_login(factories.user(of=offered[0].policy.unit))
    address = reverse("wagtailsnippets_policies_policy:list")
    assert browser.get(address).content.decode().count("有文件待确认") >= 1
    found = browser.get(address, {"offered": "true"}).context["page_obj"].object_list
    assert [policy.pk for policy in found] == [offered[0].policy.pk]


def test_a_clerk_alone_makes_no_file_public(offered):
    offer = Likeness.objects.get()
    assert offer.policy.live
    clerk = factories.user(of=offer.policy.unit)
    with pytest.raises(PermissionDenied):
        actions.settle(offered=offer, by=clerk, joined=True)
    actions.settle(offered=offer, by=clerk, joined=False)  # a draft of its own: nobody sees it


def test_a_publisher_settles_an_offer_with_one_button(offered):
    offer = Likeness.objects.get()
    browser = Client()
    browser.force_login(factories.publisher(of=offer.policy.unit))
    form = browser.get(
        reverse("wagtailsnippets_policies_policy:edit", args=[offer.policy_id])
    ).content.decode()
    assert reverse("policies:settle_file", args=[offer.pk]) in form and "b.html" in form
    browser.post(reverse("policies:settle_file", args=[offer.pk]), {"decision": "join"})
    offer.refresh_from_db()
    assert offer.state == "joined"
