"""The links below a list that has several pages."""

from dataclasses import dataclass

from django.core.paginator import Page
from django.http import QueryDict


@dataclass(frozen=True)
class PageLink:
    """One page in the row of numbers; a gap has no number and no address."""

    number: int | None
    url: str = ""
    current: bool = False


@dataclass(frozen=True)
class Pager:
    """What parts/pager.html shows."""

    previous_url: str
    next_url: str
    number: int
    count: int
    pages: list[PageLink]


def links(page: Page, query: QueryDict, *, parameter: str = "page") -> Pager:
    """The pager of a list page: the other parameters of `query` are kept, page 1 has no parameter."""

    def address(number: int) -> str:
        changed = query.copy()
        changed.pop(parameter, None)
        if number > 1:
            changed[parameter] = str(number)
        return f"?{changed.urlencode()}"

    numbers = page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    pages = [
        PageLink(number, address(number), number == page.number)
        if isinstance(number, int)
        else PageLink(None)
        for number in numbers
    ]
    return Pager(
        previous_url=address(page.number - 1) if page.has_previous() else "",
        next_url=address(page.number + 1) if page.has_next() else "",
        number=page.number,
        count=page.paginator.num_pages,
        pages=pages,
    )
