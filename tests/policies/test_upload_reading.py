"""Reading what was handed in: each file one draft of the right unit, what is unfit refused in words, nothing left behind."""

import io
import os
import zipfile
from datetime import timedelta

import pytest

from gongkai.kernel import clock, outbox, processes
from gongkai.kernel.models import AuditEntry, Event
from gongkai.orgs.models import Role
from gongkai.policies.models import Likeness, Original, Policy, Upload
from gongkai.policies.uploading import claims, quarantine, readers, reading
from gongkai.project.wiring import EVENTS, JOBS
from gongkai.reading.formats import detect
from tests import factories
from tests.kernel.clamd import EICAR, clamd
from tests.policies.record_world import housing
from tests.policies.upload_world import again, hand_in, held, read, text, zipped
from tests.reading.soffice import directory
from tests.reading.test_pdf import ENCRYPTED, WORDS, pdf_of, text_at
from tests.reading.test_refusals import bomb, locked

pytestmark = pytest.mark.django_db
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 60
NOTICE = factories.text_of(1)


@pytest.fixture(autouse=True)
def _world(originals_folder, settings, tmp_path, monkeypatch):
    settings.QUARANTINE_DIR = tmp_path / "quarantine"
    settings.CLAMD_URL = ""
    monkeypatch.setattr(readers, "begin", lambda: None)
    monkeypatch.setattr(claims, "_in_hand", set())
    factories.unit()


def actions_of_the_chain():
    return list(AuditEntry.objects.order_by("seq").values_list("actor", "action"))


# --- a draft -----------------------------------------------------------------------------------------------------


def test_a_file_becomes_a_draft_of_its_reader_and_leaves_the_quarantine():
    clerk = factories.user()
    row = read(clerk, "通知.txt", NOTICE)
    policy = row.policy
    assert (row.state, row.outcome, row.kept, row.attempts) == ("done", "draft", False, 1)
    assert (policy.document_number, policy.unit, policy.live) == ("示例民发〔2026〕1号", clerk.unit, False)
    assert policy.original.sha256 == row.sha256 and held() == []
    assert (clerk.reference, "policy.taken_in") in actions_of_the_chain()
    assert not Event.objects.filter(kind="policy.published").exists()


def test_not_even_what_a_publisher_hands_in_is_published():
    assert not read(factories.user(Role.PUBLISHER), "通知.txt", NOTICE).policy.live


def test_a_long_file_tells_how_far_it_is(monkeypatch):
    monkeypatch.setattr(reading, "_TELL_SECONDS", 0)
    told = []
    keep = claims.keep
    monkeypatch.setattr(claims, "keep", lambda row, done, of: (told.append((done, of)), keep(row, done, of)))
    row = read(factories.user(), "长.pdf", pdf_of([text_at(WORDS, 100, 700)] * 3))
    assert told == [(1, 3), (2, 3), (3, 3)]
    assert (row.pages_done, row.pages, row.outcome) == (3, 3, "draft")


@pytest.mark.parametrize(
    ("role", "issuer", "owner"),
    [
        (Role.CLERK, "示例区民政局", "minzheng"),
        (Role.CLERK, "示例区房屋管理局", "minzheng"),
        (Role.CLERK, "外地某局", "minzheng"),
        (Role.PUBLISHER, "示例区房屋管理局", "minzheng"),
        (Role.OFFICE, "示例区房屋管理局", "fangguan"),
        (Role.OFFICE, "外地某局", "fuban"),
    ],
)
def test_a_draft_belongs_to_the_unit_that_may_go_on_with_it(role, issuer, owner):
    housing()
    office = factories.unit("fuban", "示例区人民政府办公室", "区府办")
    person = factories.user(role, of=office if role == Role.OFFICE else factories.unit())
    data = NOTICE.decode().replace("示例区民政局", issuer).encode()
    row = read(person, "通知.txt", data)
    policy = row.policy
    assert policy.unit.code == owner
    assert policy.get_latest_revision_as_object().unit.code == owner, "the draft says the same as the row"
    assert ("先归" in row.sentence) == (role != Role.OFFICE and issuer == "示例区房屋管理局")


def test_the_same_file_twice_in_one_batch_is_one_record():
    one, two = hand_in(factories.user(), ("a.txt", NOTICE), ("b.txt", NOTICE))
    assert readers.read_waiting() == 2
    assert (again(one).outcome, again(two).outcome) == ("draft", "unchanged")
    assert again(one).policy == again(two).policy and Policy.objects.count() == 1 and held() == []


def test_another_file_of_a_document_is_offered_and_stays_with_its_record():
    clerk = factories.user()
    first = read(clerk, "a.txt", NOTICE)
    row = read(clerk, "b.txt", NOTICE.replace("，".encode(), "，\n".encode()))
    assert row.outcome == "offered" and row.policy == first.policy
    assert Likeness.objects.get().original.sha256 == row.sha256


# --- refused for what is in it -----------------------------------------------------------------------------------

SCRIPT = b"<script>alert(1)</script>"
UNFIT = {
    "程序改名": (b"MZ\x90\x00" + b"\0" * 400, "程序文件"),
    "Linux 程序": (b"\x7fELF" + b"\1" * 400, "程序文件"),
    "脚本": ("#!/bin/sh\necho 通知\n".encode(), "程序代码"),
    "网页程序": ("<?php echo '通知'; ?>".encode(), "程序代码"),
    "带程序的 SVG": (
        b'<?xml version="1.0"?>\n<!-- a --><svg xmlns="http://www.w3.org/2000/svg">' + SCRIPT,
        "SVG",
    ),
    "SVG": ("<svg onload='x()'><text>关于某事的通知</text></svg>".encode(), "SVG"),
    "像 PDF 的网页": (b"<html>" + SCRIPT + b"%PDF-1.4\n", "两种格式"),
    "像图片的网页": (b"\x89PNG\r\n\x1a\n\0\0<html>" + SCRIPT, "两种格式"),
    "像网页的压缩包": (
        ("<html><p>关于某事的通知</p>" * 300).encode() + zipped({"a.txt": NOTICE}),
        "两种格式",
    ),
    "空的": (b"", "空的"),
    "只有空白": (b" \r\n\t", "空的"),
    "全是零": (bytes(5000), "不是能读的文件"),
    "没有中文": (b"var a = 1; alert(a);", "没有中文"),
    "带宏的 Word": (zipped({"word/document.xml": b"<a/>", "word/vbaProject.bin": b"x"}), "宏"),
    "带宏的旧 Word": (directory("WordDocument", "_VBA_PROJECT"), "宏"),
    "加密的 Word": (directory("EncryptionInfo", "EncryptedPackage"), "加密"),
    "加密的 PDF": (pdf_of([text_at(WORDS, 100, 700)], trailer=ENCRYPTED), "密码"),
    "坏的 PDF": (b"%PDF-1.4 nothing more", "损坏"),
    "RAR": (b"Rar!\x1a\x07\x00", "RAR"),
    "加密的压缩包": (locked(zipped({"a.txt": NOTICE})), "加密"),
    "压缩炸弹": (bomb(), "展开后过大"),
    "空的压缩包": (zipped({"a/": b"", "__MACOSX/x": b"y"}), "没有文件"),
    "向外的文件名": (zipped({"../../etc/passwd": NOTICE}), "指向压缩包以外"),
    "盘符": (zipped({"C:\\a.txt": NOTICE}), "指向压缩包以外"),
    "根目录": (zipped({"/etc/a.txt": NOTICE}), "指向压缩包以外"),
    "装着程序的压缩包": (zipped({"通知.txt": NOTICE, "附件.docx": b"MZ" + b"\0" * 99}), "里面的“附件.docx”"),
}


@pytest.mark.parametrize("kind", UNFIT)
def test_what_is_unfit_is_refused_in_words_and_its_bytes_are_gone(kind):
    data, words = UNFIT[kind]
    row = read(factories.user(), "通知.docx", data)
    assert (row.state, row.outcome, row.policy) == ("refused", "unreadable", None), row.sentence
    assert words in row.sentence and row.sentence.endswith("。")
    assert not Policy.objects.exists() and not Original.objects.exists() and held() == []


def test_the_cases_stand_for_what_they_are_called():
    assert detect(UNFIT["像 PDF 的网页"][0]) == "pdf" and detect(UNFIT["像图片的网页"][0]) == "image"
    assert zipfile.is_zipfile(io.BytesIO(UNFIT["像网页的压缩包"][0]))
    assert len(UNFIT["压缩炸弹"][0]) < 1024 * 1024


@pytest.mark.parametrize("mark", ["秘密★1年", "机密"])
def test_of_a_file_with_a_mark_of_secrecy_nothing_stays_but_the_fact(mark, tmp_path, caplog):
    clerk = factories.user()
    secret = f"{mark}\n".encode() + factories.text_of(12, title="示例区关于青铜计划的通知")
    row = read(clerk, "青铜计划.txt", secret)
    assert (row.state, row.outcome) == ("refused", "classified")
    assert "保守国家秘密法" in row.sentence
    assert (row.name, row.size, row.sha256, row.token, row.kept) == (
        "（带有密级标志的文件）",
        0,
        "",
        "",
        False,
    )
    assert held() == [] and not Original.objects.exists() and not Policy.objects.exists()
    assert (clerk.reference, "policy.classified_refused") in actions_of_the_chain()
    everything = "".join(str(list(table.objects.values())) for table in (Upload, Event, AuditEntry))
    assert "青铜" not in everything + caplog.text
    left = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert "青铜".encode() not in left


def test_its_blocks_are_overwritten_before_its_name_goes(monkeypatch, tmp_path):
    seen = []
    unlink = type(tmp_path).unlink
    monkeypatch.setattr(
        type(tmp_path),
        "unlink",
        lambda path, **more: (seen.append(path.read_bytes() if path.exists() else b""), unlink(path, **more)),
    )
    read(factories.user(), "a.txt", "机密★1年\n".encode() + NOTICE)
    assert len(seen[-1]) >= len(NOTICE) and set(seen[-1]) == {0}


@pytest.mark.parametrize("packing", ["judged", "one", "many"])
def test_a_secret_file_in_a_zip_takes_the_whole_zip_or_itself_alone_with_it(packing):
    files = {"通知.txt": NOTICE, "密.txt": "机密★1年\n".encode() + factories.text_of(2)}
    row = read(factories.user(), "青铜.zip", zipped(files), packing=packing)
    readers.read_waiting()
    if packing == "many":
        outcomes = [child.outcome for child in row.children.all()]
        assert outcomes == ["draft", "classified"]
    else:
        assert row.outcome == "classified" and row.name != "青铜.zip" and not Policy.objects.exists()
    assert [action for _by, action in actions_of_the_chain()].count("policy.classified_refused") == 1
    assert held() == []


# --- zip ---------------------------------------------------------------------------------------------------------

MATTER = {
    "示例区民政局关于第1号测试事项的通知.txt": NOTICE,
    "附件1.txt": "附件1\n\n补贴标准\n\n一、每人每天十元，由街道按月发放。\n".encode(),
}
SEVERAL = {"一/1.txt": factories.text_of(1), "一/2.txt": factories.text_of(2), "3.txt": factories.text_of(3)}


@pytest.mark.parametrize("packing", ["judged", "one"])
def test_a_notice_with_its_attachment_is_one_document(packing):
    row = read(factories.user(), "a.zip", zipped(MATTER), packing=packing)
    assert row.outcome == "draft" and not row.children.exists()
    assert [part.label for part in row.policy.parts if part.label] == ["附件"]


@pytest.mark.parametrize("packing", ["judged", "many"])
def test_files_with_numbers_of_their_own_become_documents_of_their_own(packing):
    row = read(factories.user(), "a.zip", zipped(SEVERAL), packing=packing)
    assert row.outcome == "unpacked" and row.policy is None
    readers.read_waiting()
    children = list(row.children.all())
    assert [child.name for child in children] == list(SEVERAL)
    assert {child.outcome for child in children} == {"draft"} and Policy.objects.count() == 3
    assert {child.batch_id for child in children} == {row.batch_id} and held() == []
    assert Event.objects.filter(kind="upload.received").count() == 4


def test_a_person_may_say_that_files_with_numbers_are_one_document():
    row = read(factories.user(), "a.zip", zipped(SEVERAL), packing="one")
    assert row.outcome == "draft" and Policy.objects.count() == 1


def test_names_in_the_encoding_of_windows_are_read_as_they_were_meant():
    packed = zipped({"AAAA.txt": factories.text_of(1), "b.txt": factories.text_of(2)})
    packed = packed.replace(b"AAAA.txt", "通知.txt".encode("gbk"))
    row = read(factories.user(), "a.zip", packed, packing="many")
    assert [child.name for child in row.children.all()] == ["通知.txt", "b.txt"]


def test_a_zip_in_a_zip_is_opened_and_a_third_is_told():
    inner = zipped({"深.txt": factories.text_of(3)})
    packed = zipped(
        {"1.txt": factories.text_of(1), "里.zip": zipped({"2.txt": factories.text_of(2), "更里.zip": inner})}
    )
    row = read(factories.user(), "a.zip", packed, packing="many")
    assert "没有打开" in row.sentence
    readers.read_waiting()
    outcomes = {child.name: child.outcome for child in row.children.all()}
    assert outcomes == {"1.txt": "draft", "里.zip/2.txt": "draft", "里.zip/更里.zip": "unreadable"}
    assert "层层套着" in row.children.get(name="里.zip/更里.zip").sentence


# --- the virus scanner -------------------------------------------------------------------------------------------


def test_an_infected_file_is_refused_and_erased(settings):
    with clamd() as server:
        settings.CLAMD_URL = server.url
        row = read(factories.user(), "a.txt", NOTICE + EICAR)
    assert (row.state, row.outcome) == ("refused", "infected") and "Eicar" in row.sentence
    assert held() == [] and not Policy.objects.exists()
    assert "policy.infected_refused" in {action for _by, action in actions_of_the_chain()}


def test_a_full_disk_costs_a_zip_no_try_and_leaves_no_pieces(monkeypatch):
    keep, kept = quarantine.keep, []

    def full(data, *, name):
        if kept:
            raise quarantine.FullError
        kept.append(keep(data, name=name))
        return kept[0]

    several = zipped({f"{n}.txt": factories.text_of(n) for n in (901, 902)})
    (row,) = hand_in(factories.user(), ("a.zip", several))
    monkeypatch.setattr(quarantine, "keep", full)
    for _try in range(reading.ATTEMPTS + 2):
        Upload.objects.update(due_at=clock.now())
        readers.read_waiting()
        kept.clear()
        assert again(row).state == "received" and "磁盘已满" in again(row).sentence
    assert held() == [row.stored_as]
    monkeypatch.undo()
    Upload.objects.update(due_at=clock.now())
    readers.read_waiting()
    assert again(row).outcome == "unpacked"


def test_what_cannot_be_scanned_waits_and_is_read_when_the_scanner_is_back(settings):
    settings.CLAMD_URL = "tcp://127.0.0.1:1"
    row = read(factories.user(), "a.txt", NOTICE)
    for _try in range(reading.ATTEMPTS + 2):
        assert (row.state, row.policy) == ("received", None) and "自动再查" in row.sentence
        assert not claims.due().exists() and len(held()) == 1
        Upload.objects.update(due_at=clock.now())
        readers.read_waiting()
        row = again(row)
    with clamd() as server:
        settings.CLAMD_URL = server.url
        Upload.objects.update(due_at=clock.now())
        readers.read_waiting()
        assert server.heard == [NOTICE]
    assert again(row).outcome == "draft" and again(row).sentence == "" and held() == []


def test_every_file_of_a_zip_is_scanned_by_itself_too(settings):
    with clamd() as server:
        settings.CLAMD_URL = server.url
        read(factories.user(), "a.zip", zipped(SEVERAL), packing="many")
        readers.read_waiting()
        assert server.heard[1:] == list(SEVERAL.values())


# --- tried again, given up, taken over ------------------------------------------------------------------------------


def test_our_own_fault_is_tried_again_and_then_given_up_in_words(monkeypatch, caplog):
    def broken(**_values):
        raise RuntimeError("青铜")

    monkeypatch.setattr(reading, "take_in", broken)
    row = read(factories.user(), "a.txt", NOTICE)
    for n in range(1, reading.ATTEMPTS):
        assert (row.state, row.attempts) == ("received", n)
        Upload.objects.update(due_at=clock.now())
        readers.read_waiting()
        row = again(row)
    assert (row.state, row.outcome) == ("refused", "failed") and "管理员" in row.sentence
    assert held() == []


def test_bytes_that_are_gone_or_changed_are_told(tmp_path):
    for change in (lambda path: path.unlink(), lambda path: path.write_bytes(b"x")):
        (row,) = hand_in(factories.user(), ("a.txt", NOTICE))
        change(tmp_path / "quarantine" / row.stored_as)
        readers.read_waiting()
        assert again(row).outcome == "lost" and "重新上传" in again(row).sentence


def claimed(by=None):
    (row,) = hand_in(by or factories.user(), ("a.txt", NOTICE))
    found = claims.claim()
    assert found.pk == row.pk and claims.claim() is None
    return found


def test_what_a_dead_reader_held_is_read_by_the_next():
    row = claimed()
    claims.release(row)
    assert claims.tidy(most=9), "dropped by a thread of this process: taken back at once"
    Upload.objects.filter(pk=row.pk).update(state="reading", reader="elsewhere:1:1", lease_until=clock.now())
    assert claims.tidy(most=9)
    assert readers.read_waiting() == 1 and again(row).outcome == "draft" and Policy.objects.count() == 1


def test_what_somebody_reads_is_left_to_them_until_the_lease_ends():
    row = claimed()
    other = "elsewhere:1:1"
    Upload.objects.filter(pk=row.pk).update(reader=other, lease_until=clock.now() + timedelta(minutes=5))
    claims.release(row)
    assert not processes.is_gone(other) and not claims.tidy(most=9)
    assert again(row).state == "reading"


def test_who_lost_the_row_writes_nothing(monkeypatch):
    """A reader that hung for long finds somebody else's claim: its record is rolled back with its outcome."""
    row = claimed()
    Upload.objects.filter(pk=row.pk).update(reader="elsewhere:1:1")
    reading.read_claimed(row)
    assert not Policy.objects.exists() and again(row).state == "reading"
    assert held() == [row.stored_as], "the other one still needs the bytes"


def test_a_kill_between_outcome_and_clearing_is_made_good():
    row = claimed()
    claims.close(row, state="refused", outcome="unreadable", sentence="x")
    claims.release(row)
    assert len(held()) == 1
    claims.tidy(most=9)
    assert held() == [] and not again(row).kept


def test_a_file_that_kills_its_readers_is_given_up():
    row = claimed()
    for _death in range(reading.ATTEMPTS):
        claims.release(row)
        Upload.objects.filter(state="reading").update(reader="elsewhere:1:1", lease_until=clock.now())
        claims.tidy(most=reading.ATTEMPTS)
        claims.claim()
    assert again(row).outcome == "failed"


def test_nothing_small_waits_for_a_book():
    rows = hand_in(factories.user(), ("书.txt", NOTICE + b"\n" * 500), ("短.txt", factories.text_of(2)))
    assert claims.claim(smallest=True).pk == rows[1].pk
    assert claims.claim().pk == rows[0].pk


def test_what_waits_for_seven_days_and_what_has_no_row_is_cleared(tmp_path):
    (old,) = hand_in(factories.user(), ("a.txt", NOTICE))
    (young,) = hand_in(factories.user(), text(2))
    Upload.objects.filter(pk=old.pk).update(received_at=clock.now() - timedelta(days=8))
    stray, fresh = quarantine.keep(b"1", name="x"), quarantine.keep(b"2", name="y")
    # The first file of a form of many over a slow line waits for hours until the rows of all are written.
    for piece, hours in ((stray, 25), (fresh, 3)):
        then = (clock.now() - timedelta(hours=hours)).timestamp()
        os.utime(tmp_path / "quarantine" / piece.stored_as, (then, then))
    readers.clear()
    assert again(old).state == "refused" and "七天" in again(old).sentence
    assert held() == sorted([young.stored_as, fresh.stored_as])


def test_the_event_wakes_the_readers_and_the_jobs_look_after_what_is_left(monkeypatch):
    woken = []
    monkeypatch.setattr(readers, "begin", lambda: woken.append(1))
    hand_in(factories.user(), text(1))
    outbox.drain()
    assert woken == [1] and EVENTS["upload.received"]
    assert {"read-uploads", "clear-uploads"} <= {job.name for job in JOBS}
    readers.sweep()
    assert woken == [1, 1]
    readers.read_waiting()
    readers.sweep()
    assert woken == [1, 1], "nothing waits"
