"""The map for search engines: policies are named without being read, and as Django itself would name them."""

from datetime import timedelta

import pytest
from django.utils import translation

from gongkai.policies import queries
from gongkai.policies.models import Policy
from gongkai.portal import sitemaps
from tests.policies.topic_world import NOON, policy

pytestmark = pytest.mark.django_db


class Plain(sitemaps._Both):
    """The same section, each policy read and its address looked up."""

    def items(self):
        return queries.public().order_by("pk")

    def lastmod(self, item):
        return item.last_published_at


class Here:
    domain = "www.shili.example"


def said_by(section):
    """(address, moment, addresses of the alternates by language) of every line."""
    return [
        (
            url["location"],
            url["lastmod"],
            [(each["lang_code"], each["location"]) for each in url["alternates"]],
        )
        for url in section.get_urls(site=Here, protocol="https")
    ]


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_policies_are_named_in_both_languages_with_each_alternate(language):
    made = [policy(f"示例第{n}号", last_published_at=NOON - timedelta(days=n)) for n in range(3)]
    policy("草稿", live=False)
    with translation.override(language):
        ours, plain = sitemaps.Policies(), Plain()
        assert said_by(ours) == said_by(plain)
        assert ours.latest_lastmod == plain.latest_lastmod
        assert ours.get_latest_lastmod() == plain.get_latest_lastmod() is not None
    pk = made[0].pk
    assert said_by(ours)[0][::2] == (
        f"https://www.shili.example/policies/{pk}/",
        [
            ("zh-hans", f"https://www.shili.example/policies/{pk}/"),
            ("en", f"https://www.shili.example/en/policies/{pk}/"),
            ("x-default", f"https://www.shili.example/policies/{pk}/"),
        ],
    )


def test_no_policy_is_read_for_the_index_nor_for_a_section(
    client, monkeypatch, django_assert_max_num_queries
):
    policy("示例食堂办法", last_published_at=NOON)

    def read(*_args):
        raise AssertionError("a policy was read")

    monkeypatch.setattr(Policy, "from_db", read)
    with django_assert_max_num_queries(6):
        assert b"<lastmod>" in client.get("/sitemap.xml").content
    assert b"<lastmod>" in client.get("/sitemap-policies.xml").content


def test_an_empty_site_has_a_map_too(client):
    assert sitemaps.Policies().get_latest_lastmod() is None
    assert client.get("/sitemap.xml").status_code == client.get("/sitemap-policies.xml").status_code == 200
