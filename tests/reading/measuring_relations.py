"""Comparing the relations that were read with those that two people wrote down by hand."""

import hashlib
import json
import tarfile
from pathlib import Path
from typing import Any

from gongkai.reading.document import OfficialDocument
from gongkai.reading.read import read
from gongkai.reading.relations import ProposedRelation, relations_of
from gongkai.reading.relations.names import number_key
from gongkai.text.normalise import bare


class Files:
    """The files that truth rows name: plain ones, rows of a corpus (…jsonl#id), members of an archive (…tar.gz!path)."""

    def __init__(self, data: Path) -> None:
        self._data = data
        self._rows: dict[str, dict[str, Any]] = {}
        self._members: dict[str, bytes] = {}

    def document(self, row: dict[str, Any]) -> OfficialDocument:
        """The document of a truth row; it must be the one that was looked at."""
        checked, content, name = self._content(row["file"])
        assert hashlib.sha256(checked).hexdigest() == row["sha256"], f"{row['file']} is another file"
        return read(content, name)

    def _content(self, file: str) -> tuple[bytes, bytes, str]:
        """What the digest in the truth is of (of a row its text), the file to be read, and its name."""
        if "#" in file:
            path, key = file.split("#")
            if path not in self._rows:
                lines = (self._data / path).read_text(encoding="utf-8").splitlines()
                self._rows[path] = {each["id"]: each for each in map(json.loads, lines)}
            row = self._rows[path][key]
            return row["text"].encode(), f"{row['title']}\n{row['text']}".encode(), f"{key}.txt"
        if "!" in file:
            path, member = file.split("!")
            if not any(name.startswith(f"{path}!") for name in self._members):
                with tarfile.open(self._data / path) as archive:
                    for entry in archive:
                        taken = archive.extractfile(entry) if entry.isfile() else None
                        if taken:
                            self._members[f"{path}!{entry.name}"] = taken.read()
            return self._members[file], self._members[file], Path(member).name
        content = (self._data / file).read_bytes()
        return content, content, Path(file).name


def found_in(document: OfficialDocument) -> tuple[ProposedRelation, ...]:
    return relations_of(
        document.title.value or "",
        document.parts,
        document.clauses,
        document.citations,
        effective_from=document.effective_from.value,
    )


def same(relation: ProposedRelation, true: dict[str, str]) -> bool:
    """One kind, and one bare title or one number."""
    if relation.kind.value != true["kind"]:
        return False
    number = number_key(relation.target_number)
    return bare(relation.target_title) == bare(true["title"]) != "" or (
        number != "" and number == number_key(true["number"])
    )


def compared(
    found: tuple[ProposedRelation, ...], true: list[dict[str, str]]
) -> tuple[int, list[ProposedRelation], list[dict[str, str]]]:
    """(how many agree, what was found wrongly, what was missed); each is matched once."""
    missed = list(true)
    wrong = []
    for relation in found:
        match = next((each for each in missed if same(relation, each)), None)
        if match is None:
            wrong.append(relation)
        else:
            missed.remove(match)
    return len(true) - len(missed), wrong, missed
