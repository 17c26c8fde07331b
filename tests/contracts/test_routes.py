"""Every address has a rule; the public ones answer anybody in any state, the others refuse whom they must."""

import pytest
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from lxml import html

from gongkai.kernel.access import rule
from tests.contracts.addresses import Address, addresses

OURS = [address for address in addresses() if not address.at_desk]
PUBLIC = [address for address in OURS if getattr(address.view, "access_rule", "") == "public"]
GUARDED = [address for address in OURS if getattr(address.view, "access_rule", "") not in {"public", ""}]
#: Pages for everybody that take a form: who subscribes, and who answers a letter of ours by one click.
FORMS = {
    "subscriptions:subscribe",
    "subscriptions:confirm",
    "subscriptions:manage",
    "subscriptions:unsubscribe",
}
ANSWERS = {200, 301, 302, 404, 410}

_LONG = "政" * 3000
NUMBERS = ["0000", "99999", "٢٠٢٥", "²", "-1", "%00", "%ED%A0%80", "9999999999999999999999"]
ODD_VALUES = [
    "", "abc", "1e5", "%ff", "'", '"', "((", "“", "*", "?", "AND OR NOT", "title:x", "<script>", "../../etc", "　",
    "〔2025〕", _LONG, *NUMBERS,
]  # fmt: skip
QUERY_NAMES = [
    "q", "page", "year", "unit", "kind", "subject", "state", "topic", "audience", "disclosure", "sort", "size", "ended", "at",
]  # fmt: skip


def without_rule(found: list[Address]) -> list[str]:
    """Addresses outside the desk whose view says nothing about who may open it."""
    return [address.route for address in found if not getattr(address.view, "access_rule", None)]


def values(site) -> dict[str, list[object]]:
    """Arguments that a visitor may type: records in every state, none, and numbers no database can hold."""
    known = [site.live.pk, site.withdrawn.pk, site.draft.pk]
    return {
        "int": [*known, 0, 987654321, 2**63 - 1, 2**63, 10**40],
        "file": [site.joined.pk, site.offered.pk, 0, 2**63],
        "number": [1, 2, 0, 2**63],
        "other": [site.live.pk, site.draft.pk],
        "code": [*site.services, "no-such"],
        "unit": ["minzheng", "no-such"],
        "token": ["no-such", "%00"],
        "slug": [*site.topics, "home", "parts", "no-such-thing", "-"],
        "str": ["home", "不存在", "%00", "a%20b"],
        "section": ["policies", "nothing"],
        "layout": ["home", "list", "document", "error", "parts", "nothing"],
    }


def test_every_view_of_ours_says_who_may_open_it():
    assert PUBLIC and GUARDED
    assert without_rule(OURS) == []


def test_a_view_without_a_rule_is_found():
    def bare(request):
        return HttpResponse()

    planted = [Address("a/", bare, True), Address("b/", rule("public")(bare), True)]
    assert without_rule(planted) == ["a/"]


def test_every_address_of_ours_can_be_walked():
    assert [address.route for address in OURS if not address.simple] == []


@pytest.mark.parametrize("language", ["", "/en"])
def test_public_addresses_answer_anybody_for_any_argument(site, as_user, language):
    visitor = as_user(None)
    paths = [language + path for address in PUBLIC for path in address.filled(values(site))]
    answers = {path: visitor.get(path).status_code for path in paths}
    assert {path: code for path, code in answers.items() if code not in ANSWERS} == {}
    assert {200, 404, 410} <= set(answers.values())


def test_public_addresses_answer_any_query(site, as_user):
    visitor = as_user(None)
    # One name at a time where a value could be taken for a number or a byte; a wrong unit would hide a wrong year.
    queries = ["&".join(f"{name}={value}" for name in QUERY_NAMES) for value in ODD_VALUES]
    queries += [f"q=食堂&{name}={value}" for name in QUERY_NAMES for value in NUMBERS]
    plain = [f"/{address.route}" for address in PUBLIC if "<" not in address.route]
    assert plain
    answers = {
        f"{path}?{query[:60]}": visitor.get(f"{path}?{query}").status_code
        for path in plain
        for query in queries
    }
    wrong = {
        # A program is told that it asked for no day at all; a reader is shown today.
        address: code
        for address, code in answers.items()
        if code != 200
        and not (address.startswith("/api/policies") and code == 400)
        and not (address.startswith("/theme/big/") and code == 302)  # sets the cookie and leads back
        and not (address.startswith("/theme/qr.svg") and code == 404)  # there is no code of nothing
    }
    assert wrong == {}


def one_of_each(site) -> dict[str, list[object]]:
    """Arguments of pages that are there."""
    return {
        "int": [site.live.pk],
        "file": [site.joined.pk],
        "number": [1],
        "other": [site.other.pk],
        "code": site.services[:1],
        "unit": ["minzheng"],
        "section": ["policies"],
        "slug": site.topics[:1],
    }


def test_public_addresses_take_no_form(site, as_user):
    visitor = as_user(None)
    paths = [
        path
        for address in PUBLIC
        if address.name not in FORMS
        for path in address.filled(values(site) | one_of_each(site))
    ]
    for method in ("post", "put", "patch", "delete"):
        answers = {path: getattr(visitor, method)(path).status_code for path in paths}
        assert set(answers.values()) == {405}, (method, answers)
    # One leads back to where one came from, one has no picture of nothing.
    others = {"/theme/big/": 302, "/theme/qr.svg": 404}
    assert {path: visitor.head(path).status_code for path in others} == others
    assert {visitor.head(path).status_code for path in paths if path not in others} == {200}


def _sentence(policy) -> str:
    """Words from the middle of the longest paragraph: numbers at its head are set apart on the page."""
    return max((block.text for part in policy.parts for block in part.blocks), key=len)[10:30]


def _linked(text: str) -> set[str]:
    """Where a page's links in its own language lead, without the place on the page."""
    links = html.document_fromstring(text).iterlinks()
    return {link.partition("#")[0] for element, _, link, _ in links if element.tag == "a"}


@pytest.mark.parametrize("state", ["draft", "withdrawn"])
def test_what_is_not_published_is_nowhere_to_be_read(site, as_user, state):
    visitor = as_user(None)
    record = getattr(site, state)
    sentence = _sentence(record)
    assert _sentence(site.live) in visitor.get(f"/policies/{site.live.pk}/").content.decode()
    assert f"/policies/{site.live.pk}/" in _linked(visitor.get("/policies/").content.decode())
    for path in ("/", "/policies/", f"/policies/{record.pk}/", f"/search/?q={record.title}&ended=1"):
        text = visitor.get(path).content.decode()
        assert sentence not in text, path
        assert f"/policies/{record.pk}/" not in _linked(text), path
    assert visitor.get(f"/policies/{record.pk}/original/").status_code == 404


def refused(client, path: str) -> bool:
    """True if a signed-in person is told so, or there is no such page."""
    return client.get(path).status_code in {403, 404}


def test_guarded_addresses_send_strangers_to_the_login_and_refuse_whoever_has_no_role(site, as_user):
    for address in GUARDED:
        for path in address.filled(values(site)):
            answer = as_user(None).get(path)
            assert answer.status_code == 302, path
            assert answer["Location"].startswith("/desk/login/?next="), path
            assert refused(as_user(site.citizen), path), path


def test_guarded_addresses_serve_those_they_are_for(site, as_user):
    answers = [
        as_user(site.clerk).get(path).status_code
        for address in GUARDED
        for path in address.filled(values(site))
    ]
    # 405 for an address that only takes a form.
    assert {200, 404} <= set(answers) <= {200, 403, 404, 405}


def test_a_rule_that_admits_nobody_else_really_refuses(rf, site):
    view = rule(lambda user: user.username == "office")(lambda request: HttpResponse("x"))
    request = rf.get("/")
    request.user = site.clerk
    with pytest.raises(PermissionDenied):
        view(request)
    request.user = site.office
    assert view(request).status_code == 200
