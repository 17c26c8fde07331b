"""The log's lines of what was refused say who had asked: the account by reference, and from which address."""

import logging

from django.conf import settings

from gongkai.kernel.address import of_visitor

logger = logging.getLogger(__name__)


class Who(logging.Filter):
    """Adds account and address to lines about a request (Django's 403, 404, 400, CSRF); lets every line pass."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Django hangs the request on the lines of django.request and django.security."""
        request = getattr(record, "request", None)
        meta = getattr(request, "META", None)
        if meta is not None and not getattr(record, "who_is_said", False):
            record.msg = (
                f"{record.getMessage()} [{_account(request)} {of_visitor(meta, settings.PROXIES) or '?'}]"
            )
            record.args = ()
            record.who_is_said = True
        return True


def _account(request: object) -> str:
    """user:12, or "-" for a visitor. Only what is known already: a line of the log asks no database."""
    user = getattr(request, "_cached_user", None)
    return getattr(user, "reference", "-") if user is not None and user.is_authenticated else "-"


def note_too_many(who: str, path: str) -> None:
    """A visitor who was held back; the gate calls this once a minute for each."""
    logger.warning("Too many requests: %s [- %s]", path, who)
