"""`gongkai doctor`: every fault that is made is found, said in words with its remedy, and told by the exit code."""

import json
import shutil
import socket
import sqlite3
import threading
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction

from gongkai.kernel import audit, clock, wake
from gongkai.project.backup import place
from gongkai.project.cli import doctor
from gongkai.project.cli.doctor import care, machine, record
from gongkai.project.cli.doctor.finding import SIGNS, Finding, judge
from tests.installation import Installation


def of(findings, check):
    """The one finding of a name."""
    (found,) = [each for each in findings if each.check == check]
    return found


# --- in words ------------------------------------------------------------------------------------------------


def test_a_line_says_in_words_how_it_is_why_it_matters_and_how_to_mend_it():
    line = judge("磁盘", False, "剩余 0.1 GB", "会停下", "请清理").line()
    assert line == "✗ 不好  磁盘：剩余 0.1 GB。会停下。请清理。"
    assert judge("磁盘", True, "剩余 9 GB", "会停下", "请清理").line() == "✓ 好  磁盘：剩余 9 GB。"
    assert all(any("\u4e00" <= c <= "\u9fff" for c in sign) for sign in SIGNS.values())
    assert judge("x", False, "", "", "", otherwise="warn").ok and not Finding("x", "bad", "").ok


def test_a_look_that_breaks_down_is_told_and_the_others_go_on():
    def broken():
        raise RuntimeError("存储连不上")

    (found,) = doctor._looked("原件", broken)
    assert not found.ok and "存储连不上" in found.what


# --- one by one ----------------------------------------------------------------------------------------------


@pytest.fixture
def folder(settings, tmp_path):
    """A data folder of this test alone."""
    settings.DATA_DIR = tmp_path
    tmp_path.chmod(0o700)
    return tmp_path


def test_a_data_folder_that_cannot_be_written_or_is_open_to_all_is_found(folder, settings):
    assert all(each.state == "good" for each in machine.folder())
    folder.chmod(0o755)
    assert of(machine.folder(), "数据目录权限").state == "warn"
    settings.DATA_DIR = "/proc"
    assert of(machine.folder(), "数据目录").state == "bad"


def test_keys_that_others_can_read_or_guess_are_found(folder, settings):
    (folder / "secret_key").write_text("x" * 60, encoding="ascii")
    (folder / "secret_key").chmod(0o600)
    assert of(machine.keys(), "密钥").ok
    (folder / "secret_key").chmod(0o644)
    found = of(machine.keys(), "密钥")
    assert not found.ok and "chmod 600" in found.mend
    (folder / "secret_key").chmod(0o600)
    settings.SECRET_KEY = "short"
    assert "GONGKAI_SECRET_KEY" in of(machine.keys(), "密钥").mend


@pytest.mark.parametrize(("free", "state"), [(0.5, "bad"), (2, "warn"), (50, "good")])
def test_little_space_is_found(folder, monkeypatch, free, state):
    monkeypatch.setattr(shutil, "disk_usage", lambda _: type("Usage", (), {"free": free * 2**30}))
    assert {each.state for each in machine.disk()} == {state}


def test_the_age_of_the_last_backup_is_judged(folder, settings):
    assert of(care.backup(), "备份").state == "warn"
    settings.PRODUCTION = True
    assert of(care.backup(), "备份").state == "bad"
    note = {"file": str(folder / "a.zip"), "bytes": 1, "lost": 0}
    place.note_backup({**note, "at": (clock.now() - timedelta(hours=3)).isoformat()})
    found = of(care.backup(), "备份")
    assert found.state == "good" and "不在原处" in found.what
    place.note_backup({**note, "at": (clock.now() - timedelta(days=3)).isoformat()})
    assert of(care.backup(), "备份").state == "warn"
    place.note_backup({**note, "at": clock.now().isoformat(), "lost": 2})
    assert "缺 2 份" in of(care.backup(), "备份").what


def test_holidays_that_are_not_announced_yet_are_found():
    for year, state in ((2025, "good"), (2026, "warn"), (2030, "bad")):
        with clock.frozen(datetime(year, 11, 30, tzinfo=UTC)):
            assert of(care.holidays(), "节假日").state == state, year


def test_mail_that_cannot_go_out_is_found(settings):
    settings.SMTP_URL = ""
    assert of(care.mail(), "邮件").state == "warn"
    settings.SMTP_URL, settings.MAIL_FROM = "smtp://127.0.0.1", ""
    half_set = of(care.mail(), "邮件")
    assert half_set.state == "bad" and "GONGKAI_MAIL_FROM" in half_set.what
    settings.MAIL_FROM, settings.PUBLIC_URL = "noreply@example.gov.cn", "http://127.0.0.1:8000"
    assert of(care.mail(), "邮件").state == "good"
    assert of(care.mail(), "邮件里的网址").state == "warn"
    settings.PUBLIC_URL = "https://www.example.gov.cn"
    assert of(care.mail(), "邮件里的网址").state == "good"


def test_a_public_site_that_is_not_safe_is_found(folder, settings):
    settings.PRODUCTION = True
    settings.SAMPLE_SITE = False
    settings.ALLOWED_HOSTS = ["gov.example"]
    settings.PUBLIC_URL = "https://gov.example"
    settings.SECURE_SSL_REDIRECT = False
    states = {each.check: each.state for each in care.safety()}
    assert states == {"域名": "good", "网址": "good", "示例": "good", "安全设置": "bad"}
    settings.ALLOWED_HOSTS = ["*"]
    settings.PUBLIC_URL = "http://127.0.0.1:8000"
    (folder / "sample_accounts").touch()
    assert {each.state for each in care.safety()} == {"bad"}


@pytest.mark.django_db
def test_dead_deliveries_and_a_worker_that_does_not_deliver_are_found(monkeypatch):
    state = {"pending": 3, "running": 0, "dead": 2, "oldest": 1000.0}
    monkeypatch.setattr(record.worker, "status", lambda: state)
    found = {each.check: each for each in record.deliveries()}
    assert not found["事件投递"].ok and "gongkai outbox retry" in found["事件投递"].mend
    assert not found["后台进程"].ok
    state.update(dead=0, oldest=None)
    found = {each.check: each for each in record.deliveries()}
    assert found["事件投递"].ok and found["后台进程"].state == "warn"


@pytest.mark.django_db
def test_a_worker_that_listens_is_seen_and_not_woken_by_being_looked_for(folder, monkeypatch):
    monkeypatch.setattr(record.worker, "status", lambda: {"pending": 0, "dead": 0, "oldest": None})
    assert of(record.deliveries(), "后台进程").state == "warn"
    woken, stop = threading.Event(), threading.Event()
    threads = wake.listen(woken.set, stop)
    try:
        if connection.vendor == "postgresql":
            assert woken.wait(5)  # Once at the beginning, for what was announced while nobody listened.
            woken.clear()
        assert of(record.deliveries(), "后台进程").state == "good"
        assert not woken.wait(0.2)
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    assert not wake.listening()


@pytest.mark.django_db
def test_a_clock_that_runs_behind_the_record_is_found():
    with transaction.atomic():
        audit.append("system:test", "tested", "test:1")
    assert of(record.clock(), "时钟").ok
    with clock.frozen(clock.now() - timedelta(days=400)):
        assert not of(record.clock(), "时钟").ok


@pytest.mark.django_db
def test_figures_that_nobody_confirmed_are_counted():
    found = of(record.figures(), "法定数值")
    assert found.state == "warn" and "没有与原文核对" in found.what


# --- a whole installation ------------------------------------------------------------------------------------


@pytest.mark.slow
def test_an_installation_is_examined_whole(tmp_path):
    site = Installation(tmp_path / "var")
    site.run("doctor", code=1)  # nothing is built yet
    site.run("prepare", "--sample")
    told = site.run("doctor")
    assert "0 项不好" in told and "✓ 好" in told and "! 注意" in told
    found = site.json("doctor", "--all")
    assert {"check", "state", "what", "why", "mend", "ok"} == set(found[0])
    assert all(each["why"] and each["mend"] for each in found if each["state"] != "good")
    checks = {each["check"]: each for each in found}
    assert {"SQLite", "数据库", "审计链", "原件", "检索索引", "事件投递", "备份", "时钟"} <= set(checks)
    site.run("backup", str(tmp_path / "a.zip"), "--unsealed")
    _spoil(site)
    broken = {each["check"]: each for each in json.loads(site.run("doctor", "--all", "--json", code=1))}
    assert {name for name, each in broken.items() if not each["ok"]} == {"审计链", "原件", "检索索引"}
    assert broken["备份"]["state"] == "good"


def _spoil(site):
    """Change the audit chain, an original and the index."""
    with closing(sqlite3.connect(site.folder / "gongkai.sqlite3")) as file, file:
        file.execute("DROP TRIGGER kernel_auditentry_no_update")
        file.execute("UPDATE kernel_auditentry SET actor = 'system:nobody' WHERE seq = 3")
    original = next(path for path in (site.folder / "originals").rglob("*") if path.is_file())
    original.write_bytes(b"something else")
    shutil.rmtree(site.folder / "index")


def test_a_database_that_cannot_be_reached_is_told_without_the_rest(tmp_path):
    url = f"postgres://nobody:secret@127.0.0.1:{_closed_port()}/none"
    site = Installation(tmp_path, GONGKAI_DATABASE_URL=url)
    told = site.run("doctor", code=1)
    assert "✗ 不好  数据库" in told and "审计链" not in told and "secret" not in told
    assert "节假日" in told


def _closed_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
