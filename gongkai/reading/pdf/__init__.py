"""PDF files: what is drawn on their pages turned into sheets, and the sheets into lines and tables."""

from gongkai.reading.pdf.file import needs_ocr, read_pdf, sheets

__all__ = ["needs_ocr", "read_pdf", "sheets"]
