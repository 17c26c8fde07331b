"""The archive of a backup: whole or not there, every byte under a hash, hostile names refused, every value kept."""

import json
import zipfile
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock_time
from decimal import Decimal
from uuid import UUID

import pytest
from django.db import connection, models

from gongkai.project.backup import archive, tables


def written(path, **more):
    """A small archive with one table and one original; ``more`` replaces what its manifest says."""
    data = b"original" * 500
    sha256 = archive.Seal()
    sha256.add(data)
    with archive.Writer(path) as writer:
        with writer.member("tables/a_b.jsonl") as (write, seal):
            for n in range(500):
                write(b'["row %d"]\n' % n)
        with writer.member(f"originals/{sha256.sha256}") as (write, _):
            write(data)
        writer.finish(
            {
                "id": "1",
                "made_at": "2026-01-01T00:00:00+00:00",
                "keys": "",
                "migrations": [],
                "sequences": {},
                "audit_head": "",
                "tables": {"a_b": {"rows": 499, "bytes": seal.size, "sha256": seal.sha256}},
                "originals": {"count": 1, "list_sha256": archive.list_hash([sha256.sha256]), "lost": []},
                **more,
            }
        )
    return path


def contents(path):
    """Everything in an archive, verified."""
    with archive.opened(path) as found:
        found.verify()
        names = [archive.TABLE.format(name) for name in found.tables]
        names += [archive.ORIGINAL.format(name) for name in found.originals]
        read = {}
        for name in names:
            with found.member(name) as file:
                read[name] = file.read()
        return found.manifest, read


def test_an_archive_that_was_not_finished_is_not_there(tmp_path):
    with archive.Writer(tmp_path / "a.zip") as writer, writer.member("tables/a.jsonl") as (write, _):
        write(b"x")
    assert list(tmp_path.iterdir()) == []


def test_an_old_archive_is_never_overwritten(tmp_path):
    written(tmp_path / "a.zip")
    with pytest.raises(FileExistsError):
        archive.Writer(tmp_path / "a.zip")


def test_what_a_killed_backup_left_is_swept_and_what_another_writes_is_not(tmp_path):
    (tmp_path / ".dead.zip.partial").write_bytes(b"half")
    with archive.Writer(tmp_path / "one.zip"), archive.Writer(tmp_path / "two.zip"):
        assert {p.name for p in tmp_path.iterdir()} == {".one.zip.partial", ".two.zip.partial"}


def test_a_cut_archive_is_never_taken_for_whole(tmp_path):
    whole = written(tmp_path / "a.zip").read_bytes()
    for length in {0, 1, 30, len(whole) // 2, *(len(whole) - n for n in (1, 2, 22, 100, 400))}:
        (tmp_path / "cut.zip").write_bytes(whole[:length])
        with pytest.raises(archive.Damaged, match="损坏"):
            contents(tmp_path / "cut.zip")


def test_a_flipped_byte_is_found_wherever_it_changes_anything(tmp_path):
    path = written(tmp_path / "a.zip")
    before, whole = contents(path), path.read_bytes()
    found = 0
    for at in range(len(whole)):
        changed = bytearray(whole)
        changed[at] ^= 0x41
        (tmp_path / "flipped.zip").write_bytes(changed)
        try:
            assert contents(tmp_path / "flipped.zip") == before, at
        except archive.Damaged:
            found += 1
    # What may be flipped unseen are times and attributes, which nobody reads.
    assert found > len(whole) * 0.8


@pytest.mark.parametrize(
    "name",
    [
        "../evil",
        "tables/../../evil.jsonl",
        "/etc/passwd",
        "originals/x/../../y",
        "tables\\..\\a.jsonl",
        "a.txt",
    ],
)
def test_a_hostile_name_is_refused(tmp_path, name):
    path = written(tmp_path / "a.zip")
    with zipfile.ZipFile(path, "a") as file:
        file.writestr(name, b"x")
    with pytest.raises(archive.Damaged, match="不该有的文件"):
        contents(path)


def test_two_members_of_one_name_are_refused(tmp_path):
    path = written(tmp_path / "a.zip")
    with zipfile.ZipFile(path, "a") as file, pytest.warns(UserWarning, match="Duplicate"):
        file.writestr("manifest.json", b"{}")
    with pytest.raises(archive.Damaged, match="不该有的文件"):
        contents(path)


@pytest.mark.parametrize(
    "change", [{"format": "other/1"}, {"tables": {}}, {"originals": {"count": 0, "list_sha256": ""}}]
)
def test_a_manifest_that_does_not_fit_is_refused(tmp_path, change):
    with pytest.raises(archive.Damaged):
        contents(written(tmp_path / "a.zip", **change))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        (models.DateTimeField(), datetime(2026, 1, 2, 3, 4, 5, 678, tzinfo=UTC)),
        (models.DateField(), date(2026, 1, 2)),
        (models.TimeField(), clock_time(22, 30)),
        (models.DecimalField(max_digits=20, decimal_places=4), Decimal("12345678901234.5670")),
        (models.UUIDField(), UUID(int=7)),
        (models.DurationField(), timedelta(days=3, microseconds=1)),
        (models.BinaryField(), b"\x00\xff"),
        (models.BooleanField(), True),
        (models.BigIntegerField(), 2**62),
        (models.TextField(), "一\n二\u2028\x7f"),
        (models.TextField(null=True), None),
    ],
)
def test_every_kind_of_value_survives_its_line(field, value):
    field.set_attributes_from_name("it")
    column = tables.Column("it", field, field.get_internal_type(), None)
    line = tables._line([value])
    assert line.count(b"\n") == 1
    given = tables._parameter(connection, column, json.loads(line)[0])
    assert given == field.get_db_prep_save(value, connection)
