"""The WSGI application before Django's: shows a kept page where it still holds, and asks Django for everything else."""

import hashlib
import re
from collections.abc import Callable, Iterable
from typing import Any

from csp.utils import build_policy
from django.conf import settings
from django.db import DatabaseError, connection
from django.http import parse_cookie
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import override

from gongkai.kernel import clock, generation
from gongkai.kernel.address import of_visitor
from gongkai.project.edge.headers import NAME as PERMISSIONS
from gongkai.project.edge.headers import POLICY
from gongkai.project.edge.kept import Kept, Page
from gongkai.project.edge.limit import Limit
from gongkai.project.edge.refusals import note_too_many

Environ = dict[str, Any]
Start = Callable[..., Any]
Application = Callable[[Environ, Start], Iterable[bytes]]

#: Never kept: the desk is of one person; results come from an index that has a clock of its own; forms bring a cookie.
_NOT_KEPT = ("/desk/", "/static/", "/search/", "/en/search/", "/subscriptions/", "/en/subscriptions/")
_PERSONAL = frozenset({"sessionid", "messages"})
_KEPT_TYPES = ("text/html", "text/plain", "text/markdown", "application/json", "application/xml", "application/atom+xml",
               "application/akn+xml", "application/ld+json", "image/svg+xml")  # fmt: skip
_LONGEST_QUERY = 300
_TAKES_FILES = "/desk/records/upload/"
_LARGEST_FORM = 8 * 1024 * 1024  # the edit form of a regulation of 450 articles is under 2 MB


class _Answer:
    """An answer of Django's that is for this visitor alone, on its way through."""

    def __init__(self) -> None:
        self.status = ""
        self.headers: list[tuple[str, str]] = []
        self.body: Iterable[bytes] = ()

    def begin(self, status: str, headers: list[tuple[str, str]], _error: Any = None) -> None:
        self.status, self.headers = status, headers


class Gate:
    """Wraps Django's application; one in each web process."""

    def __init__(self, django: Application) -> None:
        self._django = django
        self.kept = Kept(settings.PAGE_CACHE_BYTES)
        self._asks = Limit(rate=settings.RATE_LIMIT, burst=settings.RATE_LIMIT * 15)
        self._sends = Limit(rate=settings.RATE_LIMIT / 20, burst=30)
        self._files = Limit(rate=settings.RATE_LIMIT * 5, burst=settings.RATE_LIMIT * 60)
        self._notes = Limit(rate=1 / 60, burst=1)

    def __call__(self, environ: Environ, start: Start) -> Iterable[bytes]:
        if _too_large(environ):
            return _refused_as_too_large(start)
        key = self._key(environ)
        page = self.kept.get(key) if key else None
        if page is None:
            who = of_visitor(environ, settings.PROXIES) or "unknown"
            wait = self._wait(environ, who)
            if wait:
                if not self._notes.wait(who):
                    note_too_many(who, environ.get("PATH_INFO", "")[:200])
                return _too_much(environ, wait, start)
            answer = self.kept.get_or_make(key, lambda: self._ask(environ)) if key else None
            if not isinstance(answer, Page):
                return _pass_on(answer, start) if answer else self._django(environ, start)
            page = answer
        return _show(page, environ, start)

    def _key(self, environ: Environ) -> tuple[Any, ...] | None:
        """Everything that a page depends on; None for what is not kept."""
        path, query = environ.get("PATH_INFO", ""), environ.get("QUERY_STRING", "")
        cookies = parse_cookie(environ.get("HTTP_COOKIE", ""))  # as Django reads them
        if environ["REQUEST_METHOD"] != "GET" or path.startswith(_NOT_KEPT) or len(query) > _LONGEST_QUERY:
            return None
        if not settings.PAGE_CACHE_BYTES or not _PERSONAL.isdisjoint(cookies):
            return None
        state = _token()
        if not state:
            return None
        return (
            state,
            clock.today().isoformat(),  # validity changes at midnight, without anybody's doing
            environ.get("HTTP_HOST", ""),
            (settings.PROXIES and environ.get("HTTP_X_FORWARDED_PROTO") == "https")
            or environ.get("wsgi.url_scheme") == "https",
            environ.get("SCRIPT_NAME", "") + path,
            query,
            "gzip" if "gzip" in environ.get("HTTP_ACCEPT_ENCODING", "") else "",
            cookies.get("big", "")[:10],
        )

    def _wait(self, environ: Environ, who: str) -> float:
        path = environ.get("PATH_INFO", "")
        if path.startswith("/static/"):
            return self._files.wait(who)  # a page brings some ten of them along
        at_desk = path.startswith("/desk/")
        sends = environ["REQUEST_METHOD"] == "POST" and not at_desk
        return (self._sends.wait(who) if sends else 0.0) or self._asks.wait(who)

    def _ask(self, environ: Environ) -> Page | _Answer:
        answer = _Answer()
        answer.body = self._django(environ, answer.begin)
        names = {name.lower(): value for name, value in answer.headers}
        kept = (
            answer.status.startswith("200")
            and names.get("content-type", "").startswith(_KEPT_TYPES)
            and "content-length" in names  # streamed answers have none
            and "set-cookie" not in names
            and not {"private", "no-store"} & set(re.split(r"[,\s]+", names.get("cache-control", "")))
        )
        if not kept:
            return answer
        try:
            body = b"".join(answer.body)
        finally:
            getattr(answer.body, "close", lambda: None)()
        etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
        added = {"ETag": etag, "Cache-Control": "no-cache"}
        headers = [pair for pair in answer.headers if pair[0].lower() != "etag"]
        headers += [pair for pair in added.items() if pair[0].lower() not in names or pair[0] == "ETag"]
        return Page(answer.status, tuple(headers), body, etag)


def _too_large(environ: Environ) -> bool:
    """True for a body that no form of ours sends: Django would write it to the disk before it asks who sends it."""
    if environ.get("PATH_INFO", "").startswith(_TAKES_FILES):
        return False  # the upload page has limits of its own, and asks first who comes
    said = environ.get("CONTENT_LENGTH") or "0"
    return (
        not said.isdecimal()
        or int(said) > _LARGEST_FORM
        or "chunked" in environ.get("HTTP_TRANSFER_ENCODING", "")
    )


def _refused_as_too_large(start: Start) -> Iterable[bytes]:
    with override(settings.LANGUAGE_CODE):
        body = _("提交的内容太大，没有接收；文件请由工作人员登录后在“上传文件”页面提交。").encode()
    start("413 Content Too Large", _headers("text/plain; charset=utf-8", body))
    return [body]


def _token() -> str:
    """The state of the record as committed; "" where it cannot be asked: then Django answers and says what is wrong."""
    try:
        connection.close_if_unusable_or_obsolete()
        return generation.token(connection)
    except DatabaseError:
        connection.close()
        return ""


def _show(page: Page, environ: Environ, start: Start) -> Iterable[bytes]:
    asked = [each.strip().removeprefix("W/") for each in environ.get("HTTP_IF_NONE_MATCH", "").split(",")]
    if page.etag in asked:
        start(
            "304 Not Modified",
            [pair for pair in page.headers if pair[0].lower() in {"etag", "vary", "cache-control"}],
        )
        return []
    start(page.status, list(page.headers))
    return [page.body]


def _pass_on(answer: _Answer, start: Start) -> Iterable[bytes]:
    start(answer.status, answer.headers)
    return answer.body


def _too_much(environ: Environ, wait: float, start: Start) -> Iterable[bytes]:
    big = parse_cookie(environ.get("HTTP_COOKIE", "")).get("big") == "1"
    with override(settings.LANGUAGE_CODE):
        body = render_to_string("429.html", {"wait": int(wait) + 1, "big": big}).encode()
    headers = _headers("text/html; charset=utf-8", body)
    start("429 Too Many Requests", [*headers, ("Retry-After", str(int(wait) + 1))])
    return [body]


def _headers(kind: str, body: bytes) -> list[tuple[str, str]]:
    """What Django's middleware would have sent with an answer that never comes to it."""
    headers = [
        ("Content-Type", kind),
        ("Content-Length", str(len(body))),
        ("Content-Security-Policy", build_policy()),
        ("X-Content-Type-Options", "nosniff"),
        ("X-Frame-Options", settings.X_FRAME_OPTIONS),
        ("Referrer-Policy", settings.SECURE_REFERRER_POLICY),
        (PERMISSIONS, POLICY),
        ("Cache-Control", "no-store"),
    ]
    if settings.SECURE_HSTS_SECONDS:
        headers.append(
            (
                "Strict-Transport-Security",
                f"max-age={settings.SECURE_HSTS_SECONDS}; includeSubDomains; preload",
            )
        )
    return headers
