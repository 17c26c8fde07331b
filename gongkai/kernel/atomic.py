"""The check that a caller holds the transaction which its rows must be committed with."""

from django.db import transaction
from django.utils.translation import gettext as _


class OutsideTransactionError(RuntimeError):
    """A row that must be committed together with the caller's change was asked for outside a transaction."""


def require_transaction(what: str) -> None:
    """Raise OutsideTransactionError, naming `what`, unless the default database is inside `transaction.atomic()`."""
    if not transaction.get_connection().in_atomic_block:
        raise OutsideTransactionError(
            _(
                "%(what)s必须与它所说明的改动在同一个事务里提交，现在不在事务中；请把调用放进 transaction.atomic()。"
            )
            % {"what": what}
        )
