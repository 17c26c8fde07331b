"""A stamp of what a form was filled with, so that whoever saves after somebody else is told instead of overwriting it."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any


def stamp(values: Mapping[str, Any]) -> str:
    """A short digest of these values; two that read the same have the same stamp."""
    told = json.dumps(values, ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.sha256(told.encode()).hexdigest()[:32]
