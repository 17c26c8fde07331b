"""Whatever is done to the audit chain afterwards is found, and the database refuses the ordinary ways of doing it."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection, transaction

from gongkai.kernel import append_only, audit
from gongkai.kernel.models import AuditEntry, Series

pytestmark = pytest.mark.django_db
FACTS = {"name": "张三", "on": date(2025, 12, 1), "fee": Decimal("12.50")}


@pytest.fixture
def chain():
    """Ten entries, open to tampering."""
    append_only.remove(connection)
    return [audit.append("user:12", "policies.publish", f"policies.Policy:{n}", n=n) for n in range(1, 11)]


def test_an_untouched_chain_holds_and_tells_its_head(chain):
    found = audit.verify(expected_head=f"4:{chain[3].hash}")
    assert (found.ok, found.count, found.first_bad, found.why) == (True, 10, None, "")
    assert found.head == audit.head() == f"10:{chain[9].hash}"
    assert audit.verify(expected_head=found.head).ok


def test_an_empty_chain_holds():
    found = audit.verify()
    assert (found.ok, found.count, found.head) == (True, 0, audit.head())
    assert audit.verify(expected_head=found.head).ok


@pytest.mark.parametrize(
    "change",
    [
        {"actor": "user:13"},
        {"action": "policies.withdraw"},
        {"subject": "policies.Policy:999"},
        {"digest": "0" * 64},
        {"previous": "0" * 64},
        {"hash": "f" * 64},
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_changed_field_is_found_where_it_was_changed(chain, change):
    AuditEntry.objects.filter(seq=5).update(**change)
    found = audit.verify()
    assert (found.ok, found.first_bad, found.count) == (False, 5, 4)
    assert "第 5 条" in found.why


def test_a_changed_moment_is_found(chain):
    from datetime import timedelta

    AuditEntry.objects.filter(seq=5).update(at=chain[4].at + timedelta(microseconds=1))
    assert audit.verify().first_bad == 5


def test_a_change_with_a_new_hash_is_found_at_the_next_entry(chain):
    entry = AuditEntry.objects.get(seq=5)
    entry.actor = "user:13"
    AuditEntry.objects.filter(seq=5).update(actor=entry.actor, hash=audit._seal(entry))
    found = audit.verify()
    assert (found.ok, found.first_bad) == (False, 6)
    assert "没有接在" in found.why


def test_a_deletion_in_the_middle_is_found(chain):
    AuditEntry.objects.filter(seq=5).delete()
    found = audit.verify()
    assert (found.ok, found.first_bad) == (False, 5)
    assert "删除" in found.why


def test_an_insertion_with_renumbering_is_found(chain):
    for entry in reversed(chain[4:]):
        AuditEntry.objects.filter(seq=entry.seq).update(seq=entry.seq + 1)
    forged = AuditEntry(seq=5, at=chain[3].at, actor="user:1", action="x", subject="y", digest="0" * 64)
    forged.previous = chain[3].hash
    forged.hash = audit._seal(forged)
    forged.save(force_insert=True)
    Series.objects.filter(name=audit.SERIES).update(last=11)
    assert audit.verify().first_bad == 6


@pytest.mark.parametrize("seq", [0, -3])
def test_an_insertion_before_the_beginning_is_found(chain, seq):
    AuditEntry.objects.create(
        seq=seq, at=chain[0].at, actor="a", action="x", subject="y", digest="", previous="", hash=""
    )
    found = audit.verify()
    assert (found.ok, found.first_bad) == (False, 1)
    assert "插入" in found.why


def test_two_entries_changing_places_are_found(chain):
    for old, new in ((5, 99), (6, 5), (99, 6)):
        AuditEntry.objects.filter(seq=old).update(seq=new)
    assert audit.verify().first_bad == 5


def test_a_tail_cut_off_is_found_by_the_counter(chain):
    AuditEntry.objects.filter(seq__gt=7).delete()
    found = audit.verify()
    assert (found.ok, found.count, found.first_bad) == (False, 7, 8)
    assert "第 8 至 10 条" in found.why


def test_a_tail_cut_off_together_with_the_counter_is_found_by_an_anchor(chain):
    anchor = audit.head()
    AuditEntry.objects.filter(seq__gt=7).delete()
    Series.objects.filter(name=audit.SERIES).update(last=7)
    assert audit.verify().ok  # Nothing inside the database can tell.
    assert audit.verify(expected_head=anchor).first_bad == 8


def test_a_chain_written_anew_from_the_middle_is_found_by_an_anchor(chain):
    anchor = audit.head()
    previous = chain[3].hash
    for entry in chain[4:]:
        entry.actor, entry.previous = "user:13", previous
        previous = entry.hash = audit._seal(entry)
        AuditEntry.objects.filter(seq=entry.seq).update(
            actor=entry.actor, previous=entry.previous, hash=entry.hash
        )
    assert audit.verify().ok
    found = audit.verify(expected_head=anchor)
    assert (found.ok, found.first_bad) == (False, 10)
    assert "链头" in found.why


def test_an_entry_added_past_the_counter_is_found(chain):
    forged = AuditEntry(seq=11, at=chain[9].at, actor="user:1", action="x", subject="y", digest="0" * 64)
    forged.previous = chain[9].hash
    forged.hash = audit._seal(forged)
    forged.save(force_insert=True)
    found = audit.verify()
    assert (found.ok, found.first_bad) == (False, 11)
    assert "绕过" in found.why


def test_a_malformed_anchor_is_refused():
    with pytest.raises(ValueError, match="链头"):
        audit.verify(expected_head="12")


def test_progress_is_told(chain, monkeypatch):
    monkeypatch.setattr(audit, "_CHUNK", 4)
    told = []
    audit.verify(progress=lambda done, total: told.append((done, total)))
    assert told == [(4, 10), (8, 10), (10, 10)]


def test_facts_are_not_in_the_chain_but_can_be_proved(settings):
    entry = audit.append("user:1", "foi.accept", "foi.Request:1", **FACTS)
    assert audit.matches(entry, **FACTS)
    assert not audit.matches(entry, **{**FACTS, "name": "李四"})
    assert "张三" not in str(list(AuditEntry.objects.values_list()))
    again = audit.append("user:1", "foi.accept", "foi.Request:1", **FACTS)
    assert again.digest != entry.digest  # Equal facts do not show as equal.
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another"
    assert audit.matches(entry, **FACTS)
    settings.SECRET_KEY_FALLBACKS = []
    assert not audit.matches(entry, **FACTS)
    assert audit.verify().ok  # The chain itself needs no key.


def test_a_fact_without_one_spelling_is_refused():
    with pytest.raises(TypeError, match="object"):
        audit.append("user:1", "x", "y", fact=object())


@pytest.mark.parametrize("actor", ["张三", "user:a@b.cn", "user 12", "", "user:"])
def test_what_is_not_a_reference_is_kept_out(actor):
    with pytest.raises(ValueError, match="引用"):
        audit.append(actor, "foi.accept", "foi.Request:1")
    assert not Series.objects.filter(name=audit.SERIES).exists()


def test_a_rollback_leaves_no_gap_in_the_chain():
    audit.append("user:1", "x", "y")
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        audit.append("user:1", "x", "y")
        _ = 1 / 0
    assert audit.append("user:1", "x", "y").seq == 2
    assert audit.verify().ok


def test_many_writers_at_once_make_one_chain(world):
    child = world.start("seal", 2, 9)
    world.run("seal", 2, 9)
    world.finish(child)
    assert world.run("seal", 1, 1) == [True, 25, ""]


def test_the_migrated_database_refuses_change_deletion_and_truncation(world):
    found = world.run("tamper")
    assert found["left"] == 1
    assert all(append_only.REFUSAL in answer for answer in found["answers"])
    assert len(found["answers"]) == (3 if world.url else 2)


def test_the_refusal_can_be_lifted_and_restored_any_number_of_times():
    from django.db import IntegrityError

    audit.append("user:1", "x", "y")
    for _ in range(2):
        append_only.install(connection)
        append_only.install(connection)
        with pytest.raises(IntegrityError, match="只能追加"), transaction.atomic():
            AuditEntry.objects.update(actor="user:2")
        append_only.remove(connection)
        append_only.remove(connection)
        assert AuditEntry.objects.update(actor="user:2") == 1
