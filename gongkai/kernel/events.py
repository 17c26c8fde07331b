"""Recording that something happened, in the transaction that made it happen; project/wiring.py says what follows."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from gongkai.kernel import clock, wake
from gongkai.kernel.atomic import require_transaction
from gongkai.kernel.models import Delivery, Event

Handler = Callable[[Event], None]
Gatherer = Callable[[list[Event]], None]

_wiring: dict[str, list[str]] = {}
_handlers: dict[str, Handler | Gatherer] = {}


class UnknownEventError(LookupError):
    """The kind of an event, or the handler of a delivery, is not in the wiring."""


def wire(mapping: Mapping[str, list[str]]) -> None:
    """Set the one list of what follows from what: kind of event → dotted paths of handlers (may be empty).

    Called once, by project/wiring.py. A handler is `def handler(event: Event) -> None`; it runs at least once
    and must be idempotent; what it writes to the database is committed together with its delivery. One marked
    `gathers` is `def handler(events: list[Event]) -> None` instead.
    Raises ImproperlyConfigured, naming the path, if a handler cannot be imported.
    """
    handlers: dict[str, Handler | Gatherer] = {}
    for kind, paths in mapping.items():
        for path in paths:
            try:
                handlers[path] = import_string(path)
            except ImportError as error:
                raise ImproperlyConfigured(
                    _("事件 %(kind)s 的处理者 %(path)s 无法导入（%(error)s）；请更正 project/wiring.py。")
                    % {"kind": kind, "path": path, "error": error}
                ) from error
    _wiring.clear()
    _wiring.update({kind: list(dict.fromkeys(paths)) for kind, paths in mapping.items()})
    _handlers.clear()
    _handlers.update(handlers)


def gathers(most: int) -> Callable[[Gatherer], Gatherer]:
    """Mark a handler that takes up to `most` events at once and whose effect lies outside the database.

    It is run outside any transaction, so that on SQLite nobody waits for it; it may read, and writes no rows.
    """

    def mark(handler: Gatherer) -> Gatherer:
        handler.gathers = most  # type: ignore[attr-defined]
        return handler

    return mark


def gathered_by(path: str) -> int:
    """How many events the handler under this path takes at once; 0 for one that takes them singly, or is not wired."""
    return getattr(_handlers.get(path), "gathers", 0)


@contextmanager
def wired(mapping: Mapping[str, list[str]]) -> Iterator[None]:
    """Another wiring for the code inside; for tests."""
    before = wiring()
    wire(mapping)
    try:
        yield
    finally:
        wire(before)


def wiring() -> dict[str, list[str]]:
    """A copy of the wiring: kind of event → dotted paths of handlers."""
    return {kind: list(paths) for kind, paths in _wiring.items()}


def handler(path: str) -> Callable[..., None]:
    """The handler wired under this dotted path; UnknownEventError if none is.

    Only wired handlers: a row in the database must not be able to name any callable of the system.
    """
    try:
        return _handlers[path]
    except KeyError:
        raise UnknownEventError(
            _("处理者 %(path)s 不在接线表中；请在 project/wiring.py 中恢复它，或处置这条投递。")
            % {"path": path}
        ) from None


def record(kind: str, *, subject: str, **payload: Any) -> Event:
    """Write an event and one delivery for each of its handlers, in the caller's transaction; wake the worker on commit.

    `subject` is a reference such as "policies.Policy:12". One handler gets the events of one subject in order of
    their ids; two transactions that record on the same subject at the same moment must exclude each other, as
    actions do, which append to the audit chain before they record.
    Raises OutsideTransactionError outside a transaction, UnknownEventError for a kind that is not wired (a typing error).
    """
    require_transaction(_("事件"))
    if kind not in _wiring:
        raise UnknownEventError(
            _("事件 %(kind)s 不在接线表中，可能是拼写有误；请在 project/wiring.py 中登记它。")
            % {"kind": kind}
        )
    moment = clock.now()
    event = Event.objects.create(kind=kind, subject=subject, payload=payload, recorded_at=moment)
    paths = _wiring[kind]
    if paths:
        Delivery.objects.bulk_create(
            [Delivery(event=event, handler=path, subject=subject, due_at=moment) for path in paths]
        )
        wake.announce()
    return event
