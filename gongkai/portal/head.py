"""What the head of every page tells to machines: the site, the column that the page stands in, the feed.

Site and column tags: 国办发〔2017〕47号, annex on page tags. The office fills in SiteIDCode; without it the tag is left out.
"""

from urllib.parse import urlsplit

from django.conf import settings
from django.template import Context
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from gongkai.kernel.routes import route


def head(context: Context) -> SafeString:
    """For the slot page.head."""
    request = context.get("request")
    match = getattr(request, "resolver_match", None)
    domain = urlsplit(settings.PUBLIC_URL).hostname or ""
    tags = [("SiteName", settings.SITE_NAME), ("SiteDomain", domain), ("SiteIDCode", settings.SITE_ID_CODE)]
    tags += _column(match.namespace if match else "")
    feed = context.get("feed_url") or route("policies_api:feed")
    return format_html(
        '{}\n<link rel="alternate" type="application/atom+xml" title="{}" href="{}">',
        format_html_join(
            "\n", '<meta name="{}" content="{}">', ((name, said) for name, said in tags if said)
        ),
        _("政策文件（Atom 订阅源）"),
        feed,
    )


def _column(namespace: str) -> list[tuple[str, str]]:
    columns = {
        "policies": (
            _("政策文件"),
            _("本区各单位主动公开的政策文件，注明有效性，可逐条引用。"),
            _("政策,文件,有效性,条款"),
        ),
        "topics": (_("主题"), _("按主题集中的政策文件和办事服务。"), _("主题,政策,专题")),
        "guides": (_("办事服务"), _("办事事项和办事指南，以及各自依据的条款。"), _("办事,指南,服务")),
        "units": (_("各单位"), _("各单位的政府信息公开指南和公开的文件。"), _("机构,公开指南,单位")),
    }
    if namespace not in columns:
        return []
    name, description, words = columns[namespace]
    return [
        ("ColumnName", name),
        ("ColumnDescription", description),
        ("ColumnKeywords", words),
        ("ColumnType", name),
    ]
