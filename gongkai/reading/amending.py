"""Where a decision stands that amends another law: the article it speaks of, and the new text that it quotes."""

import re
from collections.abc import Sequence

from gongkai.reading.document import Citation, Clause, Part, PartKind
from gongkai.reading.relative import Place, meant_from, within
from gongkai.text.numerals import to_int
from gongkai.text.references import TITLE

_ONE_LAW = re.compile(
    r"关于(?:修改|修订|修正)[《〈<]?(?P<title>[^《》〈〉<>]+?)[》〉>]?(?:部分条款|个别条款|若干条款|有关条款|第[^》〉]{1,30}条)?的决定"
)
_SUPPLEMENT = re.compile(r"^(?P<title>.+?)修正案(?:\s?[（(][^（()）]*[）)])*$")
_AMENDING = re.compile(r"关于(?:.{0,12}和)?(?:修改|修订|修正).*的(?:决定|决议|公告|通知)")
_LONGEST_TITLE = 400
_SEVERAL_LAWS = re.compile(r"部分|等[一二三四五六七八九十\d]*[件部]")
_ARTICLE = re.compile(r"第[^第款项]+?条(?:之[一二三四五六七八九十]+)?")
_PARAGRAPH = re.compile(rf"{_ARTICLE.pattern}第[^第条款项]+款")
_STEPS = ("条", "款", "项", "目")
_MARKS = re.compile("[“”]")
_QUOTED_ARTICLE = re.compile(
    r"第[一二三四五六七八九十百千零〇\d]{1,9}条(?:之[一二三四五六七八九十]{1,2})?(?=[\s　])"
)
_QUOTED_ITEM = re.compile(r"[（(]([一二三四五六七八九十]{1,4})[）)]")
_LESS_THAN_PARAGRAPH = re.compile(r"\d{1,2}[.．、]|[（(]\d{1,2}[）)]|[①-⑳]")
_INSTRUCTION = re.compile(
    r"[一二三四五六七八九十]{1,4}、|增加[一二两三四五]|原第|删[去除]第|将第[^，。“]{1,20}(?:修改|改)"
)
_WHOLE_ARTICLE = re.compile(
    r"(?:该|这一|此)条[^条款项]{0,6}(?:改|述)为[:：]?\s?$"
)  # 增加一款作为第二款，将该条修改为
_LIST = re.compile(r"\s?(?:、|和|及|与|或|以及|至|分别)?\s?")


def amended_law(title: str) -> str:
    """The one law that a decision with this title amends, "" if it amends none or several."""
    match = _ONE_LAW.search(title) or _SUPPLEMENT.match(title)
    name = match["title"].strip() if match else ""
    return "" if _SEVERAL_LAWS.search(name) else name


def amendment_of(title: str, parts: Sequence[Part], part: int) -> "Amendment | None":
    """A reader's place in a part of the file that amends other laws; None for every other part."""
    own = parts[part].title if part < len(parts) else ""
    for each in (own[:_LONGEST_TITLE], title[:_LONGEST_TITLE]):
        if _AMENDING.search(each) or _SUPPLEMENT.match(each):
            return Amendment(amended_law(each), bool(_SUPPLEMENT.match(each)))
        if part < len(parts) and parts[part].kind is not PartKind.MAIN:
            break  # an enclosed text is what its own title says
    return None


class Amendment:
    """Read clause by clause and mark by mark; holds the clause named last and the quotation that is open.

    ``law`` is the law that is being amended. A quotation that opens gives new text of the clause that the instruction
    named for it: its first paragraph is that 款 (the first of an article), the next the one after it.
    """

    def __init__(self, law: str, by_articles: bool) -> None:
        self.law, self._one_law, self._by_articles = law, bool(law), by_articles
        self._named: list[str] = []  # clauses of the instruction's last list: 作为第二款、第三款
        self._named_end = -1
        self._paragraph_named = ""  # the 款 that a quoted paragraph named last
        self._depth = 0
        self._quoted: Place | None = None
        self._at = 0

    def speaks_in(self, clause: Clause, in_article: bool) -> bool:
        """Whether ``clause`` is an instruction or quoted text, not a clause of a text printed behind the decision."""
        return self._by_articles or self._depth > 0 or not in_article

    def enter(self, clause: Clause) -> None:
        """A new paragraph begins: the next 款 or 项 of an open quotation, or the next instruction."""
        self._at, self._named_end, self._paragraph_named = 0, -1, ""
        if not self._depth:
            return
        begins = clause.text.lstrip().startswith("“")
        label = clause.label.strip()
        item = _QUOTED_ITEM.match(label)
        follows = item and self._quoted and to_int(item[1]) == self._quoted[2] + 1
        if not begins and ((label and not follows) or _INSTRUCTION.match(clause.text)):
            self._depth, self._quoted = 0, None  # its closing mark was forgotten
            return
        self._depth = 0 if begins else 1  # each paragraph of a quotation opens it anew
        if self._quoted:
            article, paragraph, number = self._quoted
            self._quoted = _next(article, paragraph, number, label + clause.text.lstrip().lstrip("“"))

    def pass_over(self, text: str, stop: int) -> None:
        """Read the quotation marks of the paragraph ``text`` up to ``stop``."""
        for mark in _MARKS.finditer(text, self._at, max(stop, self._at)):
            if mark[0] == "”":
                self._depth = max(self._depth - 1, 0)
                self._quoted = self._quoted if self._depth else None
                continue
            self._depth += 1
            if self._depth == 1 and self._quoted is None and self._named:
                whole = _WHOLE_ARTICLE.search(text, max(0, mark.start() - 20), mark.start())
                clause = self._named[0]
                article = _ARTICLE.match(clause) if whole else None
                self._quoted = _begin(article[0] if article else clause, text[mark.end() : mark.end() + 20])
        self._at = max(stop, self._at)

    @property
    def quoting(self) -> bool:
        """Whether the place read last lies within quoted text of the amended law."""
        return self._depth > 0 and self._quoted is not None

    def relative(self, base: str) -> str | None:
        """What 前款 or 本条 means here: within the quoted text; 本条 elsewhere nothing."""
        return meant_from(self._quoted, (), base) if self._quoted and self._depth else None

    def standard(self, written: str) -> str:
        """第三款 or 第（四）项 with the article that they belong to."""
        if "条" in written or written[-1:] not in _STEPS:
            return written
        if self._quoted and self._depth:
            if "款" not in written and self._paragraph_named and not self._quoted[2]:
                return self._paragraph_named + written  # 犯第一款罪，有第三项情形的
            return within(self._quoted, written)
        if not self._named:
            return written
        last = self._named[-1].partition("至")[0]
        first_unit = next((unit for unit in _STEPS if re.match(rf"第[^第]+{unit}", written)), "款")
        above = [step for step in re.findall(r"第[^第]+", last) if not _reaches(step, first_unit)]
        return "".join(above) + written

    def name(self, citation: Citation, text: str) -> None:
        """Remember the clause that an instruction named, and the law."""
        reference = citation.reference
        if self._depth:
            paragraph = _PARAGRAPH.match(citation.target_clause)
            self._paragraph_named = paragraph[0] if paragraph else self._paragraph_named
            return
        if citation.target_title and not self._one_law:
            if reference.kind == TITLE and citation.target_title != self.law:
                self._named = []
            self.law = citation.target_title
        if not _ARTICLE.match(citation.target_clause):
            return
        if self._named_end >= 0 and _LIST.fullmatch(text[self._named_end : reference.start]):
            self._named.append(citation.target_clause)
        else:
            self._named = [citation.target_clause]
        self._named_end = reference.end


def _reaches(step: str, unit: str) -> bool:
    """Whether ``step`` (第二款) is of the rank of ``unit`` or below it."""
    match = re.match(r"第[^条款项目]+([条款项目])", step)
    return match is None or _STEPS.index(match[1]) >= _STEPS.index(unit)


def _begin(clause: str, text: str) -> Place | None:
    """The place of the first quoted words: the clause that the instruction named, or what they begin with."""
    named = _ARTICLE.match(clause)
    place = (named[0], _number(clause, "款") or 1, _number(clause, "项")) if named else None
    if article := _QUOTED_ARTICLE.match(text):
        return article[0], 1, 0
    item = _QUOTED_ITEM.match(text)
    return (place[0], place[1], to_int(item[1])) if place and item else place


def _next(article: str, paragraph: int, item: int, text: str) -> Place:
    """Where the next paragraph of a quotation stands that is at ``paragraph`` and ``item`` of ``article``."""
    if new := _QUOTED_ARTICLE.match(text):
        return new[0], 1, 0
    if listed := _QUOTED_ITEM.match(text):
        return article, paragraph, to_int(listed[1])
    if _LESS_THAN_PARAGRAPH.match(text):
        return article, paragraph, item
    return article, paragraph + 1, 0


def _number(clause: str, unit: str) -> int:
    """The number before ``unit`` in a standard form (第三百条第二款, 款 → 2), 0 if it has none."""
    match = re.search(rf"第[（(]?([^第（()）]+?)[）)]?{unit}", clause.partition("至")[0])
    try:
        return to_int(match[1]) if match else 0
    except ValueError:
        return 0
