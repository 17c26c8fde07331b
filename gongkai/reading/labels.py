"""Label–value pairs that a page sets around a document (发文字号：…), seen on the page or named in its head."""

import re
from itertools import pairwise

from selectolax.lexbor import LexborHTMLParser, LexborNode

from gongkai.reading.document import Table
from gongkai.reading.html_table import own_rows
from gongkai.reading.page import Label
from gongkai.text.dates import parse_date
from gongkai.text.document_numbers import parse_number
from gongkai.text.normalise import clean, fold

# What offices call the same thing.
NAMES = {
    "title": ("标题", "名称", "信息名称", "文件名称", "公文名称", "文件标题"),
    "document_number": ("发文字号", "文号", "文件编号", "发文文号", "公文字号", "文件字号", "字号"),
    "issuers": (
        "发文机关",
        "发布机构",
        "发布机关",
        "发文单位",
        "制发机关",
        "制定机关",
        "发文机构",
        "公开主体",
        "发布单位",
        "公开机构",
        "制发单位",
    ),
    "index_number": ("索引号", "索取号", "信息索引号", "信息索取号"),
    "written_on": (
        "成文日期",
        "生成日期",
        "发文日期",
        "制发日期",
        "成文时间",
        "签发日期",
        "生成时间",
        "印发日期",
    ),
    "published_on": (
        "发布日期",
        "公开日期",
        "发布时间",
        "公布日期",
        "发文时间",
        "发表时间",
        "公开时间",
        "上网日期",
    ),
    "effective_from": ("施行日期", "生效日期", "实施日期", "实施时间", "生效时间", "有效期起"),
    "effective_until": ("失效日期", "废止日期", "失效时间", "有效期至", "有效期止"),
    "topic": ("主题分类", "分类", "信息分类", "主题类别"),
    "keywords": ("主题词", "关键词", "关键字"),
    "validity": ("有效性", "时效性", "效力状态", "时效状态", "文件状态", "是否有效"),
    "source": ("信息来源", "来源", "文章来源", "稿源"),
    "access_note": (
        "公开属性",
        "公开方式",
        "公开类别",
        "公开形式",
        "信息公开形式",
        "信息公开类别",
        "信息公开方式",
    ),
}
_BY_NAME = {word: key for key, words in NAMES.items() for word in words}
_META = {
    "articletitle": "title",
    "pubdate": "published_on",
    "firstpublishedtime": "published_on",
    "publishdate": "published_on",
    "contentsource": "source",
    "keywords": "keywords",
}
_LABEL = re.compile(
    r"^[\[【〖（(]?\s*("
    + "|".join(sorted(map(re.escape, _BY_NAME), key=len, reverse=True))
    + r")\s*[\]】〗）)]?\s*(?:[:]\s*(?P<value>.*))?$",
    re.S,
)
# One look at the first character spares most pieces the rest.
_MAY_LABEL = re.compile(
    r"[\s\[【〖（(\u200b-\u200f\ufeff]*[" + "".join(sorted({word[0] for word in _BY_NAME})) + "]"
)
_INLINE = {"b", "strong", "font", "i", "em", "u", "a", "sup", "sub", "br", "img"}


def _label_of(text: str) -> tuple[str, str | None] | None:
    """(key, value) when ``text`` is a label, with the value that follows its colon, None without a colon."""
    if not _MAY_LABEL.match(text):
        return None
    tight = fold(clean(text))
    match = _LABEL.match(re.sub(r"\s+", "", tight)) if len(tight) < 40 else _LABEL.match(tight)
    if not match:
        return None
    if match["value"] is None:
        return _BY_NAME[match[1]], None
    # Take the value from the original words: folding lowers case and widths.
    original = re.split("[:：]", clean(text), maxsplit=1)[1]
    return _BY_NAME[match[1]], clean(original)


_SECOND_LABEL = re.compile(
    "(?:" + "|".join(sorted(map(re.escape, _BY_NAME), key=len, reverse=True)) + r")\s*:"
)


def _pieces(node: LexborNode, out: list[tuple[str, str]]) -> None:
    """(tag, text) of every leaf that may hold a label or a value; empty cells are kept, they mean "no value"."""
    for child in node.iter(include_text=True):
        tag, text = child.tag or "", clean(child.text_content or "" if child.tag == "-text" else child.text())
        if tag == "table" and _is_listing(child):
            continue
        if tag == "-text" or not any(inner.tag not in _INLINE for inner in child.iter()) or _one_label(text):
            for piece in _split_at_labels(text) or [text]:
                if piece or tag in {"td", "th", "dd"}:
                    out.append((tag, piece))
        else:
            _pieces(child, out)


_NAMES_COLUMNS_TOO = {
    "标题",
    "名称",
    "分类",
    "来源",
    "字号",
    "文号",
    "关键词",
    "发布日期",
    "公布日期",
    "成文日期",
    "实施日期",
    "施行日期",
}


def _is_listing(table: LexborNode) -> bool:
    """True for a table whose first row names its columns (序号、文件名称、文号): a list of things, no box of labels."""
    rows = [
        [re.sub(r"\s+", "", clean(cell.text())) for cell in row if cell.tag in {"td", "th"}]
        for row in (list(row.iter()) for row in own_rows(table))
    ]
    rows = [row for row in rows if row]
    if len(rows) < 2 or len(rows[0]) < 2:
        return False
    named = [i for i, text in enumerate(rows[0]) if text in _BY_NAME]
    if not named or any(text in _BY_NAME for row in rows[1:] for text in row):
        return False
    beside = any(b - a == 1 for a, b in pairwise(named))
    return named[0] > 0 or beside or all(rows[0][i] in _NAMES_COLUMNS_TOO for i in named)


_LABEL_WITHIN = re.compile(
    r"(?:^|(?<=[\s|｜】\]）)]))(?=[\[【]?(?:"
    + "|".join(sorted(map(re.escape, _BY_NAME), key=len, reverse=True))
    + r")[\]】]?\s*[:：])"
)


def _split_at_labels(text: str) -> list[str]:
    """文号：甲〔2026〕1号 发布日期：2026-11-12 in one line → the two pieces."""
    if len(text) > 400 or not (":" in text or "：" in text):
        return []
    cuts = [match.start() for match in _LABEL_WITHIN.finditer(text)]
    bounds = sorted({0, *cuts, len(text)})
    return [piece for a, b in pairwise(bounds) if (piece := text[a:b].strip(" |｜\u3000"))]


def _one_label(text: str) -> bool:
    """True for a whole element that reads 文号：某发〔2026〕1号, however many spans it is made of."""
    if not 2 < len(text) <= 200:
        return False
    label = _label_of(text)
    return bool(label and label[1] and not _SECOND_LABEL.search(re.sub(r"\s+", "", fold(label[1]))))


# Names that no sentence begins with: they are labels even where a page sets them without a colon.
_FIRM = {
    name: key
    for key in (
        "document_number",
        "issuers",
        "index_number",
        "written_on",
        "published_on",
        "effective_from",
        "effective_until",
        "topic",
    )
    for name in NAMES[key]
    if len(name) >= 3
} | {"标题": "title", "名称": "title", "文号": "document_number"}
_FIRM_GLUED = re.compile(
    "^(" + "|".join(sorted(map(re.escape, _FIRM), key=len, reverse=True)) + r")\s*(.{2,80})$"
)
_DATES = {"written_on", "published_on", "effective_from", "effective_until"}


def _fits(key: str, value: str) -> bool:
    """True if ``value`` has the form that a value of this name has."""
    if key in _DATES:
        return parse_date(value) is not None
    if key == "document_number":
        return parse_number(re.sub(r"\s", "", value)) is not None
    if key == "index_number":
        return bool(re.match(r"^[0-9A-Za-z][0-9A-Za-z/\-_.]{5,}$", value))
    return False


def _unbracketed(text: str) -> str:
    """[成文日期] → 成文日期."""
    return re.sub(r"\s+|^[\[【〖]|[\]】〗]$", "", text.strip())


def _without_colon(pieces: list[tuple[str, str]], i: int, company: bool) -> Label | None:
    """A label that stands alone before its value, or glued to it, with no colon between them.

    Where the value's form does not prove it (title, issuer), only in the ``company`` of other such labels.
    """
    text = pieces[i][1]
    tight = _unbracketed(text)
    following = pieces[i + 1][1] if i + 1 < len(pieces) else ""
    if tight in _FIRM:
        key = _FIRM[tight]
        if _unbracketed(following) in _BY_NAME or len(following) > 200:
            return None
        return Label(key, following) if company or _fits(key, following) else None
    glued = _FIRM_GLUED.match(text)
    if glued and (_fits(_FIRM[glued[1]], glued[2]) or (company and text[len(glued[1])].isspace())):
        return Label(_FIRM[glued[1]], clean(glued[2]))
    return None


def labels_in(root: LexborNode) -> list[Label]:
    """Every label with its value, in page order; an empty value is kept as "" (the page says: none)."""
    pieces: list[tuple[str, str]] = []
    _pieces(root, pieces)
    return _labels_from(pieces)


def labels_of_table(table: Table) -> list[Label]:
    """The labels of a table that is a box of labels, as exported files bear one above their title; else []."""
    pieces = [("td", clean(cell.text)) for row in table.rows for cell in row]
    found = _labels_from(pieces)
    said = sum(len(label.value) for label in found)
    boxed = sum(len(text) for _, text in pieces) - said <= 12 * len(found)
    return found if boxed and len({label.name for label in found} & _FORMAL) >= 2 else []


def _labels_from(pieces: list[tuple[str, str]]) -> list[Label]:
    found: list[Label] = []
    company = sum(bool(_FIRM_GLUED.match(text) or _unbracketed(text) in _FIRM) for _, text in pieces) >= 3
    for i, (tag, text) in enumerate(pieces):
        if len(text) > 400:
            continue
        label = _label_of(text)
        if label is None or (label[1] is None and tag not in {"td", "th", "dt"}):
            bare_label = _without_colon(pieces, i, company)
            if bare_label:
                found.append(bare_label)
            continue
        key, value = label
        if value:
            found.append(Label(key, value))
            continue
        following = pieces[i + 1] if i + 1 < len(pieces) else ("", "")
        in_cells = tag in {"td", "th", "dt"}
        taken = following[1] if _label_of(following[1]) is None and (value == "" or in_cells) else ""
        if value == "" or in_cells:
            found.append(Label(key, taken))
    return found


def labels_of_line(text: str) -> list[Label]:
    """The labels that a line of plain text consists of (发布日期：2025-09-20 来源：区府办), [] for any other line."""
    found = [_label_of(piece) for piece in _split_at_labels(text)]
    labels = [Label(each[0], each[1]) for each in found if each and each[1]]
    return labels if len(labels) == len(found) else []


_ANY_LABEL = re.compile("|".join(r"\s*".join(name) for name in sorted(_BY_NAME, key=len, reverse=True)))


def label_boxes(root: LexborNode) -> list[LexborNode]:
    """The tables and lists that hold labels and their values: they are about the document, not in it.

    The innermost such boxes, so that a short document is never taken for a part of its own label table: three labels
    or more and no more text than values need, or nothing but labels and values at all.
    """
    boxes: list[LexborNode] = []
    listings = [table for table in root.css("table") if _is_listing(table)]
    for node in reversed(root.css("table,dl,ul,ol,div,tr,p")):
        if any(node.mem_id == table.mem_id or _within(node, table) for table in listings):
            continue
        if any(_within(box, node) or box.mem_id == node.mem_id or _within(node, box) for box in boxes):
            continue
        text = clean(node.text())
        found = labels_in(node) if 0 < len(text) <= 700 and _ANY_LABEL.search(text) else []
        names = {label.name for label in found}
        # 公开方式：主动公开 alone on a line is the document's own note (附注), set below its signature.
        if not names or (names == {"access_note"} and node.tag == "p"):
            continue
        # 文号 in a box of its own has its value in the next: the box around both is meant.
        if (node.tag == "div" and not any(label.value for label in found)) or not _is_about_page(node, names):
            continue
        said = sum(len(label.value) for label in found)
        if (node.tag not in {"tr", "p"} and len(names) >= 3) or len(text) - said <= 10 * len(found):
            boxes.append(_whole_box(node))
    return boxes


def _is_about_page(node: LexborNode, names: set[str]) -> bool:
    """False for what a text may say too (名　称：某图书馆), unless it is a row of a table with labels of the page."""
    if not names <= _COMMON - {"keywords", "validity"}:
        return True
    above = node.parent if node.tag == "tr" else None
    while above is not None and above.tag != "table":
        above = above.parent
    return above is not None and bool({label.name for label in labels_in(above)} & _FORMAL)


def _whole_box(node: LexborNode) -> LexborNode:
    """The table or list that ``node`` is a row of, where that too holds nothing but names and short values."""
    above = node.parent if node.tag == "tr" else None
    if above is not None and above.tag in {"tbody", "thead"}:
        above = above.parent
    if above is None or above.tag != "table":
        return node
    text = clean(above.text())
    few = len(text) <= 700 and "。" not in text and len({label.name for label in labels_in(above)}) >= 3
    return above if few else node


# What a text may say of something else (名　称：某图书馆, 实施时间：…): believed only beside labels that pages alone have.
_COMMON = {"title", "effective_from", "effective_until", "topic", "keywords", "validity"}
_FORMAL = {"index_number", "document_number", "issuers", "written_on", "published_on"}


def in_company(labels: list[Label]) -> list[Label]:
    """``labels`` without those that a text may bear too, unless the page has two others of its own."""
    formal = {label.name for label in labels if label.name in _FORMAL}
    return [label for label in labels if label.name not in _COMMON or len(formal) >= 2]


def _within(node: LexborNode, other: LexborNode) -> bool:
    parent = node.parent
    while parent is not None:
        if parent.mem_id == other.mem_id:
            return True
        parent = parent.parent
    return False


def meta_labels(tree: LexborHTMLParser) -> list[Label]:
    """The national article tags in the page's head: ArticleTitle, PubDate, ContentSource."""
    found = []
    for node in tree.css("meta[name]"):
        key = _META.get((node.attributes.get("name") or "").lower())
        value = clean(node.attributes.get("content") or "")
        if key and value:
            found.append(Label(key, value, "meta"))
    return found
