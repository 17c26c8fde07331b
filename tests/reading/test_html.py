"""What a page shows is read, what it hides or runs is not, and tables keep their merged cells."""

import pytest

from gongkai.reading.document import BlockKind
from gongkai.reading.read import read

from .planting import as_html, blocks, page

TEXT = "<p>为了规范政府信息公开工作，保障公民知情权，制定本办法。</p>"


@pytest.mark.parametrize(
    "hidden",
    [
        '<p style="display:none">{}</p>',
        '<p style="display : none !important">{}</p>',
        '<div style="DISPLAY:NONE"><p>{}</p></div>',
        "<p hidden>{}</p>",
        "<template><p>{}</p></template>",
        "<!-- <p>{}</p> -->",
        '<p><span style="display:none">{}</span>应当公开。</p>',
        '<p style="visibility:hidden">{}</p>',
        '<input type="hidden" value="{}">',
        "<textarea>{}</textarea>",
        "<select><option>{}</option></select>",
    ],
)
def test_what_a_page_hides_is_not_read(hidden: str) -> None:
    assert "机密内容" not in page(TEXT + hidden.format("机密内容") + TEXT).text


@pytest.mark.parametrize(
    "wrap",
    [
        '<div style="visibility:hidden">{}</div>',
        '<body style="visibility:hidden">{}</body>',
        '<div style="visibility: hidden;" id="zoom">{}</div>',
    ],
)
def test_a_body_that_waits_for_its_script_is_read(wrap: str) -> None:
    assert "制定本办法" in page(wrap.format(TEXT * 3) + "<script>show()</script>").text


@pytest.mark.parametrize(
    "code",
    [
        "<script>var a='代码文字';</script>",
        "<style>p:before{content:'代码文字'}</style>",
        '<script type="application/ld+json">{"name":"代码文字"}</script>',
        "<noscript>代码文字</noscript>",
        "<p>应当公开。<script>document.write('代码文字')</script></p>",
        "<iframe>代码文字</iframe>",
        "<object>代码文字</object>",
        "<svg><title>代码文字</title></svg>",
    ],
)
def test_code_is_never_text(code: str) -> None:
    assert "代码文字" not in page(TEXT + code + TEXT).text


@pytest.mark.parametrize(
    ("markup", "seen"),
    [
        ("&ldquo;公开&rdquo;", "“公开”"),
        ("&amp;ldquo;公开&amp;rdquo;", "“公开”"),
        ("政府&amp;nbsp;公开", "政府 公开"),
        ("&#22269;&#21153;&#38498;", "国务院"),
        ("AT&amp;T公司", "AT&T公司"),
        ("研发R&amp;D经费", "研发R&D经费"),
        ("误差&lt;5%", "误差<5%"),
    ],
)
def test_entities_are_read_once_or_twice_as_it_takes(markup: str, seen: str) -> None:
    assert seen in page(f"<p>为了规范工作，{markup}应当依照规定办理。</p>" + TEXT).text


def test_a_letter_spaced_title_is_closed_up() -> None:
    document = read(
        as_html(["=关 于 公 开 工 作 的 通 知", "各街道办事处：", "请认真贯彻执行公开工作的各项要求。"]),
        "a.html",
    )
    assert document.title.value == "关于公开工作的通知"


def test_a_title_over_two_lines_is_one_title() -> None:
    document = page(
        '<p align="center"><b>示例区民政局关于印发</b></p><p align="center"><b>《养老服务管理办法》的通知</b></p><p align="center">示例民〔2025〕1号</p>'
        + TEXT * 3
    )
    assert document.title.value == "示例区民政局关于印发《养老服务管理办法》的通知"
    assert document.document_number.value == "示例民〔2025〕1号"


def test_text_split_over_inline_tags_stays_together() -> None:
    document = page(
        "<p>为了<b>规范</b><span>公开</span><font>工作</font>，<a href='#'>制定</a>本办法。</p>" + TEXT
    )
    assert "为了规范公开工作，制定本办法。" in document.text


def test_a_line_break_divides_lines_and_a_list_keeps_its_items() -> None:
    lines = page(
        "<div>一、工作目标应当明确。<br>二、工作责任应当落实。</div><ol><li>提交申请表。</li><li>提交身份证明。</li></ol>"
        + TEXT
    ).text.split("\n")
    assert "一、工作目标应当明确。" in lines and "二、工作责任应当落实。" in lines
    assert any("提交申请表。" in line for line in lines) and not any(
        "提交申请表。提交" in line for line in lines
    )


TABLE = """<table border="1"><tr><th rowspan="2">类别</th><th colspan="2">标准（元）</th></tr><tr><th>每月</th><th>每年</th></tr>
<tr><td rowspan="2">一类</td><td>100</td><td>1200</td></tr><tr><td colspan="2">另行规定</td></tr></table>"""


def test_merged_cells_stand_once_where_they_begin() -> None:
    (block,) = blocks(page(TEXT + TABLE + TEXT), BlockKind.TABLE)
    assert block.table is not None and block.table.width == 3
    assert [[cell.text for cell in row] for row in block.table.rows] == [
        ["类别", "标准（元）"],
        ["每月", "每年"],
        ["一类", "100", "1200"],
        ["另行规定"],
    ]
    assert block.table.grid() == [
        ["类别", "标准（元）", "标准（元）"],
        ["类别", "每月", "每年"],
        ["一类", "100", "1200"],
        ["一类", "另行规定", "另行规定"],
    ]
    assert [cell.header for cell in block.table.rows[0]] == [True, True]


def test_a_table_stands_between_the_sentences_around_it() -> None:
    document = page(
        "<p>第一条　补贴标准按照下表执行，逐年调整。</p>"
        + TABLE
        + "<p>第二条　补贴按月发放，不得拖欠挪用。</p>"
    )
    at = [one.table is not None for one in document.clauses]
    assert at == [False, True, False]
    assert document.clauses[1].heading == ("第一条",) and not document.clauses[1].numbered


@pytest.mark.parametrize("span", ["0", "-1", "abc", "1000000", "99999999999999999999"])
def test_absurd_spans_do_no_harm(span: str) -> None:
    document = page(
        TEXT
        + f'<table border=1><tr><td colspan="{span}" rowspan="{span}">甲</td><td>乙</td></tr><tr><td>丙</td><td>丁</td></tr></table>'
        + TEXT
    )
    for block in blocks(document, BlockKind.TABLE):
        assert block.table is not None and block.table.width <= 2000


def test_a_table_that_only_lays_out_the_page_is_no_table() -> None:
    document = page(f"<table><tr><td>{TEXT}{TEXT}</td></tr></table>")
    assert blocks(document, BlockKind.TABLE) == [] and "制定本办法" in document.text


def test_pictures_of_content_are_told_with_their_places_and_ornaments_are_not() -> None:
    found = page(
        "<div><h1>示例一览</h1><p>各服务点的地址见下图，可以就近办理。</p><p><img src='/u/1.png' width='500' height='300'></p>"
        "<p>开放时间为每日九时至十七时。</p><p><img src='/u/2.jpg'></p><img src='/t/logo.png'><img src='/u/3.png' width='16'></div>"
    )
    told = [each for each in found.warnings if "图片" in each]
    assert len(told) == 1 and "2张图片" in told[0] and "第2段之后" in told[0] and "第3段之后" in told[0]


def test_what_the_site_hides_outside_the_text_is_not_told() -> None:
    menu = "<ul>" + "<li>栏目</li>" * 9 + "</ul>"
    text = "<div class='a'><p>各街道办事处：</p><p>经研究，同意你们的方案，请遵照执行，并及时报告。</p></div>"
    found = page(f"<div><div><div style='display:none'>{menu}</div></div>{text}</div>")
    assert not any("隐藏" in each for each in found.warnings)


def test_blank_rows_of_a_form_are_rows_and_what_word_measures_with_is_none() -> None:
    blank = "<tr><td>&nbsp;</td><td>&nbsp;</td></tr>"
    found = page(
        f"<div><p>请填写下表，并按时报送。</p><table border=1><tr><td>姓名</td><td>金额</td></tr>{blank}{blank}"
        "<tr height=0><td><br></td><td><br></td></tr></table></div>"
    )
    (table,) = [block.table for part in found.parts for block in part.blocks if block.table]
    assert (len(table.rows), table.width) == (3, 2)
