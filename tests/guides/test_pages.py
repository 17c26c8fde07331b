"""The public pages: the list with its filters, the guide with its elements in order, and what is not stated."""

import re
from html import unescape

import pytest
from lxml import html as markup

from gongkai.guides.models import Guide, Service
from gongkai.theme import slots
from tests import factories

pytestmark = pytest.mark.django_db
ORDER = ["时限、收费和地点", "申请条件", "申请材料", "办理流程", "办理依据"]
# What fits on a line each, under the first heading.
LINES = ["法定时限", "承诺时限", "收费", "办理结果", "办理地点", "办理时间", "咨询电话"]


def text(answer):
    return unescape(answer.content.decode())


def test_a_guide_shows_its_elements_in_order_with_headings_table_and_numbered_steps(client, keep):
    service = keep(
        materials=[
            {
                "name": "申请表",
                "forms": ["copy"],
                "copies": 2,
                "note": "",
                "template": "https://x.shili.example/f",
            }
        ]
    )
    page = markup.fromstring(client.get(service.get_absolute_url()).content)
    assert page.xpath("//article//h2/text()") == ORDER
    assert sorted(page.xpath("//article//dl//dt/text()")) == sorted(LINES)
    assert page.xpath("string(//h1)") == "首店开办补贴申请"
    rows = [[cell.text_content().strip() for cell in row] for row in page.xpath("//article//table//tr")]
    assert rows == [["材料名称", "形式", "份数", "样表"], ["申请表", "复印件", "2", "样表"]]
    assert page.xpath("//article//table//a/@href") == ["https://x.shili.example/f"]
    steps = page.xpath("//ol[@role='list']/li")
    assert [each.text_content() for each in steps] == ["1.申请", "2.审核", "3.拨付"]
    said = page.xpath("string(//article)")
    for words in (
        "《若干措施》（示例商规〔2026〕3号）二、（一）",
        "30个工作日",
        "20个工作日",
        "不收费",
        "021-00000001",
        "补贴资金",
    ):
        assert words in said
    assert "未载明" not in page.text_content()


def test_the_way_to_apply_names_the_site_it_leads_to(client, keep):
    service = keep()
    page = markup.fromstring(client.get(service.get_absolute_url()).content)
    (button,) = page.xpath("//a[@class='button']")
    assert button.text == "去办理" and button.get("href") == "https://zwdt.shili.example/item/1"
    assert "zwdt.shili.example" in button.getparent().text_content()
    without = keep(code="SL-002", channel="")
    assert "去办理" not in text(client.get(without.get_absolute_url()))


def test_what_a_guide_does_not_state_is_said_and_never_filled_in(client, keep):
    service = keep()
    Guide.objects.all().delete()
    page = markup.fromstring(client.get(service.get_absolute_url()).content)
    assert page.xpath("//article//h2/text()") == ORDER
    assert page.xpath("string(//article)").count("未载明") == 11


def test_a_time_limit_of_zero_is_at_once_and_days_are_told_from_working_days(client, keep):
    page = text(client.get(keep(promised_value=0, statutory_unit="days").get_absolute_url()))
    assert "当场办结" in page and "30日" in page and "30个工作日" not in page


def test_a_service_that_is_offered_no_more_says_so_at_its_address_and_is_in_no_list(client, keep):
    service = keep(active=False)
    answer = client.get(service.get_absolute_url())
    assert answer.status_code == 410 and "已停办" in text(answer) and "示例区民政局" in text(answer)
    assert service.name not in text(client.get("/guides/"))
    assert client.get("/guides/no-such-code/").status_code == 404


def test_a_sample_is_marked(client, keep):
    assert "示例事项" in text(client.get(keep(is_sample=True).get_absolute_url()))


def test_markup_in_a_guide_is_shown_as_text(client, keep):
    service = keep(
        name="<b>补贴</b>",
        place="<script>alert(1)</script>",
        steps=["<img src=x onerror=alert(1)>"],
        materials=[
            {
                "name": '<iframe>"',
                "forms": [],
                "copies": None,
                "note": "<i>",
                "template": "https://x.shili.example/f",
            }
        ],
    )
    page = client.get(service.get_absolute_url()).content.decode()
    assert not re.search(r"<script>alert|<img src=x|<iframe|<b>补贴|<i>", page)


@pytest.mark.parametrize(
    ("query", "n"),
    [
        ("", 4), ("?audience=person", 2), ("?audience=company", 3), ("?audience=both", 0), ("?audience=x", 0), ("?unit=minzheng", 3),
        ("?unit=x", 0), ("?category=惠企", 3), ("?category=x", 0), ("?q=食堂", 2), ("?q=食堂 运营", 1), ("?q=sl-101", 1), ("?q=%25", 0),
        ("?q=_", 0), ("?q=%00", 4), ("?page=99", 4), ("?page=x", 4), ("?audience=company&q=食堂&unit=minzheng", 1),
    ],
)  # fmt: skip
def test_filters_and_words_narrow_the_list_and_odd_values_find_nothing(client, keep, query, n):
    factories.unit("fangguan", "示例区房屋管理局", "区房管局")
    keep(code="SL-101", name="食堂建设补贴")
    keep(code="SL-102", name="食堂运营补贴", audience="person")
    keep(code="SL-103", name="排水许可", unit="fangguan", category="建设")
    keep(code="SL-104", name="见习补贴", audience="both")
    keep(code="SL-105", name="停办的食堂事项", active=False)
    answer = client.get(f"/guides/{query}")
    assert answer.status_code == 200
    assert text(answer).count('class="row-title"') == n


def test_filters_count_what_the_others_leave(client, keep):
    keep(code="SL-101", audience="person")
    keep(code="SL-102", audience="both", category="养老")
    page = markup.fromstring(client.get("/guides/?category=养老").content)
    counted = {
        li.xpath("string(.//span)"): li.xpath("string(.//small)")
        for li in page.xpath("//nav[@class='filters']//details//li")
    }
    assert counted == {"个人": "1", "企业": "1", "区民政局": "1", "惠企": "1", "养老": "1"}


def test_the_interface_is_english_under_its_own_address_and_the_guide_stays_chinese(client, keep):
    service = keep()
    answer = client.get(f"/en{service.get_absolute_url()}")
    page = markup.fromstring(answer.content)
    assert page.get("lang") == "en" and answer.status_code == 200
    assert page.xpath("string(//dd[contains(., '示例路100号')]/@lang)") == "zh-Hans"


def test_the_basis_offers_a_place_for_linked_clauses(client, keep, monkeypatch):
    service = keep()
    monkeypatch.setitem(slots._filled, "guide.basis", (lambda context, given: f"条款来自 {given.code}",))
    assert "条款来自 SL-001" in text(client.get(service.get_absolute_url()))


def test_a_list_of_many_services_asks_the_database_few_questions(client, keep, django_assert_max_num_queries):
    for n in range(30):
        keep(code=f"SL-{n}", name=f"事项{n}")
    assert Service.objects.count() == 30
    with django_assert_max_num_queries(10):
        page = text(client.get("/guides/"))
    assert page.count('class="row-title"') == 20
