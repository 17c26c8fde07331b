"""The words of our letters: plain text and simple HTML, each with why it came and how to stop. Rendered once."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from gongkai.subscriptions.models import Category, Message, Notice, Subscriber, Subscription
from gongkai.subscriptions.tokens import token_for


@dataclass(frozen=True)
class Mail:
    """A letter's words."""

    subject: str
    text: str
    html: str


def absolute(path: str) -> str:
    """The address of a page of ours as the outside sees it."""
    return settings.PUBLIC_URL.rstrip("/") + path


def unsubscribe_url(subscriber: Subscriber) -> str:
    """Where one click ends all letters, without signing in."""
    return absolute(reverse("subscriptions:unsubscribe", args=[token_for(subscriber, "unsubscribe")]))


def manage_url(subscriber: Subscriber) -> str:
    """Where a person sees and changes what they get: their own page, or for staff the one at the desk."""
    if subscriber.user_id:
        return absolute(reverse("inbox:preferences"))
    return absolute(reverse("subscriptions:manage", args=[token_for(subscriber, "manage")]))


def digest(subscriber: Subscriber, notices: Sequence[Notice]) -> Mail:
    """All that is due for one person, in one letter."""
    with translation.override(subscriber.language):
        first = notices[0].title
        # No number where there is one: the title says all.
        subject = (
            first
            if len(notices) == 1
            else ngettext("%(n)d 条消息：%(first)s", "%(n)d 条消息：%(first)s", len(notices))
            % {"n": len(notices), "first": first}
        )
        items = [
            {
                "title": each.title,
                "text": each.text,
                "url": absolute(each.path),
                "kind": str(Category(each.category).label),
            }
            for each in notices
        ]
        why = (
            _("您收到这封信，是因为您是%(site)s的工作人员；同样的内容在工作台收件箱里也有。")
            if subscriber.user_id
            else _("您收到这封信，是因为您在%(site)s订阅了有关内容，并且确认过。")
        ) % {"site": settings.SITE_NAME}
        return _mail(
            subject,
            items,
            why,
            [
                (_("查看、更改订阅和接收时间"), manage_url(subscriber)),
                (_("一键停止来信"), unsubscribe_url(subscriber)),
            ],
        )


def confirmation(subscription: Subscription) -> Mail:
    """Asks the owner of an address whether it was they who subscribed."""
    subscriber = subscription.subscriber
    with translation.override(subscriber.language):
        token = token_for(subscriber, "confirm", subscription=subscription.pk)
        url = absolute(reverse("subscriptions:confirm", args=[token]))
        item = {
            "title": _("请确认订阅：%s") % subscription.name,
            "text": _("打开下面的链接，在页面上按“确认订阅”。七天内没有确认的，我们删除这个地址。"),
            "url": url,
            "kind": "",
        }
        why = _(
            "您收到这封信，是因为有人在%(site)s用这个地址申请订阅。不是您本人申请的，不用理会；不确认就不会收到订阅的内容。"
        )
        return _mail(_("请确认您的订阅"), [item], why % {"site": settings.SITE_NAME}, [])


def already(subscription: Subscription) -> Mail:
    """The same answer by letter for an address that has subscribed before: the page must not tell."""
    subscriber = subscription.subscriber
    with translation.override(subscriber.language):
        item = {
            "title": _("您已经订阅：%s") % subscription.name,
            "text": _("不需要再确认。下面的链接可以查看和更改您的全部订阅。"),
            "url": manage_url(subscriber),
            "kind": "",
        }
        why = _("您收到这封信，是因为有人在%(site)s用这个地址再次申请订阅。") % {"site": settings.SITE_NAME}
        return _mail(_("您已经订阅"), [item], why, [(_("一键停止来信"), unsubscribe_url(subscriber))])


def message(subscriber: Subscriber, mail: Mail, **values: object) -> Message:
    """An unsaved letter."""
    return Message(
        subscriber=subscriber,
        channel=subscriber.channel,
        subject=mail.subject[:300],
        text=mail.text,
        html=mail.html,
        **values,
    )


def _mail(subject: str, items: list[dict[str, str]], why: str, links: list[tuple[str, str]]) -> Mail:
    # A title may come from a file: a line break in it must not become one in a header.
    subject = " ".join(subject.split())
    blocks = [
        "\n".join(
            filter(
                None,
                [
                    f"{each['kind']}：{each['title']}" if each["kind"] else each["title"],
                    each["text"],
                    each["url"],
                ],
            )
        )
        for each in items
    ]
    foot = "\n".join([why, *(f"{label}：{url}" for label, url in links)])
    html = render_to_string(
        "subscriptions/mail/letter.html",
        {
            "subject": subject,
            "items": items,
            "why": why,
            "links": links,
            "language": translation.get_language(),
        },
    )
    return Mail(subject, "\n\n".join([*blocks, f"--\n{foot}\n"]), html)
