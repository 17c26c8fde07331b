"""Thirteen hundred laws as somebody else collected them: every article is found, no heading is made up, title and day are read."""

import re
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from gongkai.reading.document import OfficialDocument
from gongkai.reading.read import read

pytestmark = pytest.mark.data
# Independent of the reader: a line whose first word is 第…条, set apart from what follows or followed by nothing.
_HEADING = re.compile(
    r"^\s*(?:#+\s*)?第[〇零一二三四五六七八九十百千]+条(?:之[一二三四五六七八九十]+)?(?:[\s\u3000]|$)"
)


def laws(data: Path, every: int) -> Iterator[tuple[str, bytes]]:
    with tarfile.open(data / "laws" / "laws.tar.gz") as archive:
        members = sorted((one for one in archive if one.name.endswith(".md")), key=lambda one: one.name)
        assert len(members) == 1304
        for member in members[::every]:
            stream = archive.extractfile(member)
            assert stream is not None
            yield member.name, stream.read()


def articles(document: OfficialDocument) -> int:
    return sum(one.numbered and one.label.startswith("第") and "条" in one.label for one in document.clauses)


def compare(data: Path, every: int) -> None:
    told, wrong, titles = 0, [], 0
    for name, content in laws(data, every):
        document = read(content, name)
        text = content.decode()
        told += 1
        if articles(document) != sum(bool(_HEADING.match(line)) for line in text.splitlines()):
            wrong.append(name)
        titles += document.title.value == text.splitlines()[0].lstrip("#\ufeff ").strip()
    assert len(wrong) <= 0.01 * told, wrong
    assert titles >= 0.98 * told


def test_every_article_of_a_sample_of_the_laws_is_found_and_no_other(data: Path) -> None:
    compare(data, every=20)


@pytest.mark.slow
def test_every_article_of_all_the_laws_is_found_and_no_other(data: Path) -> None:
    compare(data, every=1)
