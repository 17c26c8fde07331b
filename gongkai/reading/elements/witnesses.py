"""Where elements are looked for: labels by name, and blocks by kind in the text that bears the document's head."""

from collections.abc import Iterable

from gongkai.reading.document import Block, BlockKind, Part
from gongkai.reading.page import Label, Page


def label_values(page: Page, name: str) -> list[Label]:
    """The labels that bear ``name``, in page order."""
    return [label for label in page.labels if label.name == name]


def in_head(parts: Iterable[Part], kind: BlockKind) -> list[Block]:
    """The blocks of ``kind`` in the first text of the file."""
    first = next(iter(parts), None)
    return [block for block in first.blocks if block.kind is kind] if first else []
