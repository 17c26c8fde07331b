"""Small frames around a small document: how sites write labels, name windows and set lines around the text."""

from datetime import date

import pytest

from gongkai.reading.document import OfficialDocument
from gongkai.reading.read import read

from .planting import page

TITLE = "示例区民政局关于做好补贴申领工作的通知"
TEXT = "".join(
    f"<p>{one}</p>"
    for one in [
        "各街道办事处：",
        "为了做好补贴申领工作，现就有关事项通知如下，请遵照执行。",
        "一、申领对象为本区户籍的老年人，由街道负责核实。",
        "二、申领时间为每年三月，逾期不再受理申领事项。",
    ]
)
HEADED = f'<p style="text-align:center">{TITLE}</p>{TEXT}'
LABELS = {"索引号": "000/2025-1", "发文字号": "示例民〔2025〕8号", "发布时间": "2025-03-05"}
MARKUPS = {
    "spans in boxes": ("<div>{}</div>", "<div><span>{}{}</span><span>{}</span></div>"),
    "words in boxes": ("<div>{}</div>", "<div>{}{} {}</div>"),
    "emphasis in boxes": ("<div>{}</div>", "<div><em>{}{}</em>{}</div>"),
    "boxes side by side": ("<div>{}</div>", "<div>{}{}</div><div>{}</div>"),
    "list": ("<ul>{}</ul>", "<li>{}{}<span>{}</span></li>"),
    "definitions": ("<dl>{}</dl>", "<dt>{}{}</dt><dd>{}</dd>"),
    "table": ("<table>{}</table>", "<tr><th>{}{}</th><td>{}</td></tr>"),
    "one line": ("<p>{}</p>", "{}{}{}　　"),
}


def framed(before: str, after: str = "", title: str = "") -> OfficialDocument:
    head = f"<head><meta charset=utf-8><title>{title}</title></head>"
    return read(
        f"<!DOCTYPE html><html>{head}<body>{before}<div>{HEADED}</div>{after}</body></html>".encode(),
        "page.html",
    )


# Nobody writes a label and its value into one string without a colon.
WRITINGS = [
    (markup, colon)
    for markup in MARKUPS
    for colon in ("：", ":", " ：", "")
    if colon or markup not in {"words in boxes", "one line"}
]


@pytest.mark.parametrize(("markup", "colon"), WRITINGS)
@pytest.mark.parametrize("place", ["above", "below"])
def test_labels_are_read_in_every_markup(markup: str, colon: str, place: str) -> None:
    outer, inner = MARKUPS[markup]
    labels = outer.format("".join(inner.format(name, colon, value) for name, value in LABELS.items()))
    document = framed(labels) if place == "above" else framed("", labels)
    assert (document.index_number.value, document.document_number.value, document.published_on.value) == (
        "000/2025-1",
        "示例民〔2025〕8号",
        date(2025, 3, 5),
    )
    assert document.title.value == TITLE
    assert "索引号" not in document.text


@pytest.mark.parametrize(
    "tail",
    [
        "-示例市人民政府",
        "_示例市人民政府门户网站",
        " - 通知公告 - 示例市政府网",
        "_通知公告_示例区人民政府",
        " | 示例市政府网",
        "--示例市政府网",
        " 示例市政府网",
        "",
    ],
)
def test_the_name_of_the_site_is_no_part_of_the_title(tail: str) -> None:
    document = framed("", title=TITLE + tail)
    assert document.title.value == TITLE


def test_a_dash_within_the_title_stays() -> None:
    title = "示例区养老服务发展规划（2025-2027年）"
    body = HEADED.replace(TITLE, title)
    document = read(
        f"<html><head><meta charset=utf-8><title>{title}-示例市政府网</title></head><body>{body}</body></html>".encode(),
        "page.html",
    )
    assert document.title.value == title


@pytest.mark.parametrize(
    "line",
    [
        "【打印本页】 【关闭窗口】",
        "分享到：微信 微博",
        "扫一扫在手机打开当前页",
        "（责任编辑：示例）",
        "主办：示例市人民政府办公室　承办：示例市大数据中心",
        "网站标识码：0000000000　示例ICP备00000000号",
        "网站地图 | 联系我们 | 隐私声明",
        "发布时间：2025-03-05 09:15 来源：示例市人民政府 字体：【大 中 小】 浏览次数：1024",
        "上一篇：示例区民政局关于召开会议的通知",
    ],
)
def test_a_line_of_the_page_is_no_line_of_a_short_document(line: str) -> None:
    document = page(
        f'<div class="a"><p style="text-align:center">{TITLE}</p><p>各街道办事处：</p><p>经研究，同意你们的申领方案，请遵照执行。</p></div><div class="b"><p>{line}</p></div>'
    )
    assert "请遵照执行" in document.text
    assert line.split("：", maxsplit=1)[0].split(" ", maxsplit=1)[0] not in document.text


def test_the_site_is_not_taken_for_the_issuer() -> None:
    document = framed("<p>发布时间：2025-03-05 来源：示例市人民政府门户网站</p>")
    assert document.issuers.value == ("示例区民政局",)
    assert document.published_on.value == date(2025, 3, 5)


def test_numbers_of_related_documents_are_not_its_own() -> None:
    related = (
        "<ul>"
        + "".join(
            f"<li><a href=#>示例市人民政府关于第{n}批工作的通知（示例府发〔2024〕{n}号）</a> 2024-01-1{n}</li>"
            for n in range(9)
        )
        + "</ul>"
    )
    document = framed("", f"<div><h3>相关文件</h3>{related}</div>")
    assert (
        document.document_number.value is None
        and document.published_on.value is None
        and document.written_on.value is None
    )
    assert "第3批" not in document.text
