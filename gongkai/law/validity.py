"""Whether a document is in force on a given day: from its own dates and from what others confirmedly do to it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from gongkai.law.calendar import add_months
from gongkai.law.effects import Effect, amendments, first_end, first_question
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
    """A piece of a reason: Chinese words with named places, so that another language can tell the same.

    ``dates`` fill places for days; ``names`` those for documents and articles, which stay Chinese in every language.
    """

    words: str
    dates: dict[str, date]
    names: dict[str, str] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """The phrase in Chinese."""
        return self.words % ({name: in_chinese(day) for name, day in self.dates.items()} | self.names)


def phrase(words: str, **places: date | str | None) -> Phrase:
    """Mark ``words`` as a message to be translated and join the dates and names that it tells."""
    dates = {name: place for name, place in places.items() if isinstance(place, date)}
    return Phrase(words, dates, {name: place for name, place in places.items() if isinstance(place, str)})


@dataclass(frozen=True, slots=True)
class DefaultPeriod:
    """The last day that a rule sets where a document states none, and the rule; only a confirmed figure makes one."""

    until: date
    article: str


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
    found_ended_on: date | None = None,
    doubtful: Collection[str] = (),
    effects: Sequence[Effect] = (),
    default: DefaultPeriod | None = None,
    clause: str = "",
) -> Validity:
    """The validity of a document on the day `on`; of one clause of it (第三条) where `clause` names one.

    `effective_until` is the last day in force; `repealed_on` the first day on which it is not. A document that ran
    out before it was repealed has lapsed (失效), one that was repealed before it ran out is repealed (废止).
    `effects` are what other documents do to it; the first end counts. An effect whose owner has not answered, or that
    names no day, leaves the text unknown from that day on. `default` holds where the document states no end.
    `found_ended_on` is the day on which a source was found to call it no longer in force without saying since when:
    from that day on it counts as repealed, and what held before is unknown unless it is known to have ended by then.
    `doubtful` names what is not settled of `effective_from` and `effective_until`: then the text is not called in
    force, nor coming into force, nor run out at a doubtful end, until a person has settled that.
    Written and published dates never stand in for the day it takes effect: they only appear in the reason.
    Raises ValueError where the last day in force is before the first.
    """
    if effective_from and effective_until and effective_until < effective_from:
        raise ValueError(
            f"有效期截止日（{in_chinese(effective_until)}）早于施行日期（{in_chinese(effective_from)}），"
            "请对照文件正文更正其中一个日期。"
        )
    known = _Known(on, effective_from, effective_until, repealed_on, published_on, written_on, default)
    known.end_by(first_end(effects))
    question = first_question(effects)
    state = known.state
    unsure = bool(doubtful) and known.hangs_on(doubtful)
    ended = state in {State.REPEALED, State.LAPSED} and not unsure
    ends_before = (
        known.repealed_on is not None and found_ended_on is not None and known.repealed_on <= found_ended_on
    )
    if found_ended_on and not ended and not ends_before:
        return _found_ended(on, found_ended_on)
    if question and not ended and on >= question.open_from:
        return Validity(on, State.UNKNOWN, known.flags(None) - {Flag.EXPIRING}, _questioned(question))
    if unsure:
        flags = frozenset() if "effective_until" in doubtful else known.flags(None) & {Flag.NO_END_STATED}
        return Validity(on, State.UNKNOWN, flags, _doubtful(effective_from, effective_until))
    changed = [each for each in amendments(effects, clause) if each.amends_from <= on]
    flags = known.flags(changed[0] if changed else None)
    told = known.phrases()
    if Flag.PARTLY_AMENDED in flags:
        told += [_amended(each, clause) for each in changed]
    return Validity(on, state, flags, tuple(told))


@dataclass
class _Known:
    """What is known of a document's own time, with the one effect that ends it where that comes first."""

    on: date
    begins: date | None
    stated_until: date | None
    repealed_on: date | None
    published_on: date | None
    written_on: date | None
    default: DefaultPeriod | None
    ended_by: Effect | None = None

    def end_by(self, effect: Effect | None) -> None:
        """Let ``effect`` end the text if it does so before the text's own repeal."""
        if effect and effect.begins and (self.repealed_on is None or effect.begins <= self.repealed_on):
            self.repealed_on, self.ended_by = effect.begins, effect

    @property
    def by_default(self) -> bool:
        return self.stated_until is None and self.default is not None

    @property
    def until(self) -> date | None:
        return self.default.until if self.by_default and self.default else self.stated_until

    @property
    def ends_by_repeal(self) -> bool:
        return self.repealed_on is not None and (self.until is None or self.repealed_on <= self.until)

    @property
    def state(self) -> State:
        if self.ends_by_repeal and self.repealed_on is not None and self.on >= self.repealed_on:
            return State.REPEALED
        if self.until is not None and not self.ends_by_repeal and self.on > self.until:
            return State.LAPSED
        if self.begins is None:
            return State.UNKNOWN
        return State.NOT_YET_IN_FORCE if self.on < self.begins else State.IN_FORCE

    def hangs_on(self, doubtful: Collection[str]) -> bool:
        """True if the state would change with a date that is not settled."""
        ended_anyway = self.repealed_on is not None and self.on >= self.repealed_on
        at_doubtful_end = self.state is State.LAPSED and not self.by_default and "effective_until" in doubtful
        return self.state in {State.IN_FORCE, State.NOT_YET_IN_FORCE} or (
            at_doubtful_end and not ended_anyway
        )

    def flags(self, amendment: Effect | None) -> frozenset[Flag]:
        flags = set()
        state = self.state
        if self.until is None and state is not State.REPEALED:
            flags.add(Flag.NO_END_STATED)
        if state is State.IN_FORCE:
            last = _last_day(self.until, self.repealed_on)
            if last is not None and self.on >= add_months(last, -EXPIRING_MONTHS):
                flags.add(Flag.EXPIRING)
            if amendment is not None:
                flags.add(Flag.PARTLY_AMENDED)
        return frozenset(flags)

    def phrases(self) -> list[Phrase]:
        told = {
            State.REPEALED: self._repealed,
            State.LAPSED: self._lapsed,
            State.UNKNOWN: self._unknown,
            State.NOT_YET_IN_FORCE: self._not_yet,
            State.IN_FORCE: self._in_force,
        }
        return told[self.state]()

    def _not_yet(self) -> list[Phrase]:
        return [
            phrase("自%(begins)s起施行", begins=self.begins),
            phrase("%(on)s尚未施行", on=self.on),
        ]

    def _repealed(self) -> list[Phrase]:
        told = [self._repeal()]
        if self.begins and self.repealed_on and self.repealed_on <= self.begins:
            told += [phrase("原定自%(begins)s起施行", begins=self.begins), phrase("从未施行")]
        return told

    def _repeal(self) -> Phrase:
        if self.ended_by is None:
            return phrase("自%(repealed)s起废止", repealed=self.repealed_on)
        return _ended(self.ended_by)

    def _lapsed(self) -> list[Phrase]:
        told = [*self._end(), phrase("届满自动失效")]
        if self.repealed_on:
            told.append(phrase("其后另于%(repealed)s被列明废止", repealed=self.repealed_on))
        return told

    def _end(self) -> list[Phrase]:
        if self.by_default and self.default:
            words = "文件未载明有效期，按%(article)s有效期至%(until)s"
            return [phrase(words, article=self.default.article, until=self.until)]
        return [phrase("有效期至%(until)s", until=self.until)]

    def _unknown(self) -> list[Phrase]:
        told = [phrase("文件未载明施行日期")]
        if self.written_on and self.published_on:
            words = "成文日期%(written)s、发布日期%(published)s不能代替施行日期"
            told.append(phrase(words, written=self.written_on, published=self.published_on))
        elif self.written_on:
            told.append(phrase("成文日期%(written)s不能代替施行日期", written=self.written_on))
        elif self.published_on:
            told.append(phrase("发布日期%(published)s不能代替施行日期", published=self.published_on))
        if self.stated_until:
            told.append(phrase("只载明有效期至%(until)s", until=self.stated_until))
        if self.repealed_on:
            told.append(phrase("只知自%(repealed)s起废止", repealed=self.repealed_on))
        return [*told, phrase("是否有效须由制定机关确认")]

    def _in_force(self) -> list[Phrase]:
        told = [phrase("自%(begins)s起施行", begins=self.begins)]
        if self.by_default:
            told += self._end()
        elif self.until:
            told.append(phrase("有效期至%(until)s（含当日）", until=self.until))
        else:
            told.append(phrase("未载明有效期"))
        if self.ends_by_repeal:
            told.append(_will_end(self.ended_by, self.repealed_on))
        if self.published_on and self.on < self.published_on:
            told += [
                phrase("但%(published)s才发布", published=self.published_on),
                phrase("当日尚未公布"),
            ]
        return [*told, phrase("%(on)s有效", on=self.on)]


def _ended(effect: Effect) -> Phrase:
    if effect.kind == "replaces":
        return phrase("自%(from)s起由%(by)s取代", **{"from": effect.begins, "by": effect.by})
    return phrase("自%(from)s起被%(by)s废止", **{"from": effect.begins, "by": effect.by})


def _will_end(effect: Effect | None, day: date | None) -> Phrase:
    if effect is None:
        return phrase("将自%(repealed)s起废止", repealed=day)
    if effect.kind == "replaces":
        return phrase("将自%(repealed)s起由%(by)s取代", repealed=day, by=effect.by)
    return phrase("将自%(repealed)s起被%(by)s废止", repealed=day, by=effect.by)


def _amended(effect: Effect, clause: str) -> Phrase:
    places = {"by": effect.by, "begins": effect.begins}
    if effect.begins is None:
        return phrase("部分条款已被%(by)s修改，自何时起未载明", **places)
    if clause and effect.clauses:
        return phrase("本条自%(begins)s起被%(by)s修改", **places)
    if effect.clauses:
        named = "、".join(effect.clauses[:5]) + ("等" if len(effect.clauses) > 5 else "")
        return phrase("%(clauses)s自%(begins)s起被%(by)s修改", clauses=named, **places)
    return phrase("部分条款自%(begins)s起被%(by)s修改", **places)


def _questioned(effect: Effect) -> tuple[Phrase, ...]:
    if effect.asked and effect.begins:
        told = phrase("%(by)s写明自%(begins)s起废止或者取代本文件", by=effect.by, begins=effect.begins)
        return told, phrase("待本文件的责任单位确认")
    if effect.asked:
        return phrase("%(by)s写明废止或者取代本文件", by=effect.by), phrase("待本文件的责任单位确认")
    told = phrase("%(by)s废止或者取代了本文件", by=effect.by)
    return told, phrase("自何时起未载明"), phrase("是否有效须由制定机关确认")


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


def _last_day(until: date | None, repealed_on: date | None) -> date | None:
    """The last day in force that is known, from whichever end comes first."""
    ends = [] if until is None else [until]
    if repealed_on is not None:
        ends.append(repealed_on - timedelta(days=1))
    return min(ends, default=None)
