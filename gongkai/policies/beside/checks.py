"""What a draft says against itself: dates, number and year, numbering, references, attachments, sums of tables."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from gongkai.policies.beside.points import Field, Place, Point, block_ids, field_of, key_of, label_of
from gongkai.policies.models import Policy
from gongkai.reading.document import BlockKind, Clause, PartKind
from gongkai.reading.elements import attachments
from gongkai.reading.page import Page
from gongkai.reading.resolve import resolve
from gongkai.reading.sums import check_sums
from gongkai.text.clause_numbers import Numbering, clause_number
from gongkai.text.dates import in_chinese
from gongkai.text.document_numbers import parse_number
from gongkai.text.normalise import bare
from gongkai.text.numerals import to_chinese

# The first may not lie behind the second.
_ORDER = (
    ("written_on", "published_on"),
    ("written_on", "effective_from"),
    ("effective_from", "effective_until"),
)
_COUNTED = {Numbering.ARTICLE, Numbering.COMMA, Numbering.PAREN}


def contradictions(draft: Policy) -> list[Point]:
    """Every contradiction of a draft as a point, in the order: elements, text, attachments, tables."""
    return [
        *_dates(draft),
        *_number(draft),
        *_numbering(draft),
        *_references(draft),
        *_attached(draft),
        *_sums(draft),
    ]


def sums_told(draft: Policy) -> list[str]:
    """The sentences about sums that are points already."""
    return [
        sentence for part in draft.parts for b in part.blocks if b.table for sentence in check_sums(b.table)
    ]


def _check(why: str, label: str, **more: object) -> Point:
    return Point(key_of("check", why), label, str(more.pop("value", "")), why, **more)  # type: ignore[arg-type]


def _dates(draft: Policy) -> Iterator[Point]:
    for first, second in _ORDER:
        earlier, later = getattr(draft, first), getattr(draft, second)
        if earlier is None or later is None or earlier <= later:
            continue
        names = {"first": label_of(first), "second": label_of(second)}
        yield _check(
            _("%(second)s（%(late)s）早于%(first)s（%(early)s），请核对是哪一个读错了。")
            % (names | {"early": in_chinese(earlier), "late": in_chinese(later)}),
            _("日期互相矛盾"),
            value=f"{names['second']} {later.isoformat()}，{names['first']} {earlier.isoformat()}",
            wanted=(earlier, later),
            fields=(field_of(draft, first), field_of(draft, second)),
        )


def _number(draft: Policy) -> Iterator[Point]:
    number = parse_number(draft.document_number)
    written = draft.written_on
    if number is None or number.year is None or written is None or number.year == written.year:
        return
    yield _check(
        _("发文字号的年份是%(number)d年，成文日期却在%(written)d年，请核对。")
        % {"number": number.year, "written": written.year},
        _("文号与成文日期的年份不同"),
        value=f"{draft.document_number}，{written.isoformat()}",
        wanted=(draft.document_number, written),
        fields=(field_of(draft, "document_number"), field_of(draft, "written_on")),
    )


# --- the text ----------------------------------------------------------------------------------------------------


def _at(draft: Policy, clause: Clause) -> dict[str, object]:
    """What every point about a clause says: where it stands, its words, and that they may be corrected."""
    block = draft.parts[clause.part].blocks[clause.block]
    key = block_ids(draft).get((clause.part, clause.block), "")
    if not key or block.table:
        return {"value": clause.label, "wanted": (block.text[:60],)}
    return {
        "value": block.text[:80],
        "wanted": (block.text,),
        "places": (Place(key),),
        "fields": (Field("block", _("这一段的文字"), "text", block.text),),
    }


def _numbering(draft: Policy) -> Iterator[Point]:
    """第三条 → 第五条, and a list that begins with its second item: what lies between may not have been read."""
    last: dict[tuple[int, str, Numbering], int] = {}
    for clause in draft.read_clauses:
        number = clause_number(clause.label) if clause.numbered else None
        if number is None or number.style not in _COUNTED or number.sub:
            continue
        above = "" if number.style is Numbering.ARTICLE else clause.path.rpartition("/")[0]
        group = clause.part, above, number.style
        before = last.get(group, 0)
        last[group] = number.value
        again = "~" in clause.path.rpartition("/")[2] and number.style is Numbering.ARTICLE
        if again:
            yield _check(
                _("“%s”出现了不止一次，请核对序号。") % clause.label, _("序号重复"), **_at(draft, clause)
            )
        elif before + 1 < number.value <= before + 4:
            missing = "、".join(_written(number.style, n) for n in range(before + 1, number.value))
            why = _("“%(label)s”前面缺少“%(missing)s”，请核对是否漏读。")
            yield _check(
                why % {"label": clause.label, "missing": missing}, _("序号不连续"), **_at(draft, clause)
            )


def _written(style: Numbering, value: int) -> str:
    words = to_chinese(value)
    return {Numbering.ARTICLE: f"第{words}条", Numbering.COMMA: f"{words}、"}.get(style, f"（{words}）")


def _references(draft: Policy) -> Iterator[Point]:
    """A reference to a clause of this very text that it does not have."""
    by_path = {clause.path: clause for clause in draft.read_clauses}
    for citation in resolve(draft.read_clauses, draft.title, draft.parts):
        reference = citation.reference
        other = citation.target_title or citation.target_number
        if other or citation.target_paths or not citation.certain or not reference.clause:
            continue
        clause = by_path.get(citation.path)
        if clause is None:
            continue
        said = clause.text[reference.start : reference.end]
        why = _("文中提到“%(said)s”（%(where)s），这份文件里没有找到，请核对是否读错。")
        yield _check(why % {"said": said, "where": citation.path}, _("引用没有着落"), **_at(draft, clause))


def _attached(draft: Policy) -> Iterator[Point]:
    """The names in 附件说明 against the titles of the attachments in the same file, one by one."""
    if not any(b.kind is BlockKind.ATTACHMENTS for part in draft.parts for b in part.blocks):
        return
    listed = attachments(Page(), draft.parts).value or ()
    texts = [
        part for part in draft.parts if part.kind is PartKind.ATTACHMENT and part.label.startswith("附件")
    ]
    if len(texts) != len(listed):
        return  # attachments that come as files of their own
    for name, part in zip(listed, texts, strict=True):
        one, other = bare(name), bare(part.title)
        if one and other and one != other and one not in other and other not in one:
            why = _("附件说明里叫“%(listed)s”，附件本身的标题是“%(own)s”，请核对。")
            yield _check(
                why % {"listed": name, "own": part.title},
                _("附件标题不一致"),
                value=f"{part.label} {part.title}",
                wanted=(name, part.title),
                places=_lines_of(draft, BlockKind.ATTACHMENTS),
            )


def _lines_of(draft: Policy, kind: BlockKind) -> tuple[Place, ...]:
    return tuple(Place(b.origin) for part in draft.parts for b in part.blocks if b.kind is kind and b.origin)


def _sums(draft: Policy) -> Iterator[Point]:
    for part in draft.parts:
        for block in part.blocks:
            for sentence in check_sums(block.table) if block.table else ():
                label = _("合计与分项不符")
                caption = block.table.caption if block.table else ""
                wanted = (caption,) if caption else ()
                yield _check(sentence, label, value=caption, wanted=wanted, places=(Place(block.origin),))
