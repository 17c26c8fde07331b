"""What a relation between documents is: its kind, the words that say it, and the document it is said of."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

LONGEST_WORDS = 120
LEAST_CONFIDENCE = 0.5  # below it nothing is proposed: a person would be asked about noise


class RelationKind(StrEnum):
    """What one document says about another as a whole; AMENDS, REPEALS and REPLACES touch the other's validity."""

    BASED_ON = "based_on"  # 根据《…》制定
    IMPLEMENTS = "implements"  # 为贯彻落实《…》
    AMENDS = "amends"  # 将《…》第三条修改为
    REPEALS = "repeals"  # 《…》同时废止
    REPLACES = "replaces"  # the same of an earlier version of this very document
    FORWARDS = "forwards"  # 转发《…》的通知
    INTERPRETS = "interprets"  # 《…》解读


@dataclass(frozen=True)
class ProposedRelation:
    """A relation as the machine read it; a person confirms it before it has any effect.

    ``path`` is the clause that says it, "" if a title does (the document's, or that of a text that its file encloses);
    ``words`` the exact words that led to it, which are ``text[start:end]`` of that clause or title (of a table, which
    has no text: of its rows, cells joined by tabs, rows by line breaks). ``target_clauses`` are the clauses that an
    amendment touches, in standard form; ``on`` is the first day of the effect where it is said. ``confidence`` (0 to
    1) says how sure the pattern is.
    """

    kind: RelationKind
    path: str
    words: str
    start: int
    end: int
    target_title: str
    target_number: str = ""
    target_clauses: tuple[str, ...] = ()
    on: date | None = None
    confidence: float = 1.0
