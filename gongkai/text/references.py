"""What a text refers to: 《…》, numbers, clauses of its own (本办法第五条, 前款), attachments and short names."""

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

from gongkai.text.cited_numbers import BEFORE_NAME, cited_numbers
from gongkai.text.clause_lists import MARK, clauses_at
from gongkai.text.document_numbers import DocumentNumber
from gongkai.text.normalise import CJK
from gongkai.text.short_names import constitution, uses

TITLE, NUMBER, OWN, RELATIVE, ATTACHMENT, SHORT = "title", "number", "own", "relative", "attachment", "short"

MOST_NAMES = 200  # short names in use at a time: more than any honest text defines


@dataclass(frozen=True)
class Reference:
    """``text[start:end]`` refers to a document by title, by number or to itself, and perhaps to one clause.

    ``title`` is the name as written; ``clause`` the clause in standard form (第十二条第二款第（三）项), a range as
    第五条至第八条; ``base`` is what the clause is counted from (前款, 前两款, 本条, 本章) where it is not the whole
    text; ``target`` the attachment (附件2); ``version`` the brackets behind a title (2019年修订); ``short`` the name
    that the text gives the document from here on (以下简称).
    """

    start: int
    end: int
    title: str = ""
    number: DocumentNumber | None = None
    clause: str = ""
    own: bool = False
    kind: str = TITLE
    base: str = ""
    target: str = ""
    version: str = ""
    short: str = ""


_KINDS_OF_TEXT = (
    "实施条例|实施细则|实施办法|实施方案|实施意见|暂行条例|暂行办法|暂行规定|议事规则|管理办法|工作方案|工作规则|若干规定|若干措施|"
    "条例|办法|规定|细则|规则|规范|规程|准则|决定|决议|意见|措施|通知|通告|公告|方案|规划|纲要|计划|预案|指南|指引|导则|标准|章程|"
    "制度|解释|批复|目录|清单|要点|公约|协定|法典|宪法|法"
)
_THIS_TEXT = re.compile(rf"本(?:{_KINDS_OF_TEXT})")
_STATUTE = "法典|宪法|法|条例|规定|办法|细则|规则|章程|公约|宪章|协定|议定书|通则|准则"
_START = re.compile(
    rf"(?P<title>《)|(?P<relative>(?:本条|本款)?(?:(?<![之目当提此先])前(?:[一二两三四五六七八九\d]|各)?[款条项]|上一?[条款项]))"
    rf"|(?P<own>本(?:{_KINDS_OF_TEXT})(?=附[件表录]|\s?(?:的|中的?)?{MARK}))|(?P<within>本[条款项章节编])"
    rf"|(?P<attachment>附[件表录])|(?P<clause>{MARK})"
)

# Papers that a person fills in, holds or is handed, and the press: named in 《》 and yet no document to refer to.
_PAPER = re.compile(
    r"(?:[证照簿卡单表据票函]|证明|名册|登记册|(?<![白蓝绿]皮)(?<!议定)书|台账|回执|凭证|收条|合同|协议|申请|问卷|档案|日志|周刊|杂志|月刊|(?<![通公年月简])报)"
    r"(?:[（(][^（()）]*[）)])?$|^(?:.{2,12}(?:政府|委员会|国务院|法院|检察院|商标|专利))?公报$|^国务院公报$"
)
_NO_PAPER = re.compile(
    r"(?:清单|税[率额目]表|税目税[率额]表|价目表|分类表|量值表|的函|复函|批复|[的关].*通知单|公告单)(?:[（(][^（()）]*[）)])?$"
)
_TITLE = re.compile(r"《((?:[^《》]|《[^《》]{0,200}》){1,300})》")
_BRACKET = re.compile(r"\s?[（(]((?:[^（()）]|[（(][^（()）]{0,40}[）)]){1,160})[）)]")
_VERSION = re.compile(
    r"(?:\d{4}\s?年?)?(?:第[一二三四五六七八九十\d]+次)?(?:修订|修正|修改|试行|暂行|版|草案|送审稿|征求意见稿|修订本|修正本|施行|版本|最新)"
    r"(?:[版稿本])?|\d{4}年\d{1,2}月\d{1,2}日[^，。；]{0,30}|\d{4}(?:年[版本]?)?|[A-Z/]{2,8}\s?[\d.]+[—-]\d{2,4}"
)
_CALLED = re.compile(
    r"(?:以下|下)?(?:统|简)?称(?:为)?[:：]?\s?[“\"‘《〈]?([^”\"’》〉，,；;、。（(）)]{2,30})[”\"’》〉]?"
)
_EACH_CALLED = re.compile(r"[《“\"]([^《》“”\"]{2,30})[》”\"]")
_OF_NUMBER = frozenset({"", "文", "文件", "文件的"})  # 国发〔2019〕5号文件第二条
_LONGEST_JOINT = max(map(len, _OF_NUMBER))
# What is called by a name in 《》 there is a programme, a website, a post.
_NO_DOCUMENT_BEHIND = re.compile(r"(?:栏目|节目|平台|频道|网站|专栏|一书|网帖|帖)")
_NO_DOCUMENT_BEFORE = re.compile(r"(?:平台|栏目|网站|节目)$")
_COUNTED_ABOVE = {"条": "条", "款": "条款", "项": "条款项"}  # what is not counted from 前条, 前款, 前项
_LINK = re.compile(r"\s?(?:的|中的?|里的?)?(?=第)")

_NAME = re.compile(rf"([{CJK}]{{0,40}}(?:{_STATUTE}))(?:[总分附]则)?$")
_VAGUE = re.compile(r"^(?:该|同|此|上述|前述|其他|有关|相关|新|旧|原)+")
_STRONG_BEFORE = re.compile(
    r"(?:违反|依照|按照|根据|依据|适用|符合|属于|参照|作为|改为|调整为|遵守|具有|触犯|除|[按依因有第犯本原在将])$"
)
_BEFORE_COUNTED = re.compile(
    r"(?:违反|依照|按照|根据|依据|适用|符合|属于|参照|作为|改为|调整为|遵守|触犯|删去|删除|[按依])$"
)
_CUE_AFTER = re.compile(
    r"(?:规定|的规定|所[列称规指述定]|之|[、，]第|至第|[和或及与]|以及|情形|条件的|要求|关于|另有|修改|改为|中|增加|删|移|第|"
    r"的[，、除]?(?:情形|行为|要求|内容)?|罪|行为|措施|”|[。；;）)]|$|作为|合并|[，,])"
)
_AFTER_WITHIN = {
    "条": re.compile(r"[^例件款目约线路街信消留微]|$"),
    "章": re.compile(r"[^程]|$"),
    "节": re.compile(r"规定|第|的|所|没|未|有关|关于|各|中|另|不|[，。]"),
    "编": re.compile(r"规定|第|的|所|没|未|有关|关于|调整|另|不|[，。]"),
    "款": re.compile(r"规定|第|的规|所|中|罪|前"),
    "项": re.compile(r"规定|第|的规|所列|所称|中"),
}
_NOT_RELATIVE = re.compile(r"[件例目约线式]|工作|任务|步骤")
_ATTACHED = re.compile(
    r"附(?P<what>[件表录])(?P<n>\s?(?:\d{1,3}|[一二三四五六七八九十]{1,3}|[A-Z\u2160-\u216b](?![A-Za-z]))(?![\d年月日]))?"
    r"(?P<to>\s?[-—－–~～至]\s?(?:附[件表录])?\s?(?:\d{1,3}|[一二三四五六七八九十]{1,3}))?"
)
_MORE_ATTACHED = re.compile(
    r"(?:、|，|和|及|与|或)\s?(?P<n>\d{1,2}|[一二三四五六七八九十]{1,2})(?=[、，和及与）)。]|$)"
)
_BEFORE_ATTACHED = re.compile(
    r"(?:见|参照|按照?|根据|依照|依据|依|列入|填写|以|除|由|属于|于|在|》|号|条|（|\(|"
    rf"本(?:{_KINDS_OF_TEXT})的?|上述|下列)$"
)


def find_references(text: str, names: Mapping[str, Reference] | None = None) -> Iterator[Reference]:
    """Every reference in ``text``, in order, none inside another.

    ``names`` are short names that stand for documents here because an earlier text defined them (以下简称); those
    that this text defines count from there on. Each of 第十二条、第十三条 is a reference; a range is one.
    """
    return iter(_Finder(text, dict(names or {})).all())


class _Finder:
    """One pass over one text; ``here`` is where the next reference may begin."""

    def __init__(self, text: str, names: dict[str, Reference]) -> None:
        self.text, self.names, self.here = text, names, 0
        self.found: list[Reference] = []
        self.defined = (0, 0)  # where a name was given last: no use of it
        self.numbers = list(cited_numbers(text)) if "号" in text else []
        self.starts = [number.start for number in self.numbers]
        self.constitution = list(constitution(text)) if "宪法" in text else []
        self.scanned = 0  # names are looked for from here on
        self.readers: dict[str, Callable[[int], int]] = {
            "title": self._title,
            "relative": self._relative,
            "own": self._own,
            "within": self._within,
            "attachment": self._attachment,
            "clause": self._bare,
        }

    def all(self) -> list[Reference]:
        """Read on from mark to mark; a reader gives the place where the next mark may stand."""
        look = 0
        while match := _START.search(self.text, look):
            stop = match.start()
            self._between(stop)
            read = self.readers[match.lastgroup or ""]
            look = self.here if stop < self.here else max(read(stop), stop + 1)
        self._between(len(self.text))
        return self.found

    def _numbers_within(self, start: int, end: int) -> list[DocumentNumber]:
        first = bisect_left(self.starts, start)
        return [n for n in self.numbers[first : bisect_left(self.starts, end)] if n.end <= end]

    def _between(self, stop: int) -> None:
        """Numbers and short names between the last reference and ``stop``."""
        spans: list[Reference] = []
        for number in self._numbers_within(self.here, stop):
            spans.append(Reference(number.start, number.end, number=number, kind=NUMBER))
        if self.names:
            for start, end, name in uses(self.text, self.names, max(self.here, self.scanned - 30), stop):
                title = self.names[name].title
                within = (
                    title and title != name and self.text.endswith(title, 0, end)
                )  # the end of the full title itself
                if not within and (end <= self.defined[0] or self.defined[1] <= start):
                    spans.append(Reference(start, end, name, kind=SHORT))
        for start, end in self.constitution[bisect_left(self.constitution, (self.here, 0)) :]:
            if end > stop:
                break
            spans.append(Reference(start, end, self.text[start:end]))
        self.scanned = stop
        for one in sorted(spans, key=lambda each: each.start):
            if self._joined(one, stop) and clauses_at(self.text, stop):
                continue  # the clauses behind it belong to it: _bare reads both
            if one.kind == NUMBER and self._goes_with_title(one, stop):
                continue
            self._add(one)

    def _goes_with_title(self, one: Reference, stop: int) -> bool:
        return self.text.startswith("《", stop) and self._joined(one, stop)

    def _joined(self, one: Reference, stop: int) -> bool:
        """True if next to nothing stands between; a list of numbers is not copied again for each of them."""
        return stop - one.end <= _LONGEST_JOINT and self.text[one.end : stop] in _OF_NUMBER

    def _add(self, one: Reference) -> None:
        if one.start < self.here:
            return
        self.found.append(one)
        self.here = one.end
        if one.short and len(self.names) < MOST_NAMES:
            self.names[one.short] = one

    def _clauses(self, head: Reference, at: int) -> int:
        """Add ``head`` with each of the clauses that stand at ``at``, or alone; the place behind them."""
        link = _LINK.match(self.text, at)
        listed = clauses_at(self.text, link.end()) if link else []
        if not listed or (head.kind == SHORT and not re.search("[条款项章节编]", listed[0][2])):
            self._add(head)  # 管制清单第一部分: the part of a list is not an address
            return head.end
        for i, (start, end, clause) in enumerate(listed):
            if i == 0:
                self._add(replace(head, end=end, clause=clause))
                continue
            head = replace(head, short="")
            if any(unit in clause for unit in _COUNTED_ABOVE.get(head.base[-1:], "")):
                head = replace(head, own=True, kind=OWN, base="")  # 前款第（一）项和第十四条: another article
            self._add(replace(head, start=start, end=end, clause=clause))
        return listed[-1][1]

    # --- by title, by short name ---------------------------------------------------------------------------

    def _title(self, at: int) -> int:
        match = _TITLE.match(self.text, at)
        if match is None:
            return at + 1
        if self.defined[0] <= at < self.defined[1]:
            return match.end()
        title = match[1].strip()
        head, after = self._brackets(Reference(at, match.end(), title))
        before = next(iter(self._numbers_within(max(self.here, at - 60), at)), None)
        if before and head.number is None and self._goes_with_title(Reference(before.start, before.end), at):
            head = replace(head, start=before.start, number=before)
        if title in self.names and head.number is None:
            head = replace(head, kind=SHORT)
        elif head.number is None and self._no_document(title, at, match.end()):
            link = _LINK.match(self.text, after)
            if not (link and clauses_at(self.text, link.end())):
                return match.end()
        return self._clauses(head, after)

    def _no_document(self, title: str, start: int, end: int) -> bool:
        """A form, a certificate, a newspaper, a programme: a title that nobody would look up among documents."""
        if _PAPER.search(title) and not _NO_PAPER.search(title):
            return True
        before = self.text[max(0, start - 4) : start]
        return bool(_NO_DOCUMENT_BEHIND.match(self.text, end) or _NO_DOCUMENT_BEFORE.search(before))

    def _brackets(self, head: Reference) -> tuple[Reference, int]:
        """``head`` with what the brackets behind it say: number, version, short name; and the place behind them."""
        after = head.end
        for _ in range(3):
            match = _BRACKET.match(self.text, after)
            if match is None:
                break
            number = next(
                (n for n in self.numbers if match.start(1) <= n.start and n.end <= match.end(1)), None
            )
            called = _CALLED.search(match[1])
            version = _VERSION.fullmatch(match[1].strip())
            if number and head.number is None:
                whole = self.text[number.end : match.end(1)].strip() == ""
                head = replace(head, number=number, end=match.end() if whole else number.end)
            elif version and not head.version:
                head = replace(head, version=match[1].strip(), end=match.end())
            elif not called:
                break
            if called:
                head = replace(head, short=self._each_called(match[1][called.start() :]) or called[1].strip())
                self.defined = (match.start(1) + called.start(), match.end())
            after = match.end()
        return head, after

    def _each_called(self, words: str) -> str:
        """《甲法》、《乙法》（以下简称《甲》、《乙》): the titles before get theirs; gives the last, "" unless each has one."""
        called = _EACH_CALLED.findall(words)
        before = self.found[1 - len(called) :] if len(called) > 1 else []
        if not before or len(before) != len(called) - 1 or any(one.kind != TITLE for one in before):
            return ""
        for i, name in enumerate(called[:-1], 1 - len(called)):
            self.found[i] = self.names[name] = replace(self.found[i], short=name)
        return str(called[-1])

    def _bare(self, at: int) -> int:
        """第十二条 with what stands directly before it: a short name, a number, a statute's name, or nothing."""
        listed = clauses_at(self.text, at)
        if not listed:
            return at + 1
        head = self._name_before(at)
        if head is None and not self._is_cited(at, listed):
            return listed[-1][1]
        return self._clauses(head or Reference(at, at, own=True, kind=OWN), at)

    def _name_before(self, at: int) -> Reference | None:
        near = self._numbers_within(max(self.here, at - 60), at)
        number = near[-1] if near and self.text[near[-1].end : at] in _OF_NUMBER else None
        if number:
            return Reference(number.start, at, number=number, kind=NUMBER)
        window = self.text[max(self.here, at - 45) : at]
        quoted = re.search(r"[“\"]([^“”\"]{2,30})[”\"]$", window)
        if quoted and quoted[1] in self.names:
            return Reference(at - len(quoted[0]), at, quoted[1], kind=SHORT)
        for name in sorted(self.names, key=len, reverse=True):
            if window.endswith(name):
                return Reference(at - len(name), at, name, kind=SHORT)
        match = _NAME.search(window)
        if match is None:
            return None
        whole, behind = match[1], len(match[0]) - len(match[1])
        lead = BEFORE_NAME.match(whole)
        name = whole[lead.end() :] if lead and lead.end() < len(whole) else whole
        start = at - behind - len(name)
        vague = _VAGUE.match(name)
        if vague or (re.fullmatch(_STATUTE, name) and name != "宪法"):
            # 该条例, 同法, 条例: whichever was named last.
            return Reference(start, at, name[vague.end() :] if vague else name, kind=SHORT)
        return Reference(start, at, name)

    def _is_cited(self, at: int, listed: list[tuple[int, int, str]]) -> bool:
        """第十二条 as a clause that is spoken of, not a heading, and not the first of several things."""
        _, end, clause = listed[-1]
        if (
            len(listed) > 1
            or "（" in clause
            or "至" in clause
            or re.search(r"条.*[款项]|章.*[节条]|款.*项", clause)
        ):
            return True
        before = self.text[max(0, at - 4) : at]
        counted = clause[-1] in "款项"
        if (_BEFORE_COUNTED if counted else _STRONG_BEFORE).search(before):
            return True
        if clause.endswith("部分"):
            return False
        if counted and re.match("[“‘](?:[（(]|第[一二三四五六七八九十百]+条)", self.text[end : end + 8]):
            return True  # 第六项“（六）…”修改为: what it says now is quoted behind it
        return bool(_CUE_AFTER.match(self.text, end)) and not (
            counted and re.match(r"的|，|。|$", self.text[end:])
        )

    # --- within the text -----------------------------------------------------------------------------------

    def _own(self, at: int) -> int:
        word = _THIS_TEXT.match(self.text, at)
        end = word.end() if word else at + 1
        if self.text.startswith("附", end):
            return self._attached(at, end)
        link = _LINK.match(self.text, end)
        if not (link and clauses_at(self.text, link.end())):
            return end
        return self._clauses(Reference(at, end, own=True, kind=OWN), end)

    def _within(self, at: int) -> int:
        word = self.text[at : at + 2]
        if not _AFTER_WITHIN[word[1]].match(self.text, at + 2):
            return at + 2
        own = word[1] in "条章节编"
        return self._clauses(Reference(at, at + 2, own=own, kind=OWN if own else RELATIVE, base=word), at + 2)

    def _relative(self, at: int) -> int:
        match = _START.match(self.text, at)
        word = match[0] if match else ""
        end = at + len(word)
        tail = self.text[end : end + 2]
        before = self.text[max(0, at - 4) : at]
        if _NOT_RELATIVE.match(tail) or (word.endswith("款") and tail.startswith("项")):
            return end
        base = word.removeprefix("本条").removeprefix("本款")
        certain = _BEFORE_COUNTED.search(before) or re.match(r"规定|所|第|的规|罪|行为|各项", tail)
        if (
            base not in {"前款", "前项"}
            and not re.fullmatch(r"前[二两三四五][款条]|前条", base)
            and not certain
        ):
            return end
        return self._clauses(Reference(at, end, kind=RELATIVE, base=base), end)

    def _attachment(self, at: int) -> int:
        return self._attached(at, at)

    def _attached(self, at: int, word: int) -> int:
        """附件2 at ``word``, the reference beginning at ``at`` (本法附件三); lists go on as 附件1、2."""
        match = _ATTACHED.match(self.text, word)
        if match is None or not self._is_attachment(at, match):
            return max(word + 1, match.end() if match else 0)
        target = re.sub(r"\s", "", match[0])
        end = self._clauses(Reference(at, match.end(), kind=ATTACHMENT, target=target), match.end())
        more = _MORE_ATTACHED.match(self.text, end) if match["n"] and end == match.end() else None
        while more:
            end = more.end()
            self._add(
                Reference(more.start("n"), end, kind=ATTACHMENT, target=f"附{match['what']}{more['n']}")
            )
            more = _MORE_ATTACHED.match(self.text, end)
        return end

    def _is_attachment(self, at: int, match: re.Match[str]) -> bool:
        before, after = self.text[max(0, at - 8) : at], self.text[match.end() : match.end() + 2]
        if at < match.start():
            return True
        if match["n"]:
            # 附件1：…, 附件1 …: the heading of the attachment or a line of the list, not a mention.
            heading = not before.strip() or before[-1] in "。；\t " or before.endswith("附件：")
            return not (heading and re.match(r"[:：.．\s《]|$", after))
        if not _BEFORE_ATTACHED.search(before) or after[:1] in {":", "："}:
            return False
        return bool(re.match(r"[）)，,。；;、的所规中第要执列《]|$", after))
