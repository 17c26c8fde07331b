"""From lines to parts and blocks: where the notice ends and what it issues begins, who it is sent to, who signs."""

from gongkai.reading.structure.parts import divide
from gongkai.reading.structure.shapes import join_title, number_of

__all__ = ["divide", "join_title", "number_of"]
