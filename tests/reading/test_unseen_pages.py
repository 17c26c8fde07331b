"""Pages as the common site systems make them, short documents under long footers: what is the site's is left out."""

from datetime import date

import pytest

from gongkai.reading.document import BlockKind, OfficialDocument
from gongkai.reading.read import read

from .planting import blocks, numbered, page

TOP = (
    "<div class=bar><span>今天是2025年11月20日 星期四</span><span>无障碍</span><a>登录</a></div>"
    "<ul><li><a href=1>首页</a></li><li><a href=2>政务公开</a></li></ul><div>当前位置：<a>首页</a> &gt; <a>通知公告</a></div>"
)
FOOT = (
    "<div><p><a>网站地图</a> | <a>隐私声明</a></p><p>云溪区人民政府主办　云溪区大数据局承办</p><p>地址：府前路1号　邮编：000000</p>"
    "<p>网站标识码：0000000001　示例ICP备00000000号</p><p>建议使用1024×768分辨率浏览器访问本网站，谢谢您的关注。</p></div>"
)
TITLE = "云溪区水务局关于做好计划停水工作的通知"
HEAD = "<p style='text-align:center'>云水〔2025〕8号</p><p>各镇人民政府：</p>"
TEXT = "<p>　　因管网改造，现将停水有关事项通知如下。</p><p>　　一、停水时间为六月五日。</p><p>　　二、请提前储水。</p>"
LONG = "<p>　　" + "请各单位结合实际，认真做好各项准备工作，确保居民生活用水。" * 9 + "</p>"
SIGNED = "<p align=right>云溪区水务局</p><p align=right>2025年5月30日</p>"


def site(inner: str, window: str = TITLE) -> OfficialDocument:
    """What is read from ``inner`` between the menu and the footer of a site."""
    return read(
        f"<html><head><meta charset=utf-8><title>{window}</title></head><body>{TOP}<div>{inner}</div>{FOOT}</body></html>".encode(),
        "page.html",
    )


def told(document: OfficialDocument) -> tuple[object, ...]:
    return (
        document.title.value,
        document.document_number.value,
        document.recipients.value,
        document.signature.value,
        document.written_on.value,
    )


WHOLE = (TITLE, "云水〔2025〕8号", ("各镇人民政府",), ("云溪区水务局",), date(2025, 5, 30))


@pytest.mark.parametrize(
    "inner",
    [
        f"<h1>{TITLE}</h1><div>发布时间：2025-06-01 来源：水务局</div><div>{HEAD}{TEXT}{SIGNED}</div>",
        f"<h1>{TITLE}</h1><div>2025-06-01 09:00 来源：水务局 字体：大 中 小</div><div><div>{HEAD}{LONG}{TEXT}</div><div>{SIGNED}</div></div>",
        f"<table><tr><td align=center><font size=5><b>{TITLE}</b></font></td></tr><tr><td>2025-6-1 阅读：33次</td></tr><tr><td>{HEAD}{TEXT}{SIGNED}</td></tr></table>",
        f"<div class=t1>云溪区水务局文件</div><div class=t2>云水〔2025〕8号</div><div class=t3>{TITLE}</div><div><p>各镇人民政府：</p>{TEXT}{SIGNED}</div>",
        f"<h1>{TITLE}</h1><div>{HEAD}{TEXT}{SIGNED}</div><div><h3>相关解读</h3><a href=x>停水工作政策解读</a></div><div>【打印】【关闭】</div>",
        f"<h1>{TITLE}</h1><div><video>您的浏览器不支持video标签，请升级。</video>{HEAD}{TEXT}{SIGNED}</div><div>分享到：微信</div>",
        f"<h1>{TITLE}</h1><div>云水〔2025〕8号<br><br>各镇人民政府：<br>　　因管网改造，现通知如下。<br>　　一、停水时间为六月五日。<br>　　二、请提前储水。<br>　　云溪区水务局<br>　　2025年5月30日</div>",
        f"<h1>{TITLE}</h1><pre>\n云水〔2025〕8号\n各镇人民政府：\n    因管网改造，现通知如下。\n    一、停水时间为六月五日。\n    二、请提前储水。\n          云溪区水务局\n          2025年5月30日\n</pre>",
    ],
)
def test_a_short_document_is_found_whole_between_menu_and_footer(inner: str) -> None:
    document = site(inner, "云溪区人民政府" if "<font" in inner else f"{TITLE}-云溪区人民政府")
    assert told(document) == WHOLE
    assert numbered(document) == ["一", "二"]
    assert not any(word in document.text for word in ("首页", "谢谢", "主办", "政策解读", "浏览器", "今天是"))


@pytest.mark.parametrize(
    "line",
    [
        "发布时间：2025-06-01",
        "2025-06-01 来源：本网",
        "（2025-06-01）",
        "时间：2025/6/1 9:00:00 作者：王某",
        "2025-06-01",
    ],
)
def test_the_day_of_publication_is_read_however_the_page_shows_it(line: str) -> None:
    document = site(f"<h1>{TITLE}</h1><div>{line}</div><div>{HEAD}{TEXT}{SIGNED}</div>")
    assert document.published_on.value == date(2025, 6, 1)
    assert told(document) == WHOLE


def test_what_a_text_says_of_an_event_is_no_word_of_the_site() -> None:
    lines = [
        "主办单位：云溪区总工会",
        "承办单位：云溪区体育中心",
        "时间：2025年10月18日",
        "名　称：云溪区图书馆",
        "地址：二路3号",
        "报名时间：2025年10月8日9:00",
        "日期：2025年10月18日　时间：9:00",
        "资金来源：财政拨款　申报时间：每年三月",
        "电话：0000-5555555",
    ]
    document = site(
        f"<h1>关于举办职工运动会的公告</h1><p>现将有关事项公告如下，欢迎参加。</p>{''.join(f'<p>{line}</p>' for line in lines)}",
        "关于举办职工运动会的公告-云溪区人民政府",
    )
    assert all(line.replace("\u3000", " ") in document.text for line in lines)
    assert document.title.value == "关于举办职工运动会的公告"


def test_a_table_that_lists_documents_is_no_box_of_labels() -> None:
    rows = "<tr><td>序号</td><td>文件名称</td><td>文号</td><td>实施日期</td></tr><tr><td>1</td><td>某办法</td><td>云府〔2015〕3号</td><td>2015-07-01</td></tr>"
    document = site(
        f"<h1>{TITLE}</h1><div>{HEAD}{TEXT}{SIGNED}<p>附件</p><table border=1>{rows}</table></div>"
    )
    (block,) = blocks(document, BlockKind.TABLE)
    assert block.table is not None and (len(block.table.rows), block.table.width) == (2, 4)
    assert told(document) == WHOLE and document.effective_from.value is None


def test_names_in_brackets_without_colons_are_labels() -> None:
    box = "".join(
        f"<li><b>[{name}]</b><span>{value}</span></li>"
        for name, value in [
            ("发文机构", "云溪区水务局"),
            ("成文日期", "2025年5月30日"),
            ("发文字号", "云水〔2025〕8号"),
            ("废止日期", ""),
            ("发布日期", "2025年6月1日"),
        ]
    )
    document = site(f"<ol>{box}</ol><h1>{TITLE}</h1><div>{HEAD}{TEXT}{SIGNED}</div>")
    assert document.published_on.value == date(2025, 6, 1) and document.effective_until.value is None
    assert told(document) == WHOLE and "发文机构" not in document.text


@pytest.mark.parametrize("beside", ["签发人：吴某", "答复类别：A"])
def test_what_stands_beside_the_number_leaves_the_number(beside: str) -> None:
    document = page(
        f"<h1>{TITLE}</h1><p>云水〔2025〕8号　　　{beside}</p><p>各镇人民政府：</p>{TEXT}{SIGNED}"
    )
    assert told(document) == WHOLE


def test_links_to_the_files_named_in_the_text_are_not_counted_twice() -> None:
    listed = "<p>附件：1.用户名册</p><p>　　　2.储水指引</p>"
    links = "<p><a href=a.doc>附件1.用户名册.doc</a></p><p><a href=b.xls>附件2.储水指引.xls</a></p>"
    document = site(f"<h1>{TITLE}</h1><div>{HEAD}{TEXT}{listed}{SIGNED}{links}</div>")
    assert document.attachments.value == ("用户名册", "储水指引")


def test_an_organ_may_sign_with_its_day_in_figures() -> None:
    document = site(
        f"<h1>{TITLE}</h1><div>{HEAD}{TEXT}<p align=right>云溪区水务局</p><p align=right>2025.5.30</p></div>"
    )
    assert told(document) == WHOLE


def test_a_number_behind_a_day_does_not_begin_with_the_day() -> None:
    document = site(
        "<h1>云溪区停车管理办法</h1><p>（2024年12月5日云溪区人民政府令第66号公布）</p><p>第一条　为了规范停车，制定本办法。</p>"
    )
    assert document.document_number.value == "云溪区人民政府令第66号"


def test_plain_text_broken_at_a_fixed_width_is_put_together() -> None:
    text = (
        "    根据气象部门预报，近期我镇将出现强降雨天气过程，为确保人民群众\n生命财产安全，现将有关事项通知如下：\n"
        "    一、加强值班值守。各村要严格执行二十四小时值班和领导带班制度，\n确保信息畅通。\n"
    )
    document = read(text.encode(), "a.txt")
    assert "为确保人民群众生命财产安全" in document.text and numbered(document) == ["一"]


def test_what_a_site_says_above_copied_text_is_labels() -> None:
    document = read(
        "标题：关于中秋节放假的通知\n发布日期：2025-09-20\n各单位：\n现将放假安排通知如下，请遵照执行。\n".encode(),
        "a.txt",
    )
    assert document.title.value == "关于中秋节放假的通知" and document.published_on.value == date(2025, 9, 20)
