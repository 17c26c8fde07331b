"""Tables of this app: policies with their clauses and originals, and which of them are alike."""

from gongkai.policies.models.likeness import Likeness, Sketch, SketchKey
from gongkai.policies.models.policy import Clause, Disclosure, Original, Policy

__all__ = ["Clause", "Disclosure", "Likeness", "Original", "Policy", "Sketch", "SketchKey"]
