"""A person's word on one doubtful place of a draft: as read, corrected, or not stated; and taking the last word back."""

import copy
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.log_actions import log
from wagtail.models import Revision

from gongkai.kernel import audit
from gongkai.orgs.queries import units_named
from gongkai.policies import permissions
from gongkai.policies.actions import waiting
from gongkai.policies.actions.edit import show_in_lists
from gongkai.policies.actions.locks import lock_with_targets
from gongkai.policies.actions.publish import Refused
from gongkai.policies.beside import answers, points
from gongkai.policies.beside.places import all_points
from gongkai.policies.models import Policy
from gongkai.reading.elements import document_kind
from gongkai.text.document_numbers import parse_number
from gongkai.text.normalise import clean

ACCEPTED, CORRECTED, NOT_STATED = "accepted", "corrected", "not_stated"


@transaction.atomic
def settle_point(
    *, policy: Policy, by: Any, name: str, how: str, seen: str, value: str | None = None, point: str = ""
) -> Revision | None:
    """Answer one doubtful place at once, in a revision of its own.

    ``name`` is an element (written_on), a block of the body ("block", with ``point`` the doubtful place that it is about)
    or the key of a point that has no field of its own; ``how`` is "accepted", "corrected" (to ``value``) or "not_stated";
    ``seen`` is ``answers.version_of`` the draft that the person had in front of them. Gives the new revision, None where
    looking at it changed nothing. Raises PermissionDenied, and Refused in words: when somebody has changed the draft
    since, when the value does not fit, or when nothing of that name is open.
    """
    current = _locked(policy, by)
    _refuse_stale(current, seen)
    draft: Policy = current.get_latest_revision_as_object()
    previous = current.latest_revision_id
    if how == ACCEPTED and name not in points.FIELDS and not name.startswith(points.BODY):
        _must_be_asked(draft, name)
        _record(current, by, name, how, None, previous)
        return None
    answer = _answer(draft, name, how, value, point)
    revision = _keep(current, draft, by)
    _record(current, by, answer, how, revision, previous)
    return revision


@transaction.atomic
def take_back_answer(*, policy: Policy, by: Any, seen: str) -> Revision | None:
    """Undo one's own last answer, as long as nothing was saved since. Raises PermissionDenied and Refused."""
    current = _locked(policy, by)
    _refuse_stale(current, seen)
    last = answers.last_of(by, current)
    if last is None:
        raise Refused(_("没有可以撤销的核对：最后一次核对之后又有人保存过，或者不是您核对的。"))
    revision = None
    if last.revision_id:
        before = current.revisions.filter(pk=last.data.get("previous")).first()
        if before is None:
            raise Refused(_("核对之前的版本已经清理，不能撤销；请直接更正。"))
        revision = _keep(current, before.as_object(), by)
    log(
        current,
        answers.UNDONE,
        user=by,
        revision=revision,
        data={"of": last.pk, "label": last.data.get("label")},
    )
    _seal(current, by, "policy.settling_undone", str(last.data.get("point")), revision)
    return revision


def _locked(policy: Policy, by: Any) -> Policy:
    current = lock_with_targets(policy.pk)
    if not permissions.may_change(by, current):
        raise PermissionDenied(_("您不能修改这份文件，请联系它的责任单位。"))
    return current


def _refuse_stale(current: Policy, seen: str) -> None:
    if seen == answers.version_of(current):
        return
    change = answers.change_since(current, seen)
    who = change.who or _("其他人")
    what = "；".join(change.what) or _("保存了新的版本")
    words = _("%(who)s在您打开之后改过这份文件（%(what)s）；您填写的内容还在，请对照后再保存一次。")
    raise Refused(words % {"who": who, "what": what})


def _must_be_asked(draft: Policy, name: str) -> None:
    if not any(each.key == name for each in all_points(draft)):
        raise Refused(_("这一处已经核对过，或者文字已经改变，不再需要核对；请看下一处。"))


# --- what an answer does to the draft --------------------------------------------------------------------------------


def _answer(draft: Policy, name: str, how: str, value: str | None, point: str) -> str:
    """Change ``draft`` in memory; the key of what was answered."""
    if name in points.FIELDS:
        _answer_element(draft, name, how, value)
        return name
    if name == "block" and how == CORRECTED:
        _correct_text(draft, point, value or "")
        return point
    if name.startswith(points.BODY) and how == ACCEPTED:
        _close_line(draft, name)
        return name
    raise Refused(_("这一处不能这样处理，请打开编辑页修改。"))


def _answer_element(draft: Policy, name: str, how: str, value: str | None) -> None:
    opened = draft.open_points.get(name)
    if how == ACCEPTED:
        if opened is None:
            raise Refused(_("“%s”已经核对过，不需要再次核对。") % points.label_of(name))
        value = str(opened["value"])
    if how == NOT_STATED and name == "title":
        raise Refused(_("标题不能空着：没有标题的文件，请按内容拟一个标题填写。"))
    if how not in {ACCEPTED, CORRECTED, NOT_STATED}:
        raise Refused(_("请选择“读取无误”“更正”或者“文件未载明”。"))
    settled = _typed(draft, name, "" if how == NOT_STATED else value or "")
    if how == CORRECTED and not settled:
        raise Refused(_("请填写“%s”；文件里没有写的，请选“文件未载明”。") % points.label_of(name))
    former_title = draft.title
    setattr(draft, name, settled)
    draft.open_points = {key: each for key, each in draft.open_points.items() if key != name}
    _settle_derived(draft, name, former_title)


def _typed(draft: Policy, name: str, text: str) -> Any:
    """``text`` as the field keeps it."""
    text = clean(text)
    if name in points.DATES:
        try:
            return date.fromisoformat(text) if text else None
        except ValueError:
            words = _("“%(text)s”不是日期，请按 2025-03-01 的样子填写“%(label)s”。")
            raise Refused(words % {"text": text[:40], "label": points.label_of(name)}) from None
    if name == "issuers":
        text = "、".join(
            each for each in text.replace("，", "、").replace(",", "、").split("、") if each.strip()
        )
    if not text:
        return ""
    try:
        field: Any = Policy._meta.get_field(name)
        return field.clean(text, draft)
    except ValidationError as problem:
        raise Refused(f"{points.label_of(name)}：{' '.join(problem.messages)}") from None


def _settle_derived(draft: Policy, name: str, former_title: str) -> None:
    """What follows from an element, as it does when a file is taken in."""
    if name == "document_number":
        number = parse_number(draft.document_number)
        draft.number_key = number.key if number else ""
    if name == "title" and draft.kind == document_kind(former_title):
        draft.kind = document_kind(draft.title)
    if name == "issuers" and draft.unit is None:
        draft.unit = next(iter(units_named(draft.issuer_names)), None)


def _close_line(draft: Policy, key: str) -> None:
    lines = points.doubtful_lines(draft)
    left = [line for line in lines if points.line_key(line) != key]
    more = points.unlisted(draft)
    if key == f"{points.BODY}-rest":
        more = 0
    elif len(left) == len(lines):
        raise Refused(_("这一处已经核对过，或者文字已经改变，不再需要核对；请看下一处。"))
    others = {name: each for name, each in draft.open_points.items() if name != points.BODY}
    if left or more:
        others[points.BODY] = {"value": "；".join(left), "evidence": [["ocr", str(len(left) + more)]]}
    draft.open_points = others


def _correct_text(draft: Policy, key: str, text: str) -> None:
    """Other words in the one block, or cell of a table, that the doubtful place is about."""
    asked = next((each for each in all_points(draft) if each.key == key), None)
    place = next((field for field in asked.places), None) if asked and asked.fields else None
    if asked is None or place is None:
        raise Refused(_("没有找到这段文字，可能已被改过；请刷新页面，或者打开编辑页修改。"))
    text = clean(text)
    if not text:
        raise Refused(_("文字不能空着；要删去整段的，请打开编辑页修改。"))
    stream = copy.deepcopy(list(draft.body.raw_data))
    for item in stream:
        if item.get("id") == place.block:
            _put(item, place, text)
    draft.body = stream
    if key.startswith(points.BODY):
        _close_line(draft, key)


def _put(item: dict[str, Any], place: points.Place, text: str) -> None:
    if place.cell and item["type"] == "table":
        row, column = place.cell
        item["value"]["data"][row][column] = text
    elif item["type"] == "line":
        item["value"]["text"] = text
    elif item["type"] == "paragraph":
        item["value"] = text


# --- keeping it ------------------------------------------------------------------------------------------------------


def _keep(current: Policy, draft: Policy, by: Any) -> Revision:
    # Always a revision of its own: what others have in front of them, were handed or scheduled stays what it was.
    revision: Revision = draft.save_revision(user=by, clean=False, log_action=False)
    current.latest_revision = revision
    if not current.live and current.withdrawn_on is None:
        show_in_lists(draft)
    waiting.edited(draft, actor=by.reference)
    return revision


def _record(
    current: Policy, by: Any, point: str, how: str, revision: Revision | None, previous: int | None
) -> None:
    label = points.label_of(point) if point in points.FIELDS else _("存疑处")
    data = {
        "point": point,
        "label": label,
        "how": how,
        "previous": previous,
        "left": answers.version_of(current),
    }
    log(current, answers.SETTLED, user=by, revision=revision, data=data)
    _seal(current, by, "policy.point_settled", point, revision, how=how)


def _seal(current: Policy, by: Any, action: str, point: str, revision: Revision | None, **facts: str) -> None:
    key = revision.pk if revision else None
    audit.append(by.reference, action, current.reference, point=point, revision=key, **facts)
