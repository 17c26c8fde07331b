"""OFD, the national format for fixed pages (GB/T 33190—2016): its text and ruling lines with their places on the sheet.

Read are the pages of every document in the file, the templates under them, text objects with their displacements and
transformations, and straight lines of paths. Pictures are given back as boxes. Told and not read: annotations,
attachments, electronic seals, glyphs without characters.
"""

import math
import posixpath
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from lxml import etree

from gongkai.reading.document import Unreadable
from gongkai.reading.layout.sheet import Glyph, Rule, Sheet
from gongkai.reading.page import Page
from gongkai.reading.zipped import local, open_zip, xml_root

POINTS = 72 / 25.4  # a millimetre in points
MAX_PAGES = 10_000
MAX_DRAWN = 1_000_000  # characters and lines; a book of 500 pages has some 600,000
_BROKEN = "文件已损坏，OFD 结构不完整，请重新取得原件。"
_TOO_LARGE = "OFD 文件的页数或者文字过多，不像一份公文；请核实来源，或者拆分后再导入。"
_A4 = (0.0, 0.0, 210.0, 297.0)
_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
_DRAWN = re.compile(r"([SMLQBAC])|([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)")
_ARGUMENTS = {"S": 2, "M": 2, "L": 2, "Q": 4, "B": 6, "A": 7, "C": 0}
_THIN = 1.5  # points: a filled box no thicker is a line

Matrix = tuple[float, float, float, float, float, float]
"""a b c d e f: x' = a·x + c·y + e, y' = b·x + d·y + f."""


@dataclass
class _File:
    """What belongs to the whole file while it is read."""

    archive: zipfile.ZipFile
    names: dict[str, str]  # lower case → as stored: producers do not agree with themselves
    warnings: list[str] = field(default_factory=list)
    drawn: int = 0
    pages: int = 0
    roots: dict[str, etree._Element | None] = field(default_factory=dict)

    def xml(self, path: str) -> etree._Element | None:
        name = self.names.get(path.lstrip("/").lower())
        return xml_root(self.archive, name) if name else None

    def template(self, path: str) -> etree._Element | None:
        """A part that many pages share, parsed once."""
        if path not in self.roots:
            self.roots[path] = self.xml(path)
        return self.roots[path]

    def draw(self, count: int) -> None:
        """So many more characters or lines. Raises Unreadable beyond what any document has."""
        self.drawn += count
        if self.drawn > MAX_DRAWN:
            raise Unreadable(_TOO_LARGE)

    def tell(self, sentence: str) -> None:
        if sentence not in self.warnings:
            self.warnings.append(sentence)


def read_ofd(data: bytes, progress: Callable[[int, int], None] | None = None) -> Page:
    """The lines and tables of an OFD file; ``progress`` is told (pages done, pages in all).

    Raises Unreadable when the file is damaged, locked, without text or too large.
    """
    from gongkai.reading.layout import read_sheets

    page = Page()
    file = _open(data)

    def one_by_one() -> Iterator[Sheet]:
        for sheet in _sheets(file):
            yield sheet
            if progress:
                progress(sheet.number, file.pages)

    read_sheets(one_by_one(), page)
    if not page.lines:
        raise Unreadable("OFD 文件里没有文字，可能是扫描件；请提供原来的电子文件，或者导出为图片后再导入。")
    page.warnings += file.warnings
    return page


def sheets(data: bytes, warnings: list[str] | None = None) -> Iterator[Sheet]:
    """The pages one by one; ``warnings`` takes a sentence for each kind of thing that was there but not read."""
    file = _open(data)
    if warnings is not None:
        file.warnings = warnings
    yield from _sheets(file)


def _open(data: bytes) -> _File:
    archive = open_zip(data)
    return _File(archive, {name.replace("\\", "/").lstrip("/").lower(): name for name in archive.namelist()})


def _sheets(file: _File) -> Iterator[Sheet]:
    root = file.xml("OFD.xml")
    if root is None:
        raise Unreadable(_BROKEN)
    bodies = [each for each in root if local(each) == "DocBody"]
    number = 0
    for body in bodies:
        path = _text(body, "DocRoot")
        document = file.xml(path)
        if document is None:
            raise Unreadable(_BROKEN)
        if _text(body, "Signatures"):
            file.tell("文件带有电子签章，签章没有验证，印章里的文字未读入；请核对原件。")
        for sheet in _document(file, document, posixpath.dirname(path.lstrip("/"))):
            number += 1
            sheet.number = number
            yield sheet
    if not bodies:
        raise Unreadable(_BROKEN)


def _document(file: _File, document: etree._Element, folder: str) -> Iterator[Sheet]:
    common = next((each for each in document if local(each) == "CommonData"), None)
    area = _area(common) or _A4
    templates: dict[str, str] = {}
    bold: set[str] = set()
    for each in common if common is not None else ():
        if local(each) == "TemplatePage":
            templates[each.get("ID", "")] = _join(folder, each.get("BaseLoc", ""))
        elif local(each) in {"PublicRes", "DocumentRes"}:
            bold |= _bold_fonts(file, _join(folder, each.text or ""))
    if _text(document, "Annotations"):
        file.tell("文件含有注释（批注、水印或盖章），未读入；请核对原件。")
    if _text(document, "Attachments"):
        file.tell("文件里带有附件，附件未读入；请把它们另存后一并提供。")
    pages = next((each for each in document if local(each) == "Pages"), None)
    painter = _Painter(file, templates, bold, area)
    listed = [each for each in pages if local(each) == "Page"] if pages is not None else []
    file.pages += len(listed)
    if file.pages > MAX_PAGES:
        raise Unreadable(_TOO_LARGE)
    for each in listed:
        yield painter.page(_join(folder, each.get("BaseLoc", "")))


def _join(folder: str, path: str) -> str:
    """A path within the package: absolute ones begin with a slash, others are counted from where they stand."""
    path = path.strip().replace("\\", "/")
    return path.lstrip("/") if path.startswith("/") else posixpath.normpath(posixpath.join(folder, path))


def _text(parent: etree._Element, name: str) -> str:
    return next(((each.text or "").strip() for each in parent if local(each) == name), "")


def _area(parent: etree._Element | None) -> tuple[float, float, float, float] | None:
    """The box of the sheet in millimetres, None where none is named."""
    found = (
        next((each for each in parent if local(each) in {"PageArea", "Area"}), None)
        if parent is not None
        else None
    )
    if found is None:
        return None
    box = _numbers(_text(found, "PhysicalBox"))
    return (
        (box[0], box[1], box[2], box[3]) if len(box) == 4 and 0 < box[2] < 1e4 and 0 < box[3] < 1e4 else None
    )


def _numbers(text: str | None) -> list[float]:
    return [float(each) for each in _NUMBER.findall(text or "")]


def _bold_fonts(file: _File, path: str) -> set[str]:
    """The fonts that are bold by attribute or by name (黑体 is a face of its own, and headings are set in it)."""
    root = file.xml(path)
    fonts = root.iter("{*}Font") if root is not None else ()
    return {
        each.get("ID", "")
        for each in fonts
        if each.get("Bold") == "true"
        or re.search(
            "黑体|小标宋|bold|heiti|simhei", f"{each.get('FontName', '')}{each.get('FamilyName', '')}", re.I
        )
    }


# --- pages -------------------------------------------------------------------------------------------------


@dataclass
class _Painter:
    """Puts what a page and its templates hold on a sheet."""

    file: _File
    templates: dict[str, str]
    bold: set[str]
    area: tuple[float, float, float, float]

    def page(self, path: str) -> Sheet:
        root = self.file.xml(path)
        if root is None:
            self.file.tell("文件缺少其中的一页或几页，未读入；请重新取得原件。")
            return Sheet(0, self.area[2] * POINTS, self.area[3] * POINTS)
        left, top, width, height = _area(root) or self.area
        sheet = Sheet(0, width * POINTS, height * POINTS)
        origin: Matrix = (POINTS, 0, 0, POINTS, -left * POINTS, -top * POINTS)
        for each in root:
            if local(each) == "Template" and (base := self.templates.get(each.get("TemplateID", ""))):
                under = self.file.template(base)
                self.content(under, sheet, origin)
        self.content(root, sheet, origin)
        return sheet

    def content(self, root: etree._Element | None, sheet: Sheet, origin: Matrix) -> None:
        for each in root if root is not None else ():
            if local(each) == "Content":
                for layer in each:
                    self.block(layer, sheet, origin, 0)

    def block(self, block: etree._Element, sheet: Sheet, origin: Matrix, depth: int) -> None:
        for each in block:
            kind = local(each)
            if kind == "PageBlock" and depth < 50:
                self.block(each, sheet, origin, depth + 1)
            elif each.get("Visible", "true") == "false":
                self.file.tell("文件含有隐藏的内容，未读入；请核对原件。")
            elif kind == "TextObject":
                self.words(each, sheet, origin)
            elif kind == "PathObject":
                rules = list(_rules(each, _placed(each, origin)))
                self.file.draw(1 + len(rules))
                sheet.rules += rules
            elif kind in {"ImageObject", "CompositeObject"}:
                self.picture(each, sheet, origin)

    def picture(self, image: etree._Element, sheet: Sheet, origin: Matrix) -> None:
        box = _numbers(image.get("Boundary"))
        if len(box) == 4:
            x0, top = _at(origin, box[0], box[1])
            x1, bottom = _at(origin, box[0] + box[2], box[1] + box[3])
            sheet.pictures.append((x0, top, x1, bottom))
        self.file.tell("文件含有图片，图片里的文字未读入；请核对原件。")

    def words(self, element: etree._Element, sheet: Sheet, origin: Matrix) -> None:
        size = next(iter(_numbers(element.get("Size"))), 0.0)
        stretch = next(iter(_numbers(element.get("HScale"))), 1.0) or 1.0
        matrix = _placed(element, origin)
        bold = (
            element.get("Font", "") in self.bold
            or int(next(iter(_numbers(element.get("Weight"))), 400)) >= 600
        )
        x = y = 0.0
        for code in element:
            if local(code) != "TextCode":
                continue
            x = next(iter(_numbers(code.get("X"))), x)
            y = next(iter(_numbers(code.get("Y"))), y)
            text = code.text or ""
            self.file.draw(len(text))
            x, y = _set(text, (x, y), code, (size, stretch, matrix, bold), sheet)


def _placed(element: etree._Element, origin: Matrix) -> Matrix:
    """From the element's own coordinates to the sheet: first its CTM, then the corner of its boundary."""
    box = _numbers(element.get("Boundary"))
    corner: Matrix = (1, 0, 0, 1, box[0], box[1]) if len(box) == 4 else (1, 0, 0, 1, 0, 0)
    own = _numbers(element.get("CTM"))
    matrix = _times((own[0], own[1], own[2], own[3], own[4], own[5]), corner) if len(own) == 6 else corner
    return _times(matrix, origin)


def _times(first: Matrix, then: Matrix) -> Matrix:
    a, b, c, d, e, f = first
    p, q, r, s, t, u = then
    return (a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s, e * p + f * r + t, e * q + f * s + u)


def _at(matrix: Matrix, x: float, y: float) -> tuple[float, float]:
    a, b, c, d, e, f = matrix
    return a * x + c * y + e, b * x + d * y + f


def displacements(text: str | None, count: int) -> list[float]:
    """At most ``count`` numbers of a DeltaX or DeltaY: "g 3 2.5 4" stands for 2.5 2.5 2.5 4 (GB/T 33190, 11.3)."""
    words = (text or "").replace(",", " ").split()
    found: list[float] = []
    at = 0
    while at < len(words) and len(found) < count:
        if words[at].lower() == "g" and at + 2 < len(words):
            times = int(next(iter(_numbers(words[at + 1])), 0))
            found += [next(iter(_numbers(words[at + 2])), 0.0)] * max(0, min(times, count - len(found)))
            at += 3
        else:
            found += _numbers(words[at])[:1]
            at += 1
    return found


def _set(
    text: str,
    start: tuple[float, float],
    code: etree._Element,
    style: tuple[float, float, Matrix, bool],
    sheet: Sheet,
) -> tuple[float, float]:
    """Sets the characters of one TextCode and returns where the last one stands.

    X and Y are the left end of the base line. Where no displacement is given the character's own width moves on.
    """
    size, stretch, matrix, bold = style
    across = displacements(code.get("DeltaX"), len(text))
    down = displacements(code.get("DeltaY"), len(text))
    x, y = start
    scale = math.hypot(matrix[2], matrix[3])
    for n, character in enumerate(text):
        wide = size * stretch * _width(character)
        corners = [_at(matrix, u, v) for u in (x, x + wide) for v in (y - 0.88 * size, y + 0.12 * size)]
        xs, ys = [u for u, _ in corners], [v for _, v in corners]
        if character.isprintable() and all(map(math.isfinite, (*xs, *ys))):
            sheet.glyphs.append(Glyph(character, min(xs), min(ys), max(xs), max(ys), size * scale, bold))
        if n + 1 < len(text):
            moved = n < len(across) or n < len(down)
            x += across[n] if n < len(across) else 0.0 if moved else wide
            y += down[n] if n < len(down) else 0.0
    return x, y


def _width(character: str) -> float:
    """Of a square: Chinese characters fill one, letters and figures about a half."""
    return 0.5 if ord(character) < 0x2E80 and character not in "“”‘’—…·" else 1.0


# --- lines -------------------------------------------------------------------------------------------------


def _rules(path: etree._Element, matrix: Matrix) -> Iterator[Rule]:
    """The level and upright straight lines of a path, thin filled boxes among them as one line."""
    stroked = path.get("Stroke", "true") != "false"
    filled = path.get("Fill", "false") == "true"
    for points in _strokes(_text(path, "AbbreviatedData")):
        places = [_at(matrix, x, y) for x, y in points]
        if not all(math.isfinite(u) and math.isfinite(v) for u, v in places):
            continue
        xs, ys = [u for u, _ in places], [v for _, v in places]
        box = Rule(min(xs), min(ys), max(xs), max(ys))
        if min(box.x1 - box.x0, box.bottom - box.top) <= _THIN:
            if (stroked or filled) and max(box.x1 - box.x0, box.bottom - box.top) > _THIN:
                yield box
        elif stroked:
            for (u, v), (p, q) in pairwise(places):
                if min(abs(u - p), abs(v - q)) <= 0.3 and max(abs(u - p), abs(v - q)) > _THIN:
                    yield Rule(min(u, p), min(v, q), max(u, p), max(v, q))


def _strokes(data: str) -> Iterator[list[tuple[float, float]]]:
    """The corners of each stroke of a path's abbreviated data; a curve ends the stroke before it and begins another."""
    points: list[tuple[float, float]] = []
    command, numbers = "", list[float]()
    for match in _DRAWN.finditer(data):
        if match[1]:
            command, numbers = match[1], []
        else:
            numbers.append(float(match[2]))
        if len(numbers) != _ARGUMENTS.get(command, -1):
            continue
        if command == "C":
            if points:
                points.append(points[0])
        elif command == "L":
            points.append((numbers[0], numbers[1]))
        else:
            if len(points) > 1:
                yield points
            points = [(numbers[-2], numbers[-1])]
        numbers = []
    if len(points) > 1:
        yield points
