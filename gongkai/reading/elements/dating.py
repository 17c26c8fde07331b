"""成文日期 and 发布日期: label, signature, the history under a law's title, the page's own date."""

import re
from datetime import date
from itertools import pairwise

from gongkai.reading.document import BlockKind, Element, Evidence, Part, PartKind
from gongkai.reading.elements.witnesses import in_head, label_values
from gongkai.reading.page import Page
from gongkai.text.dates import find_dates, parse_date
from gongkai.text.normalise import close_up

_MADE = re.compile("通过|公布|发布|修订|修正|修改|批准|印发")
_STARTS = re.compile("施行|实施|生效")
# A congress's law is promulgated the day it is passed; a mere 批准 or a session of the cabinet comes before that day,
# and collections leave out the last decision that amended a regulation.
_PROMULGATED = re.compile("人民代表大会")


def written_on(page: Page, parts: tuple[Part, ...]) -> Element[date]:
    """成文日期: the label against the date under the signature of the first text; for a law its last adoption."""
    named = next((d for label in label_values(page, "written_on") if (d := parse_date(label.value))), None)
    signed = _date_signed(parts)
    evidence = tuple(Evidence(s, d.isoformat()) for s, d in (("label", named), ("signature", signed)) if d)
    if named:
        return Element(named, signed is None or signed == named, evidence)
    if signed:
        published = next(
            (d for label in label_values(page, "published_on") if (d := parse_date(label.value))), None
        )
        # Signed after it was published: one of the two was misread, or the page shows another text's day.
        return Element(signed, published is None or signed <= published, evidence)
    return _adopted(parts)


def _adopted(parts: tuple[Part, ...]) -> Element[date]:
    """The last day in the history of a law: passed, published, revised or amended."""
    told = history(parts)
    days = [(day, words) for day, words in told if _MADE.search(words) and not _STARTS.search(words)]
    if not days:
        return Element(None)
    day, words = max(days, key=lambda pair: pair[0])
    whole = not any(re.search(r"根据\s*$", each) for _, each in told)
    return Element(day, whole and bool(_PROMULGATED.search(words)), (Evidence("body", words),))


def history(parts: tuple[Part, ...]) -> list[tuple[date, str]]:
    """(day, words) of each event that the notes under the title of a law tell: 2019年4月23日…修订."""
    told: list[tuple[date, str]] = []
    for block in in_head(parts, BlockKind.NOTE):
        found = list(find_dates(block.text))
        ends = [*(each.start for each in found), len(block.text)]
        told += [
            (each.date, block.text[each.start : end])
            for each, (_, end) in zip(found, pairwise(ends), strict=True)
        ]
    return told


def _date_signed(parts: tuple[Part, ...]) -> date | None:
    """The date under the signature of the document itself, not of what it encloses or attaches."""
    if not parts or parts[0].kind is PartKind.ATTACHMENT:
        return None
    dates = [parse_date(close_up(block.text)) for block in parts[0].blocks if block.kind is BlockKind.DATE]
    return next((d for d in dates if d), None)


def published_on(page: Page, written: date | None) -> Element[date]:
    """发布日期: what the page shows, then what its head says. Never before the document was written."""
    labels = [
        (label.source, d) for label in label_values(page, "published_on") if (d := parse_date(label.value))
    ]
    if not labels:
        return Element(None)
    ordered = [d for source, d in labels if source == "label"] + [
        d for source, d in labels if source == "meta"
    ]
    agree = len(set(ordered)) == 1 and not (written and ordered[0] < written)
    evidence = tuple({source: Evidence(source, d.isoformat()) for source, d in reversed(labels)}.values())
    return Element(ordered[0], agree, evidence)
