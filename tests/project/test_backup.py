"""Backup and restore: an installation that was destroyed comes back as it was, and nothing broken passes for a backup."""

import json
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
import zipfile
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg
import pytest

from gongkai.kernel import processes
from gongkai.project.backup import archive, place
from tests.factories import text_of
from tests.installation import ROOT, Installation
from tests.postgres import start

PASSPHRASE = "牡丹 seven 书架 lamp"


def installed(folder, **env):
    """An installation whose passphrase is in the environment."""
    return Installation(folder, GONGKAI_BACKUP_PASSPHRASE=PASSPHRASE, **env)


@contextmanager
def database_of(site):
    """The SQLite file of an installation, committed and closed in the end."""
    with closing(sqlite3.connect(site.folder / "gongkai.sqlite3")) as file, file:
        yield file


def facts(path):
    """All that an archive holds, but for when it was made and which it is."""
    manifest = json.loads(zipfile.ZipFile(path).read("manifest.json"))
    names = ("tables", "sequences", "audit_head", "originals", "migrations", "keys", "index")
    return {name: manifest[name] for name in names}


@pytest.fixture(scope="module")
def kept(tmp_path_factory, fill_with_sample):
    """An installation with the sample, and its backup."""
    folder = tmp_path_factory.mktemp("kept")
    site = installed(folder / "var")
    fill_with_sample(site.folder)
    # What the worker would have done by now: a restored installation has its index built anew.
    site.run("index", "rebuild")
    # An id that was given to a record which is gone: it must not be given to another one.
    with database_of(site) as file:
        file.execute("UPDATE sqlite_sequence SET seq = 900 WHERE name = 'policies_policy'")
    told = site.run("backup", str(folder / "one.zip"))
    assert "已用口令封存" in told and "备份含个人信息，没有加密" in told
    return site, folder / "one.zip"


def test_a_backup_is_made_for_its_owner_alone_with_the_keys_in_a_file_apart(kept):
    site, backup = kept
    keys = backup.with_name("one.zip.keys")
    assert {path.stat().st_mode & 0o777 for path in (backup, keys)} == {0o600}
    secret = (site.folder / "secret_key").read_text(encoding="ascii")
    assert secret.encode() not in keys.read_bytes()
    assert json.loads(site.run("backup", "--open-keys", str(keys)))["secret_key"] == secret
    with zipfile.ZipFile(backup) as file:
        assert not any(secret.encode() in file.read(name) for name in file.namelist())
        assert "tables/django_session.jsonl" not in file.namelist()
    assert "备份完好" in site.run("backup", "--verify", str(backup))
    site.run("backup", str(backup), code=2)
    assert "已经有这个文件" in site.said
    assert backup.parent.joinpath("var", "last_backup.json").exists()


@pytest.mark.slow
def test_a_destroyed_installation_comes_back_as_it_was(kept, tmp_path):
    site, backup = kept
    destroyed = installed(tmp_path / "var")
    told = destroyed.run("restore", str(backup), "--keys", f"{backup}.keys")
    assert "表 policies_policy" in told and "密钥已恢复" in told and "整条校验" in told
    destroyed.run("backup", str(tmp_path / "two.zip"))
    assert facts(tmp_path / "two.zip") == facts(backup)
    assert destroyed.json("search", "食堂") == site.json("search", "食堂")
    assert destroyed.json("doctor", "--all")
    assert destroyed.password("clerk") == site.password("clerk")
    # The record goes on: the next document gets an id that nobody had.
    (tmp_path / "new.txt").write_bytes(text_of(1))
    destroyed.run("import", str(tmp_path / "new.txt"))
    with database_of(destroyed) as file:
        assert file.execute("SELECT max(id) FROM policies_policy").fetchone()[0] == 901
        with pytest.raises(sqlite3.IntegrityError, match="只能追加"):
            file.execute("DELETE FROM kernel_auditentry")
    # Not over what is there, unless told so; and then all of it is as it was.
    destroyed.run("restore", str(backup), code=1)
    assert "--replace" in destroyed.said
    assert "policy:901" in {found["document"] for found in destroyed.json("search", "街道")["documents"]}
    restored = destroyed.json("restore", str(backup), "--replace")
    assert restored["keys_fit"]
    destroyed.run("backup", str(tmp_path / "three.zip"))
    assert facts(tmp_path / "three.zip") == facts(backup)
    assert destroyed.json("search", "街道") == site.json("search", "街道")


def test_nothing_is_touched_by_a_restore_that_is_refused(kept, tmp_path):
    site, backup = kept
    other = installed(tmp_path / "var")
    keys = json.loads(site.run("backup", "--open-keys", f"{backup}.keys"))
    wrong = {**keys, "format": "gongkai-keys/1", "secret_key": "x" * 60}
    (tmp_path / "wrong.keys").write_text(json.dumps(wrong), encoding="utf-8")
    flipped = bytearray(backup.with_name("one.zip.keys").read_bytes())
    flipped[-40] ^= 1
    (tmp_path / "flipped.keys").write_bytes(flipped)
    (tmp_path / "none.keys").write_text("{}", encoding="utf-8")
    damaged = bytearray(backup.read_bytes())
    damaged[len(damaged) // 2] ^= 1
    (tmp_path / "damaged.zip").write_bytes(damaged)
    newer = rewritten(
        backup, tmp_path / "newer.zip", lambda m: m["migrations"].append(["policies", "9999_later"])
    )
    for said, words in {
        "不是一套": (str(backup), "--keys", str(tmp_path / "wrong.keys")),
        "口令不对，或者文件已经损坏": (str(backup), "--keys", str(tmp_path / "flipped.keys")),
        "不是本系统的密钥文件": (str(backup), "--keys", str(tmp_path / "none.keys")),
        "损坏": (str(tmp_path / "damaged.zip"),),
        "较新的版本": (str(newer),),
        "没有写完": (str(tmp_path / "none.keys"),),
    }.items():
        other.run("restore", *words, code=1)
        assert said in other.said, other.said
        assert "请" in other.said
    other.run("restore", str(tmp_path / "nowhere.zip"), code=2)
    left = {path.name for path in other.folder.iterdir()} - {"secret_key", "backup.lock", "gongkai.sqlite3"}
    assert left == set()


@pytest.mark.slow
def test_a_table_that_was_changed_inside_is_found_by_the_audit_chain_and_nothing_is_replaced(kept, tmp_path):
    site, backup = kept

    def forge(line):
        return line.replace(b"system:sample", b"system:nobody", 1)

    forged = rewritten(backup, tmp_path / "forged.zip", table=("kernel_auditentry", forge))
    other = installed(tmp_path / "var")
    other.run("restore", str(forged), code=1)
    assert "审计链不完好" in other.said
    assert not (other.folder / "restoring.json").exists()
    # Nothing of it stands in the database, which is still empty: the good one goes in.
    other.run("restore", str(backup), "--keys", f"{backup}.keys")
    assert other.json("audit", "verify") == site.json("audit", "verify")


def rewritten(path, to, change=lambda manifest: None, table=None):
    """An archive made of another, with hashes that fit: as somebody would forge it."""
    with zipfile.ZipFile(path) as old, archive.Writer(to) as writer:
        manifest = json.loads(old.read("manifest.json"))
        for name in old.namelist():
            if name == "manifest.json":
                continue
            data = old.read(name)
            if table and name == archive.TABLE.format(table[0]):
                data = table[1](data)
            with writer.member(name) as (write, seal):
                write(data)
            if name.startswith("tables/"):
                manifest["tables"][Path(name).stem]["sha256"] = seal.sha256
        change(manifest)
        writer.finish(manifest)
    return to


@pytest.mark.slow
def test_a_restore_is_refused_while_the_site_runs(kept, tmp_path):
    site, backup = kept
    running = installed(tmp_path / "var")
    running.folder.mkdir()
    shutil.copy(site.folder / "gongkai.sqlite3", running.folder / "gongkai.sqlite3")
    with database_of(running) as file:
        file.execute("SELECT * FROM orgs_unit").fetchone()
        running.run("restore", str(backup), "--replace", code=1)
        assert "请先停止" in running.said
    (running.folder / "serve.json").write_text(
        json.dumps({"parent": processes.me(), "groups": []}), encoding="utf-8"
    )
    running.run("restore", str(backup), "--replace", code=1)
    assert "请先停止 gongkai serve" in running.said


def _originals(site):
    return sorted(path for path in (site.folder / "originals").rglob("*") if path.is_file())


def test_a_lost_original_is_told_and_the_rest_is_backed_up_all_the_same(kept, tmp_path):
    broken = installed(tmp_path / "var")
    shutil.copytree(kept[0].folder, broken.folder)
    lost = _originals(broken)[0]
    lost.unlink()
    report = json.loads(broken.run("backup", str(tmp_path / "b.zip"), "--json", code=1))
    assert report["lost"] == [lost.name] and report["originals"] == len(_originals(kept[0])) - 1
    assert lost.name[:12] in broken.said
    assert "已缺 1 份" in broken.run("backup", "--verify", str(tmp_path / "b.zip"))
    assert lost.name[:12] in broken.run("doctor", "--all", code=1)


@pytest.mark.slow
def test_a_backup_of_an_older_schema_is_restored_and_upgraded(kept, tmp_path):
    old = installed(tmp_path / "old")
    migrate = [sys.executable, "-m", "django", "migrate", "--verbosity", "0"]
    env = {**old.env, "DJANGO_SETTINGS_MODULE": "gongkai.project.settings.base"}
    for upto in (["kernel"], ["policies", "0001"]):
        subprocess.run([*migrate, *upto], env=env, cwd=ROOT, check=True)
    with database_of(old) as file:
        file.execute("INSERT INTO kernel_series (name, last) VALUES ('kept', 41)")
    old.run("backup", str(tmp_path / "old.zip"))
    new = installed(tmp_path / "new")
    restored = new.json("restore", str(tmp_path / "old.zip"))
    assert restored["upgraded"] > 0 and not restored["keys_fit"]
    assert "请加 --keys" in restored["keys"]
    with database_of(new) as file:
        assert file.execute("SELECT last FROM kernel_series WHERE name = 'kept'").fetchone() == (41,)
    new.run("prepare")
    new.run("doctor")


def test_a_half_restored_installation_says_so(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    place.refuse_if_half_restored()
    place.begin("1", tmp_path / "a.zip", "2026-01-01T00:00:00+00:00")
    with pytest.raises(Exception, match="没有完成"):
        place.refuse_if_half_restored()
    place.end()
    place.refuse_if_half_restored()
    (tmp_path / "restoring.json").write_text("", encoding="utf-8")  # cut off while the mark was written
    assert place.half_restored()


def test_two_at_once_are_refused(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    with place.alone(), pytest.raises(place.Busy, match="正在进行"), place.alone():
        pass


@pytest.mark.slow
def test_backups_made_while_an_import_runs_are_each_of_one_moment(kept, tmp_path):
    files = tmp_path / "files"
    files.mkdir()
    for n in range(120):
        (files / f"{n}.txt").write_bytes(text_of(n + 1))
    busy = installed(tmp_path / "var")
    shutil.copytree(kept[0].folder, busy.folder)
    child = busy.start("import", str(files))
    made = []
    while child.poll() is None and len(made) < 4:
        made.append(busy.json("backup", str(tmp_path / f"{len(made)}.zip")))
    out, err = child.communicate(timeout=120)
    assert child.returncode == 0, out + err
    counts = [each["tables"]["policies_policy"] for each in made]
    assert len(set(counts)) > 1, f"the import was over before a second backup: {counts}"
    for each in made:
        assert not each["lost"]
        assert each["originals"] == each["tables"]["policies_original"] >= each["tables"]["policies_policy"]
        assert each["tables"]["kernel_auditentry"] == int(each["audit_head"].partition(":")[0])
    # The restore checks the foreign keys and the chain of that moment.
    middle = installed(tmp_path / "restored")
    middle.run("restore", made[-1]["file"])
    assert middle.json("audit", "verify")["head"] == made[-1]["audit_head"]


@pytest.mark.slow
def test_a_backup_killed_at_any_point_leaves_nothing_that_passes_for_one(kept, tmp_path):
    site, _backup = kept
    chance = random.Random(3)
    for n in range(12):
        target = tmp_path / f"{n}.zip"
        child = site.start("backup", str(target))
        if n % 2:  # in the midst of writing, as soon as there is something to see
            while child.poll() is None and not list(tmp_path.glob(".*.partial")):
                time.sleep(0.001)
            time.sleep(chance.uniform(0, 0.5))
        else:
            time.sleep(chance.uniform(0.3, 2.5))
        child.send_signal(signal.SIGKILL)
        child.communicate()
        if target.exists():
            site.run("backup", "--verify", str(target))
            assert target.with_name(f"{target.name}.keys").exists()
    assert list(tmp_path.glob(".*.partial")), "no kill came in the midst of writing"
    site.run("backup", str(tmp_path / "last.zip"))
    assert not list(tmp_path.glob(".*.partial"))


def assert_killed_restores_finish(site, backup, again, kills=8):
    """Kill a restore again and again; it is either marked or not begun, and the last one finishes."""
    chance = random.Random(5)
    marked = 0
    for _ in range(kills):
        child = site.start("restore", str(backup), "--keys", f"{backup}.keys")
        time.sleep(chance.uniform(1.5, 9))
        child.send_signal(signal.SIGKILL)
        child.communicate()
        if (site.folder / "restoring.json").exists():
            marked += 1
    assert marked
    assert "没有完成" in site.run("doctor", code=1)
    site.run("restore", str(backup), "--keys", f"{backup}.keys")
    assert not (site.folder / "restoring.json").exists()
    site.run("backup", str(again))
    assert facts(again) == facts(backup)


@pytest.mark.slow
def test_a_restore_killed_at_any_point_is_finished_by_the_next(kept, tmp_path):
    assert_killed_restores_finish(installed(tmp_path / "var"), kept[1], tmp_path / "again.zip")


# --- PostgreSQL ----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def server():
    """The URL of a PostgreSQL started for this module."""
    folder = Path(tempfile.mkdtemp(prefix="gongkai-pg-"))
    folder.chmod(0o755)
    return start(folder)


def on(server, name, folder):
    """An installation on an empty database of its own."""
    with psycopg.connect(server, autocommit=True) as database:
        database.execute(f"DROP DATABASE IF EXISTS {name}")
        database.execute(f"CREATE DATABASE {name}")
    return installed(folder, GONGKAI_DATABASE_URL=server.replace("/postgres?", f"/{name}?"))


@pytest.mark.slow
@pytest.mark.postgres
def test_a_destroyed_installation_on_postgresql_comes_back_as_it_was(kept, server, tmp_path):
    first = on(server, "origin", tmp_path / "origin")
    # From SQLite to PostgreSQL: the same rows, though JSON may be spelled otherwise.
    first.run("restore", str(kept[1]), "--keys", f"{kept[1]}.keys")
    first.run("backup", str(tmp_path / "one.zip"))
    crossed, source = facts(tmp_path / "one.zip"), facts(kept[1])
    assert {n: t["rows"] for n, t in crossed["tables"].items()} == {
        n: t["rows"] for n, t in source["tables"].items()
    }
    for same in ("audit_head", "originals", "migrations", "keys", "sequences"):
        assert crossed[same] == source[same], same
    assert first.json("search", "食堂") == kept[0].json("search", "食堂")
    # Destroyed: database and folder are gone.
    again = on(server, "destroyed", tmp_path / "destroyed")
    again.run("restore", str(tmp_path / "one.zip"), "--keys", f"{tmp_path / 'one.zip'}.keys")
    again.run("backup", str(tmp_path / "two.zip"))
    assert facts(tmp_path / "two.zip") == crossed


@pytest.mark.postgres
@pytest.mark.slow
def test_a_full_database_on_postgresql_is_replaced_only_when_told_so_and_alone(kept, server, tmp_path):
    site = on(server, "filled", tmp_path / "filled")
    site.run("restore", str(kept[1]), "--keys", f"{kept[1]}.keys")
    site.run("backup", str(tmp_path / "one.zip"))
    site.run("doctor")
    (tmp_path / "new.txt").write_bytes(text_of(1))
    site.run("import", str(tmp_path / "new.txt"))
    with psycopg.connect(site.env["GONGKAI_DATABASE_URL"]) as database:
        assert database.execute("SELECT max(id) FROM policies_policy").fetchone() == (901,)
        with pytest.raises(psycopg.errors.RestrictViolation):
            database.execute("TRUNCATE kernel_auditentry")
    site.run("restore", str(tmp_path / "one.zip"), code=1)
    assert "--replace" in site.said
    with psycopg.connect(site.env["GONGKAI_DATABASE_URL"]) as database:
        database.execute("SELECT 1")
        site.run("restore", str(tmp_path / "one.zip"), "--replace", code=1)
        assert "1 个连接" in site.said
    site.run("restore", str(tmp_path / "one.zip"), "--replace")
    site.run("backup", str(tmp_path / "two.zip"))
    assert facts(tmp_path / "two.zip") == facts(tmp_path / "one.zip")
    # And from PostgreSQL to SQLite.
    back = installed(tmp_path / "back")
    back.run("restore", str(tmp_path / "one.zip"), "--keys", f"{kept[1]}.keys")
    assert back.json("search", "食堂") == kept[0].json("search", "食堂")


@pytest.mark.postgres
@pytest.mark.slow
def test_a_restore_killed_at_any_point_is_finished_by_the_next_on_postgresql(kept, server, tmp_path):
    first = on(server, "whole", tmp_path / "whole")
    first.run("restore", str(kept[1]), "--keys", f"{kept[1]}.keys")
    first.run("backup", str(tmp_path / "one.zip"))
    assert_killed_restores_finish(
        on(server, "killed", tmp_path / "killed"), tmp_path / "one.zip", tmp_path / "again.zip"
    )
