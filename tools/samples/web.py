"""Pages as the content systems of government portals make them: their metadata, their boxes, what Word left behind."""

from html import escape

from tools.samples.source import Source, cells, spans

_CENTRE, _RIGHT = "text-align:center", "text-align:right"
_STYLES = {
    "mark": _CENTRE, "title": _CENTRE, "number": _CENTRE, "caption": _CENTRE, "chapter": _CENTRE,
    "sign": _RIGHT, "date": _RIGHT, "unit": _RIGHT, "to": "",
}  # fmt: skip
_STRONG = {"title", "chapter", "h1", "h2", "caption"}
_SITE = "示例区人民政府门户网站"


def html_from(source: Source) -> bytes:
    """The page in the manner that `# as:` names: html-a, html-b or html-c."""
    make = {"html-a": _with_table, "html-b": _with_list, "html-c": _with_line}[source.about["as"]]
    return make(source).encode("utf-8")


def _head(source: Source, *metas: tuple[str, str]) -> str:
    lines = "\n".join(f'<meta name="{name}" content="{escape(value)}">' for name, value in metas)
    return (
        '<!DOCTYPE html>\n<html lang="zh-CN">\n<head>\n<meta charset="utf-8">\n'
        f"<title>{escape(source.first('title'))}_{_SITE}</title>\n{lines}\n</head>\n<body>\n"
    )


def _elements(source: Source) -> list[tuple[str, str]]:
    written = source.about.get("written") or _iso(source.first("date"))
    found = [
        ("索引号", source.about.get("index", "")),
        ("发文字号", source.first("number")),
        ("发布机构", "、".join(dict.fromkeys(source.all("sign")))),
        ("成文日期", written),
        ("发布日期", source.about["published"]),
    ]
    return [(label, value) for label, value in found if value]


def _iso(day: str) -> str:
    year, rest = day.split("年")
    month, last = rest.rstrip("日").split("月")
    return f"{year}-{int(month):02}-{int(last):02}"


def _with_table(source: Source) -> str:
    """A table of elements above the text, and the metadata that the national rules for portals ask for."""
    column = source.about["column"]
    head = _head(
        source,
        ("SiteName", _SITE),
        ("SiteDomain", "www.shili.example"),
        ("SiteIDCode", "0000000000"),
        ("ColumnName", column),
        ("ColumnType", "政策文件"),
        ("ArticleTitle", source.first("title")),
        ("PubDate", f"{source.about['published']} 10:30"),
        ("ContentSource", source.first("sign")),
    )
    elements = _elements(source)
    rows = "\n".join(
        "<tr>" + "".join(f"<th>{label}</th><td>{escape(value)}</td>" for label, value in pair) + "</tr>"
        for pair in (elements[at : at + 2] for at in range(0, len(elements), 2))
    )
    return (
        f'{head}<div class="crumb">您所在的位置：<a href="#">首页</a> &gt; <a href="#">政府信息公开</a> &gt; <a href="#">{column}</a></div>\n'
        f'<table class="xxgk">\n{rows}\n</table>\n<div class="content-box">\n<h1>{escape(source.first("title"))}</h1>\n'
        f'<div class="TRS_Editor">\n{_body(source)}\n</div>\n</div>\n'
        '<div class="tools"><a href="#">打印本页</a> <a href="#">关闭窗口</a></div>\n'
        f'<div class="footer">主办：示例区人民政府办公室　{_SITE}　网站标识码：0000000000</div>\n</body>\n</html>\n'
    )


def _with_list(source: Source) -> str:
    """A list of elements, and paragraphs with the spans that pasting from Word leaves."""
    items = "\n".join(
        f"<li><b>{label}：</b><span>{escape(value)}</span></li>" for label, value in _elements(source)
    )
    return (
        f'{_head(source, ("keywords", source.first("title")))}<div class="position">当前位置：<a href="#">首页</a> &gt; <a href="#">政府信息公开</a></div>\n'
        f'<ul class="file-info">\n{items}\n</ul>\n<div class="article">\n<h1>{escape(source.first("title"))}</h1>\n'
        f"{_body(source, pasted=True)}\n</div>\n"
        '<div class="share">分享到：</div>\n<div class="footer">版权所有：示例区人民政府</div>\n</body>\n</html>\n'
    )


def _with_line(source: Source) -> str:
    """One line with day and source under the title, in the manner of a department's own small site."""
    return (
        f'{_head(source)}<div class="nav"><a href="#">首页</a> <a href="#">机构职能</a> <a href="#">{source.about["column"]}</a></div>\n'
        f'<div class="main">\n<div class="title">{escape(source.first("title"))}</div>\n'
        f'<div class="info">发布时间：{source.about["published"]}　来源：{source.first("sign")}　【字体：大 中 小】</div>\n'
        f'<div class="content">\n{_body(source)}\n</div>\n</div>\n</body>\n</html>\n'
    )


def _body(source: Source, *, pasted: bool = False) -> str:
    """Everything but the first title, which stands above."""
    found: list[str] = []
    rows: list[list[str]] = []
    titled = False
    lines = [*source.lines, ("end", "")]
    for kind, text in lines:
        if kind != "row" and rows:
            found.append(_table(rows))
            rows = []
        if kind == "title" and not titled:
            titled = True
        elif kind == "row":
            rows.append(cells(text))
        elif kind not in {"end", "break"}:
            found.append(_paragraph(kind, text, pasted=pasted))
    return "\n".join(found)


def _paragraph(kind: str, text: str, *, pasted: bool) -> str:
    words = escape(text, quote=False).replace("↵", "<br>")
    if kind in _STRONG:
        words = f"<strong>{words}</strong>"
    if pasted:
        words = f'<span style="font-family:仿宋_GB2312;font-size:16pt">{words}</span>'
    style = _STYLES.get(kind, "text-indent:2em")
    return f'<p style="{style}">{words}</p>' if style else f"<p>{words}</p>"


def _table(rows: list[list[str]]) -> str:
    lines = []
    for y, row in enumerate(spans(rows)):
        tag = "th" if y == 0 else "td"
        made = [
            f"<{tag}{_more('colspan', each.columns)}{_more('rowspan', each.rows)}>{escape(each.text)}</{tag}>"
            for each in row
            if each
        ]
        lines.append(f"<tr>{''.join(made)}</tr>")
    return '<table border="1" cellspacing="0">\n' + "\n".join(lines) + "\n</table>"


def _more(name: str, n: int) -> str:
    return f' {name}="{n}"' if n > 1 else ""
