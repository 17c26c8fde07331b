"""Handing in: every file that arrived is kept and a row, within limits, by those who may, seen by their unit alone."""

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from gongkai.kernel.models import AuditEntry, Delivery, Event
from gongkai.orgs.models import Role
from gongkai.policies.actions import Refused
from gongkai.policies.actions.upload import receive, shown_name
from gongkai.policies.models import Batch, Upload
from gongkai.policies.uploading import limits, quarantine, readers
from tests import factories
from tests.policies.record_world import housing, html
from tests.policies.upload_world import ADDRESS, JSON, again, hand_in, held, read, send, text

pytestmark = pytest.mark.django_db
ROLES_THAT_WRITE = (Role.CLERK, Role.PUBLISHER, Role.OFFICE)


@pytest.fixture(autouse=True)
def _world(originals_folder, settings, tmp_path, monkeypatch):
    settings.QUARANTINE_DIR = tmp_path / "quarantine"
    settings.CLAMD_URL = ""
    monkeypatch.setattr(readers, "begin", lambda: None)
    factories.unit()


def signed_in(person, **options):
    client = Client(**options)
    client.force_login(person)
    return client


def person_of(role):
    return factories.user(role, of=None if role in {Role.OFFICE, Role.NONE} else factories.unit())


# --- keeping ----------------------------------------------------------------------------------------------------


def test_every_file_of_the_form_is_kept_and_waits_for_the_worker():
    clerk = factories.user()
    answer = send(signed_in(clerk), text(1), text(2), ("空.txt", b""))
    batch = Batch.objects.get()
    assert answer.status_code == 302 and answer.url == reverse("records:batch", args=[batch.pk])
    assert (batch.by, batch.unit) == (clerk, clerk.unit)
    rows = list(batch.uploads.all())
    assert [row.name for row in rows] == ["1.txt", "2.txt", "空.txt"]
    assert {row.state for row in rows} == {"received"}
    assert quarantine.content(rows[0].stored_as) == factories.text_of(1)
    assert len(held()) == 3
    assert [e.kind for e in Event.objects.all()] == ["upload.received"] * 3
    assert Delivery.objects.count() == 3
    entry = AuditEntry.objects.get()
    assert (entry.actor, entry.action, entry.subject) == (
        clerk.reference,
        "policy.files_received",
        batch.reference,
    )


def test_the_quarantine_is_closed_to_others_of_the_machine(tmp_path):
    hand_in(factories.user(), text(1))
    folder = tmp_path / "quarantine"
    (file,) = (folder / place for place in held())
    assert folder.stat().st_mode & 0o077 == 0 and file.stat().st_mode & 0o077 == 0


def test_a_file_sent_again_after_a_lost_answer_is_the_same_file():
    client = signed_in(factories.user())
    once = send(client, text(1), batch="b" * 32, key="k" * 32, **JSON).json()
    twice = send(client, text(1), batch="b" * 32, key="k" * 32, **JSON).json()
    assert once == twice and once["kept"]
    assert Upload.objects.count() == Event.objects.count() == len(held()) == 1


def test_files_sent_one_by_one_come_into_one_batch_with_the_folders_above_them():
    client = signed_in(factories.user())
    for n in (1, 2):
        name, data = text(n)
        send(client, (name, data), batch="b" * 32, key=f"{n}" * 32, name=f"材料/一/{name}", **JSON)
    assert Batch.objects.count() == 1
    assert [row.name for row in Upload.objects.all()] == ["材料/一/1.txt", "材料/一/2.txt"]


def test_a_pasted_text_is_a_file_called_by_its_first_line():
    row = factories.user()
    send(signed_in(row), text_field="", text=factories.text_of(3).decode())
    readers.read_waiting()
    made = Upload.objects.get()
    assert made.name == "示例区民政局关于第3号测试事项的通知.txt"
    assert made.policy.document_number == "示例民发〔2026〕3号" and not made.policy.live


def test_what_systems_leave_in_folders_is_passed_over_and_said():
    answer = send(
        signed_in(factories.user()), text(1), ("Thumbs.db", b"x"), ("~$1.docx", b"x"), **JSON
    ).json()
    assert answer["kept"] and "Thumbs.db" in answer["notes"][0]
    assert Upload.objects.get().name == "1.txt" and len(held()) == 1


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/通知.docx", "etc/通知.docx"),
        ("C:\\文件\\通知.docx", "C:/文件/通知.docx"),
        ("一\x00二\u202e.docx", "一二.docx"),
        ("", "未命名"),
        ("长" * 400 + ".docx", "长" * 250 + ".docx"),
    ],
)
def test_a_name_is_shown_and_never_a_path(name, shown):
    assert shown_name(name) == shown


# --- limits -----------------------------------------------------------------------------------------------------


def test_a_file_over_the_limit_is_dropped_as_it_comes_and_told(settings):
    settings.MAX_UPLOAD_BYTES = 1024 * 1024
    answer = send(
        signed_in(factories.user()), ("大.pdf", b"%PDF" + b"x" * 1024 * 1024), text(1), **JSON
    ).json()
    assert "超过 1 MB" in answer["notes"][0]
    large, fits = Upload.objects.all()
    assert (large.state, large.kept, fits.state) == ("refused", False, "received")
    assert held() == [fits.stored_as]


def test_a_batch_holds_so_many_files_and_no_more(monkeypatch):
    monkeypatch.setattr(limits, "BATCH_FILES", 2)
    client = signed_in(factories.user())
    answer = send(client, text(1), text(2), text(3), batch="b" * 32, **JSON).json()
    assert answer["kept"] and "一批最多 2 个" in answer["notes"][0]
    refused = send(client, text(4), batch="b" * 32, **JSON).json()
    assert not refused["kept"] and refused["notes"]
    assert Upload.objects.count() == len(held()) == 2


def test_a_batch_holds_so_many_bytes_and_no_more(monkeypatch):
    one = len(factories.text_of(1))
    monkeypatch.setattr(limits, "BATCH_BYTES", one + 10)
    answer = send(signed_in(factories.user()), text(1), text(2), **JSON).json()
    assert answer["kept"] and answer["notes"] and len(held()) == 1


def test_a_form_that_says_it_is_too_large_is_refused_before_it_is_read(monkeypatch):
    monkeypatch.setattr(limits, "most_of_a_request", lambda: 100)
    answer = send(signed_in(factories.user()), text(1), **JSON)
    assert answer.status_code == 413 and not answer.json()["kept"]
    assert not Batch.objects.exists() and held() == []


def test_too_many_files_in_one_form_leave_nothing_behind(settings):
    settings.DATA_UPLOAD_MAX_NUMBER_FILES = 3
    answer = send(signed_in(factories.user()), *[text(n) for n in range(1, 6)])
    assert answer.status_code == 413 and "一批最多" in html(answer)
    assert not Upload.objects.exists() and held() == []


def test_a_full_disk_is_told_and_leaves_nothing_behind(monkeypatch):
    monkeypatch.setattr(quarantine, "_SPARE", 10**18)
    answer = send(signed_in(factories.user()), text(1), **JSON)
    assert answer.status_code == 507 and "存储空间不足" in answer.json()["notes"][0]
    assert answer.json()["again"]
    assert held() == []


def test_a_file_that_is_shorter_than_its_sender_says_is_no_file():
    client = signed_in(factories.user())
    name, data = text(1)
    answer = send(client, (name, data[:-1]), size=len(data), **JSON)
    assert answer.status_code == 400 and "没有完整送到" in answer.json()["notes"][0]
    assert answer.json()["again"]
    assert not Upload.objects.exists() and held() == []
    assert send(client, (name, data), size=len(data), **JSON).json()["kept"]


def test_an_empty_form_is_told_what_is_missing_and_opens_no_batch():
    for answer in (send(signed_in(factories.user())), signed_in(factories.user()).post(ADDRESS)):
        assert answer.status_code == 400 and "没有选择文件" in html(answer)
    assert not Batch.objects.exists() and not Event.objects.exists()


@pytest.mark.parametrize("wrong", [{"batch": "短"}, {"packing": "其他"}, {"key": "../../x" * 3}])
def test_a_form_that_our_page_did_not_make_is_refused_and_leaves_nothing_behind(wrong):
    answer = send(signed_in(factories.user()), text(1), **(wrong | JSON))
    assert answer.status_code == 409 and not Upload.objects.exists() and held() == []


def test_a_form_without_its_token_is_refused_and_leaves_nothing_behind():
    answer = send(signed_in(factories.user(), enforce_csrf_checks=True), text(1))
    assert answer.status_code == 403 and not Upload.objects.exists() and held() == []


# --- who may, who sees -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", list(Role))
def test_clerks_publishers_and_the_office_hand_in_and_nobody_else(role):
    person = (
        person_of(role) if role not in {Role.SYSTEM, Role.SECURITY, Role.AUDITOR} else factories.user(role)
    )
    client = signed_in(person)
    answers = {client.get(ADDRESS).status_code, send(client, text(1)).status_code}
    assert answers == ({200, 302} if role in ROLES_THAT_WRITE else {403})
    assert bool(held()) == (role in ROLES_THAT_WRITE)
    if role not in ROLES_THAT_WRITE:
        piece = quarantine.keep(b"x", name="x")
        with pytest.raises(PermissionDenied):
            receive(by=person, batch="b" * 32, pieces=[piece])


def test_a_stranger_is_led_to_the_login_and_what_was_sent_is_not_even_read():
    answer = send(Client(), text(1))
    assert answer.status_code == 302 and "login" in answer.url and held() == []


def test_nobody_sees_or_fills_another_units_batch():
    (row,) = hand_in(factories.user(), text(1), batch="b" * 32)
    page = reverse("records:batch", args=[row.batch_id])
    colleague, other = factories.user(), factories.user(of=housing())
    for person, code in (
        (colleague, 200),
        (factories.user(Role.REVIEWER, of=factories.unit()), 200),
        (factories.user(Role.OFFICE), 200),
        (factories.user(Role.AUDITOR), 200),
        (other, 404),
        (factories.user(Role.SYSTEM), 403),
    ):
        client = signed_in(person)
        assert client.get(page).status_code == client.get(f"{page}state/").status_code == code, person.role
        listed = client.get(reverse("records:uploads"))
        assert (page in html(listed)) == (code == 200)
    for person in (colleague, other):
        with pytest.raises(Refused):
            hand_in(person, text(2), batch="b" * 32)
    assert Upload.objects.count() == 1
    assert 'type="file"' not in html(signed_in(colleague).get(page)), "who did not open it adds nothing"


def test_the_list_may_be_narrowed_to_ones_own():
    mine, colleagues = factories.user(), factories.user()
    hand_in(mine, text(1))
    hand_in(colleagues, text(2))
    client = signed_in(mine)
    assert html(client.get(reverse("records:uploads"))).count("records/uploads/") > 2
    rows = client.get(reverse("records:uploads") + "?mine=1").context["page"].object_list
    assert [batch.by for batch in rows] == [mine]


def test_nothing_is_told_of_another_units_draft_but_that_it_is_there():
    secret = read(factories.user(of=housing()), *text(5, title="区房管局关于尚未公布事项的通知"))
    assert secret.policy.unit == housing()
    row = read(factories.user(), "同.txt", factories.text_of(5, title="区房管局关于尚未公布事项的通知"))
    assert row.outcome == "unchanged" and row.policy == secret.policy
    page = reverse("records:batch", args=[row.batch_id])
    theirs = html(signed_in(row.batch.by).get(page))
    assert "尚未公布" not in theirs and "其他单位" in theirs
    assert "尚未公布" in html(signed_in(factories.user(Role.OFFICE)).get(page))


# --- the page -----------------------------------------------------------------------------------------------------


def test_the_page_of_a_batch_says_what_became_of_each_file_and_leads_on():
    clerk = factories.user()
    draft = read(clerk, *text(1), batch="b" * 32)
    known = read(clerk, "again.txt", factories.text_of(1), batch="b" * 32)
    taken = read(
        clerk, "other.txt", factories.text_of(1, body="一、全文另有改动\n改动后的内容。"), batch="b" * 32
    )
    more = read(
        clerk, "more.txt", factories.text_of(1).replace("，".encode(), "，\n".encode()), batch="b" * 32
    )
    wrong = read(clerk, "x.exe.docx", b"MZ\x90\x00" + b"\0" * 300, batch="b" * 32)
    (waits,) = hand_in(clerk, text(9), batch="b" * 32)
    outcomes = [again(row).outcome for row in (draft, known, taken, more, wrong, waits)]
    assert outcomes == ["draft", "unchanged", "same_number", "offered", "unreadable", ""]
    page = html(signed_in(clerk).get(reverse("records:batch", args=[draft.batch_id])))
    for words in (
        "核对草稿《示例区民政局关于第1号测试事项的通知》",
        "已有这份文件",
        "请在工作台更新原记录",
        "确认是不是《",
        "这是程序文件",
        "已收到，等待读取",
        "已读完 4 个，没有收下 1 个，还在等待或读取 1 个",
    ):
        assert words in page, words
    assert f"/{draft.policy.pk}/" in page


def test_the_page_shows_how_far_a_long_reading_is():
    clerk = factories.user()
    (row,) = hand_in(clerk, text(1))
    Upload.objects.update(state="reading", pages=20, pages_done=3)
    page = html(signed_in(clerk).get(reverse("records:batch_state", args=[row.batch_id])))
    assert "已读 3 / 20 页" in page and 'max="20" value="3"' in page and 'data-open="1"' in page


def test_the_menu_offers_the_page_to_those_who_may():
    assert ADDRESS in html(signed_in(factories.user()).get(ADDRESS))
    uploads = reverse("records:uploads")
    assert ADDRESS not in html(signed_in(factories.user(Role.AUDITOR)).get(uploads))
