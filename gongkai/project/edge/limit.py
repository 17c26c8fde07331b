"""How much one visitor may ask of a web process: a bucket of tokens each, filled again at a steady rate."""

import threading
import time
from collections import OrderedDict

#: So many visitors are remembered at once; beyond it those who asked least lately are forgotten.
REMEMBERED = 50_000


class Limit:
    """``rate`` requests a second for each visitor, with up to ``burst`` at once; of one process."""

    def __init__(self, *, rate: float, burst: int) -> None:
        self.rate, self.burst = rate, burst
        self._lock = threading.Lock()
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait(self, visitor: str) -> float:
        """0.0 if this request may go on, and it is counted; else the seconds until one may."""
        if self.rate <= 0:
            return 0.0
        moment = time.monotonic()
        with self._lock:
            left, seen = self._buckets.pop(visitor, (float(self.burst), moment))
            left = min(float(self.burst), left + (moment - seen) * self.rate)
            allowed = left >= 1
            self._buckets[visitor] = (left - 1 if allowed else left, moment)
            if len(self._buckets) > REMEMBERED:
                self._buckets.popitem(last=False)
        return 0.0 if allowed else (1 - left) / self.rate
