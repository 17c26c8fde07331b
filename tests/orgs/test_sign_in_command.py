"""`gongkai accounts code` and `reset-factor`: for newcomers without a phone, and for a site nobody can sign in to."""

import time

import pyotp
import pytest
from click.testing import CliRunner

from gongkai.kernel.models import AuditEntry
from gongkai.orgs.models import Role
from gongkai.orgs.sign_in import factor
from gongkai.project.cli.accounts import accounts
from tests import factories
from tests.orgs.signing_in import code_of, with_factor

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(settings, tmp_path):
    """The sample's office, on a site whose sample accounts are in a folder of this test."""
    settings.DATA_DIR = tmp_path
    person = factories.user(Role.OFFICE)
    (tmp_path / "sample_accounts").write_text(f"{person.username} secret 示例\n", encoding="utf-8")
    return person


def run(*words):
    """The command's answer."""
    return CliRunner().invoke(accounts, words)


def test_the_code_of_a_sample_account_is_printed(office):
    secret = with_factor(office)
    assert run("code", office.username).output.strip() in _around_now(secret)


def _around_now(secret):
    """The minute may turn between the two."""
    return {pyotp.TOTP(secret).at(int(time.time()) + shift) for shift in (-30, 0, 30)}


def test_before_the_page_that_binds_it_says_what_to_do(office):
    answer = run("code", office.username)
    assert answer.exit_code == 1 and "先登录到绑定动态口令的页面" in answer.output


def test_accounts_of_real_people_are_refused(office):
    real = factories.user(Role.OFFICE)
    with_factor(real)
    for name in (real.username, "no-such-name"):
        answer = run("code", name)
        assert answer.exit_code == 1 and "只给示例账号用" in answer.output


def test_in_production_everything_is_refused(office, settings):
    settings.PRODUCTION = True
    secret = with_factor(office)
    answer = run("code", office.username)
    assert answer.exit_code == 1 and code_of(secret) not in answer.output


def test_on_the_machine_a_second_factor_is_reset_and_that_is_audited(office):
    with_factor(office)
    assert run("reset-factor", office.username).exit_code == 0
    assert not factor.active(office)
    assert AuditEntry.objects.get(action="orgs.factor_reset").actor == "system:command"
    assert run("reset-factor", office.username).exit_code == 1
    assert run("reset-factor", "no-such-name").exit_code == 1
