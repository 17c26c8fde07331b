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
    State.IN_FORCE: "现行有效",
    State.LAPSED: "已失效",
    State.REPEALED: "已废止",
    State.UNKNOWN: "有效性待确认",
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
class Phrase:
    """A piece of a reason: Chinese words with named places for dates, so that another language can tell the same."""

    words: str
    dates: dict[str, date]

    @property
    def text(self) -> str:
        """The phrase in Chinese."""
        return self.words % {name: in_chinese(day) for name, day in self.dates.items()}


def phrase(words: str, **dates: date | None) -> Phrase:
    """Mark ``words`` as a message to be translated and join the dates it tells."""
    return Phrase(words, {name: day for name, day in dates.items() if day})


@dataclass(frozen=True, slots=True)
class Validity:
    """The state of a document on a day, its flags, and the phrases that say why with the dates they rest on."""

    on: date
    state: State
    flags: frozenset[Flag]
    phrases: tuple[Phrase, ...]

    @property
    def reason(self) -> str:
        """Why, in one Chinese sentence."""
        return "，".join(each.text for each in self.phrases) + "。"


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
    dates_doubtful: bool = False,
) -> Validity:
    """The validity of a document on the day `on`.

    `effective_until` is the last day in force; `repealed_on` the first day on which it is not. A document that ran
    out before it was repealed has lapsed (失效), one that was repealed before it ran out is repealed (废止).
    `found_ended_on` is the day on which a source was found to call it no longer in force without saying since when:
    from that day on it counts as repealed, and what held before is unknown unless its own dates had ended it.
    `dates_doubtful` says that it is not settled when it begins or ends: then it is not called in force, nor coming
    into force, until a person has settled that.
    Written and published dates never stand in for the day it takes effect: they only appear in the reason.
    Raises ValueError where the last day in force is before the first.
    """
    if effective_from and effective_until and effective_until < effective_from:
        raise ValueError(
            f"有效期截止日（{in_chinese(effective_until)}）早于施行日期（{in_chinese(effective_from)}），"
            "请对照文件正文更正其中一个日期。"
        )
    state = _state(on, effective_from, effective_until, repealed_on)
    if found_ended_on and state not in {State.REPEALED, State.LAPSED}:
        return _found_ended(on, found_ended_on)
    if dates_doubtful and state in {State.IN_FORCE, State.NOT_YET_IN_FORCE}:
        return Validity(on, State.UNKNOWN, frozenset(), _doubtful(effective_from, effective_until))
    told = {
        State.REPEALED: lambda: _repealed(effective_from, repealed_on),
        State.LAPSED: lambda: _lapsed(effective_until, repealed_on),
        State.UNKNOWN: lambda: _unknown(effective_until, repealed_on, published_on, written_on),
        State.NOT_YET_IN_FORCE: lambda: [
            phrase("自%(begins)s起施行", begins=effective_from),
            phrase("%(on)s尚未施行", on=on),
        ],
        State.IN_FORCE: lambda: _in_force(on, effective_from, effective_until, repealed_on, published_on),
    }
    flags = _flags(on, state, effective_until, repealed_on, partly_amended_on)
    phrases = told[state]()
    if Flag.PARTLY_AMENDED in flags:
        phrases.append(phrase("部分条款自%(amended)s起已修改", amended=partly_amended_on))
    return Validity(on, state, flags, tuple(phrases))


def _state(on: date, begins: date | None, until: date | None, repealed_on: date | None) -> State:
    ends_by_repeal = repealed_on is not None and (until is None or repealed_on <= until)
    if ends_by_repeal and repealed_on is not None and on >= repealed_on:
        return State.REPEALED
    if until is not None and not ends_by_repeal and on > until:
        return State.LAPSED
    if begins is None:
        return State.UNKNOWN
    return State.NOT_YET_IN_FORCE if on < begins else State.IN_FORCE


def _doubtful(begins: date | None, until: date | None) -> tuple[Phrase, ...]:
    told = [phrase("施行或者失效日期读取不确定")]
    if begins:
        told.append(phrase("已知自%(begins)s起施行", begins=begins))
    if until:
        told.append(phrase("已知有效期至%(until)s", until=until))
    return (*told, phrase("待责任单位核对"))


def _found_ended(on: date, found: date) -> Validity:
    if on >= found:
        phrases = (
            phrase("%(found)s查得来源标明已不再有效", found=found),
            phrase("未载明自何时起"),
            phrase("按已废止处理"),
        )
        return Validity(on, State.REPEALED, frozenset(), phrases)
    phrases = (
        phrase("后来已不再有效（%(found)s查得）", found=found),
        phrase("自何时起不明"),
        phrase("%(on)s是否有效须由制定机关确认", on=on),
    )
    return Validity(on, State.UNKNOWN, frozenset(), phrases)


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


def _repealed(begins: date | None, repealed_on: date | None) -> list[Phrase]:
    told = [phrase("自%(repealed)s起废止", repealed=repealed_on)]
    if begins and repealed_on and repealed_on <= begins:
        told += [phrase("原定自%(begins)s起施行", begins=begins), phrase("从未施行")]
    return told


def _lapsed(until: date | None, repealed_on: date | None) -> list[Phrase]:
    told = [phrase("有效期至%(until)s", until=until), phrase("届满自动失效")]
    if repealed_on:
        told.append(phrase("其后另于%(repealed)s被列明废止", repealed=repealed_on))
    return told


def _unknown(
    until: date | None, repealed_on: date | None, published_on: date | None, written_on: date | None
) -> list[Phrase]:
    told = [phrase("文件未载明施行日期")]
    if written_on and published_on:
        told.append(
            phrase(
                "成文日期%(written)s、发布日期%(published)s不能代替施行日期",
                written=written_on,
                published=published_on,
            )
        )
    elif written_on:
        told.append(phrase("成文日期%(written)s不能代替施行日期", written=written_on))
    elif published_on:
        told.append(phrase("发布日期%(published)s不能代替施行日期", published=published_on))
    if until:
        told.append(phrase("只载明有效期至%(until)s", until=until))
    if repealed_on:
        told.append(phrase("只知自%(repealed)s起废止", repealed=repealed_on))
    return [*told, phrase("是否有效须由制定机关确认")]


def _in_force(
    on: date, begins: date | None, until: date | None, repealed_on: date | None, published_on: date | None
) -> list[Phrase]:
    told = [phrase("自%(begins)s起施行", begins=begins)]
    told.append(phrase("有效期至%(until)s（含当日）", until=until) if until else phrase("未载明有效期"))
    if repealed_on and (until is None or repealed_on <= until):
        told.append(phrase("将自%(repealed)s起废止", repealed=repealed_on))
    if published_on and on < published_on:
        told += [phrase("但%(published)s才发布", published=published_on), phrase("当日尚未公布")]
    return [*told, phrase("%(on)s有效", on=on)]
