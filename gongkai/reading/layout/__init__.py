"""From marks on sheets of paper (PDF, OFD, scans) to lines and tables, whatever drew the marks."""

from gongkai.reading.layout.flow import read_sheets

__all__ = ["read_sheets"]
