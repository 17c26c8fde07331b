"""Compound files of Microsoft (OLE): which program wrote one, told from the names of its streams."""

import struct

from gongkai.reading.document import Unreadable

SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_END, _FREE = 0xFFFFFFFE, 0xFFFFFFFF
_LAST = 0xFFFFFFFA  # greater numbers are marks
_MAX_ENTRIES = 50_000
_BY_STREAM = (
    ("EncryptedPackage", "encrypted"),
    ("WordDocument", "doc"),
    ("Workbook", "xls"),
    ("Book", "xls"),
    ("PowerPoint Document", "ppt"),
    ("__properties_version1.0", "msg"),
    ("VisioDocument", "visio"),
    ("HwpSummaryInformation", "hwp"),
)


def locked_sentence() -> str:
    """What to tell about any encrypted office file."""
    return "文件已加密，请去除密码后再导入。"


def ole_kind(data: bytes) -> str:
    """ "doc", "xls", "ppt", "msg", "encrypted" and so on by the streams of a compound file, "" when none is known.

    Raises Unreadable when the file's directory cannot be read.
    """
    names = {name for name, _, _ in _File(data).entries}
    kind = next((kind for mark, kind in _BY_STREAM if mark in names), "")
    if kind == "doc" and _word_is_locked(data):
        return "encrypted"
    return kind


def _word_is_locked(data: bytes) -> bool:
    """Bit 8 of the flags in Word's header (FibBase.fEncrypted)."""
    head = (stream(data, "WordDocument") or b"")[:12]
    return len(head) == 12 and bool(struct.unpack_from("<H", head, 10)[0] & 0x100)


def stream(data: bytes, name: str) -> bytes | None:
    """The content of the first stream or storage of that name (of a storage: nothing), None when there is none."""
    file = _File(data)
    for entry, start, size in file.entries:
        if entry == name:
            return file.content(start, size)
    return None


class _File:
    """Sectors, their chains, and the directory; every walk is bounded by the number of sectors."""

    def __init__(self, data: bytes) -> None:
        if not data.startswith(SIGNATURE) or len(data) < 512:
            raise Unreadable("文件已损坏（复合文档结构不完整），请重新取得原件。")
        self.data = data
        shift, mini_shift = struct.unpack_from("<HH", data, 30)
        if shift not in {9, 12} or mini_shift != 6:
            raise Unreadable("文件已损坏（复合文档结构不完整），请重新取得原件。")
        self.size = 1 << shift
        self.sectors = len(data) // self.size
        self.table = self._table()
        directory_start = struct.unpack_from("<I", data, 48)[0]
        self.cutoff, self.mini_start = struct.unpack_from("<II", data, 56)
        self.entries = self._entries(directory_start)
        self._mini: tuple[bytes, tuple[int, ...]] | None = None

    def _sector(self, number: int) -> bytes:
        begin = (number + 1) * self.size
        return self.data[begin : begin + self.size]

    def _table(self) -> tuple[int, ...]:
        """The table of chains (FAT): each sector's successor."""
        numbers = list(struct.unpack_from("<109I", self.data, 76))
        following, steps = struct.unpack_from("<I", self.data, 68)[0], 0
        while following < _LAST and steps <= self.sectors:
            block = self._sector(following)
            if len(block) < self.size:
                break
            words = struct.unpack(f"<{self.size // 4}I", block)
            numbers += words[:-1]
            following, steps = words[-1], steps + 1
        blocks = [self._sector(number) for number in numbers[: self.sectors + 1] if number < _LAST]
        whole = b"".join(block for block in blocks if len(block) == self.size)
        return struct.unpack(f"<{len(whole) // 4}I", whole)

    def _chain(self, start: int, table: tuple[int, ...], limit: int) -> list[int]:
        chain: list[int] = []
        while start < len(table) and start < _LAST and len(chain) <= limit:
            chain.append(start)
            start = table[start]
        return chain

    def _entries(self, start: int) -> list[tuple[str, int, int]]:
        found: list[tuple[str, int, int]] = []
        for number in self._chain(start, self.table, _MAX_ENTRIES // 4):
            block = self._sector(number)
            for at in range(0, len(block) - 127, 128):
                length = struct.unpack_from("<H", block, at + 64)[0]
                if block[at + 66] in {1, 2, 5} and 2 <= length <= 64:
                    name = block[at : at + length - 2].decode("utf-16-le", errors="replace")
                    begin, size = struct.unpack_from("<II", block, at + 116)
                    found.append((name, begin, size if block[at + 66] != 1 else 0))
        return found

    def content(self, start: int, size: int) -> bytes:
        """``size`` bytes of the stream that begins at ``start``; small streams lie in sectors of 64 bytes."""
        if size >= self.cutoff:
            chain = self._chain(start, self.table, min(self.sectors, size // self.size + 1))
            return b"".join(map(self._sector, chain))[:size]
        if self._mini is None:
            root = next(
                ((begin, total) for name, begin, total in self.entries if name == "Root Entry"), (_END, 0)
            )
            mini = b"".join(map(self._sector, self._chain(root[0], self.table, self.sectors)))
            blocks = b"".join(map(self._sector, self._chain(self.mini_start, self.table, self.sectors)))
            self._mini = mini, struct.unpack(f"<{len(blocks) // 4}I", blocks[: len(blocks) // 4 * 4])
        mini, table = self._mini
        chain = self._chain(start, table, size // 64 + 1)
        return b"".join(mini[number * 64 : number * 64 + 64] for number in chain)[:size]
