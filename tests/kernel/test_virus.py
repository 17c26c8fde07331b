"""The port of the virus scanner: what is clean passes, what is found is told, and no lie of the scanner lets a file pass."""

import socket

import pytest
from django.core.exceptions import ImproperlyConfigured

from gongkai.kernel import virus
from gongkai.project.cli.doctor.care import scanner
from tests.kernel.clamd import EICAR, LIES, clamd

CLEAN = "关于某事的通知".encode() * 20_000  # several pieces


def unused_address():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"tcp://127.0.0.1:{probe.getsockname()[1]}"


def test_without_a_scanner_everything_passes_and_the_doctor_says_so(settings):
    settings.CLAMD_URL = ""
    virus.check(EICAR)
    (said,) = scanner()
    assert said.state == "warn" and "没有设置查毒程序" in said.what


def test_a_clean_file_passes_and_was_heard_whole(settings):
    with clamd() as server:
        settings.CLAMD_URL = server.url
        virus.check(CLEAN)
        virus.check(b"")
        assert server.heard == [CLEAN, b""]
        (said,) = scanner()
        assert said.state == "good"


def test_a_scanner_behind_a_socket_of_the_machine_is_asked_too(settings, tmp_path):
    with clamd(path=str(tmp_path / "clamd.sock")) as server:
        settings.CLAMD_URL = server.url
        virus.check(CLEAN)
        with pytest.raises(virus.Infected):
            virus.check(EICAR)


def test_what_is_found_is_told_by_its_name(settings):
    with clamd() as server:
        settings.CLAMD_URL = server.url
        with pytest.raises(virus.Infected, match=r"Eicar-Signature.*已经清除"):
            virus.check(CLEAN + EICAR)


@pytest.mark.parametrize("lie", LIES)
def test_a_scanner_that_lies_lets_nothing_pass(settings, lie):
    with clamd(lie) as server:
        settings.CLAMD_URL = server.url
        with pytest.raises(virus.Unscanned) as said:
            virus.check(CLEAN)
    assert ("StreamMaxLength" in str(said.value)) == (lie == "says too large")


@pytest.mark.parametrize("url", ["http://127.0.0.1:3310", "tcp://127.0.0.1", "tcp://x:y", "unix:", "3310"])
def test_an_address_that_cannot_be_one_lets_nothing_pass_and_the_doctor_names_it(settings, url):
    settings.CLAMD_URL = url
    with pytest.raises(virus.Unscanned):
        virus.check(b"a")
    with pytest.raises(ImproperlyConfigured):
        virus.ping()
    (said,) = scanner()
    assert said.state == "bad" and "GONGKAI_CLAMD_URL" in said.what


def test_a_scanner_that_is_away_lets_nothing_pass(settings, tmp_path):
    for url in (unused_address(), f"unix:{tmp_path}/none.sock"):
        settings.CLAMD_URL = url
        with pytest.raises(virus.Unscanned, match="自动再查"):
            virus.check(b"a")
        assert not virus.ping()
    (said,) = scanner()
    assert said.state == "bad" and "没有回应" in said.what
