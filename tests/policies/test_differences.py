"""The page of the difference between two texts: which two, in which order, what it shows, and for whom."""

import re
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from gongkai.policies import actions, differences
from gongkai.policies.models import Edition, Policy
from tests import factories

pytestmark = pytest.mark.django_db

ARTICLES = [
    "为了规范城市公园的规划、建设、保护和管理，改善生态环境，制定本办法。",
    "本区行政区域内公园的规划、建设、管理以及游览活动，适用本办法。",
    "区绿化部门负责全区公园的管理工作，街道办事处按照职责协助管理。",
    "公园应当每日开放，因故停止开放的，应当提前三日向社会公告。",
    "公园内的水体应当保持清洁，定期换水，禁止排放污水和倾倒垃圾。",
    "禁止在公园内饲养家畜、采摘花果、攀折树枝以及其他损坏植物的行为。",
    "举办大型群众性活动的，应当制定安全预案，并征求公园管理单位的意见。",
]
NUMBERS = "一二三四五六七八九十"
INSERTED = "公园实行分级分类管理，具体标准由区绿化部门会同有关单位拟订。"


@pytest.fixture(autouse=True)
def _folder(originals_folder):
    differences._kept.clear()


def body(articles: list[str]) -> str:
    return "\n".join(f"第{NUMBERS[n]}条　{text}" for n, text in enumerate(articles))


def law(articles: list[str], **dates: date) -> Policy:
    made = factories.policy(title="示例区公园管理办法", body=body(articles))
    Policy.objects.filter(pk=made.pk).update(**dates)
    return Policy.objects.get(pk=made.pk)


def corrected(policy: Policy, articles: list[str]) -> Policy:
    """``policy`` with another text, published as a correction."""
    clerk = factories.publisher(of=factories.unit())
    Policy.objects.filter(pk=policy.pk).update(unit=clerk.unit)
    draft = Policy.objects.get(pk=policy.pk).get_latest_revision_as_object()
    draft.unit = clerk.unit
    draft.body = [
        {"type": "paragraph", "value": line, "id": str(n)}
        for n, line in enumerate(body(articles).split("\n"))
    ]
    draft.correction_note = f"更正条文，第{policy.editions.count()}次"
    revision = actions.save_draft(policy=draft, by=clerk)
    return actions.publish(policy=policy, by=clerk, revision=revision)


def page(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status
    return answer.content.decode()


def seen(html: str) -> str:
    """The words of a page with single spaces, markup left out."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", html))


def compare(client: Client, one: Policy, other: Policy, query: str = "") -> str:
    return page(client, reverse("policies:compare_records", args=[one.pk, other.pk]) + query)


def counted(html: str) -> dict[str, int]:
    rows = re.findall(r"</svg> ([^<]+)</th><td class=\"n\">(\d+)</td>", html)
    return {label: int(n) for label, n in rows}


# --- what it shows -------------------------------------------------------------------------------------------


def test_two_editions_are_compared_in_words_and_figures(client: Client) -> None:
    policy = law(ARTICLES)
    corrected(
        policy, [*ARTICLES[:2], INSERTED, ARTICLES[2], ARTICLES[3].replace("三日", "五日"), *ARTICLES[4:6]]
    )
    html = page(client, reverse("policies:compare", args=[policy.pk]))

    assert counted(html) == {
        "修改": 1,
        "新增": 1,
        "删去": 1,
        "移动了位置": 0,
        "只变了序号": 3,
        "文字未变": 2,
    }
    words = seen(html)
    assert "第一条至第二条（2 处）文字未变" in words
    assert "新第三条 · 新增" in words and INSERTED in words
    assert "旧第三条改为新第四条，文字未变" in words
    assert "旧第四条 → 新第五条 · 修改" in words
    assert "旧第五条至第六条改为新第六条至第七条（2 处），文字未变" in words
    assert "旧第七条 · 删去" in words and ARTICLES[6] in words
    assert ARTICLES[0] not in words  # unchanged


def test_what_was_removed_and_added_is_marked_and_said_to_those_who_only_hear(client: Client) -> None:
    html = compare(
        client, law(ARTICLES), law([*ARTICLES[:3], ARTICLES[3].replace("三日", "五日"), *ARTICLES[4:]])
    )
    assert re.search(
        r"<del><span class=\"unseen\">〔删去：</span>三日<span class=\"unseen\">〕</span></del>", html
    )
    assert re.search(
        r"<ins><span class=\"unseen\">〔增加：</span>五日<span class=\"unseen\">〕</span></ins>", html
    )
    assert "第四条</a> · 修改" in html  # the same number is said once


def test_everything_is_shown_when_asked_for(client: Client) -> None:
    old, new = law(ARTICLES), law([*ARTICLES[:6], INSERTED])
    html = compare(client, old, new, "?show=all")
    assert all(text in html for text in ARTICLES[:6])
    assert 'aria-current="true">看全部条款' in html
    assert 'aria-current="true">只看有变化的' in compare(client, old, new)


def test_an_article_whose_words_went_into_another_says_so(client: Client) -> None:
    short = "游人应当文明游园，爱护园内的各种设施和花草树木。"
    old, new = (
        law([*ARTICLES[:3], short, *ARTICLES[3:]]),
        law([*ARTICLES[:2], ARTICLES[2] + short, *ARTICLES[3:]]),
    )
    words = seen(compare(client, old, new))
    assert "旧第四条 · 删去 内容并入新第三条。" in words
    assert "新第四条 · 新增 内容从旧第三条分出。" in seen(compare(client, new, old))


def test_an_article_that_only_its_place_pairs_is_told_as_uncertain(client: Client) -> None:
    old = law(
        [*ARTICLES[:3], "游人应当文明游园，不得在水体中游泳、垂钓，违者由管理人员劝阻。", *ARTICLES[4:]]
    )
    new = law([*ARTICLES[:3], "游人不得携带犬只进入园内儿童活动场地，由管理人员登记。", *ARTICLES[4:]])
    (change,) = [each for each in differences.compared(old, new) if each.kind == "changed"]
    assert change.likeness < 0.2  # else the text above proves nothing
    assert seen(compare(client, old, new)).count("对应关系不确定") == 1
    like = law(
        [*ARTICLES[:3], "游人应当文明游园，不得在水体中游泳、捕鱼，违者由管理人员劝阻。", *ARTICLES[4:]]
    )
    assert "对应关系不确定" not in compare(client, old, like)


def test_texts_that_do_not_differ_are_said_to_be_the_same(client: Client) -> None:
    words = seen(compare(client, law(ARTICLES), law(ARTICLES)))
    assert "其中 0 条（段）的文字、位置或者序号有变化" in words and "（7 处）文字未变" in words


def test_another_title_is_told(client: Client) -> None:
    policy, other = law(ARTICLES), law(ARTICLES)
    Policy.objects.filter(pk=other.pk).update(title="示例区公园管理规定")
    html = compare(client, policy, other)
    assert "<h3>标题 · 修改</h3>" in html and "规定<span" in html


def test_the_picture_is_for_the_eye_and_its_figures_stand_in_the_table(client: Client) -> None:
    html = compare(client, law(ARTICLES), law([*ARTICLES[:6], INSERTED]))
    bar = re.search(r'<svg class="shares".*?</svg>', html, re.DOTALL)
    assert bar and 'aria-hidden="true"' in bar[0]
    widths = [int(width) for width in re.findall(r' width="(\d+)"', bar[0])]
    assert sum(widths) == 1000 and len(widths) == sum(n > 0 for n in counted(html).values())
    assert "style=" not in html and "<script>" not in html


def test_many_changes_come_page_by_page(client: Client) -> None:
    def paragraphs(words: str) -> str:
        return "\n".join(
            f"{n}. 第{n}号{words}{n * 7919}由{chr(0x4E00 + 37 * n)}街道办理。" for n in range(1, 131)
        )

    old = factories.policy(title="示例区办理清单", body=paragraphs("事项材料"))
    new = factories.policy(title="示例区办理清单", body=paragraphs("事项凭证"))
    Policy.objects.update(live=True)  # read as one document in two files
    pages = [compare(client, old, new, f"?page={n}&show=all") for n in (1, 2, 3)]
    shown = [html.count('<div class="change">') for html in pages]
    assert shown[:2] == [60, 60] and 10 <= shown[2] < 60
    assert "?page=2&amp;show=all" in pages[0] or "?show=all&amp;page=2" in pages[0]


def test_markup_in_a_text_is_shown_as_text(client: Client) -> None:
    hostile = "<script>alert(1)</script>甲事项<img src=x onerror=alert(1)>由街道办理，申请人应当提交材料。"
    old, new = law([*ARTICLES, hostile]), law([*ARTICLES, hostile.replace("甲事项", "乙</del><b>事项")])
    Policy.objects.filter(pk=new.pk).update(title="<b>示例</b>")
    for query in ("", "?show=all", '?show="><script>alert(1)</script>'):
        html = compare(client, old, new, query)
        for raw in ("<script>alert", "<img", "乙</del>", "<b>"):
            assert raw not in html
        assert "&lt;script&gt;alert(1)" in html


# --- which two, and in which order ---------------------------------------------------------------------------


def test_the_last_two_editions_are_compared_unless_others_are_chosen_and_always_old_to_new(
    client: Client,
) -> None:
    policy = law(ARTICLES)
    corrected(policy, [*ARTICLES[:6], "第二版的最后一条，说的是别的事情，与原来毫不相干。"])
    corrected(policy, [*ARTICLES[:6], "三版末条另有内容：停车场收费标准由发改部门核定公布。"])
    address = reverse("policies:compare", args=[policy.pk])

    def sides(query: str) -> list[str]:
        return re.findall(r"<dd>.*?<li>(第 \d 版)</li>", page(client, address + query), re.DOTALL)

    assert sides("") == ["第 2 版", "第 3 版"]
    assert sides("?from=1&to=3") == ["第 1 版", "第 3 版"]
    assert sides("?from=3&to=1") == ["第 1 版", "第 3 版"]
    assert sides("?from=&to=") == ["第 2 版", "第 3 版"]
    html = page(client, f"{address}?from=1&to=3")
    assert '<option value="1" selected>' in html and '<option value="3" selected>' in html
    for query in ("?from=9", "?to=x", "?from=-1", "?from=%00", f"?from={'9' * 5000}"):
        assert client.get(address + query).status_code == 404


def test_an_edition_that_was_pulled_back_is_compared_with_nothing(client: Client) -> None:
    policy = law(ARTICLES)
    corrected(policy, ARTICLES[:6])
    Edition.objects.filter(policy=policy, number=2).update(pulled_back=True)
    address = reverse("policies:compare", args=[policy.pk])
    assert "只发布过一版" in page(client, address)
    corrected(policy, ARTICLES[:5])
    assert client.get(f"{address}?from=1&to=2").status_code == 404
    assert client.get(f"{address}?from=1&to=3").status_code == 200


@pytest.mark.parametrize("by", ["days", "relation"])
def test_of_two_records_the_older_stands_first_however_they_are_named(client: Client, by: str) -> None:
    since = {"effective_from": date(2020, 1, 1)}, {"effective_from": date(2025, 1, 1)}
    older, newer = (
        (law(ARTICLES[:4], **since[0]), law(ARTICLES, **since[1]))
        if by == "days"
        else (law(ARTICLES[:4]), law(ARTICLES))
    )
    if by == "relation":
        actions.relate(source=newer, kind="replaces", target=older, by="system:test")
    for one, other in ((older, newer), (newer, older)):
        assert counted(compare(client, one, other))["新增"] == 3


def test_records_of_which_nothing_tells_the_older_stand_as_given(client: Client) -> None:
    short, long = law(ARTICLES[:4]), law(ARTICLES)
    assert counted(compare(client, short, long))["新增"] == 3
    assert counted(compare(client, long, short))["删去"] == 3


def test_a_record_beside_itself_leads_to_its_editions(client: Client) -> None:
    policy = law(ARTICLES)
    answer = client.get(reverse("policies:compare_records", args=[policy.pk, policy.pk]))
    assert answer.status_code == 302 and answer.headers["Location"] == reverse(
        "policies:compare", args=[policy.pk]
    )


def test_the_pages_are_linked_where_a_reader_looks_for_them(client: Client) -> None:
    older, newer = (
        law(ARTICLES[:4], effective_from=date(2020, 1, 1)),
        law(ARTICLES, effective_from=date(2025, 1, 1)),
    )
    actions.relate(source=newer, kind="replaces", target=older, by="system:test")
    for here, there in ((newer, older), (older, newer)):
        link = reverse("policies:compare_records", args=[there.pk, here.pk])
        assert f'href="{link}"' in page(client, here.get_absolute_url())
    compare_editions = reverse("policies:compare", args=[newer.pk])
    listed = reverse("policies:editions", args=[newer.pk])
    assert compare_editions not in page(client, listed)
    corrected(newer, ARTICLES[:6])
    assert compare_editions in page(client, listed)


# --- for whom, and at what cost ------------------------------------------------------------------------------


def test_what_is_not_public_is_compared_for_nobody(client: Client) -> None:
    hidden, open_one = law(ARTICLES), law(ARTICLES[:5])
    corrected(hidden, ARTICLES[:6])
    addresses = [
        reverse("policies:compare", args=[hidden.pk]),
        reverse("policies:compare_records", args=[hidden.pk, open_one.pk]),
        reverse("policies:compare_records", args=[open_one.pk, hidden.pk]),
    ]
    assert [client.get(each).status_code for each in addresses] == [200] * 3
    actions.withdraw(policy=hidden, by="system:test", reason="测试撤回")
    assert [client.get(each).status_code for each in addresses] == [404] * 3
    client.force_login(factories.publisher(of=factories.unit()))
    assert [client.get(each).status_code for each in addresses] == [404] * 3
    assert client.get(reverse("policies:compare", args=[10**18])).status_code == 404
    assert client.post(reverse("policies:compare", args=[open_one.pk])).status_code == 405


@pytest.mark.parametrize("limit", ["MOST_CLAUSES", "MOST_CHARACTERS"])
def test_texts_that_are_too_long_are_told_and_not_compared(
    client: Client, monkeypatch: pytest.MonkeyPatch, limit: str
) -> None:
    old, new = law(ARTICLES), law(ARTICLES[:5])
    monkeypatch.setattr(differences, limit, 11)
    monkeypatch.setattr(differences, "compare_articles", lambda *_: pytest.fail("compared"))
    assert "太长，不能在网页上逐条比较" in compare(client, old, new)


def test_only_one_comparison_is_reckoned_at_a_time_and_the_last_ones_are_kept(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    reckon = differences.compare_articles
    asked: list[int] = []

    def counting(*texts: Any) -> Any:
        asked.append(1)
        return reckon(*texts)

    monkeypatch.setattr(differences, "compare_articles", counting)
    old, new, third = law(ARTICLES), law(ARTICLES[:5]), law(ARTICLES[:3])
    compare(client, old, new)
    compare(client, old, new, "?show=all")
    assert len(asked) == 1
    with differences._one_at_a_time:
        assert counted(compare(client, old, new))["删去"] == 2  # what is known needs no reckoning
        answer = client.get(reverse("policies:compare_records", args=[old.pk, third.pk]))
    assert answer.status_code == 503 and answer.headers["Retry-After"]
    assert "请过几秒钟再刷新" in answer.content.decode()
    assert counted(compare(client, old, third))["删去"] == 4 and len(asked) == 2


def test_what_is_kept_does_not_grow(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(differences, "_MOST_KEPT", 2)
    laws = [law(ARTICLES[:n]) for n in (3, 4, 5, 6)]
    for other in laws[1:]:
        compare(client, laws[0], other)
    assert len(differences._kept) == 2


def test_a_failed_comparison_does_not_lock_out_the_next(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new = law(ARTICLES), law(ARTICLES[:5])

    def broken(*_: object) -> None:
        raise ValueError

    with monkeypatch.context() as patched, pytest.raises(ValueError):
        patched.setattr(differences, "compare_articles", broken)
        differences.compared(old, new)
    assert counted(compare(client, old, new))["删去"] == 2
