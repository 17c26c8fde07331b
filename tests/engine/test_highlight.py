"""Marks: what is marked is what was asked for, and a window keeps the text as it is."""

from hypothesis import given
from hypothesis import strategies as st

from gongkai.engine.highlight import ranges, segments
from gongkai.engine.understand import understand


def marked(text, query):
    return [text[a:b] for a, b in ranges(text, understand(query))]


def test_words_and_longer_runs_are_marked_and_chance_neighbours_are_not():
    text = "关于印发年度工作的通知"
    assert marked(text, "印发的通知") == ["印发", "的通知"]
    assert marked("他的通过", "印发的通知") == []


def test_asking_words_are_never_marked():
    assert marked("不知道怎么办理退税", "怎么办") == []
    assert marked("说明什么是退税", "什么是退税") == ["退税"]


def test_full_width_text_is_marked_where_half_width_was_typed():
    assert marked("办理５Ｇ基站备案", "5G基站") == ["５Ｇ基站"]


@given(
    st.text(alphabet="退税公开，。 12a", max_size=400),
    st.text(alphabet="退税公开12", max_size=8),
    st.integers(10, 200),
)
def test_the_window_is_a_stretch_of_the_text_with_the_same_places_marked(text, query, width):
    where = ranges(text, understand(query))
    pieces = segments(text, where, width)
    inner = [piece for piece in pieces if piece != ("…", False)]
    shown = "".join(piece for piece, _ in inner)
    assert shown in text
    assert len(shown) == min(len(text), width)
    if len(text) <= width:
        assert [piece for piece, is_marked in inner if is_marked] == [text[a:b] for a, b in where]
    if where:
        assert any(is_marked for _, is_marked in pieces)
