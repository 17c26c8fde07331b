"""What a page sets around a document: menus, the way to the page, sharing, footers; and how to tell it from the text."""

import re

from gongkai.reading.page import Label, Line
from gongkai.text.clause_numbers import clause_number
from gongkai.text.dates import find_dates, is_date_line
from gongkai.text.normalise import CJK, bare, clean

# Words of the page's furniture that stand inside the body on some sites; whole lines only.
_FURNITURE = re.compile(
    r"^(?:扫一扫.{0,16}|我要(?:打印|留言|纠错|分享|收藏)|(?:【?(?:打印|关闭|收藏|返回|分享|字体|字号)[^，。【】]{0,14}】?\s*){1,4}|分享到.{0,12}|微信|微博|qq空间"
    r"|(?:上|下)一[篇条][:：].*|相关(?:链接|文章|稿件|阅读|解读|政策解读|附件|文件|信息|报道|新闻)[:：]?|[（(\[]?(?:责任)?编辑[:：].{0,12}|\[?(?:大|中|小)(?:\s*(?:中|小))*\]?|.{0,70}(?:浏览|点击|阅读)(?:次数|量|数)[:：]?[^，。；]{0,60}"
    r"|正文内容区域请使用tab按钮切换浏览|点击数[:：]?\d*|点击(?:查看|阅读|下载|蓝字|上方|右上角|关注).{0,80}|保存|复制链接|当前位置.*|您(?:当前|现在)?(?:所在)?的?位置.*|今天是.{0,40}|附件下载[:：]?|(?:供稿|责编|美编|统筹|监制)[:：].{0,20}|点分享.{0,20}|语音播报|听全文|阅读原文"
    r"|(?:政府)?网站标识码.*|.*ICP备.*号.*|.*公网安备.*|(?:网站地图|联系我们|隐私声明|关于我们)(?:[\s|｜]+(?:网站地图|联系我们|隐私声明|关于我们|站点地图))*)$",
    re.I,
)
# Where the reader is on the site, and the leaves of a text that the site shows one by one.
_CRUMB = re.compile(
    r"^(?:您?(?:当前|现在|所在).{0,6}位置.*|(?:网站)?(?:首页|主页)\s*(?:[>\uff1e»\u203a/|－—-].*)?)$"
)
_LEAVES = re.compile(
    r"^(?:(?:(?:首|上一|下一|尾|末)页|\[?\d{1,3}\]?|\.{3}|…|共\s*\d+\s*页)\s*){2,}$|^(?:上一|下一|尾|末)页$"
)
# What a site says of itself at the foot of every page; it may be whole sentences.
_SITE = re.compile(
    r"网站标识码|ICP备|公网安备|版权所有|copyright|©|建议使用.{0,40}(?:分辨率|浏览器)|浏览器不支持|^(?:网站地图|联系我们|隐私声明|关于我们)\b|政府网站找错",
    re.I,
)
# The same, but only beside the words above: a meeting has its 主办单位 too.
_KEEPER = re.compile(
    r"^(?:网站)?(?:主办|承办|协办|主管|技术支持|运行维护|维护)(?:单位|方)?\s*[:：]|(?:政府|委员会|局|办公室)主办|制作维护|^(?:手机版|电脑版|返回顶部|公众号|微信公众号)$"
)
_ASK = re.compile(r"^(?:地址|邮编|邮箱|传真|(?:联系|值班|办公)?电话)\s*[:：]")
_KEPT = re.compile(r"^(?:网站)?(?:主办|主管)(?:单位)?[:：].*(?:承办|协办|技术支持|维护)(?:单位)?[:：]")
# The line under a page's title: when, from where, by whom, read how often, in which size.
_ABOUT = re.compile(
    rf"(?<![{CJK}])(?:(?P<day>(?:发布|发表|更新|录入|上传|发稿|公开)?(?:时间|日期)\s*[:：])|(?:信息|文章|稿件|内容)?来源\s*[:：]"
    r"|(?:作者|撰稿|录入|编辑|责编|责任编辑|审核|审签|校对|监制)\s*[:：]|(?:浏览|点击|阅读|访问)(?:次数|量|数)?\s*[:：]?\s*(?:\d|\[|次|$)"
    r"|(?:字体|字号|视力保护色)\s*[:：]?|信息提供日期\s*[:：]|分享(?:到|至)?\s*[:：]|打印(?:本页|此页)?(?=[\s|｜】\]]|$))"
)
_BY = re.compile(
    r"^(?:(?:信息|文章|稿件|内容)?来源|作者|编辑|责任编辑|审核|校对|点击)\s*[:：][^，。；：:]{0,24}$|^(?:视力保护色|信息提供日期)[:：].{0,20}$"
)
_DAY = r"(?:19|20)\d\d\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}\s*日?"
_BEGINS_WITH_DAY = re.compile(rf"^[（(\[]?\s*{_DAY}")
# Documents write their own day with 年 and 月.
_DAY_ALONE = re.compile(
    r"^(?:(?:发布|发表|更新)?(?:时间|日期)\s*[:：]\s*)?(?:19|20)\d\d[-/.]\d{1,2}[-/.]\d{1,2}$"
    rf"|^(?:[^\s，。；：:]{{2,12}}\s+)?{_DAY}\s*\d{{1,2}}[:：]\d\d(?:[:：]\d\d)?$|^[（(\[]\s*{_DAY}\s*[）)\]]$"
)
_TIME = re.compile(rf"(?:时间|日期)\s*[:：]\s*({_DAY})")
_OWN_FILE = re.compile(r"附件|下载|\.(?:docx?|xlsx?|pdf|wps|et|ofd|zip|rar)\b", re.I)
_FURTHER = re.compile(r"^.{0,4}(?:相关|推荐|延伸|最新|热门|热点|更多|专题|导航|栏目|链接|信箱|二维码)")
_ENTRY_DAY = re.compile(r"(?:19|20)\d\d\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}\s*日?\s*[\]）)】]?$")


def is_furniture(text: str) -> bool:
    """True for a line that belongs to the page and not to the document on it (print, share, scan this)."""
    text = clean(text)
    return bool(
        _FURNITURE.match(text) or _LEAVES.match(text) or _CRUMB.match(text) or _BY.match(text)
    ) or _is_about(text)


def _is_about(text: str) -> bool:
    """The line under a page's title: two such words or more, or a day and one of them; no sentence, no item of a list.

    Days alone do not make one: 日期：六月一日　时间：九时 is said of a meeting.
    """
    if len(text) > 160 or re.search("[，。；]", text) or clause_number(text):
        return False
    found = list(_ABOUT.finditer(text))
    if all(match["day"] for match in found):
        return False
    return (len(found) >= 2 and found[0].start() <= 24) or bool(_BEGINS_WITH_DAY.match(text))


def is_site(text: str) -> bool:
    """True for what a site says of itself: its licences, its rights, which browser it likes."""
    return len(text) <= 200 and bool(_SITE.search(text))


def day_shown(texts: list[str]) -> list[Label]:
    """The day of publication that a page shows under its title without naming it: 2006-5-16 来源：市府办."""
    for text in texts:
        if len(text) <= 160 and (_is_about(text) or _DAY_ALONE.match(text)):
            named = _TIME.search(text)
            shown = _BEGINS_WITH_DAY.match(text) or _DAY_ALONE.match(text)
            found = next(find_dates(named[1] if named else shown[0] if shown else ""), None)
            if found:
                return [Label("published_on", found.date.isoformat())]
    return []


def listed(lines: list[Line]) -> list[Line]:
    """The entries of a page that only lists others (a linked title and its day, line after line), [] for any other page."""
    entries = [
        i
        for i, line in enumerate(lines)
        if line.linked and len(line.text) >= 10 and _ENTRY_DAY.search(line.text)
    ]
    if len(entries) < 5 or any(line.table for line in lines):
        return []
    # A sentence, a signature or a number that is no link belongs to a document, however short, that stands above the list.
    if any(
        not line.linked and (len(line.text) > 20 or re.search("[，。；：〕]|月", line.text))
        for line in lines[: entries[-1]]
    ):
        return []
    return [lines[i] for i in entries]


def without_frame(lines: list[Line], names: list[str], files: list[str]) -> list[Line]:
    """The lines of the document alone. ``names`` are what the page is called, ``files`` the names of its own files."""
    own = set(files)
    lines = lines[_begin(lines, [bare(name) for name in names if len(bare(name)) >= 6], own) :]
    lines = lines[: _end(lines, own)]
    text = next((i for i, line in enumerate(lines) if _is_text(line)), 0)
    lines = [
        line
        for i, line in enumerate(lines)
        if i >= text or not (_leads_away(line, own) or (i < 8 and _DAY_ALONE.match(line.text)))
    ]
    return [line for line in lines if line.table or not is_furniture(line.text)]


def _leads_away(line: Line, own: set[str]) -> bool:
    return line.linked and line.text not in own and not _OWN_FILE.search(line.text)


def _begin(lines: list[Line], names: list[str], own: set[str]) -> int:
    """Behind the last link or path that stands before the title, or before the first sentence."""
    begin = 0
    for i, line in enumerate(lines[:120]):
        words = bare(line.text)
        if line.table or (
            len(line.text) > 20 and re.search("[，。；]", line.text) and not is_site(line.text)
        ):
            break
        today = begin == i and is_date_line(line.text)  # the calendar beside a menu
        if _leads_away(line, own) or _CRUMB.match(line.text) or is_site(line.text) or today:
            begin = i + 1
        elif len(words) >= 6 and any(words in name or (len(name) >= 8 and name in words) for name in names):
            break
    return begin if begin < len(lines) else 0


def _end(lines: list[Line], own: set[str]) -> int:
    """Before the footer, and before the lists of links to other pages that follow a document."""
    end = len(lines)
    for i, line in enumerate(lines):
        if i and not line.table and is_site(line.text) and not any(_is_text(each) for each in lines[i + 1 :]):
            end = i
            break
    footer = end < len(lines)
    while end > 1:
        line = lines[end - 1]
        if line.table or not (
            _leads_away(line, own)
            or is_furniture(line.text)
            or is_site(line.text)
            or _KEPT.match(line.text)
            or (footer and _keeps_site(lines, end - 1))
            or (end < len(lines) and len(line.text) <= 12 and _FURTHER.match(line.text))
        ):
            break
        end -= 1
    return end


def _keeps_site(lines: list[Line], i: int) -> bool:
    """Who keeps the site, and where to reach him; the telephone of the document itself stands under its own text."""
    while i > 0 and _ASK.match(lines[i].text):
        i -= 1
    line = lines[i]
    return line.table is None and len(line.text) <= 80 and bool(_KEEPER.search(line.text) or line.linked)


def _is_text(line: Line) -> bool:
    """A line that can only be of a document: a table, a day alone, a sentence."""
    return (
        line.table is not None
        or is_date_line(line.text)
        or (not line.linked and not is_site(line.text) and len(line.text) > 40 and "。" in line.text)
    )
