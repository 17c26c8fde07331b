"""Builds the sample files: `python -m tools.samples.build [FOLDER] [--papers]`; without a folder those of the product are replaced.

Word files, pages and workbooks are built to the same bytes everywhere; PDF files and scans only with --papers.
"""

import sys
from pathlib import Path

from tools.samples.book import xlsx_from
from tools.samples.source import TEXTS, Source, sources
from tools.samples.web import html_from
from tools.samples.word import docx_from

SAMPLES = Path(__file__).parents[2] / "gongkai" / "project" / "sample"
_PAPERS = {"pdf", "scan", "searchable"}


def file_name(source: Source) -> str:
    """The name of the file that a text becomes."""
    made = source.about.get("as", "docx")
    return f"{source.name}.{'pdf' if made in _PAPERS else made.partition('-')[0]}"


def build(folder: Path, *, papers: bool = False) -> list[Path]:
    """Writes every sample that is built into the folder and gives the paths in order."""
    folder.mkdir(parents=True, exist_ok=True)
    contents = {path.name: path.read_text(encoding="utf-8").encode("gbk") for path in TEXTS.glob("*.html")}
    for source in sources():
        made = source.about.get("as", "docx")
        if made not in _PAPERS or papers:
            contents[file_name(source)] = _content(source, made)
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    return sorted(folder / name for name in contents)


def _content(source: Source, made: str) -> bytes:
    if made in _PAPERS:
        from tools.samples import paper  # LibreOffice's company: not needed for the rest

        return (
            paper.pdf_from(source)
            if made == "pdf"
            else paper.scan_from(source, searchable=made == "searchable")
        )
    if made == "docx":
        return docx_from(source)
    return xlsx_from(source) if made == "xlsx" else html_from(source)


if __name__ == "__main__":
    words = [word for word in sys.argv[1:] if word != "--papers"]
    for each in build(Path(words[0]) if words else SAMPLES, papers="--papers" in sys.argv):
        print(each)
