"""Steps of signing in, as the tests take them."""

import re
from datetime import UTC, datetime, timedelta

import pyotp

from gongkai.kernel import clock
from gongkai.orgs.models import SecondFactor
from gongkai.orgs.sign_in import totp

PASSWORD = "很长的-测试用-密码-1"
LOGIN = "/desk/login/"
START = datetime(2026, 11, 23, 1, 0, 10, tzinfo=UTC)


def give_password(client, user, password=PASSWORD, **more):
    """Name and password; the answer."""
    return client.post(LOGIN, {"username": user.username, "password": password, **more})


def shown_secret(client):
    """The key as the page to bind an authenticator shows it."""
    page = client.get("/desk/sign-in/enrol/").content.decode()
    found = re.search(r'<code id="secret">([A-Z2-7 ]+)</code>', page)
    assert found, page
    return found[1].replace(" ", "")


def code_of(secret, moment=None):
    """The code of a moment, now without one."""
    return pyotp.TOTP(secret).at(moment or clock.now())


def enrol(client, user):
    """First login: password, key, first code; gives the key and the recovery codes shown."""
    give_password(client, user)
    secret = shown_secret(client)
    page = client.post("/desk/sign-in/enrol/", {"code": code_of(secret)})
    assert page.status_code == 200, page
    return secret, re.findall(r"<code>([a-z0-9-]{19})</code>", page.content.decode())


def with_factor(user):
    """The key of a person who has bound an authenticator long ago."""
    secret = totp.new_secret()
    SecondFactor.objects.create(user=user, secret=totp.seal(secret), confirmed_at=START - timedelta(days=9))
    return secret


def inside(client):
    """True if the session may use the desk."""
    return client.get("/desk/sign-in/devices/").status_code == 200
