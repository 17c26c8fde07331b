"""The frame of every page: navigation, languages, sample notice, error pages, and who may see the gallery."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.test import RequestFactory
from django.urls import NoReverseMatch
from django.views import defaults
from selectolax.lexbor import LexborHTMLParser

from gongkai.theme import context, errors, navigation, views
from tests.theme.conftest import STANDALONE


class User:
    is_authenticated = True
    is_active = True

    def __init__(self, is_staff):
        self.is_staff = is_staff


def current(at: str) -> list[tuple[str, str]]:
    return [(link.label, link.current) for link in navigation.header_links(at) if link.current]


def test_one_link_is_current_the_nearest_above_the_page():
    navigation.fill([("首页", "home"), ("政策文件", "policies"), ("主题", "topics")], home="home")
    assert current("/") == [("首页", "page")]
    assert current("/policies/") == [("政策文件", "page")]
    assert current("/policies/12/") == [("政策文件", "true")]
    assert current("/policies/topics/3/") == [("主题", "true")]
    assert current("/about/") == []


def test_a_view_that_does_not_exist_is_seen_at_once():
    navigation.fill([("没有", "nowhere")])
    with pytest.raises(NoReverseMatch):
        navigation.header_links("/")


def test_labels_are_translated_for_each_request(monkeypatch):
    monkeypatch.setattr(navigation, "gettext", {"首页": "Home"}.get)
    navigation.fill([("首页", "home")], footer=[("首页", "home")])
    assert navigation.header_links("/")[0].label == "Home"
    assert navigation.footer_links() == [navigation.Link("Home", "/")]


def test_other_languages_are_offered_only_where_the_page_has_an_address_in_them(settings, monkeypatch):
    settings.LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
    request = RequestFactory().get("/policies/?q=1")
    assert context.other_languages(request) == []
    monkeypatch.setattr(context, "translate_url", lambda url, code: f"/en{url}" if code == "en" else url)
    assert context.other_languages(request) == [context.Language("en", "English", "/en/policies/?q=1")]


def test_the_site_is_not_worked_out_where_nobody_asks(monkeypatch):
    def fail(request):
        raise AssertionError

    monkeypatch.setattr(context, "_site", fail)
    context.site(RequestFactory().get("/"))


def test_every_page_has_the_frame(gallery, settings):
    for name in gallery.keys() - {*STANDALONE}:
        page = LexborHTMLParser(gallery[name])
        assert page.css_first("html").attributes["lang"] == "zh-hans"
        assert page.css_first("title").text().endswith(settings.SITE_NAME)
        assert page.css_first("body > a.skip").attributes["href"] == "#main"
        assert page.css_first("main#main")
        assert len(page.css("h1")) == 1, name
        assert page.css_first("nav[aria-label=主导航] [aria-current]").text() == "政策文件"
        assert "sample" in page.css_first("header p").attributes["class"]
        assert settings.SITE_ORGANISER in page.css_first("footer").text()
        assert page.css_first("footer a").text() == "全部主题"


def test_ids_are_unique_and_every_inner_link_of_the_contents_arrives(gallery):
    page = LexborHTMLParser(gallery["document"])
    ids = [node.attributes["id"] for node in page.css("[id]")]
    assert len(ids) == len(set(ids))
    assert {a.attributes["href"][1:] for a in page.css(".contents a")} <= set(ids)


def test_a_document_reads_title_first_then_contents_then_text(gallery):
    html = gallery["document"]
    places = [html.index(mark) for mark in ("<h1", 'class="contents"', "<article", 'class="doc-aside"')]
    assert places == sorted(places)


def test_a_real_site_has_no_sample_notice(show, settings):
    settings.SAMPLE_SITE = False
    assert "演示站" not in show("theme/page.html")


def test_nothing_inline_in_a_rendered_page(gallery):
    for html in gallery.values():
        page = LexborHTMLParser(html)
        assert page.css("style, [style], script:not([src])") == []
        assert all(link.attributes["href"].startswith("/static/") for link in page.css("head link"))


def test_a_server_error_needs_no_context_and_no_database():
    page = LexborHTMLParser(defaults.server_error(RequestFactory().get("/")).content.decode())
    assert "网站出了问题" in page.css_first("h1").text()
    assert page.css_first("link[rel=stylesheet]").attributes["href"].endswith("theme/tokens.css")
    bad = defaults.bad_request(RequestFactory().get("/"), Exception())
    assert "请求有误" in bad.content.decode()


@pytest.mark.parametrize(
    ("answer", "status", "words"),
    [
        (errors.bad_request, 400, "请求有误"),
        (errors.server_error, 500, "网站出了问题"),
    ],
)
def test_an_error_page_says_what_to_do_and_offers_ways_on(answer, status, words):
    request = RequestFactory().get("/x/")
    request.COOKIES["big"] = "1"
    said = answer(request)
    page = LexborHTMLParser(said.content.decode())
    assert said.status_code == status
    assert said.headers["Cache-Control"] == "no-store"
    assert words in page.body.text()
    assert page.css_first("html").attributes["class"] == "big"
    assert len(page.css("h1")) == 1
    assert page.css_first("form[role=search]").attributes["action"] == "/search/"
    assert [a.attributes["href"] for a in page.css(".doors a")] == ["/", "/policies/", "tel:12345"]
    assert page.css_first("[lang=en]").text().strip().endswith(".")


def test_what_is_missing_or_forbidden_says_what_to_do_next():
    missing = defaults.page_not_found(RequestFactory().get("/x/"), Exception()).content.decode()
    assert "没有这个页面" in missing
    assert "回到首页" in missing
    said = defaults.permission_denied(RequestFactory().get("/x/"), PermissionDenied("这份草稿属于区商务委。"))
    assert "这份草稿属于区商务委。" in said.content.decode()
    silent = defaults.permission_denied(RequestFactory().get("/x/"), PermissionDenied())
    assert "请登录有权限的账号" in silent.content.decode()


def test_the_gallery_is_for_staff(settings):
    settings.LOGIN_URL = "/login/"

    def ask(user, layout=""):
        request = RequestFactory().get("/theme/gallery/")
        request.user = user
        return views.layout(request, layout) if layout else views.gallery(request)

    assert ask(AnonymousUser()).status_code == 302
    with pytest.raises(PermissionDenied):
        ask(User(is_staff=False))
    assert "组件库" in ask(User(is_staff=True)).content.decode()
    assert "示例府办〔2026〕12号" in ask(User(is_staff=True), "document").content.decode()
    assert views.gallery.access_rule == views.layout.access_rule == "staff"
