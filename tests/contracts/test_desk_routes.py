"""The desk is closed: nothing at any of its addresses for strangers, and for each role only what its work needs."""

import re
from collections.abc import Iterator

import pytest

from gongkai.project.desk_gate import OPEN_NAMES
from tests.contracts.addresses import Address, addresses

#: Addresses of the desk that answer a visitor who is not signed in, and why.
OPEN = {
    "desk/login/": "the login itself",
    "desk/jsi18n/": "words of the scripts, the same for everybody; the login page uses them",
    "desk/sprite/": "pictures of the buttons, the same for everybody",
    "desk/logout/": "leads to the login",
}
CLOSED = {302, 403, 404, 405}
ROUTES = [address for address in addresses() if address.at_desk]
#: Words in the names of Wagtail's routes that make, change or remove something past our actions.
_WRITING = {
    "add", "copy", "create", "delete", "remove", "move", "lock", "unlock", "revert", "unpublish", "unschedule", "bulk",
    "action", "disable", "enable", "privacy", "alias", "position", "upload", "multiple",
}  # fmt: skip


def desk_paths(found: list[Address], site, *, by_hand: bool = True) -> Iterator[str]:
    """Every address of the desk with arguments that exist; the one written as an expression is filled in by hand."""
    pk = site.draft.pk
    values: dict[str, list[object]] = {
        "int": [pk, 1],
        "str": [pk],
        "slug": ["policy", *site.topics],
        "app_label": ["policies"],
        "content_type_app_name": ["policies"],
        "app_name": ["policies"],
        "model_name": ["policy"],
        "content_type_model_name": ["policy"],
        "action": ["delete"],
        "action_name": ["delete"],
        "object_id": [pk],
        "uidb64": ["MQ"],
        "token": ["a-b"],
        "revision_id": [site.revision.pk],
    }
    for address in found:
        if address.simple and not address.route.endswith("$"):
            yield from address.filled(values)
    if by_hand:
        yield f"/desk/policies/history/{pk}/revisions/compare/earliest...latest/"


def _walked(site) -> list[str]:
    """All paths but those that would end the session."""
    return [path for path in desk_paths(ROUTES, site) if path.lstrip("/") not in OPEN]


def answers(client, paths) -> dict[str, int]:
    """What each path answers."""
    return {path: client.get(path).status_code for path in paths}


def wide_open(found: dict[str, int]) -> dict[str, int]:
    """Answers that let somebody in or fail, at addresses that are not meant to be open."""
    return {p: code for p, code in found.items() if code not in CLOSED and p.lstrip("/") not in OPEN}


def test_the_desk_answers_no_stranger(site, as_user):
    paths = list(desk_paths(ROUTES, site))
    assert len(paths) > 50
    assert wide_open(answers(as_user(None), paths)) == {}


def test_the_desk_answers_nobody_without_a_role(site, as_user):
    assert wide_open(answers(as_user(site.citizen), _walked(site))) == {}


def test_an_open_address_of_the_desk_is_found(site, as_user):
    assert wide_open(answers(as_user(None), ["/about/"])) == {"/about/": 200}


def test_every_exception_still_exists():
    assert set(OPEN) <= {address.route for address in ROUTES}


def writing(names: set[str]) -> set[str]:
    """Those names of routes that say they write."""
    return {name for name in names if _WRITING & set(re.split(r"[_:]", name.partition(":")[2] or name))}


def test_no_route_that_writes_past_our_actions_is_open_at_the_desk():
    assert writing(set(OPEN_NAMES)) == set()
    assert len(writing({address.name for address in ROUTES})) > 20, (
        "Wagtail brings them: they have to be shut"
    )


def test_the_desk_is_as_closed_when_the_site_lives_below_a_prefix(site, as_user):
    office = as_user(site.office)
    assert office.get("/desk/policies/", SCRIPT_NAME="/gov").status_code == 200
    assert {
        office.get(f"/desk/{name}/", SCRIPT_NAME="/gov").status_code for name in ("users", "pages", "groups")
    } == {404}


@pytest.mark.parametrize("person", ["clerk own", "office", "auditor", "system"])
def test_what_the_desk_opens_does_not_break(site, as_user, person):
    found = answers(as_user(site.people[person]), _walked(site))
    assert {path: code for path, code in found.items() if code >= 500} == {}
    assert {200, 404} <= set(found.values())


def test_a_clerk_gets_nothing_of_another_units_draft(site, as_user):
    pk = site.draft.pk
    paths = [
        path for path in desk_paths(ROUTES, site) if path.startswith("/desk/policies/") and f"/{pk}/" in path
    ]
    assert len(paths) >= 5
    own = answers(as_user(site.clerk), paths)
    assert 200 in own.values(), "the same addresses answer the clerk of the unit"
    others = answers(as_user(site.stranger), paths)
    assert {path: code for path, code in others.items() if code not in CLOSED} == {}
