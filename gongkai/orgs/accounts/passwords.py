"""One-time passwords: drawn by chance, shown once, to be changed at the first login."""

import secrets

# Without letters and digits that are taken for each other on paper.
_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"


def one_time() -> str:
    """Four groups of four: 79 bits, easily read out."""
    drawn = "".join(secrets.choice(_ALPHABET) for _n in range(16))
    return "-".join(drawn[i : i + 4] for i in range(0, 16, 4))
