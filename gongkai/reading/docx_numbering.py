"""Word's automatic numbers: what Word would print before a paragraph, counted from numbering.xml."""

from docx.document import Document
from docx.oxml.ns import qn
from lxml import etree

from gongkai.reading.docx_styles import is_on
from gongkai.text.numerals import to_chinese

_CHINESE = {
    "chineseCounting",
    "chineseCountingThousand",
    "chineseLegalSimplified",
    "japaneseCounting",
    "ideographTraditional",
    "taiwaneseCountingThousand",
    "ideographDigital",
    "japaneseDigitalTenThousand",
    "taiwaneseCounting",
}
_Level = tuple[
    str, str, int, int | None, bool
]  # form, text, start, level that restarts it, in digits throughout
_ROMAN = ((10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))


class Numbers:
    """Counts the automatic numbers of one document; ask for each paragraph once, in order."""

    def __init__(self, document: Document) -> None:
        self._levels: dict[str, dict[int, _Level]] = {}
        self._counts: dict[str, list[int]] = {}
        self._abstract: dict[str, str] = {}
        self._restarts: dict[str, dict[int, int]] = {}
        self._seen: set[str] = set()
        try:
            root = document.part.numbering_part.element
        except (KeyError, NotImplementedError):  # python-docx: the document has no numbering part
            return
        self._read(root)

    def _read(self, root: etree._Element) -> None:
        abstract: dict[str, dict[int, _Level]] = {}
        for item in root.findall(qn("w:abstractNum")):
            levels = {int(lv.get(qn("w:ilvl")) or 0): self._level(lv) for lv in item.findall(qn("w:lvl"))}
            abstract[item.get(qn("w:abstractNumId")) or ""] = levels
        for item in root.findall(qn("w:num")):
            number = item.get(qn("w:numId")) or ""
            reference = item.find(qn("w:abstractNumId"))
            key = reference.get(qn("w:val")) or "" if reference is not None else ""
            self._levels[number] = dict(abstract.get(key, {}))
            self._abstract[number] = key
            for override in item.findall(qn("w:lvlOverride")):
                own = override.find(qn("w:lvl"))
                if own is not None:
                    self._levels[number][int(own.get(qn("w:ilvl")) or 0)] = self._level(own)
                start = override.find(qn("w:startOverride"))
                if start is not None:
                    level = int(override.get(qn("w:ilvl")) or 0)
                    self._restarts.setdefault(number, {})[level] = int(start.get(qn("w:val")) or 1)

    @staticmethod
    def _level(level: etree._Element) -> _Level:
        def value(name: str, default: str) -> str:
            found = level.find(qn(name))
            return (found.get(qn("w:val")) or default) if found is not None else default

        restart = value("w:lvlRestart", "")
        return (
            value("w:numFmt", "decimal"),
            value("w:lvlText", ""),
            int(value("w:start", "1")),
            int(restart) if restart.isdigit() else None,
            is_on(level.find(qn("w:isLgl"))),
        )

    def next_label(self, found: tuple[str, int] | None) -> str:
        """The number that Word shows before a paragraph of this (list, level), "" if none; counts it."""
        if found is None or found[0] == "0":
            return ""
        number, level = found
        levels = self._levels.get(number, {})
        if level not in levels or levels[level][0] in {"bullet", "none"}:
            return ""
        # Lists that share an abstract list count on, unless a list says where it starts anew.
        counts = self._counts.setdefault(self._abstract[number], [0] * 9)
        if number not in self._seen:
            self._seen.add(number)
            for at, start in self._restarts.get(number, {}).items():
                counts[at] = start - 1
        if counts[level] == 0:
            counts[level] = levels[level][2] - 1
        counts[level] += 1
        for below in range(level + 1, 9):
            after = levels[below][3] if below in levels else None
            # Articles count on through the chapters where their level says so (lvlRestart 0).
            if after is None or level < after:
                counts[below] = 0
        return self._shown(levels, counts, level)

    @staticmethod
    def _shown(levels: dict[int, _Level], counts: list[int], level: int) -> str:
        text, in_digits = levels[level][1], levels[level][4]
        for at in range(level + 1):
            form, _, start, _, _ = levels.get(at, ("decimal", "", 1, None, False))
            form = "decimal" if in_digits else form
            text = text.replace(f"%{at + 1}", _written(form, counts[at] or start))
        return text


def _written(form: str, number: int) -> str:
    if form in _CHINESE:
        return to_chinese(number)
    if form == "decimalZero":
        return f"{number:02d}"
    if form in {"decimalEnclosedCircle", "decimalEnclosedCircleChinese"} and 1 <= number <= 20:
        return chr(0x2460 + number - 1)
    if form in {"lowerLetter", "upperLetter"}:
        letter = chr(ord("a") + (number - 1) % 26)
        return letter if form == "lowerLetter" else letter.upper()
    if form in {"lowerRoman", "upperRoman"}:
        roman, rest = "", number
        for value, sign in _ROMAN:
            roman, rest = roman + sign * (rest // value), rest % value
        return roman if form == "lowerRoman" else roman.upper()
    return str(number)
