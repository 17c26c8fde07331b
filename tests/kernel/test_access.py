"""A view's rule is enforced, and it can be read from the view."""

from types import SimpleNamespace

import pytest
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.test import RequestFactory
from django.utils.decorators import method_decorator
from django.views import View

from gongkai.kernel.access import rule


class Page(View):
    def get(self, request, number):
        return HttpResponse(f"页{number}")


@method_decorator(rule("staff"), name="dispatch")
class Ruled(Page):
    pass


def page(request, number):
    return HttpResponse(f"页{number}")


VISITORS = {
    "anonymous": SimpleNamespace(is_authenticated=False, is_active=False, is_staff=False, level=0),
    "citizen": SimpleNamespace(is_authenticated=True, is_active=True, is_staff=False, level=1),
    "clerk": SimpleNamespace(is_authenticated=True, is_active=True, is_staff=True, level=2),
    "left": SimpleNamespace(is_authenticated=True, is_active=False, is_staff=True, level=0),
}


def at_least_two(user):
    return user.level >= 2


def answer(view, who):
    request = RequestFactory().get("/页?a=1")
    request.user = VISITORS[who]
    try:
        response = view(request, number=3)
    except PermissionDenied as error:
        assert "权限" in str(error) or "工作人员" in str(error)
        return "denied"
    if response.status_code == 302:
        return response["Location"]
    return response.content.decode()


@pytest.mark.parametrize("view", [page, Page.as_view()], ids=["function", "class"])
@pytest.mark.parametrize(
    ("who", "expected"),
    [
        ("public", {"anonymous": "页3", "citizen": "页3", "clerk": "页3", "left": "页3"}),
        ("signed_in", {"anonymous": "login", "citizen": "页3", "clerk": "页3", "left": "denied"}),
        ("staff", {"anonymous": "login", "citizen": "denied", "clerk": "页3", "left": "denied"}),
        (at_least_two, {"anonymous": "login", "citizen": "denied", "clerk": "页3", "left": "denied"}),
    ],
)
def test_each_rule_admits_whom_it_names(view, who, expected, settings):
    settings.LOGIN_URL = "/login"
    ruled = rule(who)(view)
    assert ruled.access_rule == who
    for visitor, outcome in expected.items():
        found = answer(ruled, visitor)
        if outcome == "login":
            assert found.startswith("/login?next=/")
            assert "a%3D1" in found
        else:
            assert found == outcome


def test_a_rule_on_dispatch_is_enforced_and_can_be_read_from_the_view():
    view = Ruled.as_view()
    assert view.access_rule == "staff"
    assert answer(view, "citizen") == "denied"
    assert answer(view, "clerk") == "页3"


def test_the_view_keeps_its_name_and_other_marks():
    view = Page.as_view()
    view.csrf_exempt = True
    ruled = rule("public")(view)
    assert ruled.view_class is Page
    assert ruled.csrf_exempt
    assert rule("public")(page).__name__ == "page"


def test_an_unknown_word_is_refused_at_once():
    with pytest.raises(ValueError, match="everyone"):
        rule("everyone")
