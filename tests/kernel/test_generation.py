"""The token of the public record: every committed change of a public table replaces it, nothing else does."""

import pytest
from django.core.management import call_command
from django.db import connection, transaction

from gongkai.kernel import clock, generation
from gongkai.kernel.models import Event
from gongkai.orgs.models import Unit, UnitGroup
from gongkai.policies.models import Likeness, Original, Policy

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _watched():
    """The tests' flush empties the token's row; begin anew."""
    generation.install(connection)


def change_of(act):
    """Whether ``act`` replaced the token."""
    before = generation.token(connection)
    assert before
    act()
    return generation.token(connection) != before


def policy(**values):
    return Policy.objects.create(title="示例", **{"live": True, **values})


def test_every_public_table_is_watched():
    assert generation.unwatched(connection) == []
    watched = {table for _name, table in generation.there(connection)}
    assert {"policies_policy", "policies_clause", "guides_service", "orgs_unit", "policies_topic"} <= watched
    assert not any(table.startswith(("kernel_", "django_session", "wagtail")) for table in watched)


def test_making_changing_and_removing_a_row_replace_it():
    assert change_of(policy)
    row = Policy.objects.get()
    assert change_of(lambda: Policy.objects.filter(pk=row.pk).update(title="另一个标题"))
    assert change_of(row.delete)


def test_many_rows_at_once_and_plain_sql_replace_it():
    assert change_of(
        lambda: Unit.objects.bulk_create(
            [Unit(code=f"u{n}", name=f"单位{n}", short_name="单位") for n in range(3)]
        )
    )

    def sql():
        with connection.cursor() as cursor:
            cursor.execute("UPDATE orgs_unit SET short_name = '改名'")

    assert change_of(sql)


def test_links_between_rows_replace_it():
    group = UnitGroup.objects.create(code="g", name="各部门")
    unit = Unit.objects.create(code="u", name="单位", short_name="单位")
    assert change_of(lambda: group.units.add(unit))


def test_a_change_that_is_rolled_back_does_not():
    def attempt():
        with pytest.raises(RuntimeError), transaction.atomic():
            policy()
            raise RuntimeError

    assert not change_of(attempt)


def test_a_file_joined_to_a_document_replaces_it():
    """The page lists it, and the action writes no row of the document itself."""
    assert generation.is_public(Likeness._meta.db_table)


def test_what_no_page_shows_does_not():
    row = policy()
    assert not change_of(lambda: Event.objects.create(kind="x", subject="y:1", recorded_at=clock.now()))
    assert not change_of(lambda: row.save_revision(clean=False))
    row.refresh_from_db()
    assert not change_of(lambda: Policy.objects.filter(pk=row.pk).update(has_unpublished_changes=True))


def test_drafts_come_change_and_go_without_it():
    """Whoever types at the desk must not empty the pages that are kept for everybody."""
    assert not change_of(lambda: policy(live=False))
    row = Policy.objects.get()
    assert not change_of(lambda: Policy.objects.filter(pk=row.pk).update(title="另一个标题"))
    assert change_of(lambda: Policy.objects.filter(pk=row.pk).update(live=True))
    assert change_of(lambda: Policy.objects.filter(pk=row.pk).update(live=False))
    assert not change_of(row.delete)


def test_a_file_counts_when_it_is_joined_or_no_longer_shown():
    row = policy()
    file = Original(sha256="a" * 64, name="a.pdf", format="pdf", size=1, taken_in_at=clock.now())
    assert not change_of(file.save)
    assert change_of(lambda: Original.objects.update(conceals=True))
    offered = Likeness(policy=row, original=file, state=Likeness.State.OFFERED, why="同一文号")
    assert not change_of(offered.save)
    assert change_of(lambda: Likeness.objects.update(state=Likeness.State.JOINED))


def test_it_never_comes_back_to_a_former_value():
    seen = {generation.token(connection)}
    for n in range(20):
        change_of(lambda n=n: Unit.objects.create(code=f"v{n}", name=f"第{n}个单位", short_name="v"))
        seen.add(generation.token(connection))
    assert len(seen) == 21


def test_migrating_again_leaves_the_watch_as_it_was():
    before = sorted(generation.there(connection))
    call_command("migrate", verbosity=0, interactive=False)
    assert sorted(generation.there(connection)) == before
    assert generation.unwatched(connection) == []


def test_a_table_that_is_not_watched_is_found():
    name, table = next(row for row in generation.there(connection) if row[1] == "orgs_unit")
    with connection.cursor() as cursor:
        cursor.execute(
            f'DROP TRIGGER "{name}"' + (f' ON "{table}"' if connection.vendor == "postgresql" else "")
        )
    missing = generation.unwatched(connection)
    # On SQLite three triggers watch a table; one of them gone is enough to miss a change.
    assert missing == ["orgs_unit"]
