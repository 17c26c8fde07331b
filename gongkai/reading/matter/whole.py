"""Several documents of one matter as one: which is the notice, and which of the others is its attachment 1, 2, 3."""

import re
from collections.abc import Sequence
from dataclasses import replace

from gongkai.reading.document import BlockKind, OfficialDocument, Part, PartKind
from gongkai.reading.matter.opening import BODY
from gongkai.reading.numbering import clauses_of
from gongkai.reading.resolve import resolve
from gongkai.text.normalise import bare
from gongkai.text.numerals import to_int

_NOWHERE = 1_000
_NUMBER = re.compile(
    r"附\s*(?:件|表|录)?\s*(?P<n>\d{1,3}|[一二三四五六七八九十]{1,3})|^[（(]?(?P<lead>\d{1,2})[.．、_）)\s-]"
)
_NOTICE = re.compile(
    r"(?:通知|公告|通告|意见|决定|函|请示|报告|批复|通报|令|命令|纪要|方案)(?:[（(].{1,10}[）)])?$"
)


def main_of(documents: Sequence[OfficialDocument]) -> int:
    """Which of the documents of a matter is its main one: the index of the notice that the others are attached to.

    What speaks for it: it names the others in its 附件说明, it has a number, recipients or a signature, it is called
    通知 and the like; a file called 附件 is none. Raises ValueError when there are no documents.
    """
    if not documents:
        raise ValueError("没有文件，不能认定哪一个是正文。")
    scores = [_weight(document, documents) for document in documents]
    return scores.index(max(scores))


def _weight(document: OfficialDocument, all_documents: Sequence[OfficialDocument]) -> float:
    name = _stem(document.name)
    names = _attached(document)
    others = [each for each in all_documents if each is not document]
    weight = 4.0 * any(_same(wanted, each) for wanted in names for each in others)
    weight += 2.0 * bool(names)
    weight += 2.0 * (document.document_number.value is not None)
    weight += 1.0 * bool(document.recipients.value) + 1.0 * bool(document.signature.value)
    weight += 1.5 * bool(_NOTICE.search(document.title.value or "") or _NOTICE.search(name))
    weight += 1.0 * bool(re.search("正文|主件|红头", name))
    weight -= 5.0 * bool(re.match(r"附\s*(?:件|表|录)", name))
    weight -= 3.0 * (name == BODY)
    weight -= 2.0 * (document.format in {"xlsx", "xls"})
    return weight


def as_one(documents: Sequence[OfficialDocument], main: int) -> OfficialDocument:
    """One document: the main one with each other file as an attachment, in the order of its 附件说明 where it names them.

    Parts that the main file has of its own stay; each further file is one part labelled 附件N with all its blocks. The
    words of the mail that brought them come last.
    """
    head = documents[main]
    letter = [each for n, each in enumerate(documents) if n != main and each.name == BODY]
    others = [each for n, each in enumerate(documents) if n != main and each.name != BODY]
    names = _attached(head)
    own = [part for part in head.parts if part.kind is PartKind.ATTACHMENT]
    ranked = sorted(((_rank(each, names), each) for each in others), key=lambda pair: pair[0])
    parts = list(head.parts)
    single = len(others) == 1 and not own and len(names) <= 1
    following = len(own)
    for place, each in ranked:
        following = place + 1 if place < _NOWHERE else following + 1
        title = names[place] if place < len(names) else each.title.value or _stem(each.name)
        parts.append(_attachment(each, title, "附件" if single else f"附件{following}"))
    parts += [_attachment(each, "", BODY) for each in letter]
    clauses = clauses_of(tuple(parts))
    return replace(
        head,
        parts=tuple(parts),
        clauses=clauses,
        citations=resolve(clauses, head.title.value or "", parts),
        warnings=(
            *head.warnings,
            *(f"{_stem(each.name)}：{warning}" for each in (*others, *letter) for warning in each.warnings),
        ),
        concealed=tuple(sentence for each in documents for sentence in each.concealed),
    )


def _attachment(document: OfficialDocument, title: str, label: str) -> Part:
    blocks = tuple(block for part in document.parts for block in part.blocks)
    return Part(PartKind.ATTACHMENT, title, blocks, label)


def _attached(document: OfficialDocument) -> list[str]:
    """The names in a document's 附件说明, in order; a name that goes on in a second line is put together."""
    if document.attachments.value:
        return list(document.attachments.value)
    names: list[str] = []
    for part in document.parts[:1]:
        for block in part.blocks:
            if block.kind is not BlockKind.ATTACHMENTS:
                continue
            text = re.sub(r"^附\s*(?:件|表|录)\s*[:：]?\s*", "", block.text)
            numbered = re.match(r"\d{1,2}\s*[.．、:：]?\s*", text)
            if numbered or not names:
                names.append(text[numbered.end() :] if numbered else text)
            else:
                names[-1] += text
    return [name.strip() for name in names if name.strip()]


def _rank(document: OfficialDocument, names: list[str]) -> int:
    """The place of a file among the attachments, from 0; _NOWHERE where nothing tells it."""
    for n, wanted in enumerate(names):
        if _same(wanted, document):
            return n
    label = next((part.label for part in document.parts if part.label), "")
    for text in (_stem(document.name), label):
        if (found := _NUMBER.search(text)) and (number := to_int(found["n"] or found["lead"])):
            return number - 1
    return _NOWHERE


def _same(wanted: str, document: OfficialDocument) -> bool:
    """The file bears the name that the notice gives it, as its own name or as its title."""
    key = bare(wanted)
    if len(key) < 3:
        return False
    titles = [_stem(document.name), document.title.value or "", *(part.title for part in document.parts[:1])]
    return any(
        key in bare(title) or (len(bare(title)) >= 6 and bare(title) in key) for title in titles if title
    )


def _stem(name: str) -> str:
    """The file's own name without folders and ending."""
    last = name.rpartition("/")[2]
    return re.sub(r"\.[A-Za-z0-9]{2,5}$", "", last)
