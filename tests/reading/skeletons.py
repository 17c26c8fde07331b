"""Six page skeletons of kinds that Chinese government sites use, filled with a real document's own markup.

Each takes the row of metadata and the inner HTML of the body, and gives the page's bytes with the fields that its
frame states; what the body itself states, it states in any frame.
"""

import html
import re
from collections.abc import Callable
from typing import Any

Row = dict[str, Any]
Skeleton = Callable[[Row, str], tuple[bytes, set[str]]]
ALL = {"title", "document_number", "issuer", "index_number", "written_on", "published_on"}
NAV = "".join(
    f'<li><a href="/c{n}/">{name}</a></li>'
    for n, name in enumerate(
        [
            "首页",
            "政务公开",
            "政务服务",
            "互动交流",
            "走进示例",
            "数据开放",
            "机构职能",
            "政策文件",
            "财政信息",
            "人事信息",
            "新闻发布",
            "专题专栏",
        ]
    )
)
FOOT = "<p>主办：示例市人民政府办公室　承办：示例市大数据中心</p><p>网站标识码：0000000000　示例ICP备00000000号　公安备案00000000000000号</p><p>网站地图 | 联系我们 | 隐私声明</p>"
OTHERS = "".join(
    f'<li><a href="/t{n}.html">示例市人民政府关于做好第{n}批示例工作的通知（示例府发〔20{n}〕{n}号）</a><span>20{n}-0{n % 9 + 1}-1{n % 9}</span></li>'
    for n in range(10, 18)
)


def chinese(day: str) -> str:
    return f"{int(day[:4])}年{int(day[5:7])}月{int(day[8:])}日"


def escaped(row: Row) -> Row:
    return {key: html.escape(str(value)) for key, value in row.items()}


def list_of_labels(row: Row, body: str) -> tuple[bytes, set[str]]:
    """A modern page: navigation, breadcrumb, ul/li labels, share line, related documents, footer."""
    it = escaped(row)
    text = f"""<!DOCTYPE html><html lang="zh-CN"><head><meta charset="UTF-8"><title>{it["title"]}_示例市人民政府</title>
<link rel="stylesheet" href="a.css"><script>var _hmt=_hmt||[];</script></head><body><header><ul class="nav">{NAV}</ul></header>
<div class="crumb">当前位置：<a href="/">首页</a> &gt; <a href="/zw/">政务公开</a> &gt; 政策文件</div>
<main><ul class="xx"><li><b>索 引 号：</b><span>{it["index_number"]}</span></li><li><b>文　　号：</b><span>{it["document_number"]}</span></li>
<li><b>发布机构：</b><span>{it["issuer"]}</span></li><li><b>成文日期：</b><span>{it["written_on"]}</span></li>
<li><b>发布日期：</b><span>{it["published_on"]}</span></li><li><b>主题分类：</b><span>{it["topic"]}</span></li></ul>
<h1>{it["title"]}</h1><div class="art">{body}</div><div class="share">分享到：<a>微信</a> <a>微博</a> 【打印本页】 【关闭窗口】</div>
<div class="rel"><h3>相关文件</h3><ul>{OTHERS}</ul></div></main><footer>{FOOT}</footer></body></html>"""
    return text.encode(), ALL


def definition_list(row: Row, body: str) -> tuple[bytes, set[str]]:
    """dl, dt and dd without colons, other names for the labels, dates in Chinese, title in the list only."""
    it = escaped(row)
    pairs = {
        "信息名称": it["title"],
        "索引号": it["index_number"],
        "发文机关": it["issuer"],
        "发文字号": it["document_number"],
        "成文日期": chinese(row["written_on"]),
        "公开日期": chinese(row["published_on"]),
        "有效性": "有效",
    }
    rows = "".join(f"<dt>{name}</dt><dd>{value}</dd>" for name, value in pairs.items())
    text = f"""<html><head><meta charset="utf-8"><title>政策文件 - 示例市人民政府门户网站</title><style>dt{{float:left}}</style></head>
<body><div id="top"><span>今天是星期一</span><ul>{NAV}</ul></div><aside><h2>栏目导航</h2><ul>{NAV}</ul></aside>
<section><dl class="meta">{rows}</dl><article><div><div>{body}</div></div></article></section><div id="foot">{FOOT}</div></body></html>"""
    return text.encode(), ALL


def head_tags_only(row: Row, body: str) -> tuple[bytes, set[str]]:
    """Nothing around the body; the national tags in the head name title, publication and source."""
    it = escaped(row)
    text = f"""<!DOCTYPE html><html><head><meta charset="utf-8"><title>{it["title"]}</title>
<meta name="SiteName" content="示例市人民政府"><meta name="SiteDomain" content="www.example.invalid"><meta name="ColumnName" content="政策文件">
<meta name="ColumnType" content="政策文件"><meta name="ArticleTitle" content="{it["title"]}"><meta name="PubDate" content="{it["published_on"]} 10:30">
<meta name="ContentSource" content="示例市人民政府门户网站"><meta name="Keywords" content=""></head><body><div>{body}</div></body></html>"""
    return text.encode(), {"title", "published_on"}


def line_under_heading(row: Row, body: str) -> tuple[bytes, set[str]]:
    """A news page: heading, one grey line with time, source, size of type and readers, then the text."""
    it = escaped(row)
    text = f"""<!DOCTYPE html><html><head><meta charset="utf-8"><title>{it["title"]} 示例市政府网</title></head><body><div class="w"><ul>{NAV}</ul></div>
<div class="con"><div class="tit">{it["title"]}</div><div class="tips"><span>发布时间：{it["published_on"]} 09:15</span> <span>来源：示例市人民政府门户网站</span>
<span>浏览次数：<i id="hits">1024</i></span> <span>字体：【<a>大</a> <a>中</a> <a>小</a>】</span></div><div class="txt">{body}</div>
<p>（责任编辑：示例）</p></div><div class="list"><b>热点推荐</b><ul>{OTHERS}</ul></div><div>{FOOT}</div></body></html>"""
    return text.encode(), {"title", "published_on"}


def tables_in_a_form(row: Row, body: str) -> tuple[bytes, set[str]]:
    """An old ASP.NET page in GBK: everything in nested tables within one form, the label table below the text."""
    it = escaped(row)
    labels = [
        ("索取号", "index_number", "发布机构", "issuer"),
        ("发文字号", "document_number", "发布日期", "published_on"),
        ("成文日期", "written_on", "主题分类", "topic"),
    ]
    rows = "".join(
        f'<tr><td bgcolor="#eee">{a}：</td><td>{it[b]}</td><td bgcolor="#eee">{c}：</td><td>{it[d]}</td></tr>'
        for a, b, c, d in labels
    )
    rows += f'<tr><td bgcolor="#eee">名称：</td><td colspan="3">{it["title"]}</td></tr>'
    text = f"""<HTML><HEAD><META http-equiv="Content-Type" content="text/html; charset=gb2312"><TITLE>{it["title"]}</TITLE></HEAD><BODY>
<form name="Form1" method="post" action="a.aspx" id="Form1"><input type="hidden" name="__VIEWSTATE" value="{"dDwtMTA" * 300}">
<table width="1000" align="center"><tr><td><table><tr><td>{NAV}</td></tr></table></td></tr><tr><td><table width="100%"><tr><td width="200" valign="top">
<table><tr><td>信息公开目录</td></tr><tr><td>{OTHERS}</td></tr></table></td><td valign="top"><table width="100%"><tr><td align="center"><font size="5">{it["title"]}</font></td></tr>
<tr><td><table><tr><td>{body}</td></tr></table></td></tr><tr><td><table border="1" width="100%">{rows}</table></td></tr></table></td></tr></table></td></tr>
<tr><td align="center">{FOOT}</td></tr></table></form></BODY></HTML>"""
    return text.encode("gb18030"), ALL


def breaks_instead_of_paragraphs(row: Row, body: str) -> tuple[bytes, set[str]]:
    """div and span labels; the text is one box whose lines end with br and begin with hard spaces."""
    it = escaped(row)
    if "<table" not in body:
        body = re.sub(r"<p[^>]*>", "&nbsp;&nbsp;&nbsp;&nbsp;", body).replace("</p>", "<br>\n")
    text = f"""<!DOCTYPE html><html><head><meta charset="gbk"><title>示例市人民政府</title></head><body><div class="nav">{NAV}</div>
<div class="row"><div class="col"><span>索引号</span><span>{it["index_number"]}</span></div><div class="col"><span>发文机构</span><span>{it["issuer"]}</span></div></div>
<div class="row"><div class="col"><span>标题</span><span>{it["title"]}</span></div></div><div class="row"><div class="col"><span>文号</span><span>{it["document_number"]}</span></div>
<div class="col"><span>成文日期</span><span>{it["written_on"]}</span></div><div class="col"><span>发布时间</span><span>{it["published_on"]}</span></div></div>
<div id="zoom">{body}</div><div class="qr">扫一扫在手机打开当前页</div><div>{FOOT}</div></body></html>"""
    return text.encode("gb18030"), ALL


SKELETONS: list[Skeleton] = [
    list_of_labels,
    definition_list,
    head_tags_only,
    line_under_heading,
    tables_in_a_form,
    breaks_instead_of_paragraphs,
]
