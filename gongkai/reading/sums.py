"""Totals of a table that do not add up: told with the figures, never mended, and only where it is clear what adds up."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from gongkai.reading.document import Table
from gongkai.reading.ledger import TOTAL, Ledger, Side, amount, ledger_of

_TOTAL_NAME = re.compile(
    r"^(?:合计|总计|本年(?:收入|支出)合计|(?:收入|支出)(?:总计|合计)|[\u4e00-\u9fff]{2,4}经费合计)$"
)
_YEAR_TOTAL = re.compile(r"^本年(?:收入|支出)合计$")
_GRAND_TOTAL = re.compile(r"^(?:总计|(?:收入|支出)总计)$")
_TOP = re.compile(r"^[一二三四五六七八九十]{1,4}、")
_SUB = re.compile(r"^(?:\d+[.．、]|（[一二三四五六七八九十]+）|\([一二三四五六七八九十]+\)|其中)")
# Columns that a total of income or spending is made of (决算 tables name no common heading above them).
_PARTS = {
    "财政拨款收入", "上级补助收入", "事业收入", "经营收入", "事业单位经营收入", "附属单位上缴收入", "其他收入",
    "基本支出", "项目支出", "上缴上级支出", "经营支出", "对附属单位补助支出",
}  # fmt: skip
_NO_SUM = re.compile(r"率|比例|占比|比重|%|％|单价|均|其中|增减|年限|序号|编号|名次")
_WRONG = 3  # with more than a third of its lines wrong a rule was not what the table means


@dataclass(frozen=True)
class _Check:
    """One total and the figures that should make it up."""

    label: str
    column: str
    total: Decimal
    parts: tuple[Decimal, ...]

    @property
    def holds(self) -> bool:
        """Rounding of each part may shift a sum by half a unit of the last place."""
        places = max((_places(each) for each in (self.total, *self.parts)), default=0)
        slack = Decimal(len(self.parts) + 1) / 2 * Decimal(1).scaleb(-places)
        return abs(self.total - sum(self.parts)) <= slack

    def sentence(self) -> str:
        """What does not add up, in words."""
        whole = sum(self.parts, Decimal(0))
        return (
            f"“{self.label}”的“{self.column}”为{self.total:,}，分项相加为{whole:,}，"
            f"相差{self.total - whole:,}，请核对原件。"
        )


def check_sums(table: Table) -> list[str]:
    """One sentence for each total of ``table`` that does not add up."""
    ledger = ledger_of(table)
    if ledger is None:
        return []
    rules = [list(_across(ledger))]
    rules += [
        [check for side in ledger.sides for check in rule(ledger, side)]
        for rule in (_by_code, _by_number, _by_list)
    ]
    out: list[str] = []
    for checks in rules:
        wrong = [check for check in checks if not check.holds]
        if len(wrong) <= max(len(checks) / 3, 1) or (len(wrong) <= _WRONG and len(wrong) < len(checks)):
            out += [check.sentence() for check in wrong]
    return list(dict.fromkeys(out))


def _places(value: Decimal) -> int:
    exponent = value.as_tuple().exponent
    return max(-exponent, 0) if isinstance(exponent, int) else 0


# --- from left to right ------------------------------------------------------------------------------------


def _across(ledger: Ledger) -> Iterator[_Check]:
    for total, parts in _groups(ledger):
        for row in ledger.body:
            whole = amount(row[total])
            figures = [value for column in parts if (value := amount(row[column])) is not None]
            if whole is not None and figures:
                yield _Check(_label(ledger, row, total), _column(ledger, total), whole, tuple(figures))


def _groups(ledger: Ledger) -> Iterator[tuple[int, list[int]]]:
    """Columns of totals, each with the columns that make it up."""
    width = len(ledger.grid[0])
    for level in range(ledger.head - 1):
        for start, end in _spans(ledger.grid[level], width):
            if end - start >= 3 and ledger.grid[level][start] != ledger.grid[level + 1][start]:
                found = _group(ledger, level + 1, start, end)
                if found:
                    yield found
    leaves = ledger.grid[ledger.head - 1]
    for column, text in enumerate(leaves):
        if re.fullmatch(r"(?:本年)?(?:收入|支出)?合计", text):
            parts = list(range(column + 1, width))
            if len(parts) >= 2 and all(leaves[part] in _PARTS for part in parts):
                yield column, parts


def _group(ledger: Ledger, level: int, start: int, end: int) -> tuple[int, list[int]] | None:
    """Under one heading: 合计 or 小计 first or last, the parts beside it."""
    children = [(a + start, b + start) for a, b in _spans(ledger.grid[level][start:end], end - start)]
    totals = [a for a, b in children if b - a == 1 and TOTAL.match(ledger.grid[level][a])]
    if len(totals) != 1 or totals[0] not in {children[0][0], children[-1][0]}:
        return None
    parts: list[int] = []
    for a, b in children:
        if a == totals[0]:
            continue
        inner = [c for c in range(a, b) if TOTAL.match(ledger.grid[ledger.head - 1][c])]
        if len(inner) > 1:
            return None
        parts += inner or list(range(a, b))
    titles = "".join("".join(ledger.title(column)) for column in parts)
    return (
        None
        if not parts or _NO_SUM.search(titles) or ("预算数" in titles and "决算数" in titles)
        else (totals[0], parts)
    )


def _spans(row: list[str], width: int) -> list[tuple[int, int]]:
    """Runs of one text: a merged heading."""
    out: list[tuple[int, int]] = []
    for column in range(width):
        if out and row[column] and row[out[-1][0]] == row[column]:
            out[-1] = (out[-1][0], column + 1)
        else:
            out.append((column, column + 1))
    return out


# --- from top to bottom ------------------------------------------------------------------------------------


def _by_code(ledger: Ledger, side: Side) -> Iterator[_Check]:
    """A code is the sum of the codes below it (201 of 20105, 20129 …), the total the sum of the shortest."""
    lines = [(code, row) for row in ledger.body if (code := ledger.code(row, side))]
    if not side.codes or len(lines) < 2 or len({code for code, _ in lines}) < len(lines):
        return
    shortest = min(len(code) for code, _ in lines)
    totals = [row for row in ledger.body if _TOTAL_NAME.match(row[side.name])]
    for column in side.values:
        for code, row in lines:
            below = [each for other, each in lines if other.startswith(code) and len(other) == len(code) + 2]
            yield from _check(ledger, row, column, below, f"{code}{row[side.name]}")
        if len(totals) == 1:
            tops = [row for code, row in lines if len(code) == shortest]
            yield from _check(ledger, totals[0], column, tops, totals[0][side.name])


def _by_number(ledger: Ledger, side: Side) -> Iterator[_Check]:
    """一、二、三、… make up 本年收入合计 or, where there is none, 收入总计; 总计 adds what stands between them."""
    if side.codes:
        return
    rows = [row for row in ledger.body if row[side.name]]
    tops = [row for row in rows if _TOP.match(row[side.name])]
    year = next((i for i, row in enumerate(rows) if _YEAR_TOTAL.match(row[side.name])), None)
    grand = next((i for i, row in enumerate(rows) if _GRAND_TOTAL.match(row[side.name])), None)
    first = year if year is not None else grand
    if first is None or len(tops) < 2:
        return
    above = [row for row in rows[:first] if _TOP.match(row[side.name])]
    plain = [row for row in rows[:first] if not _TOP.match(row[side.name]) and not _SUB.match(row[side.name])]
    for column in side.values:
        if not any(amount(row[column]) is not None for row in plain):
            yield from _check(ledger, rows[first], column, above, rows[first][side.name])
        if year is not None and grand is not None and grand > year:
            between = [
                row
                for row in rows[year:grand]
                if not _TOP.match(row[side.name]) and not _SUB.match(row[side.name])
            ]
            yield from _check(ledger, rows[grand], column, between, rows[grand][side.name])


def _by_list(ledger: Ledger, side: Side) -> Iterator[_Check]:
    """A list numbered 1, 2, 3 … without a gap, and its total."""
    body = ledger.body
    numbers = [row[0] for row in body if re.fullmatch(r"\d{1,4}", row[0])]
    totals = [row for row in body if TOTAL.match(row[0]) or TOTAL.match(row[side.name])]
    if ledger.title(0)[-1:] != ("序号",) or len(totals) != 1 or len(numbers) + 1 != len(body):
        return
    if numbers != [str(n) for n in range(1, len(numbers) + 1)]:
        return
    items = [row for row in body if row is not totals[0]]
    for column in side.values:
        if not _NO_SUM.search("".join(ledger.title(column))):
            yield from _check(ledger, totals[0], column, items, "合计")


def _check(
    ledger: Ledger, row: list[str], column: int, parts: list[list[str]], label: str
) -> Iterator[_Check]:
    whole = amount(row[column])
    figures = [value for part in parts if (value := amount(part[column])) is not None]
    if whole is not None and figures and not _NO_SUM.search(_column(ledger, column)):
        yield _Check(label, _column(ledger, column), whole, tuple(figures))


def _column(ledger: Ledger, column: int) -> str:
    title = ledger.title(column)
    return title[-1] if title else f"第{column + 1}栏"


def _label(ledger: Ledger, row: list[str], column: int) -> str:
    """The name of a line, with its code where it has one."""
    for side in ledger.sides:
        if column in side.values:
            return f"{ledger.code(row, side)}{row[side.name]}" or "本表"
    return next((text for text in row if text and amount(text) is None), "本表")
