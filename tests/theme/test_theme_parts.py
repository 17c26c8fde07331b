"""The components and layouts: what each shows for its content, and what it leaves out when there is none."""

import re

import pytest
from django.core.paginator import Paginator
from django.http import QueryDict
from django.template import Context, Template
from django.template.loader import render_to_string
from django.utils.safestring import mark_safe
from selectolax.lexbor import LexborHTMLParser

from gongkai.theme import pager, samples
from gongkai.theme.templatetags.parts import header_scope

#: Parts that are drawn by a function, and how a page asks for them.
TAGS = {
    "clause": "{% clause it %}",
    "facts": "{% facts_line it.chips it.facts %}",
    "document_row": "{% document_row it %}",
    "validity_chip": "{% chip it.state it.label %}",
}


def part(name: str, /, **context: object) -> LexborHTMLParser:
    if tag := TAGS.get(name):
        return LexborHTMLParser(Template("{% load parts %}" + tag).render(Context({"it": context})))
    return LexborHTMLParser(render_to_string(f"theme/parts/{name}.html", context))


def text(tree: LexborHTMLParser) -> str:
    return re.sub(r"\s+", " ", tree.body.text()).strip()


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("in_force", "现行有效"),
        ("not_yet_in_force", "尚未施行"),
        ("lapsed", "已失效"),
        ("repealed", "已废止"),
        ("unknown", "有效性待确认"),
        ("", "有效性待确认"),
    ],
)
def test_validity_is_told_in_words_and_by_colour(state, words):
    for name in ("validity_chip", "validity_banner"):
        tree = part(name, state=state)
        assert text(tree) == words
        assert tree.css_first(f".state-{state or 'unknown'}")


def test_a_chip_prefers_exact_words():
    assert text(part("validity_chip", state="not_yet_in_force", label="12月1日起施行")) == "12月1日起施行"


def test_a_banner_gives_the_reason_and_the_way_on():
    tree = part("validity_banner", state="repealed", reason="已被替代。", url="/p/2/", url_label="看新文件")
    assert "已被替代。" in text(tree)
    assert tree.css_first("a").attributes["href"] == "/p/2/"


def test_what_people_wrote_is_escaped_and_only_safe_text_is_html():
    evil = "<script>alert(1)</script>"
    row = part("document_row", title=evil, url="/", facts=[evil, {"text": evil, "url": "/x"}], note=evil)
    assert row.css("script") == []
    passages = [
        {"label": evil, "url": "/", "text": mark_safe("<mark>补贴</mark>")},
        {"label": "", "text": evil},
    ]
    found = part("document_row", title="甲", url="/", passages=passages)
    assert found.css("script") == []
    assert found.css_first("mark").text() == "补贴"
    assert part("clause", anchor="a", number=evil, text=evil).css("script") == []
    assert part("table", table={"caption": evil, "rows": [[{"text": evil}]]}).css("script") == []
    assert part("search_box", action="/s", label="查", value='"><script>').css("script") == []


def test_a_document_without_facts_has_no_line_for_them():
    assert part("document_row", title="甲", url="/").css(".facts") == []


def test_the_search_box_is_labelled_and_sends_what_it_keeps():
    tree = part(
        "search_box",
        action="/s/",
        label="搜索文件",
        value="电梯",
        hint="可以输文号",
        keep=[("v", "in_force")],
    )
    field = tree.css_first("input[type=search]").attributes
    assert (field["name"], field["value"]) == ("q", "电梯")
    assert tree.css_first(f"label[for={field['id']}]").text() == "搜索文件"
    assert tree.css_first(f"#{field['aria-describedby']}").text() == "可以输文号"
    assert tree.css_first("input[type=hidden]").attributes["value"] == "in_force"
    assert tree.css_first("form").attributes["method"] == "get"


def test_a_clause_has_its_anchor_and_a_named_link_to_copy():
    tree = part("clause", anchor="a3", number="第三条", text="本办法所称电梯……", name="第三条第一款")
    assert tree.css_first("#a3 p").text() == "第三条本办法所称电梯……"
    link = tree.css_first("a[data-copy]").attributes
    assert link["href"] == "#a3"
    assert "第三条第一款" in link["aria-label"]


def test_a_heading_is_a_heading_and_a_plain_paragraph_has_no_link():
    assert (
        part("clause", anchor="p2", heading=3, number="二、", text="措施").css_first("h3").text()
        == "二、措施"
    )
    plain = part("clause", text="各街道办事处：")
    assert plain.css("a") == []
    assert plain.css(".no") == []


def test_contents_nest_fold_and_mark_the_current():
    tree = part("contents", items=samples.CONTENTS)
    assert tree.css_first("nav[aria-label=目录] details summary")
    assert tree.css_first("ol ol ol a").text() == "（一）设备更新补贴"
    assert [a.text() for a in tree.css("a[aria-current]")] == ["二、支持措施"]
    assert len(tree.css("a")) == 8
    assert len(tree.css("ol")) == 3
    assert text(part("contents", items=[])) == ""


def test_a_table_scrolls_by_keyboard_and_its_headers_say_what_they_head():
    tree = part("table", table=samples.WIDE_TABLE)
    frame = tree.css_first("[role=region]").attributes
    assert (frame["tabindex"], frame["aria-label"]) == ("0", "表格2")
    assert {th.attributes["scope"] for th in tree.css("tr.heads th")} == {"col"}
    assert {th.attributes["scope"] for th in tree.css("tr:not(.heads) th")} == {"row"}
    assert tree.css_first("th[rowspan='2']").text() == "单位"
    assert len(tree.css("th[colspan='4']")) == 2
    assert len(tree.css("td.n")) == 24
    captioned = part("table", table=samples.TABLE)
    assert captioned.css_first("caption").text() == "附件：示例补贴标准表"


def test_tables_of_one_caption_have_names_of_their_own_and_a_heading_is_not_said_twice():
    rows = [[{"text": "甲"}]]
    frames = [
        part(
            "table",
            table={"caption": "绩效目标表", "number": n, "rows": rows, "repeated": n == 2, "unit": "元"},
        )
        for n in (1, 2)
    ]
    names = [frame.css_first("[role=region]").attributes["aria-label"] for frame in frames]
    assert names == ["绩效目标表 表格1", "绩效目标表 表格2"]
    captions = [" ".join(frame.css_first("caption").text().split()) for frame in frames]
    assert captions == ["绩效目标表 单位：元", "单位：元"]


def test_header_scope_reads_dicts_and_objects():
    class Cell:
        header = True

    assert header_scope([Cell(), {"header": True}]) == "col"
    assert header_scope([Cell(), {"text": "1"}]) == "row"


def test_filters_link_with_counts_and_chosen_ones_can_be_removed():
    tree = part("filters", groups=samples.GROUPS, chosen=samples.CHOSEN, clear_url="?")
    assert tree.css_first(".chosen a").attributes["aria-label"] == "去掉条件：现行有效"
    assert [a.css_first("span").text() for a in tree.css("a[aria-current]")] == ["现行有效", "示例区商务委"]
    assert tree.css_first(".fold small").text() == "214"
    assert part("filters", groups=[{"label": "空", "options": []}]).css("h2") == []


def test_elements_say_how_sure_they_are():
    tree = part("elements", elements=samples.ELEMENTS)
    assert tree.css_first(".note").text() == "由落款推定，尚未核对"
    assert tree.css("dd")[-1].text() == "—"


def test_the_pager_keeps_the_other_parameters_and_elides():
    shown = pager.links(Paginator(range(400), 20).page(7), QueryDict("q=电梯&page=7"))
    assert (shown.number, shown.count) == (7, 20)
    assert [page.number for page in shown.pages] == [1, None, 6, 7, 8, None, 20]
    assert shown.previous_url == "?q=%E7%94%B5%E6%A2%AF&page=6"
    assert shown.pages[0].url == "?q=%E7%94%B5%E6%A2%AF"
    tree = part("pager", pager=shown)
    assert tree.css_first("[aria-current=page]").text() == "7"
    assert [a.text() for a in tree.css("a[rel]")] == ["上一页", "下一页"]


def test_one_page_needs_no_pager():
    shown = pager.links(Paginator(range(3), 20).page(1), QueryDict(""))
    assert (shown.previous_url, shown.next_url) == ("", "")
    assert text(part("pager", pager=shown)) == ""


def test_nothing_found_offers_doors():
    tree = part("empty", reason="没有这样的文件。", doors=samples.DOORS)
    assert "没有找到" in text(tree)
    assert len(tree.css(".doors a")) == 3


def test_the_other_small_parts_render():
    assert (
        part("breadcrumbs", crumbs=samples.CRUMBS)
        .css_first("[aria-current=page]")
        .text()
        .startswith("示例区")
    )
    assert part("notice", kind="error", title="没有保存", text="请重填。").css_first(".kind-error")
    assert part("notice", text="已保存", live=True).css_first("[role=status]")
    assert part("button", label="去办理", url="/x").css_first("a.button")
    assert part("button", label="保存").css_first("button[type=submit]")
    assert part("chain", chain=samples.CHAIN).css_first(".now").text() == "本文件"
    assert part("topics", topics=samples.TOPICS).css_first("small").text() == "86"
    assert part("facts", chips=samples.STATES[:1], facts=["甲"]).css_first("li .chip")
    assert part("doors", doors=[]).css("ul") == []
