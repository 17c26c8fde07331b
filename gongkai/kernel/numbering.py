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
    row = Series.objects.filter(name=series)
    # UPDATE first: it locks the row and reads the newest value in one step on both databases.
    if not row.update(last=F("last") + 1):
        # Two first callers: the second waits here for the first to commit, then counts on from its number.
        Series.objects.bulk_create([Series(name=series)], ignore_conflicts=True)
        row.update(last=F("last") + 1)
    return row.values_list("last", flat=True).get()
