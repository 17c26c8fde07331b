"""A hundred pairs written by hand, look-alikes among them: what is offered as one, what as forwarded."""

from pathlib import Path

import pytest

from gongkai.reading.evaluate_pairs import evaluate_pairs

TRUTH = Path(__file__).parent / "truth" / "pairs.toml"


@pytest.mark.skipif(not TRUTH.exists(), reason="tests/reading/truth/pairs.toml is not written yet")
def test_what_is_offered_is_right_and_most_of_it_is_found() -> None:
    measured = evaluate_pairs(TRUTH)
    assert measured["pairs"] >= 100
    for kind in ("same", "forwarded"):
        assert measured[kind]["precision"] >= 0.98, measured["wrong"]
        assert measured[kind]["recall"] >= 0.75, measured["wrong"]
