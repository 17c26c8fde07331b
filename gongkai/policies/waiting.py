"""The lines that records offer to the home page of the desk (orgs/waiting.py): what waits for whom, and where it is."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, F, Max, Min, OuterRef, Q, QuerySet, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _

from gongkai.kernel import clock
from gongkai.orgs.models import Role
from gongkai.orgs.permissions import does_work, publishes_for, reads_drafts, reviews_for
from gongkai.orgs.waiting import LONG, Group, Item, Waiting, waited, working_days_since
from gongkai.policies import queries, worklists
from gongkai.policies.actions.schedule import shown
from gongkai.policies.models import HandIn, Likeness, Relation, Schedule

_SHOWN = 5
# The job looks every half minute; what is this much over its hour means that the background process stands still.
_OVERDUE = timedelta(minutes=10)


def waiting(user: Any, *, in_menu: bool = False) -> list[Waiting]:
    """What waits for a person of a unit or of the district office; the auditor sees the same numbers without a task."""
    if not reads_drafts(user):
        return []
    lines = [*_to_review(user), *_to_publish(user)] if _decides(user) else []
    works = does_work(user)
    if works:
        lines += [_sent_back(user), *([] if in_menu else _drafts(user)), *_questions(user)]
    lines += [] if in_menu else [*_under_way(user), *_clocks(user)]
    return [*lines, _expiring(user, counted=not in_menu)] if works else lines


def _decides(user: Any) -> bool:
    return user.role in {Role.REVIEWER, Role.PUBLISHER, Role.OFFICE}


# --- conditions, used by the list of records as well (desk_list.py) --------------------------------------------------


def newest_hand_in() -> QuerySet[HandIn]:
    """The last hand-in of each document, as a subquery of policies."""
    return HandIn.objects.filter(policy=OuterRef("pk")).order_by("-pk")


def in_hand(*states: str) -> Q:
    """The condition that picks the documents whose last hand-in stands so."""
    return Q(pk__in=_last_in(states).values("policy"))


def on_the_clock() -> Q:
    """The condition that picks the documents that are set to be published."""
    return Q(pk__in=Schedule.objects.filter(state=Schedule.State.SET).values("policy"))


def missed() -> Q:
    """The condition that picks the documents whose hour passed without a publication, and nobody has done anything since."""
    return Q(pk__in=_missed_hours().values("policy"))


def never_published() -> Q:
    """The condition that picks drafts: neither public nor withdrawn."""
    return Q(live=False, withdrawn_on__isnull=True)


def _last_in(states: Iterable[str]) -> QuerySet[HandIn]:
    later = HandIn.objects.filter(policy=OuterRef("policy"), pk__gt=OuterRef("pk"))
    rows = HandIn.objects.filter(~Exists(later), state__in=list(states))
    # Sent back, and then published all the same: nobody waits for another hand-in.
    return rows.exclude(state=HandIn.State.SENT_BACK, policy__last_published_at__gt=F("decided_at"))


def _missed_hours() -> QuerySet[Schedule]:
    later = Schedule.objects.filter(policy=OuterRef("policy"), pk__gt=OuterRef("pk"))
    after = Q(policy__last_published_at__gt=F("settled_at"))
    return Schedule.objects.filter(~Exists(later), state=Schedule.State.FAILED).exclude(after)


def _list(**query: str) -> str:
    asked = "&".join(f"{name}={value}" for name, value in query.items())
    return reverse("wagtailsnippets_policies_policy:list") + (f"?{asked}" if asked else "")


def _longest(moment: datetime | None) -> str:
    """The note of a line: how long the oldest has waited."""
    return _("最久的%s") % waited(moment) if moment and working_days_since(moment) else ""


def _overlong(rows: QuerySet[Any], field: str) -> int:
    return sum(working_days_since(moment) > LONG for moment in rows.values_list(field, flat=True)[:500])


# --- lines -----------------------------------------------------------------------------------------------------------


def _of(user: Any, rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows.filter(policy__in=queries.draft_readable_by(user))


def _to_review(user: Any) -> list[Waiting]:
    rows = _of(user, HandIn.objects.filter(state=HandIn.State.WAITING))
    mine = rows if reviews_for(user, user.unit) else rows.none()
    return [
        Waiting(
            _("待审核"),
            mine.count(),
            _list(state="handed"),
            late=_overlong(mine, "at"),
            note=_longest(mine.aggregate(first=Min("at"))["first"]),
            menu="records-to-review",
            icon="resubmit",
        )
    ]


def _to_publish(user: Any) -> list[Waiting]:
    if not publishes_for(user, user.unit):
        return []
    set_already = Schedule.objects.filter(revision=OuterRef("revision"), state=Schedule.State.SET)
    mine = _of(user, HandIn.objects.filter(~Exists(set_already), state=HandIn.State.PASSED))
    return [
        Waiting(
            _("审核通过，待发布"),
            mine.count(),
            _list(state="passed"),
            late=_overlong(mine, "decided_at"),
            note=_longest(mine.aggregate(first=Min("decided_at"))["first"]),
            menu="records-to-publish",
            icon="upload",
        )
    ]


def _sent_back(user: Any) -> Waiting:
    rows = _last_in([HandIn.State.SENT_BACK]).filter(policy__in=queries.changeable_by(user))
    newest = rows.select_related("policy", "decided_by").defer("policy__body").order_by("decided_at")
    return Waiting(
        _("退回待修改"),
        rows.count(),
        _list(state="sent_back"),
        late=_overlong(rows, "decided_at"),
        note=_longest(rows.aggregate(first=Min("decided_at"))["first"]),
        items=[
            Item(
                row.policy.title,
                reverse("records:hand_in", args=[row.policy_id]),
                f"{row.decided_by}：{row.remark}（{waited(row.decided_at or row.at)}）",
            )
            for row in newest[:_SHOWN]
        ],
        menu="records-sent-back",
        icon="undo",
    )


def _drafts(user: Any) -> list[Waiting]:
    mine = queries.changeable_by(user)
    offered = mine.filter(likenesses__state=Likeness.State.OFFERED).order_by().distinct()
    counted = mine.order_by()
    busy = in_hand(*HandIn.OPEN, HandIn.State.SENT_BACK) | on_the_clock()
    return [
        Waiting(_("有待核要素"), counted.exclude(open_points={}).count(), _list(open="true")),
        Waiting(_("收到的文件待确认是否同一份"), offered.count(), _list(offered="true")),
        Waiting(
            _("还没有送审的草稿"),
            counted.filter(never_published()).exclude(busy).count(),
            _list(state="draft"),
        ),
        Waiting(
            _("已发布，有未发布的修改"),
            counted.filter(live=True, has_unpublished_changes=True).exclude(busy).count(),
            _list(state="changed"),
        ),
    ]


def _questions(user: Any) -> list[Waiting]:
    asked = worklists.asked_of(user).order_by()
    return [
        Waiting(
            _("待答复的废止和修改"),
            asked.count(),
            reverse("records:answers"),
            late=_overlong(asked.filter(decided_at__isnull=False), "decided_at"),
            note=_longest(asked.aggregate(first=Min("decided_at"))["first"]),
            menu="records-answers",
            icon="warning",
        ),
        Waiting(
            _("待确认的关系"),
            _proposed(user),
            reverse("records:proposals"),
            menu="records-proposals",
            icon="link",
        ),
        Waiting(
            _("政策和办事的关联"),
            worklists.proposed_links(user).order_by().count(),
            reverse("records:services"),
            menu="records-services",
            icon="link",
        ),
        Waiting(
            _("存疑的版本关系"),
            worklists.doubts(user).order_by().count(),
            reverse("records:doubts"),
            group=Group.WATCH,
            menu="records-doubts",
            icon="help",
        ),
    ]


def _proposed(user: Any) -> int:
    """Documents with undecided proposals: the same as ``worklists.with_proposals`` shows, counted without ordering it."""
    proposed = Relation.objects.filter(state=Relation.State.PROPOSED, source__live=True)
    return proposed.filter(source__in=queries.changeable_by(user)).values("source").distinct().count()


def _under_way(user: Any) -> list[Waiting]:
    rows = _of(user, HandIn.objects.all())
    stages = [
        (_("已送审，等待审核"), HandIn.State.WAITING, "at", "handed"),
        (_("审核通过，等待发布"), HandIn.State.PASSED, "decided_at", "passed"),
    ]
    # Who decides has the same documents among what waits for him.
    mine = [] if _decides(user) and publishes_for(user, user.unit) else stages[_decides(user) :]
    found = []
    for label, state, field, name in mine:
        here = rows.filter(state=state)
        note = _longest(here.aggregate(first=Min(field))["first"])
        found.append(Waiting(label, here.count(), _list(state=name), group=Group.OTHERS, note=note))
    return found


def _clocks(user: Any) -> list[Waiting]:
    rows = _of(user, Schedule.objects.filter(state=Schedule.State.SET))
    bounds = rows.aggregate(next=Min("due_at"), last=Max("due_at"))
    overdue = rows.filter(due_at__lt=clock.now() - _OVERDUE).count()
    failed = _missed_hours().filter(policy__in=queries.draft_readable_by(user))
    newest = failed.select_related("policy").defer("policy__body").order_by("-settled_at")
    stands = _("已到时间还没有发布，请管理员检查后台进程。")
    return [
        Waiting(
            _("没有按时发布"),
            failed.count(),
            _list(state="missed"),
            group=Group.NOW if does_work(user) else Group.WATCH,
            late=failed.count(),
            items=[
                Item(
                    row.policy.title,
                    reverse("records:hand_in", args=[row.policy_id]),
                    _("原定 %(at)s：%(why)s") % {"at": shown(row.due_at), "why": row.why},
                )
                for row in newest[:_SHOWN]
            ],
        ),
        Waiting(
            _("已定时发布"),
            rows.count(),
            _list(state="scheduled"),
            group=Group.OTHERS,
            late=overdue,
            note=stands if overdue else _("最近一份 %s") % shown(bounds["next"]) if bounds["next"] else "",
        ),
    ]


def _expiring(user: Any, *, counted: bool) -> Waiting:
    found = worklists.expiring(queries.changeable_by(user), clock.today()) if counted else None
    return Waiting(
        _("即将到期的文件"),
        found.order_by().count() if found is not None else None,
        reverse("records:expiring"),
        group=Group.WATCH,
        note=_("六个月内到期"),
        menu="records-expiring",
        icon="time",
    )


def due_of() -> Subquery:
    """For each document the hour that is set, None where none is."""
    rows = Schedule.objects.filter(policy=OuterRef("pk"), state=Schedule.State.SET)
    return Subquery(rows.values("due_at")[:1])


def stage_of() -> Subquery:
    """For each document how its last hand-in stands, None where there was none."""
    return Subquery(newest_hand_in().values("state")[:1])
