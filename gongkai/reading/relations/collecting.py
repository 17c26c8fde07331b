"""One proposal for each kind and target: the surest words stay, and what the others add (number, clauses, day)."""

from collections.abc import Iterable
from dataclasses import replace

from gongkai.reading.relations.model import LEAST_CONFIDENCE, ProposedRelation, RelationKind
from gongkai.reading.relations.names import earlier_version, name_key, number_key, unwrapped
from gongkai.text.normalise import bare

_MOST = 2000  # relations of one document: more than any list of repealed documents
_MOST_FORWARDS = 20
_MOST_CLAUSES = 300  # clauses of one target: more than any decision amends


class Collected:
    """The proposals of the document ``title``, whose ``names`` (bare) and ``numbers`` (keys) are no targets."""

    def __init__(self, title: str, names: set[str], numbers: set[str]) -> None:
        self._title, self._names, self._numbers = title, names, numbers
        self._found: list[ProposedRelation] = []
        self._by_key: dict[tuple[RelationKind, str], int] = {}
        self._forwards: list[tuple[str, int]] = []  # bare names of what is sent on

    @property
    def full(self) -> bool:
        return len(self._found) >= _MOST

    def add(self, relation: ProposedRelation) -> None:
        """Take ``relation`` up, unless it is too unsure or speaks of this document itself."""
        if relation.confidence < LEAST_CONFIDENCE:
            return
        if relation.kind is RelationKind.REPEALS and earlier_version(self._title, relation.target_title):
            relation = replace(relation, kind=RelationKind.REPLACES)
        keys = [name_key(relation.target_title), number_key(relation.target_number)]
        if not any(keys) or self._is_own(relation, keys):
            return
        place = self._place(relation, keys)
        if place is not None:
            self._found[place] = _merged(self._found[place], relation)
        elif not self.full:
            place = len(self._found)
            self._found.append(relation)
            if relation.kind is RelationKind.FORWARDS:
                self._forwards.append((bare(unwrapped(relation.target_title)), place))
        for key in keys:
            if key and place is not None:
                self._by_key.setdefault((relation.kind, key), place)

    def touch(self, title: str, clauses: Iterable[str]) -> None:
        """``clauses`` of ``title`` are amended, if it is amended at all."""
        place = self._by_key.get((RelationKind.AMENDS, name_key(title)))
        if place is not None:
            old = self._found[place]
            self._found[place] = replace(old, target_clauses=_clauses(old.target_clauses, clauses))

    def all(self) -> tuple[ProposedRelation, ...]:
        """In the order in which they were found; what is replaced is not repealed as well."""
        replaced = {name_key(r.target_title) for r in self._found if r.kind is RelationKind.REPLACES} - {""}
        return tuple(
            r
            for r in self._found
            if r.kind is not RelationKind.REPEALS or name_key(r.target_title) not in replaced
        )

    def _is_own(self, relation: ProposedRelation, keys: list[str]) -> bool:
        if relation.kind is RelationKind.REPLACES and relation.target_title:
            return False
        return bare(relation.target_title) in self._names or keys[1] in self._numbers

    def _place(self, relation: ProposedRelation, keys: list[str]) -> int | None:
        """Where the same relation stands already."""
        known = (self._by_key.get((relation.kind, key)) for key in keys if key)
        place = next((each for each in known if each is not None), None)
        if place is None and relation.kind is RelationKind.FORWARDS:
            place = self._forwarded(bare(unwrapped(relation.target_title)))
        return place

    def _forwarded(self, name: str) -> int | None:
        """The document that is sent on may be named with its organ in front, and without."""
        for other, place in self._forwards[:_MOST_FORWARDS]:
            if name and (name in other or other in name):
                return place
        return None


def _merged(old: ProposedRelation, new: ProposedRelation) -> ProposedRelation:
    best, other = (new, old) if new.confidence > old.confidence else (old, new)
    return replace(
        best,
        target_title=best.target_title or other.target_title,
        target_number=best.target_number or other.target_number,
        target_clauses=_clauses(best.target_clauses, other.target_clauses),
        on=best.on or other.on,
    )


def _clauses(known: tuple[str, ...], more: Iterable[str]) -> tuple[str, ...]:
    if len(known) >= _MOST_CLAUSES:
        return known
    return tuple(dict.fromkeys((*known, *more)))[:_MOST_CLAUSES]
