"""Tables of this app: policies with their clauses, editions and originals, what they are to each other, which are alike."""

from gongkai.policies.models.edition import Edition
from gongkai.policies.models.likeness import Likeness, Sketch, SketchKey
from gongkai.policies.models.policy import Clause, Disclosure, Original, Policy
from gongkai.policies.models.relation import EFFECTS, RESTS_ON, Citation, Name, Relation, RelationKind
from gongkai.policies.models.service_link import ServiceLink
from gongkai.policies.models.topic import Topic, TopicEntry

__all__ = [
    "EFFECTS",
    "RESTS_ON",
    "Citation",
    "Clause",
    "Disclosure",
    "Edition",
    "Likeness",
    "Name",
    "Original",
    "Policy",
    "Relation",
    "RelationKind",
    "ServiceLink",
    "Sketch",
    "SketchKey",
    "Topic",
    "TopicEntry",
]
