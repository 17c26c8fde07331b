"""`gongkai mail` as a mail server and a person at the terminal use it."""

import json

import pytest
from click.testing import CliRunner

from gongkai.project.cli.mail import bench_digests, mail
from gongkai.subscriptions.models import Message
from tests.subscriptions.conftest import letter, reader, tell
from tests.subscriptions.test_bounces import report

pytestmark = pytest.mark.django_db


def run(*words, code=0, **values):
    done = CliRunner().invoke(mail, words, catch_exceptions=False, **values)
    assert done.exit_code == code, done.output
    return done.output


@pytest.fixture(name="smtp_on")
def _smtp_on(request):
    return request.getfixturevalue("mail")


def test_a_report_from_standard_input_is_recorded(smtp_on):
    message = letter(state="sent")
    assert "没有发成" in run("bounce", input=report(message.token))
    message.refresh_from_db()
    assert message.state == "given_up" and message.subscriber.stopped_at


def test_what_is_no_report_or_nobodys_is_no_error(smtp_on, tmp_path):
    file = tmp_path / "mail"
    file.write_bytes(b"Subject: hello\n\nhello")
    assert "没有处理" in run("bounce", str(file))
    assert "没有处理" in run("bounce", input=report("0" * 32))


def test_status_says_what_is_wrong_and_ends_with_one(smtp_on):
    assert json.loads(run("status", "--json"))["channels"] == ["email"]
    letter(state="in_doubt")
    assert "不确定是否送到：1" in run("status", code=1)


def test_send_writes_and_sends_what_is_due(smtp_on):
    reader()
    tell(subject_keys=["policy:1"])
    assert "写好 1 封，发出 1 封" in run("send")
    assert len(smtp_on.taken) == 1


def test_the_bench_writes_one_letter_for_each_reader(smtp_on):
    found = bench_digests(30)
    assert found["letters"] == 30 == Message.objects.count()
    assert Message.objects.first().text.count("测试事项") == 3
