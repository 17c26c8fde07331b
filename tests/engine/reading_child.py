"""Run as a process of its own: searches until told to stop, and prints how often, what it saw last, and any error."""

import sys
from pathlib import Path

from gongkai.engine.find import EmbeddedEngine
from gongkai.engine.ports import SearchRequest

folder, stop = Path(sys.argv[1]), Path(sys.argv[2])
engine = EmbeddedEngine(folder)
searches, totals = 0, []
while True:
    last = stop.exists()
    found = engine.search(SearchRequest("政务公开"))
    assert all(group.hits for group in found.groups), "a document was found without its passages"
    searches += 1
    if not totals or totals[-1] != found.total:
        totals.append(found.total)
    if last:
        break
print(searches, len(totals), totals[-1])
