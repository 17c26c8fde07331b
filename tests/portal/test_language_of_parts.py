"""On English pages what stays Chinese is marked as Chinese, and what is English is not (WCAG 2.2, 3.1.2)."""

import re

import pytest
from django.template.loader import render_to_string
from django.utils import translation
from lxml import html as markup

from gongkai.orgs.models import UnitKind
from gongkai.orgs.units.actions import take_in_guide
from gongkai.theme.templatetags.parts import with_lang
from tests import factories
from tests.policies.topic_world import policy, topic

pytestmark = pytest.mark.django_db
HAN = re.compile("[\u4e00-\u9fff]")
LISTS = "//main//ul[@class='topics']//a | //main//ul[@class='facts']/li | //main//dl[@class='elements']//*[self::dt or self::dd]"
CRUMBS = "//nav[@class='crumbs']//li"


@pytest.fixture(autouse=True)
def _site(originals_folder, index_folder):
    office = factories.unit("fuban", "示例区人民政府办公室", "区府办")
    office.kind = UnitKind.OFFICE
    office.save()
    row = {"telephone": "021-0000 0000", "address": "示例路1号", "hours": "工作日"}
    take_in_guide(unit=office, row=row, actor="system:test")
    policy("示例食堂办法", kind="办法")
    topic("canteens", words=["食堂"])


def language_of(node):
    return node.xpath("string(ancestor-or-self::*[@lang][1]/@lang)")


def wrongly_marked(page):
    """Texts of the lists in the wrong language: Chinese that is taken for English, and the other way round."""
    texts = [
        text.getparent() if text.is_text else None
        for node in page.xpath(f"{LISTS} | {CRUMBS}")
        for text in node.xpath(".//text()[normalize-space()]")
    ]
    assert texts, "the page has no list"
    return [
        (node.text_content(), language_of(node))
        for node in texts
        if node is not None
        and bool(HAN.search(node.text or "")) != (language_of(node) == "zh-Hans")
        and re.search(r"[^\W\d_]", node.text or "")
    ]


@pytest.mark.parametrize("path", ["/", "/site-map/", "/contact/", "/units/fuban/", "/units/minzheng/"])
def test_each_value_of_an_english_page_is_in_the_language_it_says(client, path):
    answer = client.get(f"/en{path}")
    assert answer.status_code == 200
    assert wrongly_marked(markup.fromstring(answer.content)) == []


def test_labels_and_what_is_not_provided_are_english_and_the_offices_words_chinese(client):
    for path in ("/en/contact/", "/en/units/fuban/"):
        page = markup.fromstring(client.get(path).content)
        (address,) = page.xpath("//main//span[.='示例路1号']")
        assert language_of(address) == "zh-Hans"
        for words in page.xpath("//main//dl[@class='elements']//dt | //main//dd[.='Not provided']"):
            assert language_of(words) == "en", words.text_content()
        assert page.xpath("//main//dd[.='Not provided']")


def test_a_chinese_page_marks_nothing(client):
    assert b'<span lang="zh-Hans">' not in client.get("/").content + client.get("/contact/").content


@pytest.mark.parametrize(
    ("value", "marked"),
    [
        ("示例区民政局", True),
        ("示例路1号A座", True),
        ("WTO规则", True),
        ("主题 canteens", True),
        ("021-0000 0000", False),
        ("Not provided", False),
        ("Kept by 区府办", False),
        (7, False),
    ],
)
def test_words_are_known_by_their_writing(value, marked):
    with translation.override("en"):
        assert with_lang(value) == (f'<span lang="zh-Hans">{value}</span>' if marked else value)
    with translation.override("zh-hans"):
        assert with_lang(value) == value


def test_a_name_is_text_wherever_it_stands():
    with translation.override("en"):
        page = render_to_string("theme/parts/topics.html", {"topics": [{"label": "<b>局局局", "url": "/"}]})
    assert '<span lang="zh-Hans">&lt;b&gt;局局局</span>' in page
