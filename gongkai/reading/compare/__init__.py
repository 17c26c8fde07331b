"""The difference between two versions of a text by clause: what stayed, moved, changed, came and went."""

from gongkai.reading.compare.changes import ChangeKind, ClauseChange, compare, compare_articles
from gongkai.reading.compare.wording import Piece, wording

__all__ = ["ChangeKind", "ClauseChange", "Piece", "compare", "compare_articles", "wording"]
