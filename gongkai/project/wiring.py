"""What follows from what: the one list of events and their handlers, slots and what fills them, and periodic jobs."""

from django.utils.translation import gettext_noop

from gongkai.kernel import events, worker
from gongkai.theme import navigation, slots

_INDEX = "gongkai.search.handlers.policies_changed"
_TOPICS = "gongkai.policies.handlers.topics_follow"

EVENTS: dict[str, list[str]] = {
    "policy.published": [
        _INDEX,
        _TOPICS,
        "gongkai.policies.handlers.published",
        "gongkai.policies.handlers.services",
    ],
    "policy.corrected": ["gongkai.policies.handlers.corrected"],
    "policy.withdrawn": [_INDEX, _TOPICS, "gongkai.policies.handlers.withdrawn"],
    "policy.validity_changed": [_INDEX, _TOPICS, "gongkai.policies.handlers.validity_changed"],
    "policy.relation_decided": [_TOPICS],
    "policy.relation_asked": ["gongkai.policies.handlers.asked"],
    "policy.relation_answered": [_TOPICS],
    "policy.service_linked": [],
    "topic.changed": ["gongkai.policies.handlers.topic_changed"],
    "guide.changed": ["gongkai.policies.handlers.service_changed"],
    "figure.confirmed": ["gongkai.policies.handlers.figure_confirmed"],
}

SLOTS: dict[str, list[str]] = {
    "header.search": ["gongkai.search.slots.header_box"],
    "policy.aside": ["gongkai.subscriptions.slots.subscribe_box"],
    "guide.basis": ["gongkai.policies.slots.guide_basis"],
    "topic.aside": ["gongkai.subscriptions.slots.subscribe_box"],
}

JOBS = [
    worker.Periodic("mend-index", "gongkai.search.handlers.mend", seconds=15),
    worker.Periodic("compose-letters", "gongkai.subscriptions.compose.run", seconds=20),
    worker.Periodic("send-letters", "gongkai.subscriptions.delivery.run", seconds=10),
    worker.Periodic("tidy-letters", "gongkai.subscriptions.compose.tidy", cron="17 3 * * *"),
    worker.Periodic("tell-ended", "gongkai.policies.handlers.ended_lately", seconds=6 * 3600),
    worker.Periodic("tell-expiring", "gongkai.policies.handlers.expiring", seconds=6 * 3600),
]

HEADER = [
    (gettext_noop("首页"), "portal:home"),
    (gettext_noop("政策文件"), "policies:library"),
    (gettext_noop("主题"), "topics:topics"),
    (gettext_noop("办事服务"), "guides:listing"),
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
