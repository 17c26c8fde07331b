"""Weights from questions with known answers: right before wrong, folds that share no document, figures that say what they are."""

import json

import pytest

from gongkai.engine import rank
from gongkai.engine.evaluate import Truth, _clauses, evaluate_search
from gongkai.engine.evidence import NAMES, Above, Question, evidence
from gongkai.engine.ports import SearchRequest
from gongkai.engine.tune import Asked, Candidate, _groups, learn, tune
from gongkai.engine.understand import understand

COURSES = ["助餐", "停车", "托育", "康复", "租房", "就业", "供暖", "体检"]


@pytest.fixture
def files(tmp_path):
    """Eight documents of three clauses, and to each a question that its second clause answers."""
    lines = {"corpus": [], "queries": [], "qrels": []}
    for n, course in enumerate(COURSES):
        told = (
            f"{course}服务由街道办理，各有关单位要提高认识，加强领导，抓好落实，确保各项工作按时完成。" * 3,
            f"申请{course}补贴的居民，每月可以领取{n + 2}百元，由区民政局在十五个工作日内发放。" * 2,
            "本通知自印发之日起施行，有关单位要按照职责分工做好各项工作，遇有问题及时报告。" * 3,
        )
        text = "\n".join(told)
        lines["corpus"].append({"id": f"d{n}", "title": f"关于做好{course}工作的通知", "text": text})
        lines["queries"].append({"id": f"q{n}", "query": f"{course}补贴每月可以领取多少？"})
        start = text.index("申请")
        lines["qrels"].append(
            {"query_id": f"q{n}", "doc_id": f"d{n}", "answer_span": [start, start + len(told[1])]}
        )
    paths = []
    for name, rows in lines.items():
        path = tmp_path / f"{name}.jsonl"
        path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), encoding="utf-8")
        paths.append(path)
    return paths


def test_what_is_learned_finds_the_answer_of_questions_that_it_was_not_learned_from(files):
    report = tune(*files)
    assert report["made_from"]["questions"] == len(COURSES)
    assert report["folds"]["passage_1"] == report["in_sample"]["passage_1"] == 1.0
    assert set(report["weights"]) == set(NAMES)


def test_the_weights_that_are_shipped_answer_the_same_questions(files):
    report = evaluate_search(*files)
    assert report["doc_hit"]["1"] == report["passage_hit"]["1"] == 1.0


def test_a_figure_that_tells_right_from_wrong_gets_the_weight_and_noise_gets_none():
    def candidate(right, **known):
        return Candidate("d", tuple(known.get(name, 0.5) for name in NAMES), right)

    asked = [
        Asked(
            str(n),
            frozenset("d"),
            (candidate(2, run=0.6 + n / 100, length=n % 2), candidate(0, run=0.4, length=(n + 1) % 2)),
        )
        for n in range(40)
    ]
    weights = dict(zip(NAMES, learn(asked), strict=True))
    assert weights["run"] > 5
    assert abs(weights["length"]) < 0.5
    assert weights["title"] == 0


def test_questions_that_share_a_right_document_fall_into_one_group():
    right = {"a": ["1", "2"], "b": ["2", "3"], "c": ["4"]}
    truth = Truth(
        [{"id": q, "query": q} for q in right], {q: [{"doc_id": d} for d in ds] for q, ds in right.items()}
    )
    group = _groups(truth)
    assert group["1"] == group["2"] != group["4"]


def test_the_score_of_a_hit_is_told_by_its_figures(engine):
    group = engine.search(SearchRequest("小微企业稳岗补贴")).groups[0]
    assert len(group.hits[0].figures) == len(NAMES)
    assert group.hits[0].score == pytest.approx(rank.score(group.hits[0].figures))


def test_every_figure_is_told_for_what_stands_in_the_passage_its_title_and_its_headings():
    sought = understand("老人助餐补贴")
    question = Question.of(sought, dict.fromkeys(sought.grams, 1.0), dict.fromkeys(sought.words, 1.0))
    above = Above.of(question, 4.0, 8.0, "关于老人服务的通知")
    told = dict(zip(NAMES, evidence(question, above, ("助餐",), "补贴每月发放", 1), strict=True))
    assert told["best_document"] == 0.5
    assert told["title"] == pytest.approx(1 / 5)  # of 老人 人助 助餐 餐补 补贴
    assert told["coverage"] == pytest.approx(1 / 5)
    assert told["only_headings"] == pytest.approx(1 / 5)
    assert told["beyond_title"] == pytest.approx(1 / 4)
    assert told["run"] == pytest.approx(2 / 6)
    assert told["opening"] == 1.0
    alone = dict(zip(NAMES, evidence(question, above, (), "", 0), strict=True))
    assert {name for name, figure in alone.items() if figure} == {"document", "best_document", "title"}


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("开网吧要什么手续", "网吧"), ("盐酸吗啡如何管理", "吗啡"), ("毛呢织物的标准是什么", "毛呢")],
)
def test_words_that_only_ask_are_cut_out_of_a_query_and_no_others(typed, kept):
    grams = understand(typed).grams
    assert kept in grams
    assert not {"什么", "如何", "是什"} & set(grams)


def test_a_query_of_asking_words_alone_is_still_a_query():
    assert understand("怎么办").grams == ("怎么", "么办")


def test_a_clause_of_plain_text_stands_under_the_headings_above_it():
    text = "通知 一、资金使用 各单位要抓紧。（一）补助标准 每人一百元。（二）各区要做好工作。 二、组织领导 成立小组。"
    text = text.replace("（", " （")
    under = {text[int(c.path) :][:6]: c.heading for c in _clauses(text)}
    assert under["（一）补助标"] == ("一、资金使用", "（一）补助标准")
    assert under["（二）各区要"] == ("一、资金使用",)
    assert under["二、组织领导"] == ("二、组织领导",)
