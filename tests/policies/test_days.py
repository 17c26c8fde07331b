"""Days: ?at= gives text and validity of a day on page, library, search, feed and API; versions lead to the right one."""

from datetime import date, timedelta
from itertools import pairwise

import pytest

from gongkai.kernel import clock
from gongkai.law.validity import State
from gongkai.policies import actions
from gongkai.policies.models import Policy
from gongkai.policies.versions import version_on
from gongkai.search import index
from tests import factories
from tests.policies.record_world import correct, html, measures, moment, own

pytestmark = pytest.mark.django_db
BEFORE, FIRST = "2025-12-31", "2026-01-01"
BAD = ["2026-13-01", "2026-02-30", "gestern", "20260101", "2026-W01-1", "2026-1-1", "1899-12-31", "2201-01-01",
       "２０２６-０１-０１", "2026-01-01T00:00", "'--", "<script>"]  # fmt: skip


@pytest.fixture(autouse=True)
def _folder(originals_folder):
    pass


def repealed():
    """A text in force from 2025 that another repeals from the first day of 2026."""
    old, new = measures(1), measures(2, closing="本办法自2026年1月1日起施行。")
    actions.relate(source=new, kind="repeals", target=old, by="system:test")
    return own(old)


# --- every way of asking about a day ---------------------------------------------------------------------------


def test_the_page_tells_the_state_of_the_day_and_the_day(client):
    old = repealed()
    before = html(client.get(f"{old.get_absolute_url()}?at={BEFORE}"))
    first = html(client.get(f"{old.get_absolute_url()}?at={FIRST}"))
    assert f"本页显示 {BEFORE} 的文字和有效性" in before and "现行有效" in before
    assert "将自2026年1月1日起被" in before and "自2026年1月1日起被" in first and "已废止" in first
    assert "noindex" in before and f'href="{old.get_absolute_url()}"' in before


def test_the_library_shows_states_of_the_day_and_nothing_that_came_later(client):
    old = repealed()
    Policy.objects.exclude(pk=old.pk).update(written_on=date(2025, 12, 31), published_on=date(2025, 12, 31))
    Policy.objects.filter(pk=old.pk).update(written_on=date(2024, 12, 1), published_on=date(2024, 12, 1))
    listed = html(client.get("/policies/?at=2025-12-30"))
    assert listed.count('class="row-title"') == 1 and f"{old.get_absolute_url()}?at=2025-12-30" in listed
    assert html(client.get(f"/policies/?at={BEFORE}")).count('class="row-title"') == 2
    assert html(client.get(f"/policies/?at={BEFORE}&state=repealed")).count('class="row-title"') == 0
    assert html(client.get(f"/policies/?at={FIRST}&state=repealed")).count('class="row-title"') == 1
    assert html(client.get(f"/policies/?at={BEFORE}&state=not_yet_in_force")).count('class="row-title"') == 1


def test_search_finds_what_held_on_the_day(client, index_folder):
    old = repealed()
    index.rebuild()
    words = "第1号材料"
    address = f"/search/?q={words}&at="
    before = html(client.get(address + BEFORE))
    assert f"{old.get_absolute_url()}?at={BEFORE}" in before and "现行有效" in before
    first = html(client.get(f"{address}{FIRST}&ended=1"))
    assert "已废止" in first
    assert html(client.get(f"{address}{FIRST}")).count("现行有效") <= 1


def test_the_feed_carries_the_day_into_titles_links_and_reasons(client):
    old = repealed()
    before = html(client.get(f"/api/policies.atom?at={BEFORE}"))
    first = html(client.get(f"/api/policies.atom?at={FIRST}"))
    assert f"{old.get_absolute_url()}?at={BEFORE}" in before and BEFORE in before.partition("</title>")[0]
    assert "将自2026年1月1日起被" in before and "将自2026年1月1日起被" not in first


def test_the_api_gives_state_and_reason_of_the_day(client):
    old = repealed()
    states = {}
    for day in (BEFORE, FIRST):
        one = client.get(f"/api/policies/{old.pk}/?at={day}").json()
        listed = client.get(f"/api/policies/?at={day}").json()
        assert one["validity"]["on"] == listed["at"] == day
        row = next(row for row in listed["policies"] if row["id"] == old.pk)
        assert row["validity"] == one["validity"] and one["validity"]["reason"].endswith("。")
        states[day] = one["validity"]["state"]
    assert states == {BEFORE: "in_force", FIRST: "repealed"}


def test_the_api_gives_the_words_of_the_day(client):
    with clock.frozen(moment(1)):
        policy = measures(3)
    with clock.frozen(moment(10)):
        correct(policy, "由街道办理", "由居委会办理", "更正")
    asked = [
        client.get(f"/api/policies/{policy.pk}/{query}").json()
        for query in ("?at=2026-11-09", "?at=2026-11-10", "")
    ]
    assert [each["edition"] for each in asked] == [1, 2, 2]
    assert ["街道" in each["clauses"][1]["text"] for each in asked] == [True, False, False]
    assert [each["kind"] for each in asked[0]["editions"]] == ["first", "correction"]


# --- bad days --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", BAD)
def test_a_bad_day_is_told_and_today_is_shown(client, text):
    policy = measures(4)
    for address in (policy.get_absolute_url(), "/policies/", "/search/"):
        answer = client.get(address, {"at": text})
        assert answer.status_code == 200 and "本页显示" not in html(answer)
        assert "看不懂" in html(answer) and "“<script>" not in html(answer)
    for address in (f"/api/policies/{policy.pk}/", "/api/policies/", "/api/policies.atom"):
        answer = client.get(address, {"at": text})
        assert answer.status_code == 400 and answer.json()["problem"].startswith("地址中的日期")


@pytest.mark.parametrize("text", ["1900-01-01", "2200-12-31", " 2026-01-01 ", "2024-02-29"])
def test_any_real_day_is_answered(client, text):
    answer = client.get(measures(5).get_absolute_url(), {"at": text})
    assert answer.status_code == 200 and "看不懂" not in html(answer) and "本页显示" in html(answer)


# --- days begin and end in the office's time ---------------------------------------------------------------------


@pytest.mark.parametrize(("hour", "minute"), [(23, 59), (0, 0)])
def test_a_correction_counts_from_its_own_day_of_the_office(client, hour, minute):
    with clock.frozen(moment(1)):
        policy = measures(6)
    with clock.frozen(moment(10, hour, minute)):
        correct(policy, "由街道办理", "由居委会办理", "更正")
    address = policy.get_absolute_url()
    assert "由街道办理" in html(client.get(f"{address}?at=2026-11-09"))
    assert "由居委会办理" in html(client.get(f"{address}?at=2026-11-10"))


def test_the_last_day_belongs_to_a_text_and_the_day_of_repeal_does_not():
    policy = measures(7, closing="本办法自2026年1月1日起施行，有效期至2026年6月30日。")
    states = [policy.validity_on(date(2026, 6, 30) + timedelta(days=n)).state for n in (0, 1)]
    assert states == [State.IN_FORCE, State.LAPSED]
    assert policy.validity_on(date(2025, 12, 31)).state is State.NOT_YET_IN_FORCE


# --- versions of one law as records ------------------------------------------------------------------------------

LAW = "示例区养犬管理办法"


def version(number, year, *, effective=True):
    """A version of one law, in force from the first day of ``year``."""
    closing = f"本办法自{year}年1月1日起施行。" if effective else "本办法由区民政局解释。"
    made = measures(number, title=LAW, closing=closing)
    Policy.objects.filter(pk=made.pk).update(
        published_on=date(year - 1, 12, 1), written_on=date(year - 1, 12, 1)
    )
    return own(made)


def chain(*years):
    """Versions, each taking over from the one before."""
    found = [version(20 + n, year) for n, year in enumerate(years)]
    for older, newer in pairwise(found):
        actions.relate(source=newer, kind="replaces", target=older, by="system:test")
    return [own(each) for each in found]


@pytest.mark.parametrize(
    ("day", "right"),
    [
        ("1990-01-01", 0), ("1999-12-31", 0), ("2000-01-01", 0), ("2009-12-31", 0), ("2010-01-01", 1), ("2019-12-31", 1),
        ("2020-01-01", 2), ("2026-11-23", 2),
    ],
)  # fmt: skip
def test_every_version_leads_to_the_one_of_the_day(client, day, right):
    versions = chain(2000, 2010, 2020)
    for asked in versions:
        answer = client.get(f"{asked.get_absolute_url()}?at={day}", follow=True)
        assert answer.status_code == 200 and len(answer.redirect_chain) == (asked != versions[right])
        assert (
            answer.context["policy"].pk == versions[right].pk
            and answer.context["asked"].day.isoformat() == day
        )
        assert client.get(f"/api/policies/{asked.pk}/?at={day}").json()["id"] == versions[right].pk


def test_without_a_day_every_version_stays_at_its_own_address(client):
    for each in chain(2000, 2010):
        assert client.get(each.get_absolute_url()).status_code == 200


def test_a_version_that_is_not_public_or_was_rejected_leads_nowhere(client):
    old, new = chain(2000, 2010)
    actions.withdraw(policy=new, by="system:test", reason="有误")
    assert version_on(own(old), date(2015, 1, 1)) == old
    actions.publish(policy=new, by="system:test")
    new.says.update(answer="rejected")
    assert version_on(own(old), date(2015, 1, 1)) == old
    assert version_on(own(new), date(2005, 1, 1)) == new


def test_another_law_that_replaces_this_one_is_no_version_of_it():
    old, other = measures(30), measures(31, closing="本办法自2026年1月1日起施行。")
    actions.relate(source=other, kind="replaces", target=old, by="system:test")
    assert version_on(own(old), date(2026, 6, 1)) == old


def test_dates_that_contradict_each_other_send_nobody_in_circles(client):
    """The relation begins before the new version takes effect: each would send the reader to the other."""
    old, new = chain(2010, 2020)
    new.says.update(begins=date(2005, 1, 1))
    for asked in (old, new):
        for day in ("2007-01-01", "2015-01-01"):
            answer = client.get(f"{asked.get_absolute_url()}?at={day}", follow=True)
            assert answer.status_code == 200 and len(answer.redirect_chain) <= 1


def test_a_circle_of_versions_ends(client):
    one, two = version(40, 2000), version(41, 2010)
    actions.relate(source=one, kind="replaces", target=two, by="system:test")
    actions.relate(source=two, kind="replaces", target=one, by="system:test")
    for asked in (one, two):
        answer = client.get(f"{asked.get_absolute_url()}?at=2015-01-01", follow=True)
        assert answer.status_code == 200 and len(answer.redirect_chain) <= 1


def test_where_no_day_is_known_the_version_asked_for_stays():
    old, new = version(50, 2000), version(51, 2010, effective=False)
    actions.relate(source=new, kind="replaces", target=old, by="system:test")
    assert version_on(own(old), date(2015, 1, 1)) == old
    assert own(old).validity_on(date(2015, 1, 1)).state is State.UNKNOWN


# --- clauses -----------------------------------------------------------------------------------------------------


def test_one_clause_is_amended_from_its_day_and_the_others_are_not():
    old, new = measures(60), measures(61, closing="本办法自2026年1月1日起施行。")
    actions.relate(source=new, kind="amends", target=old, by="system:test", clauses=["第二条"])
    old = own(old)
    first, before = date(2026, 1, 1), date(2025, 12, 31)
    assert old.validity_on(first, clause="第二条").reason.count("修改") == 1
    assert "修改" not in old.validity_on(first, clause="第一条").reason
    assert "修改" not in old.validity_on(before, clause="第二条").reason
    assert old.validity_on(first).state is State.IN_FORCE


def test_a_clause_that_is_asked_about_stays_unmarked_until_its_owner_answers(client):
    other = factories.unit("fangguan", "示例区房屋管理局", "区房管局")
    old, new = measures(62, unit=other), measures(63)
    relation = actions.relate(
        source=new, kind="amends", target=old, by=factories.publisher(), clauses=["第二条"]
    )
    assert "起已被" not in html(client.get(old.get_absolute_url()))
    actions.answer(relation=relation, by=factories.publisher(of=other), accepted=True)
    assert html(client.get(old.get_absolute_url())).count("起已被") == 1
