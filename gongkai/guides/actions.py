"""Verbs: writing a service with its guide, one by one or as a list; everything that follows is told by one event."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from gongkai.guides import permissions, schema
from gongkai.guides.elements import missing_elements
from gongkai.guides.models import Guide, Service
from gongkai.kernel import audit, clock, events

CHANGED = "guide.changed"


class Refused(Exception):
    """It cannot be written like that; ``faults`` say why, field by field, the message all of it in words."""

    def __init__(self, faults: Sequence[schema.Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__(" ".join(f"{fault.label}：{fault.sentence}" for fault in faults))


class Result(StrEnum):
    """What became of one row of a list."""

    CREATED = "created"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


@dataclass(frozen=True)
class Outcome:
    """One row of a list: where it stood, what it named, what became of it, and what a person should know."""

    place: str
    code: str
    name: str
    result: Result
    faults: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()


@dataclass(frozen=True)
class Given:
    """One row as it was read: where it stands, its values by field, and what could not be read, field by field."""

    place: str
    values: Mapping[str, Any] = field(default_factory=dict)
    faults: tuple[schema.Fault, ...] = ()


@transaction.atomic
def keep(*, values: Mapping[str, Any], by: Any) -> tuple[Service, Result]:
    """Write the service that ``values["code"]`` names, and its guide; fields not given stay as they are.

    ``by`` is a user, or "system:…" for commands. A guide is dated with today unless the values bring their own date.
    Raises Refused with every fault, PermissionDenied where the service is, or would become, another unit's.
    """
    clean, faults, current = _checked(values)
    if faults:
        raise Refused(faults)
    if current:
        _must_be_allowed(by, current)
    service = current or Service(code=clean["code"])
    guide = service.known_guide
    touched = _put(service, clean, schema.SERVICE_FIELDS) + _put(guide, clean, schema.GUIDE_FIELDS)
    _must_be_allowed(by, service)
    if current and not touched:
        return service, Result.UNCHANGED
    if "updated_on" not in clean:
        guide.updated_on = clock.today()
    _write(service, guide, new=current is None)
    audit.append(_actor(by), CHANGED, service.reference, fields=sorted(touched))
    events.record(CHANGED, subject=service.reference, service=service.pk)
    return service, Result.CHANGED if current else Result.CREATED


def _checked(values: Mapping[str, Any]) -> tuple[dict[str, Any], list[schema.Fault], Service | None]:
    """The values as they are stored, every fault, and the service that is there already, locked."""
    clean, faults = schema.cleaned(values)
    if clean.get("updated_on") is None:
        clean.pop("updated_on", None)
    code = clean.get("code")
    current = Service.objects.select_for_update().filter(code=code).first() if code else None
    if current is None:
        faults += schema.unfilled(name for name in schema.REQUIRED if name not in values)
    return clean, faults, current


def _put(record: Service | Guide, clean: Mapping[str, Any], names: Sequence[str]) -> list[str]:
    """Set what differs; the names of the fields that did."""
    touched = []
    for name in names:
        # Not getattr of a foreign key that is not set yet: it raises.
        stored = name if name != "unit" else "unit_id"
        if name in clean and getattr(record, stored) != (clean[name] if name != "unit" else clean[name].pk):
            setattr(record, name, clean[name])
            touched.append(name)
    return touched


def _write(service: Service, guide: Guide, *, new: bool) -> None:
    try:
        with transaction.atomic():
            service.save(force_insert=new)
    except IntegrityError:
        raise Refused([schema.Fault("code", _("另一个人刚刚建立了同一编码的事项，请再试一次。"))]) from None
    guide.service = service
    guide.save()


def _must_be_allowed(by: Any, service: Service) -> None:
    if not isinstance(by, str) and not permissions.may_change(by, service):
        raise PermissionDenied(_("您不能修改这个事项，请联系它的实施单位。"))


def _actor(by: Any) -> str:
    """How the audit chain names who acts."""
    return by if isinstance(by, str) else by.reference


def take_in(
    *, rows: Sequence[Given], by: Any, dry_run: bool = False, progress: Callable[[int], None] | None = None
) -> list[Outcome]:
    """Write every row of a list that can be written, each for itself: one that cannot stops no other.

    The same list again changes nothing. With ``dry_run`` everything is tried and nothing is kept. ``progress`` is told
    the number of rows done.
    """
    first_place: dict[str, str] = {}
    outcomes: list[Outcome] = []
    for row in rows:
        outcomes.append(_take_row(row, by, dry_run, first_place))
        if progress:
            progress(len(outcomes))
    return outcomes


def _take_row(row: Given, by: Any, dry_run: bool, first_place: dict[str, str]) -> Outcome:
    code, name = (schema.one_line(str(row.values.get(key) or ""))[:120] for key in ("code", "name"))
    faults = list(row.faults)
    if code and code in first_place:
        twice = _("与%s的事项编码相同，请删去其中一行。") % first_place[code]
        faults.append(schema.Fault("code", twice))
    first_place.setdefault(code, row.place)
    try:
        with transaction.atomic():
            if faults:
                # Everything else that is wrong with the row is told at the same time.
                unread = {fault.field for fault in faults}
                found = _checked(row.values)[1]
                raise Refused(faults + [fault for fault in found if fault.field not in unread])
            service, result = keep(values=row.values, by=by)
            missing = tuple(missing_elements(service.known_guide))
            if dry_run:
                transaction.set_rollback(True)
    except Refused as refusal:
        said = tuple(told(row.place, fault) for fault in refusal.faults)
        return Outcome(row.place, code, name, Result.REFUSED, said)
    except PermissionDenied as refusal:
        return Outcome(row.place, code, name, Result.REFUSED, (f"{row.place}：{refusal}",))
    return Outcome(row.place, service.code, service.name, result, missing=missing)


def told(place: str, fault: schema.Fault) -> str:
    """A fault as a person reads it: 第 5 行“办理渠道”：…"""
    return f"{place}“{fault.label}”：{fault.sentence}"
