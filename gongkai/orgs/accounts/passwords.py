"""One-time passwords: drawn by chance, shown once, good for three days, to be changed at the first login."""

import secrets
from datetime import datetime, timedelta

from gongkai.kernel import clock

# Without letters and digits that are taken for each other on paper.
_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"


#: From hand to hand within a house; what lies about longer is found by others.
GOOD_FOR = timedelta(days=3)


def good_until() -> datetime:
    """Until when one that is drawn now can be used."""
    return clock.now() + GOOD_FOR


def one_time() -> str:
    """Four groups of four: 79 bits, easily read out."""
    drawn = "".join(secrets.choice(_ALPHABET) for _n in range(16))
    return "-".join(drawn[i : i + 4] for i in range(0, 16, 4))
