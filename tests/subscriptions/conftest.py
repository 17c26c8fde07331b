"""Fixtures: an SMTP server, the settings that lead to it, readers and staff to be told."""

import itertools
import os
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction

from gongkai.kernel import clock
from gongkai.subscriptions import actions
from gongkai.subscriptions.models import Message, Subscriber, Subscription
from tests.subscriptions.smtp_server import SmtpServer

# Playwright's loop runs in the thread of the tests, and Django takes that for asynchronous code.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

_numbers = itertools.count(1)
SHANGHAI = ZoneInfo("Asia/Shanghai")


def at(hour, day=23, minute=0):
    """A moment of November 2026 in the office's time; the 23rd is a Monday."""
    return datetime(2026, 11, day, hour, minute, tzinfo=SHANGHAI)


@pytest.fixture
def smtp():
    with SmtpServer() as server:
        yield server


@pytest.fixture
def mail(settings, smtp):
    """Mail goes out, to the server of this test."""
    settings.SMTP_URL = smtp.url
    settings.MAIL_FROM = "noreply@example.gov.cn"
    settings.MAIL_BOUNCE = "bounce@example.gov.cn"
    settings.PUBLIC_URL = "https://www.example.gov.cn"
    return smtp


@pytest.fixture(autouse=True)
def _ten_o_clock(request):
    """Tests happen on a Monday at ten unless the module says otherwise."""
    if getattr(request.module, "REAL_TIME", False):
        yield
        return
    with clock.frozen(at(10)):
        yield


def reader(*keys, address="", frequency="at_once", **values):
    """A citizen who has subscribed and confirmed."""
    address = address or f"reader{next(_numbers)}@example.cn"
    moment = clock.now()
    person = Subscriber.objects.create(
        address=address,
        address_key=address.lower(),
        created_at=moment,
        confirmed_at=moment,
        frequency=frequency,
        **values,
    )
    for key in keys or ("policy:1",):
        Subscription.objects.create(
            subscriber=person, key=key, name=f"名称{key}", created_at=moment, confirmed_at=moment
        )
    return person


def tell(**values):
    """Tell, in a transaction; by default something about policy 1."""
    given = {
        "category": "corrected",
        "title": "《示例办法》有勘误",
        "text": "第三条的日期已更正。",
        "path": "/policies/1/",
        "key": f"test:{next(_numbers)}",
        "actor": "system:test",
    } | values
    with transaction.atomic():
        return actions.tell(**given)


def letter(person=None, **values):
    """One letter that is due."""
    moment = clock.now()
    return Message.objects.create(
        subscriber=person or reader(),
        channel="email",
        **{"subject": "主题", "text": "正文\n", "composed_at": moment, "due_at": moment} | values,
    )
