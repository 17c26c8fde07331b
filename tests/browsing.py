"""Chromium for the tests that need a real browser."""

import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pyotp
import pytest

CHROMIUM = shutil.which("chromium")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]


@contextmanager
def chromium() -> Iterator[Any]:
    """A browser; where there is none the test is skipped with the command that adds it, in CI it fails."""
    if not CHROMIUM:
        said = "chromium is missing: apt-get install chromium"
        pytest.fail(said) if os.environ.get("CI") else pytest.skip(said)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


def fits(page: Any) -> bool:
    """True if nothing is wider than the window."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


def violations(page: Any) -> list[str]:
    """What axe finds wrong, a line each; asked when what moves has come to rest, for half faded in nothing has contrast."""
    from axe_playwright_python.sync_playwright import Axe

    page.wait_for_function(
        "() => document.getAnimations().every(each => each.playState !== 'running' || each.effect.getTiming().iterations === Infinity)"
    )
    found = Axe().run(page).response["violations"]
    return [f"{each['id']}: {node['html'][:120]}" for each in found for node in each["nodes"]]


def sign_in(page: Any, site: Any, username: str, *, fresh: bool = False) -> None:
    """Come to the desk of a running ``site`` as one of its sample accounts: password, and second factor where it is asked for.

    The first time as a newcomer does it, binding an authenticator; afterwards with the cookies of that time, for a code is
    taken once and the next one comes half a minute later. ``fresh`` goes through the door again all the same.
    """
    known = site.__dict__.setdefault("signed_in", {})
    if username in known and not fresh:
        page.context.add_cookies(known[username]["cookies"])
        page.goto("/desk/")
        if "/desk/login/" not in page.url:
            return
    page.goto("/desk/login/")
    page.get_by_label("用户名").fill(username)
    page.get_by_label("密码").fill(site.password(username))
    with page.expect_navigation():
        page.get_by_role("button", name="登录").click()
    kept = known.setdefault(username, {"secret": "", "step": 0})
    if "/sign-in/enrol/" in page.url:
        kept["secret"] = page.locator("#secret").inner_text().replace(" ", "")
        _give_code(page, kept, "绑定")
        page.get_by_role("link", name="已经保存，继续").click()
    elif "/sign-in/code/" in page.url:
        _give_code(page, kept, "继续")
    page.wait_for_url(lambda url: "/desk/" in url and "/sign-in/" not in url and "/login/" not in url)
    kept["cookies"] = [each for each in page.context.cookies() if each["name"] == "sessionid"]


def _give_code(page: Any, kept: dict[str, Any], button: str) -> None:
    """The next code that was not given before: up to one step ahead of the clock, else wait for it."""
    step = max(kept["step"] + 1, int(time.time()) // 30)
    while step > int(time.time()) // 30 + 1:
        time.sleep(1)
    page.get_by_label("动态口令").fill(pyotp.TOTP(kept["secret"]).at(step * 30))
    kept["step"] = step
    with page.expect_navigation():
        page.get_by_role("button", name=button).click()
