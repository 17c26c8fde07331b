"""Tables of this app: policies with their clauses, editions and originals, what they are to each other, which are alike."""

from gongkai.policies.models.audience import Audience
from gongkai.policies.models.edition import Edition
from gongkai.policies.models.hand_in import HandIn, Schedule
from gongkai.policies.models.likeness import Likeness, Sketch, SketchKey
from gongkai.policies.models.policy import Clause, Disclosure, Original, Policy
from gongkai.policies.models.relation import EFFECTS, RESTS_ON, Citation, Name, Relation, RelationKind
from gongkai.policies.models.service_link import ServiceLink
from gongkai.policies.models.topic import Topic, TopicEntry
from gongkai.policies.models.upload import Batch, Upload

__all__ = [
    "EFFECTS",
    "RESTS_ON",
    "Audience",
    "Batch",
    "Citation",
    "Clause",
    "Disclosure",
    "Edition",
    "HandIn",
    "Likeness",
    "Name",
    "Original",
    "Policy",
    "Relation",
    "RelationKind",
    "Schedule",
    "ServiceLink",
    "Sketch",
    "SketchKey",
    "Topic",
    "TopicEntry",
    "Upload",
]
