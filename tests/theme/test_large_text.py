"""Large text is a cookie that the server reads: set by a link, kept when moving on, safe against other sites, seen by caches."""

import pytest
from django.http import HttpResponse
from django.test import RequestFactory
from selectolax.lexbor import LexborHTMLParser

from gongkai.theme import big, views


def ask(query: dict[str, str], **cookies: str):
    request = RequestFactory().get("/theme/big/", query)
    request.COOKIES.update(cookies)
    return views.big(request)


def test_on_sets_the_cookie_and_comes_back_to_the_page():
    answer = ask({"on": "1", "next": "/policies/?q=食堂&page=2"})
    assert answer.status_code == 302
    assert answer.url == "/policies/?q=%E9%A3%9F%E5%A0%82&page=2"
    cookie = answer.cookies[big.COOKIE]
    assert (cookie.value, cookie["httponly"], cookie["samesite"]) == ("1", True, "Lax")
    assert cookie["max-age"] > 300 * 24 * 3600
    assert answer.headers["Cache-Control"] == "no-store"


def test_off_takes_the_cookie_away():
    answer = ask({"next": "/policies/"}, big="1")
    assert answer.cookies[big.COOKIE]["max-age"] == 0


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example/",
        "javascript:alert(1)",
        "evil",
        "",
        "\n//x",
    ],
)
def test_it_leads_to_no_other_site(elsewhere):
    assert ask({"on": "1", "next": elsewhere}).url == "/"


def test_the_page_says_which_look_it_has_and_offers_the_other(show):
    plain = LexborHTMLParser(show("404.html", at="/x/?a=1"))
    assert plain.css_first("html").attributes.get("class") is None
    link = plain.css_first(".tools a[rel=nofollow]")
    assert (link.text(), link.attributes["href"]) == ("大字版", "/theme/big/?on=1&next=%2Fx%2F%3Fa%3D1")
    large = LexborHTMLParser(show("404.html", big=True))
    assert large.css_first("html").attributes["class"] == "big"
    link = large.css_first(".tools a[rel=nofollow]")
    assert (link.text(), "on=1" in link.attributes["href"]) == ("标准版", False)


@pytest.mark.parametrize("value", ["", "0", "yes", "11"])
def test_only_the_value_that_we_set_counts(value):
    request = RequestFactory().get("/")
    request.COOKIES[big.COOKIE] = value
    assert not big.is_big(request)


def test_pages_vary_by_cookie_and_files_do_not():
    def answers(kind):
        return big.VaryByBig(lambda request: HttpResponse("x", content_type=kind))(RequestFactory().get("/"))

    assert answers("text/html; charset=utf-8").headers["Vary"] == "Cookie"
    assert "Vary" not in answers("application/json").headers
