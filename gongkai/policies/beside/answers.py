"""What has been answered of a document's doubtful places: kept in its history at the desk, where everybody sees it."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from wagtail.log_actions import registry
from wagtail.models import ModelLogEntry, Revision

from gongkai.policies.beside.points import BODY, FIELDS, label_of
from gongkai.policies.models import Policy

SETTLED, UNDONE = "policies.settled", "policies.settling_undone"


def entries(policy: Policy) -> list[ModelLogEntry]:
    """Every answer and every answer taken back, in order."""
    found = registry.get_logs_for_instance(policy).filter(action__in=(SETTLED, UNDONE))
    return list(found.select_related("user").order_by("pk"))


def standing(policy: Policy) -> list[ModelLogEntry]:
    """The answers that have not been taken back, in order."""
    every = entries(policy)
    undone = {entry.data.get("of") for entry in every if entry.action == UNDONE}
    return [entry for entry in every if entry.action == SETTLED and entry.pk not in undone]


def looked_at(policy: Policy) -> set[str]:
    """Keys of the points that somebody has looked at and left as they are: they are not asked again."""
    return {str(e.data.get("point")) for e in standing(policy) if e.data.get("how") == "accepted"}


def last_of(user: Any, policy: Policy) -> ModelLogEntry | None:
    """The answer that ``user`` may take back: the very last one of all, and nothing saved since."""
    every = entries(policy)
    if not every or every[-1].action != SETTLED or every[-1].user_id != user.pk:
        return None
    return every[-1] if every[-1].data.get("left") == version_of(policy) else None


def version_of(policy: Policy) -> str:
    """A word for the newest draft as it stands now: an autosave that writes over a revision makes it another one."""
    return policy.draft_version


@dataclass(frozen=True)
class Change:
    """What happened since somebody looked: who did it, and what is different."""

    who: str
    what: tuple[str, ...]


def change_since(policy: Policy, seen: str) -> Change:
    """What the newest draft has that the one at ``seen`` did not."""
    newest = policy.latest_revision
    who = str(newest.user or "") if newest else ""
    key = seen.partition(".")[0]
    old = (
        Revision.objects.for_instance(policy).filter(pk=int(key)).first()
        if key.isdecimal() and len(key) < 19
        else None
    )
    if newest is None or old is None or old.pk == newest.pk:
        return Change(who, ())
    before, after = old.content, newest.content
    fields = [name for name in FIELDS if before.get(name) != after.get(name)]
    what = [
        _("%(label)s改为“%(value)s”") % {"label": label_of(n), "value": after.get(n) or _("文件未载明")}
        for n in fields
    ]
    was, now = before.get("open_points") or {}, after.get("open_points") or {}
    what += [
        _("%s核对无误") % label_of(name)
        for name in FIELDS
        if name in was and name not in now and name not in fields
    ]
    if before.get(BODY) != after.get(BODY):
        what.append(_("正文有改动"))
    return Change(who, tuple(what))
