"""What the tests of the record share: texts in articles, a correction, moments of the office's time."""

from datetime import datetime
from zoneinfo import ZoneInfo

from gongkai.policies import actions
from gongkai.policies.models import Policy
from gongkai.subscriptions.models import Notice
from tests import factories

SHANGHAI = ZoneInfo("Asia/Shanghai")


def moment(day, hour=10, minute=0, month=11, year=2026):
    """A moment in the office's time."""
    return datetime(year, month, day, hour, minute, tzinfo=SHANGHAI)


def own(policy):
    """The row as it stands."""
    return Policy.objects.get(pk=policy.pk)


def measures(number, *, opening="", closing="", title="", unit=None):
    """A text in articles of 区民政局, or of ``unit``; based on what ``opening`` names, ``closing`` is its last article."""
    body = (
        f"第一条　为了规范第{number}号事项，{opening}制定本办法。\n"
        f"第二条　第{number}号事项由街道办理，应当提交第{number}号材料。\n"
        f"第三条　{closing or '本办法自2025年1月1日起施行。'}"
    )
    made = factories.policy(number=number, body=body, title=title or f"示例区第{number}号事项管理办法")
    return owned(made, unit or factories.unit())


def owned(policy, unit):
    """``policy`` as one of ``unit``: the row and the revision that a draft begins with."""
    Policy.objects.filter(pk=policy.pk).update(unit=unit)
    revision = policy.live_revision
    revision.content["unit"] = unit.pk
    revision.save(update_fields=["content"])
    return own(policy)


def housing():
    """Another unit."""
    return factories.unit("fangguan", "示例区房屋管理局", "区房管局")


def changed(policy, old, new):
    """The body of ``policy`` with other words in its paragraphs."""
    return [
        dict(item) | ({"value": item["value"].replace(old, new)} if item["type"] == "paragraph" else {})
        for item in own(policy).body.raw_data
    ]


def draft(policy, by, **values):
    """A new revision with these values."""
    made = own(policy).get_latest_revision_as_object()
    for name, value in values.items():
        setattr(made, name, value)
    return actions.save_draft(policy=made, by=by)


def correct(policy, old, new, note, by=None):
    """勘误: other words, published with a note."""
    by = by or factories.publisher()
    revision = draft(policy, by, body=changed(policy, old, new), correction_note=note)
    return actions.publish(policy=policy, by=by, revision=revision)


def inbox(user):
    """Titles of what a member of staff was told, in order."""
    return [notice.title for notice in Notice.objects.filter(subscriber__user=user).order_by("pk")]


def html(answer):
    """The page as text."""
    return answer.content.decode()
