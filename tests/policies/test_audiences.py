"""Whom a text is for: what is proposed and what is left open, and the boxes at the desk."""

import pytest

from gongkai.orgs.models import Role
from gongkai.policies import actions
from gongkai.policies.audiences import propose
from gongkai.policies.models import Policy
from gongkai.policies.models.audience import Audience, AudienceChoices, apart, joined
from gongkai.reading.read import read
from tests import factories
from tests.policies.record_world import draft, own


def proposed(title, *lines, to="各街道办事处："):
    text = "\n".join([title, "示例民发〔2026〕3号", to, *lines, "示例区民政局", "2026年3月4日"])
    document = read(text.encode(), "a.txt")
    return apart(propose(title, document.parts))


@pytest.mark.parametrize(
    ("title", "lines", "audiences"),
    [
        ("示例区老年人助餐服务办法", ["一、总则", "助餐点由街道设立。"], ["elder"]),
        ("示例区残疾人就业补贴办法", ["第一条　制定本办法。"], ["disabled"]),
        ("示例区首店扶持办法", ["第一条　制定本办法。", "第二条　本办法适用于在本区登记的企业和个体工商户。"], ["company", "trader"]),
        ("示例区贴息细则", ["第一条　在本区登记的社会组织、个体工商户，可以申请贴息。"], ["trader", "society"]),
        ("示例区补贴指南", ["一、申报对象", "高校毕业生和在校生。"], ["student"]),
        ("示例区民政局2026年工作要点", ["一、抓好救助。"], ["organ"]),
        # What is only likely is not proposed.
        ("示例区民政局关于第3号事项的通知", ["一、由街道办理，方便居民。"], []),
        ("关于民办非企业单位年检的通知", ["一、按时报送。"], ["society"]),
        ("示例区国有企业投资监督办法", ["第一条　制定本办法。"], []),
        ("广州市民政局关于档案的通知", ["一、整理档案。"], []),
        ("示例区企业职工养老金办法", ["第一条　制定本办法。"], []),
        ("示例区管理办法", ["第一条　制定本办法。", "第二条　国有企业不适用于本办法。"], []),
    ],
)  # fmt: skip
def test_what_a_text_says_plainly_is_proposed_and_nothing_else(title, lines, audiences):
    assert proposed(title, *lines) == audiences


def test_whom_a_text_is_addressed_to_counts():
    assert proposed("示例区民政局关于年检的通知", "一、按时报送。", to="各社会组织：") == ["society"]


@pytest.mark.django_db
def test_a_file_taken_in_bears_the_proposal(originals_folder, index_folder):
    made = factories.policy(title="示例区老年人助餐服务的通知")
    assert Policy.objects.get(pk=made.pk).audience_values == ["elder"]


def test_the_column_keeps_values_in_one_order_and_none_that_is_unknown():
    assert joined(["company", "resident", "x"]) == ",resident,company,"
    assert joined([]) == "" and apart("") == []
    assert apart(joined(Audience.values)) == Audience.values
    for value in Audience.values:
        assert sum(f",{value}," in joined([other]) for other in Audience.values) == 1


@pytest.mark.django_db
def test_at_the_desk_audiences_are_boxes_to_tick():
    field = Policy._meta.get_field("audiences").formfield()
    assert isinstance(field, AudienceChoices) and not field.required
    assert field.prepare_value(",resident,elder,") == ["resident", "elder"]
    assert field.clean(["elder", "resident"]) == ",resident,elder," and field.clean([]) == ""
    assert not field.has_changed(",resident,elder,", ["elder", "resident"])
    assert field.has_changed("", ["elder"])


@pytest.mark.django_db
def test_what_is_ticked_stands_in_the_draft_and_is_public_when_that_is_published(
    client, originals_folder, index_folder
):
    made, by = factories.policy(), factories.user(Role.PUBLISHER, of=factories.unit())
    revision = draft(made, by, audiences=",company,")
    assert own(made).audience_values == []
    actions.publish(policy=made, by=by, revision=revision)
    assert own(made).audience_values == ["company"]
    assert made.title in client.get("/policies/?audience=company").content.decode()
