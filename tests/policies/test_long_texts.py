"""Long texts: every block stands on exactly one page, an address of a clause leads to its page, one page has all."""

import re
from collections import Counter
from datetime import date
from itertools import pairwise

import pytest

from gongkai.policies import actions
from gongkai.policies.models import Policy
from gongkai.policies.sections import PIECE, WHOLE, section_of, sections
from gongkai.text.numerals import to_chinese
from tests import factories
from tests.policies.record_world import draft, html

pytestmark = pytest.mark.django_db


def paragraph(text):
    return {"type": "paragraph", "value": text, "id": ""}


def part(kind, title="", label=""):
    return {"type": "part", "value": {"kind": kind, "label": label, "title": title}, "id": ""}


def filler(n, length):
    return f"第{n}件事的规定文字，" * (length // 10)


def law(chapters=30, articles=6, length=600):
    """The body of a law in chapters and articles; every article says a number that no other says."""
    body, n = [], 0
    for chapter in range(1, chapters + 1):
        body.append(paragraph(f"第{to_chinese(chapter)}章　第{chapter}类事项"))
        for _article in range(articles):
            n += 1
            body.append(paragraph(f"第{to_chinese(n)}条　标记{n}号。{filler(n, length)}"))
            body.append(paragraph(f"（一）标记{n}号之一项；"))
    return body


def published(body, title="示例区长法"):
    policy = Policy.objects.create(title=title, live=False, unit=factories.unit())
    clerk = factories.publisher()
    return actions.publish(policy=policy, by=clerk, revision=draft(policy, clerk, body=body))


@pytest.fixture
def policy():
    return published(law())


def pages(client, policy):
    """The text of every piece."""
    return [
        html(client.get(f"{policy.get_absolute_url()}?chapter={n}")).partition("<section lang")[2]
        for n in range(1, policy.pieces + 1)
    ]


def ids(page):
    return re.findall(r'\bid="([^"]+)"', page)


def test_every_block_stands_on_exactly_one_page(policy, client):
    found = pages(client, policy)
    assert policy.pieces == len(found) > 3
    for n in range(1, 181):
        assert [page.count(f"标记{n}号。") for page in found].count(1) == 1
        assert sum(page.count(f"标记{n}号之一项") for page in found) == 1
    everywhere = Counter(anchor for page in found for anchor in set(ids(page)))
    for clause in policy.clauses.all():
        assert everywhere[clause.anchor] == 1


def test_anchors_are_unique_on_every_page_and_on_the_whole(policy, client):
    addresses = [f"?chapter={n}" for n in range(1, policy.pieces + 1)] + ["?whole=1"]
    for address in addresses:
        found = ids(html(client.get(f"{policy.get_absolute_url()}{address}")))
        assert [anchor for anchor, times in Counter(found).items() if times > 1] == []


def test_an_address_of_a_clause_leads_to_the_page_on_which_it_stands(policy, client):
    clauses = list(policy.clauses.all())
    for clause in clauses[:: len(clauses) // 12]:
        address, _, anchor = policy.clause_url(clause.anchor).partition("#")
        page = html(client.get(address))
        assert anchor == clause.anchor and f'id="{anchor}"' in page
        assert (
            len(page)
            < 2 * len(html(client.get(f"{policy.get_absolute_url()}?whole=1"))) / policy.pieces + 60_000
        )


def test_the_whole_stands_on_one_page_and_is_linked_from_every_piece(policy, client):
    whole = html(client.get(f"{policy.get_absolute_url()}?whole=1"))
    assert all(whole.count(f"标记{n}号。") == 1 for n in range(1, 181))
    assert "这里是全文" in whole
    first = html(client.get(policy.get_absolute_url()))
    assert "?whole=1" in first and f"分 {policy.pieces} 页显示，这是第 1 页" in first


def test_pieces_lead_to_each_other_in_order(policy, client):
    for n in range(1, policy.pieces + 1):
        page = html(client.get(f"{policy.get_absolute_url()}?chapter={n}"))
        assert (f'rel="prev" href="{policy.get_absolute_url()}?chapter={n - 1}"' in page) is (n > 1)
        assert (f'rel="next" href="{policy.get_absolute_url()}?chapter={n + 1}"' in page) is (
            n < policy.pieces
        )


def test_the_contents_lead_to_every_chapter_wherever_it_stands(policy, client):
    page = html(client.get(f"{policy.get_absolute_url()}?chapter=2"))
    for clause in (each for each in policy.read_clauses if each.is_heading):
        link = re.search(rf'href="([^"]*)#{re.escape(clause.anchor)}"', page)
        assert link, clause.path
        target = html(client.get(link[1].replace("&amp;", "&"))) if link[1] else page
        assert f'id="{clause.anchor}"' in target


@pytest.mark.parametrize(
    "query",
    ["?chapter=0", "?chapter=99", "?chapter=x", "?chapter=²", "?clause=nichts", "?chapter=" + "9" * 50],
)
def test_odd_pieces_show_the_first(policy, client, query):
    answer = client.get(policy.get_absolute_url() + query)
    assert answer.status_code == 200 and "这是第 1 页" in html(answer)


def test_a_day_asked_stays_in_every_link(policy, client):
    page = html(client.get(f"{policy.get_absolute_url()}?at=2026-11-20&chapter=2"))
    assert "?chapter=3&amp;at=2026-11-20" in page and "?whole=1&amp;at=2026-11-20" in page
    assert "这是第 2 页" in page


def test_an_old_edition_leads_to_its_own_pieces_and_to_no_others(policy, client):
    clerk = factories.publisher()
    body = [dict(item) | {"value": item["value"].replace("标记180号。", "更正180号。")} for item in law()]
    actions.publish(policy=policy, by=clerk, revision=draft(policy, clerk, body=body, correction_note="更正"))
    address = f"/policies/{policy.pk}/editions/1/"
    page = html(client.get(address))
    assert f"{address}?chapter=2" in page and f'href="{policy.get_absolute_url()}?chapter=2' not in page
    assert "标记180号。" in html(client.get(f"{address}?whole=1"))
    assert "标记180号。" in html(client.get(f"{address}?chapter={policy.pieces}"))


def test_a_clause_of_another_version_is_found_on_its_page_too(client):
    old, new = published(law()), published(law(length=620))
    Policy.objects.filter(pk=old.pk).update(effective_from=date(2000, 1, 1))
    Policy.objects.filter(pk=new.pk).update(effective_from=date(2010, 1, 1))
    old, new = (Policy.objects.get(pk=each.pk) for each in (old, new))
    actions.relate(source=new, kind="replaces", target=old, by="system:test")
    anchor = new.read_clauses[-1].anchor
    answer = client.get(f"{new.get_absolute_url()}?clause={anchor}&chapter=2&at=2005-01-01", follow=True)
    assert answer.context["policy"].pk == old.pk and f'id="{anchor}"' in html(answer)


@pytest.mark.parametrize(("over", "divided"), [(False, False), (True, True)])
def test_only_a_long_text_is_divided(over, divided, client):
    length = WHOLE // 12 + (200 if over else -200)
    body = []
    for n in range(1, 13):
        body += [paragraph(f"第{to_chinese(n)}章　第{n}类"), paragraph("字" * length)]
    made = published(body)
    assert bool(made.pieces) is divided
    page = html(client.get(made.get_absolute_url()))
    assert ("分页显示" in page or "页显示，这是第" in page) is divided


def test_a_long_text_without_a_place_to_cut_is_one_page_and_does_not_say_otherwise(client):
    made = published([paragraph(f"标记{n}号。{filler(n, 900)}") for n in range(90)])
    page = html(client.get(made.get_absolute_url()))
    assert all(f"标记{n}号。" in page for n in range(90))
    assert made.pieces == 0 and "页显示" not in page


def test_parts_tables_and_headings_alone_are_cut_without_loss(client):
    body = [part("main"), *law(chapters=8, length=900)]
    for n in range(1, 4):
        rows = [[f"表{n}行{r}列{c}" for c in range(4)] for r in range(500)]
        body += [
            part("attachment", f"附表{n}", f"附件{n}"),
            {"type": "table", "value": {"data": rows, "table_caption": f"第{n}表"}, "id": ""},
            paragraph(f"附件{n}的说明。"),
        ]
    body += [
        part("attachment", "空的附件", "附件4"),
        part("attachment", "最后的附件", "附件5"),
        paragraph("最后一句。"),
    ]
    made = published(body)
    found = pages(client, made)
    for n in range(1, 4):
        assert sum(f"表{n}行499列3" in page for page in found) == 1
        assert sum(page.count(f"附件{n}的说明。") for page in found) == 1
    assert sum("最后一句。" in page for page in found) == 1
    for page in found:
        assert [anchor for anchor, times in Counter(ids(page)).items() if times > 1] == []


def test_pieces_cover_the_text_without_gap_and_are_of_a_readable_size(policy):
    found = sections(policy)
    assert found[0].start == (0, 0) and found[-1].end == (len(policy.parts), 0)
    assert all(before.end == after.start for before, after in pairwise(found))
    assert [each.number for each in found] == list(range(1, len(found) + 1)) and all(
        each.title for each in found
    )
    blocks = policy.parts[0].blocks
    for each in found:
        size = sum(len(block.text) for n, block in enumerate(blocks) if each.holds(0, n))
        assert 0 < size <= 1.5 * PIECE
    last = policy.read_clauses[-1]
    assert section_of(found, policy.read_clauses, last.anchor) == len(found)
