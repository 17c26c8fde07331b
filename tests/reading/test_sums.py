"""Totals that do not add up are told with their figures; tables in which nothing has to add up stay silent."""

from gongkai.reading.document import Block, BlockKind, Cell, OfficialDocument, Part, PartKind, Table
from gongkai.reading.sums import check_sums
from gongkai.reading.years import lines_of, pair_lines


def table(*rows: str, head: int = 1, caption: str = "") -> Table:
    """Rows with | between cells; a cell of < goes on with the one to its left."""
    out = []
    for r, row in enumerate(rows):
        cells: list[Cell] = []
        for text in row.split("|"):
            if text == "<":
                last = cells[-1]
                cells[-1] = Cell(last.text, last.header, last.colspan + 1)
            else:
                cells.append(Cell(text, header=r < head))
        out.append(tuple(cells))
    return Table(tuple(out), caption)


SPENDING = (
    "项目|<|<|<|支出预算|<|<",
    "类|款|项|科目名称|合计|基本支出|项目支出",
    "201|||一般公共服务支出|300|100|200",
    "201|05||统计信息事务|300|100|200",
    "201|05|06|统计管理|120|100|20",
    "201|05|07|专项普查活动|180|0|180",
    "208|||社会保障和就业支出|50|50|0",
    "合计|<|<|<|350|150|200",
)


def test_a_book_that_adds_up_is_not_spoken_of() -> None:
    assert check_sums(table(*SPENDING, head=2)) == []


def test_a_code_that_is_not_the_sum_of_those_below_it_is_told_with_both_figures() -> None:
    told = check_sums(table(*[row.replace("活动|180|0|180", "活动|190|0|190") for row in SPENDING], head=2))
    assert any(
        "20105统计信息事务" in sentence and "300" in sentence and "310" in sentence for sentence in told
    )


def test_a_total_that_is_not_the_sum_of_the_shortest_codes_is_told() -> None:
    told = check_sums(table(*[row.replace("|350|150|200", "|360|160|200") for row in SPENDING], head=2))
    assert any(sentence.startswith("“合计”的“合计”为360") and "相差10" in sentence for sentence in told)


def test_a_line_whose_columns_do_not_add_up_is_told() -> None:
    told = check_sums(table(*[row.replace("管理|120|100|20", "管理|120|100|30") for row in SPENDING], head=2))
    assert any("2010506统计管理" in sentence and "相差-10" in sentence for sentence in told)


def test_rounding_to_ten_thousands_is_no_error() -> None:
    rows = ("编码|科目名称|决算数", "210|卫生健康支出|236.63", "21011|行政事业单位医疗|236.64",
            "2101101|行政单位医疗|40.35", "2101102|事业单位医疗|196.29")  # fmt: skip
    assert check_sums(table(*rows)) == []


BALANCE = (
    "项目|决算数|项目|决算数",
    "一、财政拨款收入|100.00|一、一般公共服务支出|70.00",
    "1. 一般公共预算|100.00|二、教育支出|45.00",
    "二、事业收入|10.00||",
    "本年收入合计|110.00|本年支出合计|115.00",
    "年初结转和结余|25.00|年末结转和结余|20.00",
    "总计|135.00|总计|135.00",
)


def test_income_beside_spending_adds_up_each_on_its_side() -> None:
    assert check_sums(table(*BALANCE)) == []
    told = check_sums(table(*[row.replace("本年收入合计|110.00", "本年收入合计|111.00") for row in BALANCE]))
    assert any("“本年收入合计”" in sentence and "110.00" in sentence for sentence in told)


def test_a_numbered_list_and_its_total() -> None:
    rows = ["序号|单位|金额|比例", "1|甲|10|50%", "2|乙|10|50%", "合计|<|20|100%"]
    assert check_sums(table(*rows)) == []
    assert len(check_sums(table(*rows[:3], "合计|<|25|100%"))) == 1


def test_tables_without_totals_stay_silent() -> None:
    assert check_sums(table("姓名|电话", "张某|12345", "李某|67890")) == []
    assert check_sums(table("其中：合计|其中：甲|率", "10|3|4")) == []
    assert check_sums(Table(())) == []


def book(year: int, *rows: str) -> OfficialDocument:
    read = table(*rows, head=2, caption=f"{year}年部门支出预算总表")
    block = Block(BlockKind.TABLE, table=read)
    return OfficialDocument("预算", "pdf", "", parts=(Part(PartKind.MAIN, "预算", (block,)),))


def test_lines_are_paired_by_code_and_names_whatever_stands_between_them() -> None:
    later = [row.replace("300|100|200", "310|110|200") for row in SPENDING]
    later.insert(4, "201|05|05|专项统计业务|10|10|0")
    pairs = pair_lines(book(2023, *SPENDING), book(2024, *later))
    assert len(pairs) == len(lines_of(book(2023, *SPENDING))) == 6
    first = pairs[0]
    assert (first.before.code, first.before.path) == ("201", ("一般公共服务支出",))
    assert dict(first.before.figures)["支出预算/合计"] == "300"
    assert dict(first.after.figures)["支出预算/合计"] == "310"


def test_a_code_typed_as_a_figure_is_still_the_code() -> None:
    later = [row.replace("|05|", "|5|") for row in SPENDING]
    assert len(pair_lines(book(2023, *SPENDING), book(2024, *later))) == 6
