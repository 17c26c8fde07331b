"""What is kept of a file to find its other files and copies by: a sketch of plain values, and keys to ask by."""

import re
from contextlib import suppress
from dataclasses import asdict, dataclass
from hashlib import blake2b
from itertools import pairwise
from typing import Any

from gongkai.reading.alike_text import GRAM, grams, symbols, thin
from gongkai.reading.document import Block, BlockKind, Element, OfficialDocument, PartKind
from gongkai.text.dates import is_date_line
from gongkai.text.document_numbers import DocumentNumber, parse_number
from gongkai.text.normalise import bare, clean
from gongkai.text.numerals import to_int


@dataclass(frozen=True)
class Sketch:
    """What is kept of a file to compare it by; plain values, about 6 KB at most.

    ``title`` is bare; ``marks`` are the words in it that tell editions apart (2024, 第2批, 征求意见稿); ``quoted``
    are bare titles in 《》 at its head; ``cover`` if it says that it issues or passes on another text, ``reprint`` if it says
    that it was taken from elsewhere, ``source`` whom it names as its source. ``stream`` is the body as symbols, of
    long texts every so many stretches (``every``); ``starts`` are the places in it where parts begin; ``chunks``
    are (anchor, sum) of pieces over the whole of a long body, ``asked`` what ``keys`` gives.
    """

    number: str = ""
    title: str = ""
    marks: tuple[str, ...] = ()
    issuers: tuple[str, ...] = ()
    written_on: str = ""
    cover: bool = False
    quoted: tuple[str, ...] = ()
    reprint: bool = False
    source: str = ""
    length: int = 0
    whole: int = 0
    every: int = 1
    stream: str = ""
    starts: tuple[int, ...] = ()
    chunks: tuple[tuple[int, int], ...] = ()
    asked: tuple[int, ...] = ()

    def to_data(self) -> dict[str, Any]:
        """Plain values for JSON; what is empty is left out."""
        return {name: value for name, value in asdict(self).items() if value}

    @classmethod
    def from_data(cls, data: dict[str, Any]) -> "Sketch":
        """The sketch that ``to_data`` wrote, also after a way through JSON."""
        kept: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value for name, value in data.items()
        }
        kept["chunks"] = tuple((one, other) for one, other in data.get("chunks", ()))
        return cls(**kept)


# --- making a sketch -----------------------------------------------------------------------------------------

_STREAM = 4500
_CHUNKS = 64
PIECE = 128
_DROPPED = {
    BlockKind.TITLE,
    BlockKind.LETTERHEAD,
    BlockKind.NUMBER,
    BlockKind.RECIPIENT,
    BlockKind.ATTACHMENTS,
    BlockKind.SIGNATURE,
    BlockKind.DATE,
    BlockKind.NOTE,
}
# What sites and offices put around a text, alone on its line.
_ASIDE = re.compile(
    r"^[【\[（(]?(?:(?:信息|文章|稿件|内容)?来源|发[布文](?:时间|日期|机构|机关|单位|人)|时间|日期|作者|(?:责任)?编辑|责编|审核|浏览(?:次数|量)?|点击(?:数|率|次数|量)?"
    r"|阅读(?:次数|量)?|访问(?:次数|量)|字体(?:大小)?|索引号|主题(?:分类|词)|发文字号|成文日期|文号|标题|名称|有效性|公开(?:属性|方式)|当前位置|您?(?:现在|当前)的?位置|主办|承办"
    r"|上一[篇条]|下一[篇条]|抄送|抄报)\s*[:：]"
    r"|^[【\[（(]?(?:打印|关闭|分享|收藏|扫一扫|返回|首页|网站地图|版权所有|联系我们|无障碍|附件下载|相关(?:链接|文件|阅读|解读|稿件)|[^，。]{0,8}ICP备)[^，。]{0,40}$"
    r"|^(?:第\s*)?[-—–\d/\s共]{1,12}(?:页.{0,10})?$|^[^，。]{2,30}办公[厅室].{0,4}\d{4}年\d+月\d+日印发$",
    re.I,
)
_REPRINT = re.compile(
    r"转载|(?:^|[，。：:；（(【])(?:转自|转发自|摘自|摘编自)|(?:^|[（(])原(?:标题|文(?:链接|地址|网址|出处|标题))|原[载刊][于自]"
)
_PERMITS = re.compile(
    r"(?:请勿|不得|禁止|谢绝|严禁|如需|欢迎|允许|许可|未经[^，。]{0,16}|任何[^，。]{0,16})[^，。]{0,6}转载|转载[^，。]{0,8}(?:注明|授权|许可|必究|声明)"
)
_SOURCE = re.compile(
    r"(?:^|[\s|｜（(【\d])(?:信息|文章|稿件|内容|原文)?(?:来源|出处)(?:\s*[:：|｜丨]\s*|于)(\S{2,40})"
)
_COVER_TITLE = re.compile(r"印发|转发|批转|颁发|颁布|公布|发布|下发|征求.{0,60}意见|令$")
_COVER_TEXT = re.compile(
    r"[现兹](?:将|把).{0,200}?(?:印发|转发|批转|公布|发布|下发)|现予(?:以)?(?:公布|发布|印发|转发)|(?:印发|转发|批转)给?(?:你们|各|给)|现转发|予以(?:印发|转发|公布|发布)"
)
_MARK = re.compile(
    r"征求意见|草案|送审稿|讨论稿|试行|暂行|修[订正改]|更正|勘误|补充|解读|问答|一问|延长|延期|延续|废止|继续|第[\d一二三四五六七八九十]{1,4}[批期次号轮届]"
    r"|(?:19|20)\d\d|[一二][〇零○0]{1}[〇零○0-9一二三四五六七八九]{2}|[上下]半年|第?[一二三四1234]季度|\d{1,2}月"
)
_ORGAN = re.compile(
    r"^[^，。；：:、《》\d]{2,30}(?:政府|办公[厅室]|委员会|国务院|[委部局厅院署办会处]|中心|总队|街道办事处)$"
)


def sketch(document: OfficialDocument) -> Sketch:
    """What to keep of ``document`` to find its other files and copies by, and to compare it by."""
    lines, streams = _body(document)
    stream = "".join(streams)
    sums = grams(stream)
    every, kept = 1, stream
    while len(kept) > _STREAM:
        every *= 2
        kept = thin(stream, sums, every) if every >= _COARSE else kept
    offsets = [0]
    for each in streams:
        offsets.append(offsets[-1] + len(each))
    title = _title(document)
    number = parse_number(document.document_number.value or "") or _number_above(document)
    reprint, source = _origin(document)
    head = "".join(lines[:6])[:600]
    key = number.key if number and number.code else ""
    quoted = tuple(dict.fromkeys(bare(q) for q in re.findall("《([^《》]{4,80})》", title + head)))[:4]
    return Sketch(
        number=key,
        title=bare(title),
        marks=_marks(title),
        issuers=_issuers(document.issuers),
        quoted=quoted,
        written_on=document.written_on.value.isoformat() if document.written_on.value else "",
        cover=bool(_COVER_TITLE.search(title) or _COVER_TEXT.search(head)),
        reprint=reprint,
        source=source,
        length=len(stream),
        whole=_hashed("text", stream),
        every=every,
        stream=kept,
        starts=tuple(offsets[1:-1])[:40] if every == 1 else (),
        chunks=_pieces(sums) if every > 1 else (),
        asked=_asked(key, titles_of(bare(title), quoted), stream, sums, offsets),
    )


_COARSE = 32  # anchors closer than this keep nearly all of a text


def keys(sketch: Sketch) -> tuple[int, ...]:
    """At most 40 numbers below 2**63; two files that are the same or carry each other nearly always share one."""
    return sketch.asked


def _body(document: OfficialDocument) -> tuple[list[str], list[str]]:
    """The lines of the text proper, and its symbols part by part; what stands around the text is left out."""
    lines: list[str] = []
    streams: list[str] = []
    for part in document.parts:
        head = [part.label, part.title] if part.kind in {PartKind.ENCLOSED, PartKind.ATTACHMENT} else []
        own = [one for one in head if one and not _set_aside(one)] + _lines(part.blocks)
        lines += own
        streams.append(symbols("".join(own)))
    return lines, [each for each in streams if each]


def _lines(blocks: tuple[Block, ...]) -> list[str]:
    texts: list[str] = []
    for block in blocks:
        if block.table:
            texts += ["".join(cell.text for cell in row) for row in block.table.rows]
        elif block.kind not in _DROPPED and not (len(block.text) <= 100 and _set_aside(block.text)):
            texts.append(block.text)
    signed: set[int] = set()
    for at in (i for i, text in enumerate(texts) if len(text) <= 24 and is_date_line(text)):
        signed.add(at)
        above = at - 1
        while above >= max(at - 6, 0) and len(texts[above]) <= 40 and _ORGAN.match(texts[above]):
            signed.add(above)
            above -= 1
    return [text for i, text in enumerate(texts) if i not in signed]


def _set_aside(text: str) -> bool:
    return bool(_ASIDE.search(text) or _REPRINT.search(text) or _SOURCE.match(text) or parse_number(text))


_TITLE_END = re.compile(
    r"(?:通知|意见|决定|办法|规定|细则|条例|方案|公告|通告|批复|函|通报|报告|纪要|决议|令|指引|指南|措施|规划|要点|计划|规则|说明|预案|制度)(?:[（(][^（）()]*[）)])*$"
)


def _number_above(document: OfficialDocument) -> DocumentNumber | None:
    """A number on a line of its own above the text, also where a long title hid it from the reader."""
    blocks = document.parts[0].blocks[:6] if document.parts else ()
    return next((n for block in blocks if len(block.text) <= 40 and (n := parse_number(block.text))), None)


_BEFORE = re.compile(r"^[【\[（(]?.{0,4}转载[】\])）]?[:：]?|[（(【\[]转载[)）】\]]$")
_DATED = re.compile(r"^(?:19|20)\d\d\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}")


def _title(document: OfficialDocument) -> str:
    """The title without what sites set around it: plain text has no layout to tell the lines above a text apart."""
    read = document.title.value or ""
    blocks = document.parts[0].blocks if document.parts else ()
    lines = [_BEFORE.sub("", clean(block.text)) for block in blocks if block.kind is BlockKind.TITLE]
    lines = [
        each
        for each in lines
        if not (_set_aside(each) or _DATED.match(each) or re.search("[>\uff1e»]", each))
    ]
    lines = lines[1:] if len(lines) > 1 and re.search("(?:文件|网|网站|平台)$", lines[0]) else lines
    first = clean(blocks[0].text) if blocks else ""
    if not lines and len(first) <= 120 and "。" not in first and _TITLE_END.search(first):
        return first if not any(each.source == "label" for each in document.title.evidence) else read
    if not lines or bare("".join(lines)) not in bare(read):
        return (
            read
            if not lines or any(each.source == "label" for each in document.title.evidence)
            else "".join(lines)
        )
    end = next((n for n, each in enumerate(lines) if _TITLE_END.search(each)), len(lines))
    while end + 1 < len(lines) and lines[end + 1].startswith("的"):
        end += 1
    return "".join(lines[: end + 1])


def _origin(document: OfficialDocument) -> tuple[bool, str]:
    """Whether the file says that it was taken from elsewhere, and whom it names as its source."""
    blocks = [block for part in document.parts for block in part.blocks if block.text]
    around = [block.text for block in (blocks if len(blocks) <= 16 else [*blocks[:8], *blocks[-8:]])]
    around = [text for text in around if len(text) <= 160]
    found = next((m[1] for text in around if (m := _SOURCE.search(text))), "")
    permitted = [_PERMITS.sub("", text) for text in around]
    return any(_REPRINT.search(text) for text in permitted), bare(found)


def _marks(title: str) -> tuple[str, ...]:
    found: set[str] = set()
    title = re.sub(r"(?<=\d)[oO](?=[\doO])", "0", clean(title))  # 2O24: misread
    for match in _MARK.finditer(title.replace("修正", "修订").replace("修改", "修订")):
        word = match[0]
        figures = re.search(r"[\d〇零○一二三四五六七八九十]+", word)
        if figures:
            with suppress(ValueError):  # 第十二三批: no number
                word = word.replace(figures[0], str(to_int(figures[0])))
        found.add(word)
    return tuple(sorted(found))


def _issuers(element: Element[tuple[str, ...]]) -> tuple[str, ...]:
    """Who issued it, if the document itself says so; a site's label alone may name whoever put it there."""
    own = element.sure or any(each.source != "label" for each in element.evidence)
    return tuple(sorted(map(bare, element.value or ()))) if own else ()


def titles_of(title: str, quoted: tuple[str, ...]) -> list[str]:
    """The names that a document may be asked for by: its own, what it calls its subject, what it names in 《》."""
    core = subject(title)
    inner = re.sub(
        r"的(?:通知|函|公告|通告|决定)$", "", re.sub(r"^关于(?:印发|转发|批转|公布|发布)", "", core)
    )
    return [one for one in dict.fromkeys([core, inner, *(subject(q) for q in quoted)]) if len(one) >= 4][:4]


def subject(title: str) -> str:
    """A title without the organ that leads it: …人民政府关于… → 关于…"""
    at = title.find("关于")
    return title[at:] if 0 < at <= 60 else title


def _hashed(kind: str, text: str) -> int:
    return int.from_bytes(blake2b(f"{kind}:{text}".encode(), digest_size=8).digest(), "big") >> 1


def _asked(
    number: str, titles: list[str], stream: str, sums: list[int], offsets: list[int]
) -> tuple[int, ...]:
    asked = [_hashed("number", number)] if number else []
    asked += [_hashed("title", one) for one in titles]
    spans = [(0, len(sums), 12)]
    if len(offsets) > 2:
        longest = sorted(pairwise(offsets), key=lambda span: span[0] - span[1])[:2]
        spans += [(a, b, 9) for a, b in longest]
    for start, end, count in spans:
        for at in _smallest(sums[start:end], count):
            asked.append(_hashed("gram", stream[start + at : start + at + GRAM]))
    return tuple(dict.fromkeys(asked))[:40]


def _smallest(sums: list[int], count: int) -> list[int]:
    """Where the ``count`` smallest checksums stand: the same in every file that has these words."""
    limit = (1 << 32) * 6 * count // max(len(sums), 1)
    few = sorted((one, at) for at, one in enumerate(sums) if one < limit)
    seen: dict[int, int] = {}
    for one, at in few:
        seen.setdefault(one, at)
    return list(seen.values())[:count]


def _pieces(sums: list[int]) -> tuple[tuple[int, int], ...]:
    """(anchor, sum) of the pieces of a text, cut where the words say so, ``_CHUNKS`` at most.

    Sums of neighbouring pieces add up to the sum of the longer piece, so texts cut finely and coarsely compare.
    """
    size = PIECE
    while len(cuts := [i for i, one in enumerate(sums) if (one >> 16) % size == 0]) > _CHUNKS:
        size *= 2
    return tuple((sums[a] >> 16, sum(sums[a:b]) & 0xFFFF) for a, b in pairwise([*cuts, len(sums)]))
