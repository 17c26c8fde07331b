"""Whether a document is in force on a given day, from what it says of itself, and never from anything else."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from gongkai.law.calendar import add_months
from gongkai.text.dates import in_chinese

# RULES ND-04: evaluation begins six months before the end. A warning for the desk, no rule of validity.
EXPIRING_MONTHS = 6


class State(StrEnum):
    """The five states of a document on a day."""

    NOT_YET_IN_FORCE = "not_yet_in_force"
    IN_FORCE = "in_force"
    LAPSED = "lapsed"
    REPEALED = "repealed"
    UNKNOWN = "unknown"

    @property
    def label(self) -> str:
        """The state as readers see it."""
        return _STATE_LABELS[self]


_STATE_LABELS = {
    State.NOT_YET_IN_FORCE: "尚未施行",
    State.IN_FORCE: "有效",
    State.LAPSED: "失效",
    State.REPEALED: "废止",
    State.UNKNOWN: "有效性不明",
}


class Flag(StrEnum):
    """What a reader should know besides the state."""

    NO_END_STATED = "no_end_stated"
    EXPIRING = "expiring"
    PARTLY_AMENDED = "partly_amended"

    @property
    def label(self) -> str:
        """The flag as readers see it."""
        return _FLAG_LABELS[self]


_FLAG_LABELS = {
    Flag.NO_END_STATED: "未载明有效期",
    Flag.EXPIRING: "即将到期",
    Flag.PARTLY_AMENDED: "部分条款已修改",
}


@dataclass(frozen=True, slots=True)
class Validity:
    """The state of a document on a day, its flags, and the reason in Chinese with the dates it rests on."""

    on: date
    state: State
    flags: frozenset[Flag]
    reason: str


def validity(
    on: date,
    *,
    effective_from: date | None,
    effective_until: date | None,
    repealed_on: date | None,
    published_on: date | None = None,
    written_on: date | None = None,
    partly_amended_on: date | None = None,
    found_ended_on: date | None = None,
) -> Validity:
    """The validity of a document on the day `on`.

    `effective_until` is the last day in force; `repealed_on` the first day on which it is not. A document that ran
    out before it was repealed has lapsed (失效), one that was repealed before it ran out is repealed (废止).
    `found_ended_on` is the day on which a source was found to call it no longer in force without saying since when:
    from that day on it counts as repealed, and what held before is unknown unless its own dates had ended it.
    Written and published dates never stand in for the day it takes effect: they only appear in the reason.
    Raises ValueError where the last day in force is before the first.
    """
    if effective_from and effective_until and effective_until < effective_from:
        raise ValueError(
            f"有效期截止日（{_cn(effective_until)}）早于施行日期（{_cn(effective_from)}），"
            "请对照文件正文更正其中一个日期。"
        )
    state = _state(on, effective_from, effective_until, repealed_on)
    if found_ended_on and state not in {State.REPEALED, State.LAPSED}:
        return _found_ended(on, found_ended_on)
    words = {
        State.REPEALED: lambda: _repealed_words(effective_from, repealed_on),
        State.LAPSED: lambda: _lapsed_words(effective_until, repealed_on),
        State.UNKNOWN: lambda: _unknown_words(effective_until, repealed_on, published_on, written_on),
        State.NOT_YET_IN_FORCE: lambda: f"自{_cn(effective_from)}起施行，{_cn(on)}尚未施行",
        State.IN_FORCE: lambda: _in_force_words(
            on, effective_from, effective_until, repealed_on, published_on
        ),
    }
    flags = _flags(on, state, effective_until, repealed_on, partly_amended_on)
    reason = words[state]()
    if Flag.PARTLY_AMENDED in flags:
        reason += f"，部分条款自{_cn(partly_amended_on)}起已修改"
    return Validity(on, state, flags, f"{reason}。")


def _state(on: date, begins: date | None, until: date | None, repealed_on: date | None) -> State:
    ends_by_repeal = repealed_on is not None and (until is None or repealed_on <= until)
    if ends_by_repeal and repealed_on is not None and on >= repealed_on:
        return State.REPEALED
    if until is not None and not ends_by_repeal and on > until:
        return State.LAPSED
    if begins is None:
        return State.UNKNOWN
    return State.NOT_YET_IN_FORCE if on < begins else State.IN_FORCE


def _found_ended(on: date, found: date) -> Validity:
    if on >= found:
        reason = f"{_cn(found)}查得来源标明已不再有效，未载明自何时起，按已废止处理。"
        return Validity(on, State.REPEALED, frozenset(), reason)
    reason = f"后来已不再有效（{_cn(found)}查得），自何时起不明，{_cn(on)}是否有效须由制定机关确认。"
    return Validity(on, State.UNKNOWN, frozenset(), reason)


def _flags(
    on: date, state: State, until: date | None, repealed_on: date | None, amended_on: date | None
) -> frozenset[Flag]:
    flags = set()
    if until is None and state is not State.REPEALED:
        flags.add(Flag.NO_END_STATED)
    if state is State.IN_FORCE:
        last = _last_day(until, repealed_on)
        if last is not None and on >= add_months(last, -EXPIRING_MONTHS):
            flags.add(Flag.EXPIRING)
        if amended_on is not None and on >= amended_on:
            flags.add(Flag.PARTLY_AMENDED)
    return frozenset(flags)


def _last_day(until: date | None, repealed_on: date | None) -> date | None:
    """The last day in force that is known, from whichever end comes first."""
    ends = [] if until is None else [until]
    if repealed_on is not None:
        ends.append(repealed_on - timedelta(days=1))
    return min(ends, default=None)


def _repealed_words(begins: date | None, repealed_on: date | None) -> str:
    words = f"自{_cn(repealed_on)}起废止"
    if begins and repealed_on and repealed_on <= begins:
        words += f"，原定自{_cn(begins)}起施行，从未施行"
    return words


def _lapsed_words(until: date | None, repealed_on: date | None) -> str:
    words = f"有效期至{_cn(until)}，届满自动失效"
    return f"{words}，其后另于{_cn(repealed_on)}被列明废止" if repealed_on else words


def _unknown_words(
    until: date | None, repealed_on: date | None, published_on: date | None, written_on: date | None
) -> str:
    words = "文件未载明施行日期"
    known = [f"成文日期{_cn(written_on)}"] if written_on else []
    known += [f"发布日期{_cn(published_on)}"] if published_on else []
    if known:
        words += f"，{'、'.join(known)}不能代替施行日期"
    if until:
        words += f"，只载明有效期至{_cn(until)}"
    if repealed_on:
        words += f"，只知自{_cn(repealed_on)}起废止"
    return f"{words}，是否有效须由制定机关确认"


def _in_force_words(
    on: date, begins: date | None, until: date | None, repealed_on: date | None, published_on: date | None
) -> str:
    words = f"自{_cn(begins)}起施行"
    words += f"，有效期至{_cn(until)}（含当日）" if until else "，未载明有效期"
    if repealed_on and (until is None or repealed_on <= until):
        words += f"，将自{_cn(repealed_on)}起废止"
    if published_on and on < published_on:
        words += f"，但{_cn(published_on)}才发布，当日尚未公布"
    return f"{words}，{_cn(on)}有效"


def _cn(day: date | None) -> str:
    return in_chinese(day) if day else "（未载明）"
