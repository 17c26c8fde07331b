"""Addresses by name: what Django says, in the language of the moment, for every number and no other."""

import pytest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import override

from gongkai.kernel.routes import route

NAMES = [
    ("policies:library", ()),
    ("policies:policy", (7,)),
    ("policies:edition", (12, 1)),
    ("policies_api:policy", (0,)),
    ("policies:policy", (2**63 - 1,)),
]


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize(("name", "numbers"), NAMES)
def test_it_is_the_address_that_django_says(name, numbers, language):
    with override(language):
        assert route(name, *numbers) == reverse(name, args=numbers)
        assert route(name, *numbers) == reverse(name, args=numbers)  # the second time from memory


@pytest.mark.parametrize("number", [-1, 2**63])
def test_a_number_that_no_address_has_is_refused(number):
    with pytest.raises(ValueError, match="no address"):
        route("policies:policy", number)


def test_a_route_that_there_is_not_is_told():
    with pytest.raises(NoReverseMatch):
        route("policies:nowhere", 1)


def test_an_application_below_another_path_has_its_own_addresses(settings):
    from django.urls import set_script_prefix

    assert route("policies:policy", 3) == "/policies/3/"
    set_script_prefix("/district/")
    try:
        assert route("policies:policy", 3) == "/district/policies/3/"
    finally:
        set_script_prefix("/")
