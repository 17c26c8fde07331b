"""The screen on which a draft is compared with its original, put together: points, both sides, the next steps."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import QuerySet
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from gongkai.orgs.models import Unit
from gongkai.policies import permissions, queries
from gongkai.policies.beside import answers, text
from gongkai.policies.beside.original import left_of
from gongkai.policies.beside.pages import reading_of
from gongkai.policies.beside.places import all_points
from gongkai.policies.beside.points import Field, Point
from gongkai.policies.models import Policy


@dataclass(frozen=True)
class Typed:
    """What somebody typed for a point that could not be saved: shown again, nothing is lost."""

    point: str
    name: str
    value: str


@dataclass(frozen=True)
class PointShown:
    """A point on the screen: its place in the order, where it is seen on either side, and its fields as they stand.

    ``accept`` are the words of the key that leaves it as it was read, ``following`` is the point that comes after it.
    """

    point: Point
    number: int
    left: str
    right: str
    fields: tuple[Field, ...]
    block: Field | None
    edit_url: str
    accept: str
    following: str


def screen(
    policy: Policy, user: Any, *, at: str = "", typed: Typed | None = None, problem: str = ""
) -> dict[str, Any]:
    """Context of policies/desk/settle.html for the newest draft of ``policy``.

    ``at`` is the key of the point to begin with, ``problem`` why something was not saved.
    """
    draft: Policy = policy.get_latest_revision_as_object()
    reading = reading_of(policy.original) if policy.original else None
    points = all_points(draft, reading)
    left = left_of(policy.original, points, reading)
    may_change = permissions.may_change(user, policy)
    blocks = text.blocks_of(draft, points)
    shown = _shown(draft, points, left.anchors, typed)
    return {
        "policy": policy,
        "draft": draft,
        "points": shown,
        "current": at if any(point.key == at for point in points) else points[0].key if points else "",
        "left": left,
        "elements": text.elements_of(draft, points),
        "blocks": [(b, [s for s in shown if s.block and s.point in b.points]) for b in blocks],
        "may_change": may_change,
        "seen": answers.version_of(policy),
        "typed": typed,
        "problem": problem,
        "undo": answers.last_of(user, policy) if may_change else None,
        "unknown": policy.original is not None and reading is None,
        "concealed": reading.concealed if reading else (),
        "units": Unit.objects.filter(active=True).values_list("name", flat=True) if may_change else (),
        "shortcuts": _wants_shortcuts(user),
        **_next_steps(policy, user, may_change, done=not points),
    }


def _shown(
    draft: Policy, points: Sequence[Point], anchors: dict[str, str], typed: Typed | None
) -> list[PointShown]:
    shown = []
    for number, point in enumerate(points, 1):
        fields = tuple(_as_typed(point, field, typed) for field in point.fields)
        elements = tuple(field for field in fields if field.name != "block")
        right = f"e-{elements[0].name}" if elements else f"r-{point.key}" if point.places else ""
        block = next((field for field in fields if field.name == "block"), None)
        edit = _edit_url(draft, point.places[0].block if point.places else "")
        following = points[number % len(points)].key if len(points) > 1 else ""
        where = anchors.get(point.key, "")
        shown.append(
            PointShown(point, number, where, right, elements, block, edit, _accept(point), following)
        )
    return shown


def _accept(point: Point) -> str:
    if point.is_element:
        return _("读取无误")
    if point.key.startswith("told"):
        return _("已经核对")
    return _("文字无误") if point.key.startswith("body") else _("原文如此")


def _as_typed(point: Point, field: Field, typed: Typed | None) -> Field:
    if typed and typed.point == point.key and typed.name == field.name:
        return replace(field, value=typed.value)
    return field


def _edit_url(policy: Policy, block: str) -> str:
    address = reverse("wagtailsnippets_policies_policy:edit", args=[policy.pk])
    return f"{address}#block-{block}-section" if block else address


def _wants_shortcuts(user: Any) -> bool:
    """As the account says under 键盘快捷键."""
    return bool(getattr(getattr(user, "wagtail_userprofile", None), "keyboard_shortcuts", True))


def _next_steps(policy: Policy, user: Any, may_change: bool, *, done: bool) -> dict[str, str]:
    # Looking for it reads drafts: not at every answer, only where the way to it is shown.
    following = next_waiting(user, policy) if may_change and done else None
    return {
        "preview_url": _route("records:preview", policy.pk),
        "hand_in_url": _route("records:hand_in", policy.pk) if may_change else "",
        "edit_url": _edit_url(policy, "") if may_change else "",
        "next_url": reverse("records:settle", args=[following.pk]) if following else "",
        "next_title": following.title if following else "",
        "publish_label": _("送审或者发布"),
    }


def _route(name: str, pk: int) -> str:
    """The address of a page of another part, "" where it is not there: then no button leads to it."""
    try:
        return reverse(name, args=[pk])
    except NoReverseMatch:
        return ""


def waiting_for(user: Any) -> QuerySet[Policy]:
    """A person's documents whose newest draft has elements or lines that nobody has settled, the oldest first."""
    mine = queries.changeable_by(user).filter(latest_revision__isnull=False)
    return mine.exclude(latest_revision__content__open_points={}).defer("body").order_by("pk")


def next_waiting(user: Any, after: Policy) -> Policy | None:
    """The next of them behind ``after``, then from the beginning; None where no other waits."""
    waiting = waiting_for(user)
    # Each in the order of the keys and one row of it: the database stops at the first draft that has something open.
    return waiting.filter(pk__gt=after.pk).first() or waiting.filter(pk__lt=after.pk).first()
