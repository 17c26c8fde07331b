"""Addresses of the record for programmers; the same in every language, and kept for ever."""

from django.urls import path
from django.views.decorators.http import require_safe

from gongkai.kernel.access import rule
from gongkai.policies.api import bulk, openapi, records, texts
from gongkai.policies.api.feed import PolicyFeed

app_name = "policies_api"
urlpatterns = [
    path("policies/", records.policies, name="policies"),
    path("policies.atom", rule("public")(require_safe(PolicyFeed())), name="feed"),
    path("policies.jsonl", bulk.everything, name="bulk"),
    path("policies/<int:pk>/", records.policy, name="policy"),
    path("policies/<int:pk>.md", texts.markdown, name="markdown"),
    path("policies/<int:pk>.xml", texts.akn, name="akn"),
    path("openapi.json", openapi.description, name="openapi"),
]
