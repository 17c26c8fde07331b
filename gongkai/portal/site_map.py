"""What the map of the site shows: every way in, by what one is looking for."""

from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from gongkai.guides import queries as guides
from gongkai.orgs.units.guides import listed
from gongkai.policies import queries, topics


def site_map_context() -> dict[str, Any]:
    """Context of portal/site_map.html: headings with links as theme/parts/topics.html takes them."""
    library, services = reverse("policies:library"), reverse("guides:listing")
    sections = [
        (_("主要栏目"), _columns()),
        (_("主题"), [_link(topic.name, topic.get_absolute_url()) for topic in topics.public()]),
        (_("各单位"), [_link(unit.name, reverse("units:unit", args=[unit.code])) for unit in listed()]),
        (
            _("政策文件，按文种"),
            [
                _link(kind, f"{library}?{urlencode({'kind': kind})}", n)
                for kind, n in queries.counts(queries.public(), "kind")
            ],
        ),
        (
            _("办事服务，按主题"),
            [
                _link(name, f"{services}?{urlencode({'category': name})}", n)
                for name, n in guides.counts(guides.public(), "category")
            ],
        ),
        (_("帮助和说明"), _words()),
        (_("给程序用的数据"), _data()),
    ]
    return {"sections": [{"label": label, "links": links} for label, links in sections if links]}


def _link(label: str, url: str, count: int | None = None) -> dict[str, Any]:
    return {"label": label, "url": url, "count": count}


def _columns() -> list[dict[str, Any]]:
    return [
        _link(_("首页"), reverse("portal:home")),
        _link(_("政策文件"), reverse("policies:library")),
        _link(_("主题"), reverse("topics:topics")),
        _link(_("办事服务"), reverse("guides:listing")),
        _link(_("各单位"), reverse("units:units")),
        _link(_("检索"), reverse("search:results")),
        _link(_("邮件订阅"), reverse("subscriptions:subscribe")),
    ]


def _words() -> list[dict[str, Any]]:
    return [
        _link(_("关于本站"), reverse("portal:about")),
        _link(_("使用帮助"), reverse("portal:help")),
        _link(_("无障碍声明"), reverse("portal:accessibility")),
        _link(_("隐私说明"), reverse("portal:privacy")),
        _link(_("版权说明"), reverse("portal:copyright")),
        _link(_("联系我们"), reverse("portal:contact")),
    ]


def _data() -> list[dict[str, Any]]:
    return [
        _link(_("数据接口"), reverse("portal:data")),
        _link(_("新文件的订阅源（Atom）"), reverse("policies_api:feed")),
        _link(_("政策文件的数据（JSON）"), reverse("policies_api:policies")),
        _link(_("数据接口的说明（OpenAPI）"), reverse("policies_api:openapi")),
    ]
