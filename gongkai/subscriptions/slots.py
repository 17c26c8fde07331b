"""What subscriptions put into the slots of other pages."""

from typing import Protocol
from urllib.parse import urlencode

from django.template import Context
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString

from gongkai.subscriptions import channels
from gongkai.subscriptions.tokens import sign_subject


class Subject(Protocol):
    """Something to subscribe to: its key ("policy:12") and how a letter names it."""

    subscription_key: str
    subscription_name: str


def subscribe_box(context: Context, subject: Subject) -> SafeString:
    """A box that leads to the subscription form; nothing while no mail goes out.

    A link and no form: a form here would set a cookie on every page that it stands on, or write the address into a URL.
    """
    if not channels.is_open():
        return SafeString("")
    signed = sign_subject(subject.subscription_key, subject.subscription_name)
    url = f"{reverse('subscriptions:subscribe')}?{urlencode({'s': signed})}"
    return render_to_string("subscriptions/box.html", {"url": url, "name": subject.subscription_name})
