"""The record for programs: metadata of the page, feed per filter, other forms of the text, everything at once, a description."""

import json
import re
from datetime import timedelta
from xml.etree import ElementTree

import pytest
from django.db import transaction
from django.urls import get_resolver

from gongkai.kernel import clock, events
from gongkai.orgs.models import Unit
from gongkai.policies import actions
from gongkai.policies.models import Disclosure, Policy

pytestmark = pytest.mark.django_db

TEXT = """示例区民政局关于助餐点“补贴”<示例>的通知
示例民发〔2026〕7号
各街道：
一、补贴标准
每客补贴三元，按月结算。
二、附则
本通知自2026年1月1日起施行，有效期至2027年12月31日。
示例区民政局
2025年12月8日
"""


@pytest.fixture
def policy(originals_folder):
    Unit.objects.create(code="minzheng", name="示例区民政局", short_name="区民政局")
    return actions.take_in(data=TEXT.encode(), name="t.txt", actor="system:test").policy


def metas(page):
    return dict(re.findall(r'<meta name="([A-Z]\w+)" content="([^"]*)">', page))


def test_a_policy_bears_the_article_tags_of_the_national_standard(client, policy):
    found = metas(client.get(policy.get_absolute_url()).content.decode())
    assert found["ArticleTitle"].startswith("示例区民政局关于助餐点")
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d", found["PubDate"])
    assert found["ContentSource"] == "示例区民政局"
    assert found["ColumnName"] == "政策文件" and found["SiteName"] and found["SiteDomain"]
    assert "SiteIDCode" not in found  # nobody has given one: it is left out, not made up


def test_the_site_code_is_told_when_the_office_has_one(client, settings, policy):
    settings.SITE_ID_CODE = "3100000000"
    assert metas(client.get("/policies/").content.decode())["SiteIDCode"] == "3100000000"


def test_json_ld_says_what_law_it_is_and_whether_it_holds(client, policy):
    page = client.get(policy.get_absolute_url()).content.decode()
    block = re.search(r'<script type="application/ld\+json">(.*?)</script>', page)[1]
    assert "<" not in block  # a title with < or </script> cannot end the block
    data = json.loads(block)
    assert data["@type"] == "Legislation" and data["legislationIdentifier"] == "示例民发〔2026〕7号"
    assert data["legislationLegalForce"] == "InForce" and data["temporalCoverage"] == "2026-01-01/2027-12-31"
    assert data["legislationPassedBy"] == [{"@type": "GovernmentOrganization", "name": "示例区民政局"}]


def test_every_form_named_in_the_head_answers(client, policy):
    page = client.get(policy.get_absolute_url()).content.decode()
    links = re.findall(r'<link rel="alternate" type="([^"]+)" href="([^"]+)">', page)
    assert len(links) == 3
    for kind, url in links:
        answer = client.get(url.replace("&amp;", "&"))
        assert answer.status_code == 200 and answer.headers["Content-Type"].startswith(kind)
        assert "每客补贴三元" in answer.content.decode()


def test_the_text_as_markdown_and_akoma_ntoso(client, policy):
    text = client.get(f"/api/policies/{policy.pk}.md").content.decode()
    assert f"/policies/{policy.pk}/" in text and "现行有效" in text and "补贴标准" in text
    tree = ElementTree.fromstring(client.get(f"/api/policies/{policy.pk}.xml").content)
    assert tree.tag.endswith("akomaNtoso") and "每客补贴三元" in "".join(tree.itertext())


def test_no_form_of_what_is_not_public(client, policy):
    Policy.objects.filter(pk=policy.pk).update(live=False)
    for url in (
        f"/api/policies/{policy.pk}/",
        f"/api/policies/{policy.pk}.md",
        f"/api/policies/{policy.pk}.xml",
    ):
        assert client.get(url).status_code == 404
    assert client.get("/api/policies/").json()["total"] == 0


@pytest.mark.parametrize(
    "path", ["policies/", "policies.atom", "policies/{pk}/", "policies/{pk}.md", "policies/{pk}.xml"]
)
def test_a_day_that_cannot_be_read_is_a_problem_in_words(client, policy, path):
    answer = client.get("/api/" + path.format(pk=policy.pk) + "?at=gestern")
    assert answer.status_code == 400 and "at=2025-01-31" in answer.json()["problem"]


@pytest.mark.parametrize(
    ("query", "found"),
    [("", 1), ("kind=通知", 1), ("kind=办法", 0), ("unit=minzheng", 1), ("year=2019", 0), ("q=助餐", 1)],
)
def test_feed_list_and_page_take_the_same_filters(client, policy, query, found):
    assert client.get(f"/api/policies.atom?{query}").content.decode().count("<entry>") == found
    assert client.get(f"/api/policies/?{query}").json()["total"] == found
    assert client.get(f"/policies/?{query}").context["total"] == found


def lines(client, query=""):
    answer = client.get(f"/api/policies.jsonl{query}")
    return [json.loads(line) for line in b"".join(answer.streaming_content).splitlines()]


def test_everything_at_once_is_one_policy_a_line(client, policy):
    head, row = lines(client)
    assert (head["policies"], head["gone"]) == (1, 0)
    assert row["id"] == policy.pk and row["clauses"] and row["validity"]["state"] == "in_force"


def test_a_copy_hears_of_what_has_gone_but_not_what_it_said(client, policy):
    begun = clock.now().isoformat().replace("+", "%2B")
    later = (clock.now() + timedelta(days=1)).isoformat().replace("+", "%2B")
    actions.take_down(policy=policy, by="system:test", reason="涉及个人信息")
    head, row = lines(client, f"?since={begun}")
    assert (head["policies"], head["gone"]) == (0, 1)
    assert set(row) == {"id", "gone", "withdrawn_on"} and row["gone"] is True
    assert len(lines(client, f"?since={later}")) == 1
    assert client.get("/api/policies.jsonl?since=yesterday").status_code == 400


@pytest.mark.parametrize(
    "said", ["0001-01-01T00:00:00%2B14:00", "9999-12-31T23:59:59-14:00", "2026-01-31", "x"]
)
def test_a_moment_that_is_none_is_a_problem_in_words(client, policy, said):
    answer = client.get(f"/api/policies.jsonl?since={said}")
    assert answer.status_code == 400 and "since" in answer.json()["problem"]


def test_steps_inside_the_office_are_not_told(client, policy):
    begun = clock.now().isoformat().replace("+", "%2B")
    with transaction.atomic():
        events.record("policy.hand_in_changed", subject=policy.reference, policy=policy.pk, state="waiting")
    assert len(lines(client, f"?since={begun}")) == 1


def test_nothing_withheld_goes_out_in_bulk(client, policy):
    Policy.objects.create(title="不予公开的草稿", live=False, disclosure=Disclosure.WITHHELD)
    assert len(lines(client)) == 2


# --- the description ------------------------------------------------------------------------------------------------


def described(client):
    return client.get("/api/openapi.json").json()


def test_every_address_of_the_interface_is_described(client):
    routes = set()
    for pattern in get_resolver().url_patterns:
        if str(pattern.pattern) == "api/":
            routes = {f"/api/{each.pattern}".replace("<int:pk>", "{id}") for each in pattern.url_patterns}
    assert routes == set(described(client)["paths"])


def fits(schema, value, schemas):
    """Whether ``value`` is of ``schema``: as much of JSON Schema as the description uses."""
    if "$ref" in schema:
        return fits(schemas[schema["$ref"].rpartition("/")[2]], value, schemas)
    types = {
        "string": str,
        "integer": int,
        "boolean": bool,
        "array": list,
        "object": dict,
        "null": type(None),
    }
    allowed = schema.get("type", list(types))
    allowed = allowed if isinstance(allowed, list) else [allowed]
    if not any(isinstance(value, types[name]) for name in allowed):
        return False
    if "enum" in schema and value not in schema["enum"]:
        return False
    if isinstance(value, list):
        return all(fits(schema.get("items", {}), each, schemas) for each in value)
    if isinstance(value, dict) and "properties" in schema:
        known = schema["properties"]
        return set(value) == set(known) and all(
            fits(known[name], each, schemas) for name, each in value.items()
        )
    return True


def test_answers_are_as_described(client, policy):
    schemas = described(client)["components"]["schemas"]
    assert fits(schemas["List"], client.get("/api/policies/").json(), schemas)
    whole = client.get(f"/api/policies/{policy.pk}/").json()
    assert fits(schemas["Policy"], whole, schemas)
    assert not fits(schemas["Policy"], {**whole, "id": "7"}, schemas)
    assert not fits(schemas["Policy"], {**whole, "more": 1}, schemas)
    assert fits(schemas["Problem"], client.get("/api/policies/?at=x").json(), schemas)


# --- for search engines ----------------------------------------------------------------------------------------------


def test_the_map_names_every_public_page_in_both_languages(client, policy):
    index = client.get("/sitemap.xml").content.decode()
    sections = re.findall(r"<loc>http://testserver(/sitemap-\w+\.xml)</loc>", index)
    assert len(sections) == 5
    named = [
        url
        for each in sections
        for url in re.findall(r"<loc>http://testserver([^<]+)</loc>", client.get(each).content.decode())
    ]
    assert {
        policy.get_absolute_url(),
        f"/en{policy.get_absolute_url()}",
        "/",
        "/en/",
        "/units/minzheng/",
    } <= set(named)
    for url in named:
        assert client.get(url).status_code == 200, url


def test_robots_are_kept_from_the_desk_and_shown_the_map(client):
    text = client.get("/robots.txt").content.decode()
    assert "Disallow: /desk/" in text and "Sitemap: http://testserver/sitemap.xml" in text


def test_pages_name_their_feed(client, policy):
    page = client.get("/policies/?kind=通知").content.decode()
    url = re.search(r'type="application/atom\+xml"[^>]* href="([^"]+)"', page)[1]
    assert client.get(url.replace("&amp;", "&")).content.decode().count("<entry>") == 1
