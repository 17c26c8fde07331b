"""What follows from what: the one list of events and their handlers, slots and what fills them, and periodic jobs."""

from django.utils.translation import gettext_noop

from gongkai.kernel import events, worker
from gongkai.theme import navigation, slots

EVENTS: dict[str, list[str]] = {
    "policy.published": ["gongkai.search.handlers.policies_changed"],
    "policy.withdrawn": ["gongkai.search.handlers.policies_changed"],
}

SLOTS: dict[str, list[str]] = {
    "header.search": ["gongkai.search.slots.header_box"],
}

JOBS = [
    worker.Periodic("mend-index", "gongkai.search.handlers.mend", seconds=15),
]

HEADER = [
    (gettext_noop("首页"), "portal:home"),
    (gettext_noop("政策文件"), "policies:library"),
    (gettext_noop("检索"), "search:results"),
    (gettext_noop("关于本站"), "portal:about"),
]
FOOTER = [
    (gettext_noop("关于本站"), "portal:about"),
    (gettext_noop("工作台"), "wagtailadmin_home"),
]


def connect() -> None:
    """Make all of it true; called once when Django has loaded every app."""
    events.wire(EVENTS)
    slots.fill(SLOTS)
    worker.schedule(JOBS)
    navigation.fill(HEADER, footer=FOOTER, home="portal:home")
