"""What a document says about other documents as a whole: its basis, what it carries out, changes, ends, sends on."""

from gongkai.reading.relations.model import ProposedRelation, RelationKind
from gongkai.reading.relations.reading import relations_of

__all__ = ["ProposedRelation", "RelationKind", "relations_of"]
