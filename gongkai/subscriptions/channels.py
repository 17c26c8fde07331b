"""The port through which letters leave: what a channel must do, and which ones this installation has.

E-mail comes with the product (smtp.py); others (SMS, a message service) are named in settings.CHANNELS by the dotted
path of a class or function that is called without arguments and gives a `Channel`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _


@dataclass(frozen=True)
class Letter:
    """What a channel carries. ``token`` names it for ever: sent again it must be recognisable as the same letter."""

    token: str
    to: str
    subject: str
    text: str
    html: str
    written_at: datetime
    unsubscribe_url: str = ""


class NotNow(Exception):
    """It certainly did not go out and may be tried again; ``unreachable``: nor will any other letter just now."""

    def __init__(self, why: str, *, unreachable: bool = False) -> None:
        super().__init__(why)
        self.unreachable = unreachable


class TurnedAway(Exception):
    """It did not go out and never will; ``status`` is the reason as RFC 3463 writes it ("5.1.1"), "" if unknown."""

    def __init__(self, why: str, status: str = "") -> None:
        super().__init__(why)
        self.status = status


class Unknown(Exception):
    """It may have gone out and may not: the line broke before the answer."""


class Channel(Protocol):
    """One way to reach people. ``name`` is what Subscriber.channel says."""

    name: str

    def send(self, letter: Letter, about_to_hand_over: Callable[[], None]) -> None:
        """Send one letter; returning means that the other side has taken it.

        ``about_to_hand_over`` must be called right before the step after which it may have been taken; if it raises, that
        step must not be made. Raises NotNow, TurnedAway or Unknown.
        """

    def close(self) -> None:
        """End what was opened for sending; a channel may be used again afterwards."""


def setting(name: str) -> Any:
    """A setting of ours; None where the installation does not know it."""
    return getattr(settings, name, None)


def all_open() -> dict[str, Channel]:
    """The channels of this installation by name. Raises ImproperlyConfigured for one that cannot be."""
    found: dict[str, Channel] = {}
    if setting("SMTP_URL"):
        from gongkai.subscriptions.smtp import EmailChannel

        found[EmailChannel.name] = EmailChannel.from_settings()
    for path in setting("CHANNELS") or ():
        try:
            channel: Channel = import_string(path)()
        except ImportError as problem:
            raise ImproperlyConfigured(
                _("通知渠道 %(path)s 无法导入（%(error)s）；请更正 GONGKAI_CHANNELS。")
                % {"path": path, "error": problem}
            ) from problem
        found[channel.name] = channel
    return found


def is_open(name: str = "email") -> bool:
    """True if letters leave by this channel; without e-mail, notices stay in the inbox of the desk."""
    if name == "email" and setting("SMTP_URL"):
        return bool(setting("MAIL_FROM"))  # a server without a sender sends nothing: the doctor says so
    return bool(setting("CHANNELS")) and name in all_open()
