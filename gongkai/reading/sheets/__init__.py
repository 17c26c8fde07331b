"""Spreadsheets: worksheets of either Excel format turned into the lines and tables that people see."""

from gongkai.reading.sheets.xls import read_xls
from gongkai.reading.sheets.xlsx import read_xlsx

__all__ = ["read_xls", "read_xlsx"]
