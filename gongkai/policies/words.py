"""States, flags, reasons and days in the reader's language."""

from datetime import date

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from gongkai.law.validity import Flag, State, Validity
from gongkai.text.dates import in_chinese
from gongkai.theme.markup import state_word


def state_label(state: State) -> str:
    """A validity state in the reader's language."""
    return state_word(state.value)


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
