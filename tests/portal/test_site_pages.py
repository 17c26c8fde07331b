"""Pages about the site: one heading each, the same for everybody, and nothing said that is not so."""

import re
from itertools import pairwise

import pytest
from django.urls import reverse
from lxml import html as markup

from gongkai.orgs.models import UnitKind
from gongkai.orgs.units.actions import take_in_guide
from tests import factories
from tests.policies.topic_world import policy, topic

pytestmark = pytest.mark.django_db
PAGES = ["about", "help", "accessibility", "site_map", "contact", "privacy", "copyright"]
#: Every page that anybody reads, the forms excepted.
EVERYWHERE = ["/", "/policies/", "/policies/?kind=通知", "/topics/", "/guides/", "/units/", "/units/minzheng/", "/search/?q=食堂", "/search/?q=xyz"]  # fmt: skip


@pytest.fixture(autouse=True)
def _folders(originals_folder, index_folder):
    pass


def page_of(client, path):
    answer = client.get(path)
    assert answer.status_code == 200, path
    return markup.fromstring(answer.content)


@pytest.mark.parametrize("language", ["", "/en"])
@pytest.mark.parametrize("name", PAGES)
def test_each_page_has_one_heading_and_says_where_it_is(client, name, language):
    page = page_of(client, f"{language}{reverse(f'portal:{name}')}")
    (heading,) = page.xpath("//h1")
    assert page.xpath("string(//nav[@class='crumbs']//*[@aria-current='page'])") == heading.text_content()
    assert page.xpath("string(//title)").startswith(heading.text_content())
    levels = [int(each.tag[1]) for each in page.xpath("//main//*[self::h1 or self::h2 or self::h3]")]
    assert levels[0] == 1 and all(after - before <= 1 for before, after in pairwise(levels))


@pytest.mark.parametrize("language", ["", "/en"])
def test_what_anybody_reads_sets_no_cookie_and_bears_nothing_of_the_visitor(client, language):
    factories.policy()
    for path in [*EVERYWHERE, *(reverse(f"portal:{name}") for name in PAGES)]:
        answer = client.get(language + path)
        assert not answer.cookies, path
        assert b"csrfmiddlewaretoken" not in answer.content and b"sessionid" not in answer.content, path
        assert client.get(language + path).content == answer.content, path


@pytest.mark.parametrize("name", PAGES)
def test_the_footer_leads_to_every_page_about_the_site(client, name):
    assert reverse(f"portal:{name}") in page_of(client, "/").xpath("//footer//a/@href")


def test_every_link_of_these_pages_leads_somewhere(client):
    made = policy("示例食堂办法", kind="办法")
    topic("canteens", words=["食堂"])
    seen = set()
    for name in PAGES:
        page = page_of(client, reverse(f"portal:{name}"))
        for href in page.xpath("//main//a/@href"):
            if href.startswith("/") and not href.startswith("/subscriptions/"):
                seen.add(href)
            elif href.startswith("#"):
                assert page.xpath(f"//*[@id='{href[1:]}']"), href
    assert {"/topics/canteens/", "/units/minzheng/", "/policies/?kind=%E5%8A%9E%E6%B3%95"} <= seen
    assert made.kind == "办法"
    assert {href: code for href in sorted(seen) if (code := client.get(href).status_code) != 200} == {}


def test_the_office_is_found_by_its_own_guide_and_no_number_is_invented(client):
    page = page_of(client, "/contact/")
    assert "主办单位还没有登记联系方式" in page.text_content()
    office = factories.unit("fuban", "示例区人民政府办公室", "区府办")
    office.kind = UnitKind.OFFICE
    office.save()
    take_in_guide(
        unit=office, row={"telephone": "021-0000 0000", "address": "示例路1号"}, actor="system:test"
    )
    page = page_of(client, "/contact/")
    text = page.text_content()
    assert "021-0000 0000" in text and "示例路1号" in text and "未提供" in text
    assert page.xpath("//a[.='021-0000 0000']/@href") == ["tel:021-00000000"]
    told = {number for number in re.findall(r"\d[\d-]{4,}\d", text) if number not in {"021-0000"}}
    assert told <= {"12345"}


def test_doors_that_the_installation_does_not_have_are_not_offered(client, settings):
    page = page_of(client, "/contact/")
    assert "网上留言" not in page.text_content() and "tel:12345" in page.xpath("//a/@href")
    settings.MESSAGE_BOARD_URL = "https://board.shili.example/"
    settings.INFORMATION_REQUEST_URL = "https://request.shili.example/"
    for path in ("/contact/", "/search/?q=没有的词", "/policies/?q=没有的词", "/guides/?q=没有的词"):
        links = page_of(client, path).xpath("//main//a/@href")
        assert {"https://board.shili.example/", "https://request.shili.example/", "tel:12345"} <= set(
            links
        ), path


def test_what_the_privacy_note_says_of_letters_is_what_the_installation_does(client, settings):
    settings.SMTP_URL = ""
    assert "不收邮箱地址" in page_of(client, "/privacy/").text_content()
    settings.SMTP_URL, settings.MAIL_FROM = "smtp://localhost:25", "a@shili.example"
    assert "全部退订后删除" in page_of(client, "/privacy/").text_content()


def test_the_one_cookie_that_the_privacy_note_names_is_that_of_large_text(client):
    assert "big" in page_of(client, "/privacy/").text_content()
    answer = client.get("/theme/big/?on=1&next=/privacy/")
    assert list(answer.cookies) == ["big"] and answer.cookies["big"].value == "1"
    assert answer.cookies["big"]["max-age"] == 365 * 24 * 3600
    gone = client.get("/theme/big/?next=/privacy/")
    assert gone.cookies["big"].value == "" and gone.cookies["big"]["max-age"] == 0


def test_a_demonstration_says_so_and_an_office_does_not(client, settings):
    settings.SAMPLE_SITE = True
    assert "虚构" in page_of(client, "/about/").xpath("string(//main)")
    settings.SAMPLE_SITE = False
    assert "虚构" not in page_of(client, "/about/").xpath("string(//main)")
