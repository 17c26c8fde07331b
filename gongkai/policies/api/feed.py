"""Atom: the newest policies under the filters of the library, with their validity on the day asked."""

from typing import Any

from django.contrib.syndication.views import Feed
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _

from gongkai.kernel import clock
from gongkai.policies.api.answers import opened, problem
from gongkai.policies.effects import attach
from gongkai.policies.library import Choice, choice_in, found_in
from gongkai.policies.models import Policy
from gongkai.text.normalise import clean

NEWEST = 100
Item = tuple[Policy, Choice]


class PolicyFeed(Feed):
    """The newest policies as Atom; ?at= gives those of that day with their validity then."""

    feed_type = Atom1Feed

    def __call__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """A day that cannot be read is a problem here: a program does not see a notice on a page."""
        choice = choice_in(request.GET)
        if choice.asked.problem:
            return problem(choice.asked.problem)
        response = super().__call__(request, *args, **kwargs)
        opened(response)
        return response

    def get_object(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Choice:
        """What the feed is about."""
        return choice_in(request.GET)

    def title(self, choice: Choice) -> str:
        """The name of the feed, with what narrows it."""
        day = [choice.asked.day.isoformat()] if choice.asked.given else []
        narrowed = [*(value for value in choice.filters.values() if value), *day]
        return clean(_("政策文件（%s）") % "、".join(narrowed)) if narrowed else _("政策文件")

    def link(self, choice: Choice) -> str:
        """The page that the feed follows."""
        return choice.address()

    def feed_url(self, choice: Choice) -> str:
        """The feed's own address, the same for every order of its parameters."""
        return choice.address(reverse("policies_api:feed"), sort="", size="")

    def items(self, choice: Choice) -> list[Item]:
        """The newest hundred."""
        newest = list(found_in(choice.filters, choice.asked)[:NEWEST])
        attach(newest)
        return [(policy, choice) for policy in newest]

    def item_title(self, item: Item) -> str:
        return clean(item[0].title)

    def item_link(self, item: Item) -> str:
        policy, asked = item[0], item[1].asked
        return f"{policy.get_absolute_url()}?{asked.parameter}" if asked.given else policy.get_absolute_url()

    def item_guid(self, item: Item) -> str:
        return f"policy:{item[0].pk}"

    def item_description(self, item: Item) -> str:
        policy, choice = item
        facts = [policy.document_number, policy.issuers, policy.validity_on(choice.asked.day).reason]
        return clean(" · ".join(fact for fact in facts if fact))

    def item_pubdate(self, item: Item) -> Any:
        return clock.start_of(item[0].published_on) if item[0].published_on else None

    def item_updateddate(self, item: Item) -> Any:
        return item[0].last_published_at
