"""Numbers without gaps: the number is given in the caller's transaction, and a rollback gives it back."""

from django.db.models import F
from django.utils.translation import gettext as _

from gongkai.kernel.atomic import require_transaction
from gongkai.kernel.models import Series


def next_number(series: str) -> int:
    """The next number of `series`, counting from 1.

    The row stays locked until the caller's transaction ends: others who want a number of the same series wait,
    which is the price of having no gap. Raises OutsideTransactionError outside a transaction.
    """
    require_transaction(_("编号"))
    return _add(series, 1)


def take_turn(name: str) -> None:
    """Wait until nobody else is inside a transaction that took this turn; ours ends with our transaction.

    For what must be looked up and then written with nobody in between. Raises OutsideTransactionError.
    """
    require_transaction(_("排队"))
    _add(f"turn:{name}", 0)


def _add(series: str, step: int) -> int:
    row = Series.objects.filter(name=series)
    # UPDATE first: it locks the row and reads the newest value in one step on both databases.
    if not row.update(last=F("last") + step):
        # Two first callers: the second waits here for the first to commit, then counts on from its number.
        Series.objects.bulk_create([Series(name=series)], ignore_conflicts=True)
        row.update(last=F("last") + step)
    return row.values_list("last", flat=True).get()
