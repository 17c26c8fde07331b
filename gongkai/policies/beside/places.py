"""All doubtful places of a draft in the order in which a clerk goes through them."""

from gongkai.policies.beside import answers, checks, points
from gongkai.policies.beside.pages import Reading, reading_of
from gongkai.policies.beside.points import Point
from gongkai.policies.models import Policy


def all_points(draft: Policy, reading: Reading | None = None) -> list[Point]:
    """What is still to be answered: elements, lines of the text, contradictions, what was told of the file."""
    reading = reading or (reading_of(draft.original) if draft.original else None)
    warnings = reading.warnings if reading else ()
    found = [
        *points.open_elements(draft),
        *points.open_lines(draft),
        *checks.contradictions(draft),
        *points.told(warnings, checks.sums_told(draft)),
    ]
    done = answers.looked_at(draft)
    # An element that was accepted and is open again was put back by somebody: that is asked once more.
    return [
        each for each in found if each.is_element or each.key.startswith(points.BODY) or each.key not in done
    ]
