"""States, flags, reasons and days in the reader's language."""

from datetime import date

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from gongkai.law.validity import Flag, State, Validity
from gongkai.text.dates import in_chinese

_STATES = {
    State.IN_FORCE: gettext_lazy("现行有效"),
    State.NOT_YET_IN_FORCE: gettext_lazy("尚未施行"),
    State.LAPSED: gettext_lazy("已失效"),
    State.REPEALED: gettext_lazy("已废止"),
    State.UNKNOWN: gettext_lazy("有效性待确认"),
}


def state_label(state: State) -> str:
    """A validity state in the reader's language."""
    return str(_STATES[state])


def reason(validity: Validity) -> str:
    """Why a document is in its state, in the reader's language."""
    if _chinese():
        return validity.reason
    told = [
        _(each.words) % ({name: day(when) for name, when in each.dates.items()} | each.names)
        for each in validity.phrases
    ]
    sentence = "; ".join(told)
    return sentence[:1].upper() + sentence[1:] + "."


def _chinese() -> bool:
    return (get_language() or "").startswith("zh")


def day(value: date | None) -> str:
    """A date as the page writes it: 2026年11月20日, or 2026-11-20 in other languages; "" for none."""
    if value is None:
        return ""
    return in_chinese(value) if _chinese() else value.isoformat()


def flag_label(flag: Flag) -> str:
    """What a reader should know besides the state."""
    return {
        Flag.NO_END_STATED: _("未载明有效期"),
        Flag.EXPIRING: _("即将到期"),
        Flag.PARTLY_AMENDED: _("部分条款已修改"),
    }[flag]
