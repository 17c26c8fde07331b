"""HTML pages of any bureau: the body is found by where the prose is, never by one site's class names."""

import html
import re

from selectolax.lexbor import LexborHTMLParser, LexborNode

from gongkai.reading.decode import decode
from gongkai.reading.document import Unreadable
from gongkai.reading.elements import document_kind
from gongkai.reading.html_frame import day_shown, is_furniture, is_site, listed, without_frame
from gongkai.reading.html_table import is_data_table, read_table
from gongkai.reading.labels import in_company, label_boxes, labels_in, meta_labels
from gongkai.reading.page import Align, Label, Line, Page
from gongkai.reading.secrecy import level_labels
from gongkai.text.dates import is_date_line
from gongkai.text.document_numbers import parse_number
from gongkai.text.normalise import bare, clean, fold

_DROP = "script,style,noscript,template,iframe,object,embed,svg,canvas,nav,select,button,input,textarea,video,audio"
_BLOCK = {
    "p", "div", "h1", "h2", "h3", "h4", "h5", "h6", "li", "ul", "ol", "dl", "dt", "dd", "tr", "td", "th", "table",
    "tbody", "thead", "tfoot", "section", "article", "center", "blockquote", "pre", "main", "header", "footer",
    "aside", "body", "form", "fieldset", "figure", "figcaption", "caption", "html", "ucapcontent", "ucaptitle",
}  # fmt: skip
_PROSE_MARK = re.compile("[，。；！？]")
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)
_CENTRE = re.compile(r"text-align\s*:\s*(?:-\w+-)?center", re.I)
_END = re.compile(r"text-align\s*:\s*(?:right|end)", re.I)
_START = re.compile(r"text-align\s*:\s*(?:left|start|justify)", re.I)
_BOLD = re.compile(r"font-weight\s*:\s*(?:bold|[6-9]00)", re.I)


def read_html(data: bytes) -> Page:
    """The lines, tables and labels of a page. Raises Unreadable when there is no text in it."""
    source = decode(data)
    tree = LexborHTMLParser(_flattened(source))
    page = Page(labels=[*meta_labels(tree), *level_labels(source)])
    title = tree.css_first("title")
    page.window_title = clean(title.text()) if title else ""
    for node in tree.css(_DROP):
        node.decompose()
    # Some pages hide their whole body until a script shows it: that is not hidden text.
    whole = len(clean(tree.body.text())) if tree.body else 0
    hidden = [n for n in tree.css("[style],[hidden]") if _is_hidden(n) and len(clean(n.text())) < whole / 2]
    holders = {node.parent.mem_id for node in hidden if node.parent and len(clean(node.text())) > 1}
    for node in hidden:
        node.decompose()
    if tree.body is None or not clean(tree.body.text()):
        raise Unreadable("网页里没有文字，请检查文件是否保存完整。")
    files = _files(tree.body)
    page.labels += in_company(labels_in(tree.body))
    boxed: list[str] = []
    for box in label_boxes(tree.body):
        boxed.append(clean(box.text()))
        box.decompose()
    body = find_body(tree.body)
    # Menus and share boxes that unfold are hidden on every page: only what is hidden inside the text is told.
    if holders and any(node.mem_id in holders for node in body.traverse()):
        page.warnings.append("页面中有隐藏的文字，未读入；请核对原件。")
    above = _texts_above(tree.body, body)
    page.headline = _headline(tree.body, body, page) or _line_above(above, page.window_title)
    collector = _Collector()
    _walk(body, collector, Align.START, False, 0, False)
    collector.end()
    lines = _join_split_numbers(collector.lines)
    names = [page.headline, page.window_title, *(lb.value for lb in page.labels if lb.name == "title")]
    if not any(lb.name == "published_on" for lb in page.labels):
        page.labels += day_shown([*boxed, *above, *(line.text for line in lines[:12])])
    entries = listed([line for line in lines if not is_furniture(line.text)])
    page.lines = entries or without_frame(lines, names, files)
    if entries:
        page.warnings.append(
            "这是一张目录页，列的是别的文件的标题，没有一份文件的正文；请打开需要的文件后再导入。"
        )
    else:
        _tell_pictures(page, collector.pictures)
        _tell_files(page, files)
    return page


def _tell_pictures(page: Page, after: list[int]) -> None:
    """A picture may hold a table or a stamp: how many there are and behind which paragraph is told."""
    if after:
        places = "、".join(f"第{n}段之后" if n else "最前面" for n in list(dict.fromkeys(after))[:8])
        page.warnings.append(
            f"正文里有{len(after)}张图片（{places}），图片里的文字和表格没有读入；请对照原网页核对。"
        )


def _tell_files(page: Page, files: list[str]) -> None:
    page.labels += [Label("attachment", name) for name in files]
    if files:
        more = "等" if len(files) > 5 else ""
        page.warnings.append(
            f"网页链接了{len(files)}个附件（{'；'.join(files[:5])}{more}），附件没有读入；需要的请下载后另行导入。"
        )


_FILE_LINK = re.compile(r"\.(?:docx?|xlsx?|pdf|wps|et|ofd|zip|rar)(?:[?#].*)?$", re.I)


def _files(root: LexborNode) -> list[str]:
    """The names of the files that the page links to, each once, in order."""
    names = [
        clean(a.text()) or clean(a.attributes.get("title") or "")
        for a in root.css("a[href]")
        if _FILE_LINK.search(a.attributes.get("href") or "")
    ]
    return list(dict.fromkeys(name for name in names if 2 <= len(name) <= 150))


_NESTING = re.compile(
    r"<(/?)(?:div|span|table|td|section|article|ul|ol|dl|blockquote|center|font|b|strong|i|em)\b", re.I
)
_DEEPEST = 200


def _flattened(source: str) -> str:
    """``source`` without the tags that nest deeper than any page that a person made; their text stays.

    A page of a hundred thousand open tags exhausts every reader that walks it.
    """
    kept: list[str] = []
    depth = at = 0
    for match in _NESTING.finditer(source):
        closing = bool(match[1])
        if (depth if closing else depth + 1) > _DEEPEST:
            kept.append(source[at : match.start()])
            at = match.end()
        depth = max(depth + (-1 if closing else 1), 0)
    return "".join(kept) + source[at:] if kept else source


def _is_hidden(node: LexborNode) -> bool:
    return "hidden" in node.attributes or bool(_HIDDEN.search(node.attributes.get("style") or ""))


# --- where the document is ---------------------------------------------------------------------------------


def _weigh(root: LexborNode) -> dict[int, float]:
    """How much running text each element holds, by its id.

    A stretch of text counts in full when it has a sentence mark, a fifth when not (menus, footers, cells of figures),
    and not at all inside a link.
    """
    weights: dict[int, float] = {}

    def visit(node: LexborNode) -> float:
        total, run = 0.0, ""
        for child in node.iter(include_text=True):
            if child.tag == "-text":
                run += child.text_content or ""
            elif child.tag in _BLOCK or child.css_first("p,div,table,li") is not None:
                total += visit(child)
            elif child.tag != "a":
                run += child.text()
        weights[node.mem_id] = total = total + _weight(clean(run))
        return total

    visit(root)
    return weights


def _weight(text: str) -> float:
    if is_site(text):
        return 0.0
    return len(text) * (1.0 if _PROSE_MARK.search(text) else 0.2)


def find_body(root: LexborNode) -> LexborNode:
    """The smallest element that still holds nearly all of the page's prose.

    From the top, step into a child as long as that child alone carries at least 85 % of the prose. Paragraphs and
    tables of data are never entered: the title and the sentences beside them belong to the document too.
    """
    weights = _weigh(root)
    node = root
    while True:
        scored = [(weights[child.mem_id], child) for child in node.iter() if child.mem_id in weights]
        best, child = max(scored, key=lambda pair: pair[0], default=(0.0, node))
        if (
            best < 0.85 * weights[node.mem_id]
            or best == 0
            or child.tag in {"p", "li", "pre", "h1", "h2", "h3"}
        ):
            return node
        if (child.tag == "table" and is_data_table(child)) or _others_have_tables(node, child):
            return node
        if _others_belong(node, child):
            return node
        node = child


def _others_have_tables(node: LexborNode, child: LexborNode) -> bool:
    """True if something beside ``child`` holds a table of data: pages saved by Word put each section in its own box."""
    for other in node.iter():
        if other.mem_id != child.mem_id and any(is_data_table(table) for table in other.css("table")):
            return True
    return False


_ADDRESSED = re.compile("^各[^，。；]{2,80}[:：]$")


def _others_belong(node: LexborNode, child: LexborNode) -> bool:
    """True if number or recipients stand in a box above ``child``, or the date of the signature in one below it."""
    below = False
    for other in node.iter():
        if other.mem_id == child.mem_id:
            below = True
            continue
        texts = _leaves(other) if len(other.text()) <= 2000 else []
        if any(
            is_date_line(text) if below else bool(_ADDRESSED.match(text) or parse_number(text))
            for text in texts
        ):
            return True
    return False


def _leaves(node: LexborNode) -> list[str]:
    """The text of each innermost block in ``node``, links left out."""
    if node.tag in {"a", "-text"}:
        return []
    inner = [child for child in node.iter() if child.tag in _BLOCK]
    return [text for child in inner for text in _leaves(child)] if inner else [clean(node.text())]


def _headline(root: LexborNode, body: LexborNode, page: Page) -> str:
    """The page's own heading outside the body: the one that its window is named after, else the longest heading."""
    inside = {n.mem_id for n in body.traverse()}
    candidates = [
        clean(n.text())
        for n in root.css("h1,h2,h3,[class*=title],[id*=title],ucaptitle")
        if n.mem_id not in inside
    ]
    fitting = [
        text for text in candidates if 6 <= len(text) <= 120 and not is_furniture(text) and not is_site(text)
    ]
    window = bare(page.window_title)
    return max(
        fitting, key=lambda text: (len(bare(text)) >= 6 and bare(text) in window, len(text)), default=""
    )


def _texts_above(root: LexborNode, body: LexborNode) -> list[str]:
    """What stands before the body, a text for each innermost block, in order; links are left out."""
    found: list[str] = []

    def visit(node: LexborNode) -> bool:
        for child in node.iter():
            if child.mem_id == body.mem_id:
                return True
            if any(inner.tag in _BLOCK for inner in child.traverse() if inner.mem_id != child.mem_id):
                if visit(child):
                    return True
            elif child.tag != "a" and (text := clean(child.text())):
                found.append(text)
        return False

    return found if visit(root) else []


def _line_above(above: list[str], window: str) -> str:
    """The title of a page that marks none: the last line above the body that ends as documents' titles do."""
    for text in reversed(above[-15:]):
        named = document_kind(text) or (len(bare(text)) >= 8 and bare(text) in bare(window))
        if 8 <= len(text) <= 120 and named and not is_furniture(text) and not is_site(text):
            return text
    return ""


# --- lines -------------------------------------------------------------------------------------------------


_BESIDE_LINK = re.compile(
    r"^[\s\d\-/.:：年月日|｜·\[\]（）()]*$|^\s*(?:相关|关联|延伸|推荐)(?:文件|阅读|链接|解读|政策|政策解读|稿件|报道|新闻)?\s*[:：]?\s*$"
)


class _Collector:
    """Gathers inline text into lines while walking the tree; a block boundary or <br> ends a line."""

    def __init__(self) -> None:
        self.lines: list[Line] = []
        self.buffer: list[tuple[str, bool, bool]] = []
        self.align, self.heading, self.count = Align.START, 0, 0
        self.rows = 0  # within <pre>: a line of the source is a line of the page
        #: For each picture of the size of content the number of lines before it.
        self.pictures: list[int] = []

    def add(self, text: str, strong: bool, linked: bool) -> None:
        self.buffer.append((text, strong, linked))

    def end(self, align: Align = Align.START, heading: int = 0) -> None:
        text = clean("".join(part for part, _, _ in self.buffer))
        if text:
            self.count += 1
            strong = all(bold for part, bold, _ in self.buffer if part.strip())
            # A date beside a link is part of the list, not a word of the document.
            linked = all(link or _BESIDE_LINK.match(part) for part, _, link in self.buffer) and any(
                link for _, _, link in self.buffer
            )
            self.lines.append(Line(text, self.align, strong, self.heading, None, f"p{self.count}", linked))
        self.buffer = []
        self.align, self.heading = align, heading

    def table(self, node: LexborNode) -> None:
        self.count += 1
        table = read_table(node)
        if table.rows:
            self.lines.append(Line(table=table, origin=f"t{self.count}"))


def _align(node: LexborNode, inherited: Align) -> Align:
    style = node.attributes.get("style") or ""
    named = (node.attributes.get("align") or "").lower()
    if node.tag == "center" or named == "center" or _CENTRE.search(style):
        return Align.CENTRE
    if named in {"right", "end"} or _END.search(style):
        return Align.END
    if named in {"left", "justify"} or _START.search(style):
        return Align.START
    return inherited


def _walk(node: LexborNode, out: _Collector, align: Align, strong: bool, heading: int, linked: bool) -> None:
    for child in node.iter(include_text=True):
        tag = child.tag
        if tag == "-text":
            rows = (child.text_content or "").split("\n") if out.rows else [child.text_content or ""]
            for n, row in enumerate(rows):
                if n:
                    out.end(align, heading)
                out.add(_visible(row), strong, linked)
        elif tag == "br":
            out.end(align, heading)
        elif tag == "img":
            if _is_content(child):
                out.pictures.append(len(out.lines) + bool(out.buffer))
        elif tag == "table" and is_data_table(child):
            out.end(align, heading)
            out.table(child)
        elif tag in _BLOCK:
            inner = _align(child, align)
            level = int(tag[1]) if tag in {"h1", "h2", "h3", "h4", "h5", "h6"} else heading
            out.end(inner, level)
            out.rows += tag == "pre"
            _walk(child, out, inner, strong or level > 0 or _is_bold(child), level, linked)
            out.rows -= tag == "pre"
            out.end(align, heading)
        else:
            if tag == "span" and _align(child, align) is not align and not out.buffer:
                out.align = _align(child, align)
            _walk(child, out, align, strong or _is_bold(child), heading, linked or tag == "a")


_DECORATION = re.compile(
    r"icon|logo|btn|button|ewm|qrcode|erweima|spacer|blank|share|weixin|print|arrow|bg[._]|\.gif(?:$|[?#])|/fileicon",
    re.I,
)
_LEAST = 100  # pixels; what is smaller is an icon or an ornament


def _is_content(img: LexborNode) -> bool:
    """True for a picture of the size of content: by what the page says of its size, else by its name."""
    said = [img.attributes.get(name) or "" for name in ("width", "height", "data-w")]
    style = img.attributes.get("style") or ""
    sizes = [int(m[1]) for value in said if (m := re.match(r"\s*(\d{1,5})(?:px)?\s*$", value))]
    sizes += [
        int(m[1]) for m in re.finditer(r"(?:^|[;\s])(?:width|height)\s*:\s*(\d{1,5})(?:\.\d+)?px", style)
    ]
    source = img.attributes.get("src") or img.attributes.get("data-src") or ""
    if not source or _DECORATION.search(source.rsplit("/", 1)[-1] if len(source) < 2000 else ""):
        return bool(sizes) and min(sizes) >= 2 * _LEAST and bool(source)
    return min(sizes) >= _LEAST if sizes else True


def _visible(text: str) -> str:
    # Line breaks in the source are layout of the source: between Chinese characters they mean nothing.
    joined = re.sub(r"(?<=[^\x00-\x7f])[ \t]*[\r\n]+[ \t]*(?=[^\x00-\x7f])", "", text)
    return html.unescape(_ESCAPED.sub(" ", joined)) if "&" in joined else joined


# Spaces that an editor escaped twice, so that a browser shows their names.
_ESCAPED = re.compile(r"&(?:amp;)?(?:nbsp|sp|ensp|emsp|thinsp);", re.I)


def _is_bold(node: LexborNode) -> bool:
    return node.tag in {"b", "strong", "th"} or bool(_BOLD.search(node.attributes.get("style") or ""))


_NUMBER_ALONE = re.compile(
    r"^(?:第[〇零一二三四五六七八九十百千两\d]+条(?:之[一二三四五六七八九十]+)?|[（(][一二三四五六七八九十\d]+[）)]|[一二三四五六七八九十]+、|\d{1,2}[.．、])$"
)


def _join_split_numbers(lines: list[Line]) -> list[Line]:
    """Some editors set 第一条 as a line of its own above its text: put the two together again."""
    joined: list[Line] = []
    for line in lines:
        before = joined[-1] if joined else None
        if (
            before
            and not before.table
            and not line.table
            and _NUMBER_ALONE.match(fold(before.text))
            and not _NUMBER_ALONE.match(fold(line.text))
        ):
            gap = "\u3000" if before.text.endswith("条") else ""
            joined[-1] = Line(
                before.text + gap + line.text, line.align, line.strong, line.heading, None, before.origin
            )
        else:
            joined.append(line)
    return joined
