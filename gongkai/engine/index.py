"""The index on disk: one writer, many reading processes, a rebuild beside the old one and an atomic swap.

A folder holds ``current.json`` (the generation and the name of the folder that serves), that folder with its
two halves, and ``writer.lock``. Only a whole, committed index is ever named in ``current.json``.
"""

import fcntl
import json
import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from threading import RLock
from types import TracebackType
from typing import Self

from tantivy import Index, Searcher

from gongkai.engine.passage import PASSAGE_GENERATION, Passage
from gongkai.engine.ports import IndexBusy, IndexDamaged, IndexMissing
from gongkai.engine.schema import DOCUMENTS, PASSAGES, entries

_HALVES = ("documents", "passages")
_POINTER = "current.json"
_MEGABYTE = 1_000_000


@contextmanager
def reading() -> Iterator[None]:
    """Turns whatever tantivy raises about a broken file, its panics too, into IndexDamaged."""
    try:
        yield
    except (IndexMissing, IndexDamaged):
        raise
    except (ValueError, OSError, RuntimeError) as error:
        raise IndexDamaged(f"检索索引无法读取（{error}），请重建索引。") from error
    except BaseException as error:
        # A panic inside the library is no Exception, lest it be swallowed; here it means a broken file.
        if type(error).__name__ != "PanicException":
            raise
        raise IndexDamaged(f"检索索引已损坏（{error}），请重建索引。") from error


def _serving(folder: Path) -> Path:
    """The folder that serves now. Raises IndexMissing or IndexDamaged."""
    try:
        pointer = json.loads((folder / _POINTER).read_bytes())
        name, generation = str(pointer["folder"]), int(pointer["generation"])
    except FileNotFoundError as error:
        raise IndexMissing("检索索引尚未建立，请先建立索引。") from error
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise IndexDamaged("检索索引的指向文件无法读取，请重建索引。") from error
    if generation != PASSAGE_GENERATION:
        raise IndexMissing("检索索引是旧版本程序建立的，请重建索引。")
    if Path(name).name != name or name in {"", ".", ".."}:
        raise IndexDamaged("检索索引的指向文件内容不合规，请重建索引。")
    return folder / name


def _stamp(path: Path) -> tuple[int, int, int]:
    """Changes whenever the file is replaced; zeros where there is none."""
    try:
        found = path.stat()
    except OSError:
        return (0, 0, 0)
    return (found.st_ino, found.st_mtime_ns, found.st_size)


@dataclass(frozen=True)
class Snapshot:
    """Both halves as of one moment; stays valid whatever is written or swapped meanwhile."""

    documents: Searcher
    passages: Searcher


class Reader:
    """Searchers over whatever serves now; a new commit or a swapped index costs three `stat` calls to notice."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock = RLock()
        self._seen: tuple[object, ...] = ()
        self._pointer: tuple[int, int, int] = (0, 0, 0)
        self._at: Path | None = None
        self._halves: list[Index] = []
        self._snapshot: Snapshot | None = None

    def snapshot(self) -> Snapshot:
        """The newest committed state. Raises IndexMissing or IndexDamaged."""
        with self._lock:
            try:
                return self._newest()
            except IndexDamaged:
                # The folder may have been swapped away between reading its name and opening it.
                self.forget()
                return self._newest()

    def forget(self) -> None:
        """Opens everything anew at the next call."""
        with self._lock:
            self._pointer, self._at, self._halves, self._snapshot = (0, 0, 0), None, [], None

    def _newest(self) -> Snapshot:
        pointer = _stamp(self._folder / _POINTER)
        if self._at is None or pointer != self._pointer or pointer == (0, 0, 0):
            at = _serving(self._folder)
            with reading():
                self._halves = [_opened(at / half) for half in _HALVES]
            self._at, self._pointer, self._snapshot = at, pointer, None
        # Stamps are read before loading: a commit between the two is then loaded twice, never missed.
        seen = tuple(_stamp(self._at / half / "meta.json") for half in _HALVES)
        if self._snapshot is None or seen != self._seen:
            with reading():
                for half in self._halves:
                    half.reload()
                self._snapshot = Snapshot(*(half.searcher() for half in self._halves))
            self._seen = seen
        return self._snapshot


def _opened(path: Path) -> Index:
    if not (path / "meta.json").exists():
        raise IndexDamaged("检索索引的文件夹不完整，请重建索引。")
    index = Index.open(str(path))
    index.config_reader("manual")
    return index


class _Halves:
    """The two tantivy writers of one index folder."""

    def __init__(self, at: Path, *, new: bool, megabytes: int) -> None:
        self.at = at
        made: list[Index] = []
        with reading():
            for half, schema in zip(_HALVES, (DOCUMENTS, PASSAGES), strict=True):
                path = at / half
                if new:
                    path.mkdir(parents=True)
                    made.append(Index(schema, path=str(path)))
                else:
                    made.append(_opened(path))
            self._documents = made[0].writer(max(15, megabytes // 2) * _MEGABYTE, 1)
            self._passages = made[1].writer(max(15, megabytes // 2) * _MEGABYTE, 1)

    def remove(self, document: str) -> None:
        with reading():
            self._documents.delete_documents_by_term("document", document)
            self._passages.delete_documents_by_term("document", document)

    def add(self, passages: list[Passage]) -> None:
        with reading():
            document, entered = entries(passages)
            for entry in entered:
                self._passages.add_document(entry)
            self._documents.add_document(document)

    def commit(self) -> None:
        """Passages first: a document that is found has its passages, and one removed is gone from both at once."""
        with reading():
            self._passages.commit()
            self._documents.commit()

    def close(self) -> None:
        with reading():
            self._passages.wait_merging_threads()
            self._documents.wait_merging_threads()


class Writer:
    """The one writer of an index folder; a second one, in any process, raises IndexBusy.

    Raises IndexMissing or IndexDamaged from `replace`, `remove` and `commit` where there is nothing sound to
    write to; `rebuild` needs no old index. Threads of one process may share it, also during a rebuild.
    """

    def __init__(self, folder: Path, *, megabytes: int = 60) -> None:
        self._folder = folder
        self._megabytes = megabytes
        self._lock = RLock()
        self._live: _Halves | None = None
        self._beside: _Halves | None = None
        self._touched: set[str] = set()
        folder.mkdir(parents=True, exist_ok=True)
        self._file = (folder / "writer.lock").open("a")
        try:
            # The lock goes with the process, however it ends: nothing is left to clean up after a kill.
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            self._file.close()
            raise IndexBusy("另一个进程正在写检索索引，请等它结束或交由它更新。") from error
        self._sweep()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def replace(self, document: str, passages: Iterable[Passage]) -> None:
        """Makes these the passages of ``document``; with none it is removed. Found after `commit`."""
        made = list(passages)
        if any(passage.document != document for passage in made):
            raise ValueError(f"passages of another document given for {document!r}")
        with self._lock:
            for halves in self._targets(document):
                halves.remove(document)
                if made:
                    halves.add(made)

    def remove(self, document: str) -> None:
        """Takes every passage of ``document`` out; gone after `commit`."""
        self.replace(document, ())

    def commit(self) -> None:
        """Makes all changes since the last commit visible to readers."""
        with self._lock:
            self._writable().commit()

    def rebuild(
        self,
        passages_by_document: Iterable[tuple[str, Iterable[Passage]]],
        progress: Callable[[int], None] | None = None,
    ) -> int:
        """A new index beside the old one, which serves until the new one is whole; returns its documents.

        Changes made meanwhile go to both; a document changed meanwhile is not overwritten by what
        ``passages_by_document`` may have read before. ``progress`` is called with the documents done.
        If anything is raised, the old index goes on serving.
        """
        with self._lock:
            if self._beside is not None:
                raise IndexBusy("检索索引正在重建，请等它结束。")
            self._touched = set()
            self._beside = beside = _Halves(self._unused(), new=True, megabytes=self._megabytes)
        done: set[str] = set()
        try:
            for document, passages in passages_by_document:
                made = list(passages)
                with self._lock:
                    if made and document not in self._touched and document not in done:
                        beside.add(made)
                done.add(document)
                if progress is not None:
                    progress(len(done))
            beside.commit()
            with self._lock:
                # Once more, for what came in since; the tail is short, so nobody waits long for the lock.
                beside.commit()
                self._swap(beside)
        finally:
            with self._lock:
                if self._beside is not None:
                    self._beside = None
                    with suppress(IndexDamaged):
                        beside.close()  # else its threads write on into the folder that is being removed
                    shutil.rmtree(beside.at, ignore_errors=True)
        return len(done)

    def close(self) -> None:
        """Ends merging and lets go of the lock; what was not committed is lost."""
        with self._lock:
            try:
                if self._live is not None:
                    self._live.close()
            finally:
                self._live = None
                self._file.close()

    def _writable(self) -> _Halves:
        if self._live is None:
            self._live = _Halves(_serving(self._folder), new=False, megabytes=self._megabytes)
        return self._live

    def _targets(self, document: str) -> list[_Halves]:
        if self._beside is None:
            return [self._writable()]
        self._touched.add(document)
        try:
            return [self._writable(), self._beside]
        except (IndexMissing, IndexDamaged):
            return [self._beside]  # nothing sound to serve from yet; the new index will have it

    def _swap(self, beside: _Halves) -> None:
        pointer = self._folder / f"{_POINTER}.new"
        with pointer.open("w") as out:
            json.dump({"generation": PASSAGE_GENERATION, "folder": beside.at.name}, out)
            out.flush()
            os.fsync(out.fileno())
        pointer.replace(self._folder / _POINTER)
        old, self._live, self._beside = self._live, beside, None
        if old is not None:
            with reading():
                old.close()
        self._sweep()

    def _unused(self) -> Path:
        taken = [int(p.name.rpartition("-")[2]) for p in self._folder.glob("index-*")]
        return self._folder / f"index-{max(taken, default=0) + 1:06d}"

    def _sweep(self) -> None:
        """Removes folders that do not serve: left by a swap or by a rebuild that was killed.

        Readers that still have one open keep its files until they let go (they are mapped).
        """
        try:
            keep = _serving(self._folder).name
        except (IndexMissing, IndexDamaged):
            return
        for path in self._folder.glob("index-*"):
            if path.name != keep:
                shutil.rmtree(path, ignore_errors=True)
