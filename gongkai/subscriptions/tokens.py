"""What stands in links that work without signing in: who it is for, and for what. Each purpose has its own signature."""

from typing import Literal

from django.core import signing

from gongkai.subscriptions.models import Subscriber, Subscription

Purpose = Literal["confirm", "manage", "unsubscribe"]


class BadLink(LookupError):
    """The link was cut short, is not ours, or what it belonged to exists no more."""


def token_for(subscriber: Subscriber, purpose: Purpose, *, subscription: int | None = None) -> str:
    """A token for one person and one purpose; ``subscription`` says what is to be confirmed."""
    parts = [str(subscriber.pk), subscriber.secret, *([str(subscription)] if subscription else [])]
    return _signer(purpose).sign(".".join(parts))


def subscriber_of(token: str, purpose: Purpose) -> Subscriber:
    """Whose token this is. Raises BadLink."""
    pk, secret, *_more = _parts(token, purpose)
    found = Subscriber.objects.filter(pk=int(pk), secret=secret).select_related("user").first()
    if found is None:
        raise BadLink(token[:8])
    return found


def subscription_of(token: str) -> Subscription:
    """What a token for confirming belongs to. Raises BadLink."""
    pk, secret, *more = _parts(token, "confirm")
    found = Subscription.objects.filter(
        subscriber=int(pk), subscriber__secret=secret, pk__in=[int(each) for each in more]
    )
    subscription = found.select_related("subscriber").first()
    if subscription is None:
        raise BadLink(token[:8])
    return subscription


def sign_subject(key: str, name: str) -> str:
    """What a link to the subscription form carries: a stranger must not choose the words that our letters say."""
    return signing.Signer(salt="gongkai.subscriptions.subject", sep="~").sign_object(
        [key, name[:300]], compress=True
    )


def subject_of(signed: str) -> tuple[str, str]:
    """(key, name) of what a link leads to. Raises BadLink."""
    try:
        key, name = signing.Signer(salt="gongkai.subscriptions.subject", sep="~").unsign_object(signed)
    except (signing.BadSignature, ValueError):
        raise BadLink(signed[:8]) from None
    return key, name


def _parts(token: str, purpose: Purpose) -> list[str]:
    try:
        return _signer(purpose).unsign(token).split(".")
    except signing.BadSignature:
        raise BadLink(token[:8]) from None


def _signer(purpose: Purpose) -> signing.Signer:
    return signing.Signer(salt=f"gongkai.subscriptions.{purpose}", sep="~")
