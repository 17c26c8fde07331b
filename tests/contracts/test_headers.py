"""What every portal page is sent with, and what may not be in it: nothing inline, nothing from elsewhere."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.urls import get_resolver
from lxml import html

from gongkai.kernel import clock
from gongkai.project.edge.headers import POLICY
from tests.contracts.addresses import addresses

_FETCHED = {
    "src",
    "srcset",
    "poster",
    "data",
    "action",
    "formaction",
    "background",
    "manifest",
    "ping",
    "cite",
}
_ELSEWHERE = re.compile(r"^\s*(https?:|wss?:|ftp:|//|data:|blob:|javascript:|vbscript:)", re.IGNORECASE)


@pytest.fixture
def pages(site, as_user):
    """Every kind of portal page, name → response: plain, withdrawn, missing, refused, broken, in both languages."""
    visitor, pk = as_user(None), site.live.pk
    paths = [
        "/",
        "/about/",
        "/policies/",
        f"/policies/{pk}/",
        f"/policies/{site.withdrawn.pk}/",
        "/policies/999/",
    ]
    paths += ["/search/", "/search/?q=食堂", "/search/?q=无此词语", "/no/such/page"]
    found = {path: visitor.get(path) for path in [*paths, *(f"/en{path}" for path in paths)]}
    for address in addresses():
        if getattr(address.view, "access_rule", "") == "staff" and not address.at_desk:
            for path in address.filled({"slug": ["home", "list", "document", "error"], "int": [pk]}):
                found[path] = as_user(site.clerk).get(path)
                found[f"refused {path}"] = as_user(site.citizen).get(path)
    found["bad host"] = visitor.get("/", headers={"host": "elsewhere.example"})
    found["broken"] = _broken_page(visitor)
    found = {
        name: page
        for name, page in found.items()
        if page.headers["Content-Type"].startswith("text/html") and page.status_code != 405
    }
    assert {200, 400, 403, 404, 410, 500} <= {response.status_code for response in found.values()}
    return found


def _broken_page(visitor):
    (home,) = [
        p for r in get_resolver().url_patterns if hasattr(r, "url_patterns") for p in _named(r, "about")
    ]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(home, "callback", lambda request: 1 / 0)
        return visitor.get("/about/")


def _named(resolver, name: str) -> Iterator[object]:
    for pattern in resolver.url_patterns:
        if hasattr(pattern, "url_patterns"):
            yield from _named(pattern, name)
        elif pattern.name == name:
            yield pattern


# --- headers -------------------------------------------------------------------------------------------------


def loose(policy: str) -> list[str]:
    """What is wrong with a Content-Security-Policy."""
    directives = {}
    for part in policy.split(";"):
        name, *sources = part.split()
        directives[name] = sources
    wrong = [
        f"{name} {source}"
        for name, sources in directives.items()
        for source in sources
        if source not in {"'self'", "'none'"}
    ]
    wrong += [f"default-src {directives.get('default-src')}"] * (directives.get("default-src") != ["'none'"])
    # These do not fall back to default-src.
    wrong += [
        f"no {name}" for name in ("base-uri", "form-action", "frame-ancestors") if name not in directives
    ]
    return wrong


def test_the_policy_of_every_portal_page_is_strict(pages):
    assert {name: loose(page.headers.get("Content-Security-Policy", "")) for name, page in pages.items()} == {
        name: [] for name in pages
    }


@pytest.mark.parametrize(
    "added",
    [
        "script-src 'self' 'unsafe-inline'",
        "script-src 'unsafe-eval'",
        "img-src *",
        "font-src https://cdn.example",
        "style-src data:",
    ],
)
def test_a_loose_policy_is_found(added):
    strict = "default-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    assert loose(strict) == []
    assert loose(f"{strict}; {added}")
    assert loose("script-src 'self'")


def test_the_desks_policy_is_loose_only_where_its_reasons_say(site, as_user):
    office = as_user(site.office)
    styles = {"style-src 'unsafe-inline'", "img-src data:"}
    inline = {
        "/desk/policies/",
        f"/desk/policies/edit/{site.draft.pk}/",
        f"/desk/policies/history/{site.draft.pk}/",
    }
    plain = {
        "/desk/",
        "/desk/login/",
        "/desk/account/",
        "/desk/inbox/",
        "/desk/records/upload/",
        "/desk/sign-in/devices/",
    }
    for path in sorted(inline | plain | {f"/desk/records/{site.draft.pk}/settle/"}):
        page = office.get(path, follow=path == "/desk/login/")
        found = set(loose(page.headers["Content-Security-Policy"]))
        assert found <= styles | ({"script-src 'unsafe-inline'"} if path in inline else set()), path
        if path not in inline:
            assert handlers_and_scripts(page.content.decode()) == [], path
        calls = [what for what in foreign(page.content.decode()) if re.search(r"=\s*(https?:)?//", what)]
        assert calls == [], "a government desk calls nobody"


HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": POLICY,
}


@pytest.mark.parametrize("name", HEADERS)
def test_every_portal_page_has_the_header(pages, name):
    found = {address: page.headers.get(name, "") for address, page in pages.items()}
    assert {address: value for address, value in found.items() if value != HEADERS[name]} == {}


def test_an_original_file_is_a_download_that_cannot_run(site, as_user):
    response = as_user(None).get(f"/policies/{site.live.pk}/original/")
    assert response.headers["Content-Disposition"].startswith("attachment")
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response.headers["Content-Security-Policy"]


def test_whoever_signs_out_leaves_nothing_in_the_browser(site, as_user):
    assert as_user(site.clerk).post("/desk/logout/").headers["Clear-Site-Data"] == '"storage"'


def test_security_txt_names_a_page_and_a_day_within_the_year(site, as_user):
    page = as_user(None).get("/.well-known/security.txt")
    said = dict(line.split(": ", 1) for line in page.content.decode().splitlines())
    assert as_user(None).get(said["Contact"]).status_code == 200
    assert clock.now().isoformat() < said["Expires"] < (clock.now() + timedelta(days=365)).isoformat()


def test_a_visitor_gets_no_cookie(pages):
    for name, page in pages.items():
        if not name.startswith(("/theme/", "refused")):
            assert not page.cookies, name


# --- what is in the page -------------------------------------------------------------------------------------


def inline(text: str) -> list[str]:
    """Styles, scripts and handlers written into the page."""
    found = []
    for element in html.document_fromstring(text).iter():
        if not isinstance(element.tag, str):
            continue
        data = element.get("type") == "application/ld+json"  # is read by programs and not run
        if element.tag == "style" or (element.tag == "script" and "src" not in element.attrib and not data):
            found.append(f"<{element.tag}>")
        for name, value in element.attrib.items():
            if name == "style" or name.startswith("on") or value.strip().lower().startswith("javascript:"):
                found.append(f"<{element.tag} {name}>")
    return found


def handlers_and_scripts(text: str) -> list[str]:
    """What a policy without 'unsafe-inline' for scripts would stop: scripts in the page and handlers on its elements."""
    found = []
    for element in html.document_fromstring(text).iter():
        if not isinstance(element.tag, str):
            continue
        kind = element.get("type", "")
        if (
            element.tag == "script"
            and "src" not in element.attrib
            and "json" not in kind
            and "template" not in kind
        ):
            found.append(f"<script>{(element.text or '')[:80]}")
        found += [f"<{element.tag} {name}>" for name in element.attrib if name.startswith("on")]
    return found


def foreign(text: str) -> list[str]:
    """What the page fetches from, or sends to, anywhere else. A plain link that a reader may follow is no such thing."""
    found = []
    for element in html.document_fromstring(text).iter():
        if not isinstance(element.tag, str):
            continue
        for name, value in element.attrib.items():
            fetched = name in _FETCHED or (
                name in {"href", "xlink:href"} and element.tag not in {"a", "area"}
            )
            if fetched and _ELSEWHERE.match(value):
                found.append(f"<{element.tag} {name}={value[:60]}>")
        if element.tag == "meta" and element.get("http-equiv", "").lower() == "refresh":
            found.append("<meta refresh>")
        if element.tag in {"iframe", "object", "embed", "frame"}:
            found.append(f"<{element.tag}>")
    return found


def test_nothing_inline_is_in_any_portal_page(pages):
    assert {name: found for name, page in pages.items() if (found := inline(page.content.decode()))} == {}


def test_no_portal_page_fetches_from_elsewhere(pages):
    assert {name: found for name, page in pages.items() if (found := foreign(page.content.decode()))} == {}


@pytest.mark.parametrize(
    "planted",
    [
        "<p style='color:red'>",
        "<style>p{}</style>",
        "<script>x()</script>",
        "<b onclick='x()'>",
        "<a href=' javascript:x()'>x</a>",
    ],
)
def test_what_is_inline_is_found(planted):
    assert inline(f"<body><p>文</p>{planted}</body>")
    assert not inline("<body><script src='/static/a.js'></script><a href='/on'>文</a></body>")


@pytest.mark.parametrize(
    "planted",
    [
        "<img src='https://a.example/x.png'>",
        "<script src='//a.example/x.js'></script>",
        "<link rel='stylesheet' href='http://a.example/x.css'>",
        "<form action='https://a.example/'></form>",
        "<iframe src='/here'></iframe>",
        "<img src='data:image/png;base64,AA'>",
    ],
)
def test_what_is_fetched_from_elsewhere_is_found(planted):
    assert foreign(f"<body>{planted}</body>")
    assert not foreign("<body><a href='https://www.gov.cn/'>国</a><img src='/static/x.svg'></body>")


def test_style_sheets_and_scripts_of_ours_name_no_other_host():
    from tests.contracts.tree import HOUSE, source

    paths = [path for path in HOUSE.glob("*/static/**/*") if path.suffix in {".css", ".js", ".svg"}]
    assert paths
    namespaces = "http://www.w3.org/"
    for path in paths:
        hosts = re.findall(r"(?:https?:)?//[\w.-]+\.\w+/?", source(path))
        assert [host for host in hosts if not host.startswith(namespaces)] == [], path.name
