"""Files that several tests of the reader begin with."""

import pytest
from openpyxl.comments import Comment


@pytest.fixture(scope="session")
def old(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The budget as .xls, with a second and a hidden worksheet, a hidden row and a note."""
    from tests.reading.soffice import converted
    from tests.reading.test_spreadsheets import budget, saved

    book = budget()
    second = book.create_sheet("名单")
    for row in (["姓名", "编码"], ["王五", "007"], ["赵六", "008"]):
        second.append(row)
    second.row_dimensions[3].hidden = True
    second["A2"].comment = Comment("核对", "甲")
    book.create_sheet("草稿")["A1"] = "草稿"
    book["草稿"].sheet_state = "hidden"
    return converted(saved(book), ".xlsx", "xls", tmp_path_factory.mktemp("xls"))
