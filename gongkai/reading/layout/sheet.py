"""What any printed page is first turned into: glyphs and ruling lines with their places on the sheet."""

from dataclasses import dataclass, field

from gongkai.reading.document import Leaf


@dataclass(frozen=True, slots=True)
class Glyph:
    """A character, or a run of them that cannot be told apart, and the box it fills.

    Places are in points (1/72 inch) from the top left corner of the sheet as it is read, turned upright; ``size`` is
    the height of the type in points. ``confidence`` is from 0 to 1, 1 where nothing was guessed.
    """

    text: str
    x0: float
    top: float
    x1: float
    bottom: float
    size: float
    bold: bool = False
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Rule:
    """A drawn straight line, across or down; thin boxes count as lines."""

    x0: float
    top: float
    x1: float
    bottom: float


@dataclass
class Sheet:
    """One page of a file; ``number`` counts from 1, ``pictures`` are the boxes (x0, top, x1, bottom) of images on it.

    ``shapes`` counts drawn things that are no straight lines, ``shades`` are the boxes (x0, top, x1, bottom) of shaded cells.
    ``leaf`` says of a page read from a picture where its lines stand on that picture.
    """

    number: int
    width: float
    height: float
    glyphs: list[Glyph] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)
    pictures: list[tuple[float, float, float, float]] = field(default_factory=list)
    shapes: int = 0
    shades: list[tuple[float, float, float, float]] = field(default_factory=list)
    leaf: Leaf | None = None
