"""Addresses of the record for programmers; the same in every language."""

from django.urls import path
from django.views.decorators.http import require_safe

from gongkai.kernel.access import rule
from gongkai.policies import api

app_name = "policies_api"
urlpatterns = [
    path("policies/", api.policies, name="policies"),
    path("policies.atom", rule("public")(require_safe(api.PolicyFeed())), name="feed"),
    path("policies/<int:pk>/", api.policy, name="policy"),
]
