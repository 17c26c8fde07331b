"""What a text refers to: titles, numbers, articles of others and its own."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gongkai.text.references import Reference, find_references


def only(text: str) -> Reference:
    (one,) = find_references(text)
    assert 0 <= one.start < one.end <= len(text)
    return one


def test_a_law_with_its_article_is_one_reference() -> None:
    one = only("依照《中华人民共和国行政许可法》第十二条第二款第（三）项的规定办理。")
    assert one.title == "中华人民共和国行政许可法"
    assert one.clause == "第十二条第二款第（三）项"
    assert not one.own and one.number is None


def test_a_title_and_the_number_behind_it_are_one_reference() -> None:
    one = only("根据《国务院关于加强监管的意见》（国发〔2019〕5号）的要求，制定本办法。")
    assert one.title == "国务院关于加强监管的意见"
    assert one.number is not None and one.number.key == "国发:2019:5"


def test_a_title_its_number_and_its_article_are_one_reference() -> None:
    one = only("依据《政府信息公开条例》（国务院令第711号）第二十七条，提出申请。")
    assert (one.title, one.clause) == ("政府信息公开条例", "第二十七条")
    assert one.number is not None and one.number.serial == 711


def test_a_number_alone_is_a_reference() -> None:
    one = only("按照国办发〔2019〕61号文件执行。")
    assert one.title == "" and one.number is not None and one.number.code == "国办发"


@pytest.mark.parametrize("word", ["本办法", "本条例", "本规定", "本法", "本细则", "本通知", "本意见"])
def test_a_text_that_cites_itself_says_so(word: str) -> None:
    one = only(f"违反{word}第五条第一款规定的，责令改正。")
    assert one.own and one.clause == "第五条第一款" and one.title == ""


@pytest.mark.parametrize(
    "text", ["转发《关于印发〈示例办法〉的通知》。", "转发《关于印发《示例办法》的通知》。"]
)
def test_a_title_within_a_title_does_not_end_it(text: str) -> None:
    one = only(text)
    assert one.title.startswith("关于印发") and one.title.endswith("的通知")


def test_several_references_come_in_order_and_apart() -> None:
    text = "根据《行政许可法》第八条、《行政处罚法》和沪府规〔2020〕1号，结合本办法第三条。"
    found = list(find_references(text))
    assert [one.title for one in found] == ["行政许可法", "行政处罚法", "", ""]
    assert [one.clause for one in found] == ["第八条", "", "", "第三条"]
    assert found[2].number is not None and found[3].own


@pytest.mark.parametrize(
    "text", ["", "为了规范工作，制定本办法。", "申请人应当在15日内提出。", "5号楼第三单元"]
)
def test_plain_sentences_refer_to_nothing(text: str) -> None:
    assert list(find_references(text)) == []


@given(st.text(alphabet="《》〈〉（）〔〕本办法条例第一二三款项国发2019号，。", max_size=60))
def test_references_stay_apart_and_within_the_text(text: str) -> None:
    end = 0
    for one in find_references(text):
        assert end <= one.start < one.end <= len(text)
        end = one.end
