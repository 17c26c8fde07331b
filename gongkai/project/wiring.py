"""What follows from what: the one list of events and their handlers, slots and what fills them, and periodic jobs."""

from django.utils.translation import gettext_noop

from gongkai.kernel import events, worker
from gongkai.orgs import waiting
from gongkai.orgs.accounts import handing_over
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
    "policy.hand_in_changed": [],
    "policy.schedule_changed": [],
    "upload.received": ["gongkai.policies.handlers.upload_received"],
    "topic.changed": ["gongkai.policies.handlers.topic_changed"],
    "guide.changed": ["gongkai.policies.handlers.service_changed"],
    "figure.confirmed": ["gongkai.policies.handlers.figure_confirmed"],
    "unit.guide_stated": [],
    "sign_in.changed": ["gongkai.subscriptions.handlers.sign_in_changed"],
}

SLOTS: dict[str, list[str]] = {
    "page.head": ["gongkai.portal.head.head", "gongkai.policies.metadata.head"],
    "policy.downloads": ["gongkai.policies.metadata.downloads"],
    "header.search": ["gongkai.search.slots.header_box"],
    "error.doors": ["gongkai.portal.slots.error_doors"],
    "policy.aside": ["gongkai.subscriptions.slots.subscribe_box"],
    "guide.basis": ["gongkai.policies.slots.guide_basis"],
    "topic.aside": ["gongkai.subscriptions.slots.subscribe_box", "gongkai.policies.slots.topic_feed"],
    "unit.line": ["gongkai.policies.slots.unit_line"],
    "unit.documents": ["gongkai.policies.slots.unit_documents"],
    "unit.services": ["gongkai.guides.slots.unit_services"],
    "unit.aside": ["gongkai.policies.slots.unit_topics"],
    "subscribe.closed": ["gongkai.policies.slots.feed"],
    "site.doors": ["gongkai.portal.slots.site_doors"],
}

# What each app offers to the home page of the desk and to its menu, in this order.
DESK_WAITING = [
    "gongkai.policies.waiting.waiting",
    "gongkai.guides.waiting.waiting",
    "gongkai.orgs.waiting.office",
    "gongkai.orgs.accounts.waiting.waiting",
    "gongkai.subscriptions.waiting.waiting",
]

# What each app knows of a leaver's work: what goes over to another person, and what stays as history.
HANDING_OVER = ["gongkai.policies.handing_over.work_of", "gongkai.subscriptions.handing_over.work_of"]

JOBS = [
    worker.Periodic("close-ended", "gongkai.orgs.accounts.actions.close_ended", seconds=600),
    worker.Periodic("publish-due", "gongkai.policies.actions.schedule.publish_due", seconds=30),
    worker.Periodic("mend-index", "gongkai.search.handlers.mend", seconds=15),
    worker.Periodic("compose-letters", "gongkai.subscriptions.compose.run", seconds=20),
    worker.Periodic("send-letters", "gongkai.subscriptions.delivery.run", seconds=10),
    worker.Periodic("tidy-letters", "gongkai.subscriptions.compose.tidy", cron="17 3 * * *"),
    worker.Periodic("prune-logs", "gongkai.orgs.sign_in.retention.prune", cron="40 3 * * *"),
    worker.Periodic("read-uploads", "gongkai.policies.uploading.readers.sweep", seconds=5),
    worker.Periodic("clear-uploads", "gongkai.policies.uploading.readers.clear", seconds=3600),
    worker.Periodic("tell-ended", "gongkai.policies.handlers.ended_lately", seconds=6 * 3600),
    worker.Periodic("tell-expiring", "gongkai.policies.handlers.expiring", seconds=6 * 3600),
]

HEADER = [
    (gettext_noop("首页"), "portal:home"),
    (gettext_noop("政策文件"), "policies:library"),
    (gettext_noop("主题"), "topics:topics"),
    (gettext_noop("办事服务"), "guides:listing"),
    (gettext_noop("各单位"), "units:units"),
    (gettext_noop("检索"), "search:results"),
]
FOOTER = [
    (gettext_noop("关于本站"), "portal:about"),
    (gettext_noop("使用帮助"), "portal:help"),
    (gettext_noop("网站地图"), "portal:site_map"),
    (gettext_noop("无障碍声明"), "portal:accessibility"),
    (gettext_noop("隐私说明"), "portal:privacy"),
    (gettext_noop("版权说明"), "portal:copyright"),
    (gettext_noop("联系我们"), "portal:contact"),
    (gettext_noop("工作台"), "wagtailadmin_home"),
]


def connect() -> None:
    """Make all of it true; called once when Django has loaded every app."""
    events.wire(EVENTS)
    slots.fill(SLOTS)
    waiting.fill(DESK_WAITING)
    handing_over.fill(HANDING_OVER)
    worker.schedule(JOBS)
    navigation.fill(HEADER, footer=FOOTER, home="portal:home")
