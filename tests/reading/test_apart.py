"""A reader in a process of its own: what it does wrong ends there, and what it read comes back whole."""

import sys
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gongkai.reading import apart
from gongkai.reading.carry import plain, restored
from gongkai.reading.document import Cell, Classified, Table, Unreadable
from gongkai.reading.page import Align, Label, Line, Page
from gongkai.reading.read import read

from .planting import SAMPLES

LIMITED = "from gongkai.reading import apart; apart._limit(); "


def reader(monkeypatch, program: str) -> None:
    """Let this program stand for the reader."""
    monkeypatch.setattr(apart, "_command", lambda form: [sys.executable, "-c", program])


def alive(pid_file: Path) -> bool:
    try:
        stat = Path(f"/proc/{pid_file.read_text()}/stat").read_text()
    except FileNotFoundError:
        return False
    # Dead, but not yet asked after by whoever inherited it.
    return stat.rpartition(")")[2].split()[0] not in {"Z", "X"}


def test_a_reader_that_hangs_is_stopped_with_all_that_it_started(monkeypatch, tmp_path):
    note = tmp_path / "pid"
    reader(
        monkeypatch,
        f"import subprocess, time; p = subprocess.Popen(['sleep', '60']); open({str(note)!r}, 'w').write(str(p.pid)); time.sleep(60)",
    )
    monkeypatch.setattr(apart, "SILENCE_SECONDS", 1.5)
    started = time.monotonic()
    with pytest.raises(Unreadable, match="已停止"):
        apart.read_apart(b"x", "pdf")
    assert time.monotonic() - started < 8
    time.sleep(0.2)
    assert not alive(note)


def test_a_reader_that_crashes_is_told_in_a_sentence(monkeypatch):
    reader(monkeypatch, "import os; os.abort()")
    with pytest.raises(Unreadable, match="异常中止"):
        apart.read_apart(b"x" * 5_000_000, "pdf")


def test_a_reader_may_not_have_more_than_a_gigabyte(monkeypatch):
    reader(monkeypatch, LIMITED + "x = bytearray(1_200_000_000); print('{\"page\": null}')")
    with pytest.raises(Unreadable, match="1 GB"):
        apart.read_apart(b"x", "pdf")


def test_a_reader_that_never_looks_at_its_file_does_not_block_us(monkeypatch):
    reader(monkeypatch, 'print(\'{"unreadable": "不读。"}\')')
    with pytest.raises(Unreadable, match="不读"):
        apart.read_apart(b"x" * 20_000_000, "pdf")


def test_a_mark_of_secrecy_found_by_the_reader_stays_one(monkeypatch):
    reader(monkeypatch, 'print(\'{"classified": "带有密级。"}\')')
    with pytest.raises(Classified):
        apart.read_apart(b"x", "pdf")


def test_a_reader_may_ask_for_patience_but_not_for_as_much_as_it_likes(monkeypatch):
    monkeypatch.setattr(apart, "SILENCE_SECONDS", 1.0)
    monkeypatch.setattr(apart, "RECOGNISING_SECONDS", 3.0)
    ask = "import json, time; print(json.dumps({'patience': 999}), flush=True); "
    reader(monkeypatch, ask + "time.sleep(2); print(json.dumps({'unreadable': '读完了'}))")
    with pytest.raises(Unreadable, match="读完了"):
        apart.read_apart(b"x", "image")
    reader(monkeypatch, ask + "time.sleep(60)")
    with pytest.raises(Unreadable, match="已停止"):
        apart.read_apart(b"x", "image")


def test_progress_is_heard_page_by_page(monkeypatch):
    reader(
        monkeypatch,
        "import json\nfor n in (1, 2): print(json.dumps({'done': n, 'of': 2}), flush=True)\nprint(json.dumps({'unreadable': '完'}))",
    )
    heard = []
    with pytest.raises(Unreadable):
        apart.read_apart(b"x", "pdf", "", lambda done, of: heard.append((done, of)))
    assert heard == [(1, 2), (2, 2)]


def test_the_reader_is_not_given_the_password_of_the_database(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgres://secret")
    reader(
        monkeypatch,
        "import json, os; print(json.dumps({'unreadable': os.environ.get('DATABASE_URL', '没有')}))",
    )
    with pytest.raises(Unreadable, match="没有"):
        apart.read_apart(b"x", "pdf")


def test_a_large_page_of_a_light_format_comes_back_whole():
    lines = [f"第{n}段，这是一份很长的通知。" for n in range(5000)]
    document = apart.read_apart("\n".join(lines).encode(), "txt")
    assert document.text.splitlines() == lines


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
CELLS = st.builds(Cell, TEXTS, st.booleans(), st.integers(1, 3), st.integers(1, 3), st.booleans())
TABLES = st.builds(
    Table, st.lists(st.lists(CELLS, max_size=3).map(tuple), max_size=3).map(tuple), TEXTS, TEXTS
)
LINES = st.builds(
    Line,
    TEXTS,
    st.sampled_from(Align),
    st.booleans(),
    st.integers(0, 6),
    st.none() | TABLES,
    TEXTS,
    st.booleans(),
    st.integers(0, 9),
    st.floats(0, 1),
    st.lists(st.integers(0, 12), max_size=3).map(tuple),
)
PAGES = st.builds(
    Page,
    st.lists(LINES, max_size=4),
    st.lists(st.builds(Label, TEXTS, TEXTS, TEXTS), max_size=2),
    TEXTS,
    TEXTS,
    st.lists(TEXTS, max_size=2),
    st.lists(TEXTS, max_size=2),
)


@settings(max_examples=60)
@given(PAGES)
def test_a_page_survives_the_way_between_processes(page):
    import json

    assert restored(Page, json.loads(json.dumps(plain(page), ensure_ascii=False))) == page


@pytest.mark.parametrize("name", ["02_canteen_rules.docx", "07_meal_point_rules.html"])
def test_a_document_read_apart_is_the_one_read_here(name):
    data = (SAMPLES / name).read_bytes()
    here = read(data, name)
    assert apart.read_apart(data, here.format, name) == here


@pytest.mark.parametrize("answer", ["[]", "1", '{"document": 1}', '{"document": [1, 2]}', "x", "{}"])
def test_an_answer_that_is_no_document_is_told_as_a_crash(monkeypatch, answer):
    reader(monkeypatch, f"print({answer!r})")
    with pytest.raises(Unreadable, match="异常中止"):
        apart.read_apart(b"x", "pdf")
