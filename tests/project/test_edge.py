"""Before Django: what is kept and for whom, who asks, and how much one visitor may ask."""

import logging
import threading
from unittest import mock

import pytest

from gongkai.kernel.address import of_visitor
from gongkai.project.edge.gate import Gate
from gongkai.project.edge.kept import Kept, Page
from gongkai.project.edge.limit import Limit
from gongkai.project.edge.refusals import Who
from tests import factories


def page(body=b"x"):
    return Page("200 OK", (), body, '"e"')


class Django:
    """Stands for Django's application: counts what it is asked and answers what it is told."""

    def __init__(self, **headers):
        self.asked, self.status, self.body = 0, "200 OK", b"<p>page</p>"
        self.headers = {"Content-Type": "text/html; charset=utf-8", "Content-Length": "11", **headers}

    def __call__(self, environ, start):
        self.asked += 1
        start(self.status, list(self.headers.items()))
        return [self.body]


@pytest.fixture
def gate(settings, monkeypatch):
    settings.PAGE_CACHE_BYTES, settings.RATE_LIMIT = 1_000_000, 0
    state = ["one"]
    monkeypatch.setattr("gongkai.project.edge.gate._token", lambda: state[0])

    def build(django):
        made = Gate(django)
        made.state = state
        return made

    return build


def ask(gate, path="/", **more):
    said = []
    environ = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": path,
        "HTTP_HOST": "h",
        "REMOTE_ADDR": "192.0.2.1",
        **more,
    }
    body = b"".join(gate(environ, lambda status, headers, *_: said.extend([status, dict(headers)])))
    return said[0], said[1], body


def test_a_page_is_made_once_for_each_state_of_the_record(gate):
    django = Django()
    door = gate(django)
    assert {ask(door)[2] for _ in range(5)} == {b"<p>page</p>"}
    assert django.asked == 1
    door.state[0] = "two"
    ask(door)
    assert django.asked == 2
    door.state[0] = ""  # no token: nothing may be kept
    ask(door)
    ask(door)
    assert django.asked == 4


@pytest.mark.parametrize(
    "more",
    [
        {"QUERY_STRING": "at=2020-01-01"},
        {"HTTP_HOST": "other"},
        {"HTTP_X_FORWARDED_PROTO": "https"},
        {"HTTP_ACCEPT_ENCODING": "gzip"},
        {"HTTP_COOKIE": "big=1"},
        {"HTTP_COOKIE": 'big="1"'},  # the same to Django
        {"path": "/en/"},
    ],
)
def test_what_a_page_depends_on_makes_another(gate, more, settings):
    settings.PROXIES = 1
    django = Django()
    door = gate(django)
    ask(door)
    ask(door, **more)
    assert django.asked == 2


def test_what_a_visitor_says_for_a_proxy_makes_no_further_page(gate, settings):
    settings.PROXIES = 0
    django = Django()
    door = gate(django)
    ask(door)
    ask(door, HTTP_X_FORWARDED_PROTO="https")
    ask(door, HTTP_X_FORWARDED_PROTO="x" * 1000)
    assert django.asked == 1


@pytest.mark.parametrize(
    "more",
    [
        {"REQUEST_METHOD": "POST"},
        {"REQUEST_METHOD": "HEAD"},
        {"HTTP_COOKIE": "a=b; sessionid=abc"},
        {"HTTP_COOKIE": "messages=abc"},
        {"HTTP_COOKIE": "sessionid =abc"},
        {"path": "/desk/policies/"},
        {"path": "/search/"},
        {"path": "/en/subscriptions/new/"},
        {"QUERY_STRING": "q=" + "x" * 400},
    ],
)
def test_what_is_for_one_person_is_never_kept(gate, more):
    django = Django()
    door = gate(django)
    ask(door, **more)
    ask(door, **more)
    assert django.asked == 2


@pytest.mark.parametrize(
    "answer",
    [
        {"Set-Cookie": "csrftoken=1"},
        {"Cache-Control": "private, max-age=0"},
        {"Cache-Control": "no-store"},
        {"Content-Type": "application/octet-stream"},
    ],
)
def test_an_answer_for_one_visitor_is_not_shown_to_the_next(gate, answer):
    django = Django(**answer)
    door = gate(django)
    assert [ask(door)[2], ask(door)[2]] == [b"<p>page</p>"] * 2
    assert django.asked == 2


def test_errors_are_not_kept(gate):
    django = Django()
    django.status = "404 Not Found"
    door = gate(django)
    assert [ask(door)[0], ask(door)[0]] == ["404 Not Found"] * 2
    assert django.asked == 2


def test_who_has_the_page_already_is_told_so(gate):
    door = gate(Django())
    etag = ask(door)[1]["ETag"]
    status, headers, body = ask(door, HTTP_IF_NONE_MATCH=f'W/"x", {etag}')
    assert (status, body, headers["ETag"]) == ("304 Not Modified", b"", etag)
    door.state[0] = "two"
    assert ask(door, HTTP_IF_NONE_MATCH='"x"')[0] == "200 OK"


def test_a_body_that_no_form_sends_is_not_even_read(gate):
    django = Django()
    door = gate(django)
    for said in (str(30 * 1024 * 1024), "-1", "x"):
        status, _headers, body = ask(door, path="/desk/login/", REQUEST_METHOD="POST", CONTENT_LENGTH=said)
        assert status.startswith("413") and "太大" in body.decode()
    assert django.asked == 0
    assert ask(door, path="/desk/login/", REQUEST_METHOD="POST", CONTENT_LENGTH="200")[0] == "200 OK"
    large = str(60 * 1024 * 1024)
    assert ask(door, path="/desk/records/upload/", REQUEST_METHOD="POST", CONTENT_LENGTH=large)[0] == "200 OK"


def test_the_store_stays_within_its_room():
    kept = Kept(100_000)
    for n in range(5000):
        kept.put(n, page(b"x" * 90))
    assert kept.get(0) is None and kept.get(4999)
    # Small pages take more beside their bodies than these.
    assert len(kept._pages) <= 100_000 // 2500
    kept.put("huge", page(b"x" * 50_000))
    assert kept.get("huge") is None
    assert not kept._making


def test_of_many_who_want_a_page_at_once_one_makes_it():
    kept, made, begun = Kept(1_000_000), [], threading.Barrier(8)

    def make():
        made.append(1)
        threading.Event().wait(0.05)
        return page()

    def want():
        begun.wait()
        kept.get_or_make("k", make)

    threads = [threading.Thread(target=want) for _ in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert len(made) == 1


def test_who_asks_too_much_waits_and_others_do_not():
    limit = Limit(rate=10, burst=5)
    assert [limit.wait("a") for _ in range(5)] == [0.0] * 5
    assert 0 < limit.wait("a") <= 0.1
    assert limit.wait("b") == 0.0
    assert Limit(rate=0, burst=0).wait("a") == 0.0


def test_the_refusal_says_when_to_come_again(gate, settings):
    settings.RATE_LIMIT = 1
    door = gate(Django())
    answers = [ask(door, path=f"/policies/{n}/") for n in range(17)]
    assert answers[0][0] == "200 OK"
    status, headers, body = answers[-1]
    assert status.startswith("429") and int(headers["Retry-After"]) >= 1 and "秒后再试" in body.decode()
    assert ask(door, path="/policies/0/")[0] == "200 OK"  # what is kept costs nothing and is shown
    assert ask(door, path="/static/x.css")[0] == "200 OK"
    assert {"Content-Security-Policy", "Referrer-Policy", "X-Frame-Options", "Permissions-Policy"} <= set(
        headers
    )
    assert ask(door, path="/policies/99/", REMOTE_ADDR="192.0.2.2")[0] == "200 OK"


def test_files_have_a_wider_limit_but_have_one(gate, settings):
    settings.RATE_LIMIT = 1
    door = gate(Django())
    answers = [ask(door, path=f"/static/{n}.css")[0] for n in range(70)]
    assert answers[50] == "200 OK" and answers[-1].startswith("429")


def test_who_is_held_back_is_noted_once_a_minute_and_a_refusal_says_whose(gate, settings, caplog, client):
    settings.RATE_LIMIT = 1
    door = gate(Django())
    with caplog.at_level("WARNING"):
        for n in range(30):
            ask(door, path=f"/policies/{n}/")
    assert [each.getMessage() for each in caplog.records] == [
        "Too many requests: /policies/15/ [- 192.0.2.1]"
    ]


@pytest.mark.django_db
def test_a_line_of_the_log_about_a_refusal_names_account_and_address(client):
    person = factories.user()
    client.force_login(person)
    lines = []
    handler = next(
        each for each in logging.getLogger().handlers if any(isinstance(f, Who) for f in each.filters)
    )
    with mock.patch.object(handler, "emit", lambda record: lines.append(record.getMessage())):
        client.get("/desk/accounts/", REMOTE_ADDR="192.0.2.9")
    assert any(f"[{person.reference} 192.0.2.9]" in line for line in lines), lines


@pytest.mark.parametrize(
    ("remote", "forwarded", "proxies", "who"),
    [
        ("192.0.2.1", "", 0, "192.0.2.1"),
        ("192.0.2.1", "198.51.100.7", 0, "192.0.2.1"),  # nobody vouches for what a visitor writes
        ("10.0.0.1", "198.51.100.7", 1, "198.51.100.7"),
        ("10.0.0.1", "1.1.1.1, 198.51.100.7", 1, "198.51.100.7"),
        ("10.0.0.1", "1.1.1.1, 198.51.100.7, 10.0.0.2", 2, "198.51.100.7"),
        ("10.0.0.1", "", 1, "10.0.0.1"),
        ("2001:db8:1:2:3::4", "", 0, "2001:db8:1:2::"),
        ("::ffff:192.0.2.1", "", 0, "192.0.2.1"),
        ("10.0.0.1", "<script>", 1, None),
    ],
)
def test_the_visitor_is_whom_our_own_proxies_saw(remote, forwarded, proxies, who):
    environ = {"REMOTE_ADDR": remote}
    if forwarded:
        environ["HTTP_X_FORWARDED_FOR"] = forwarded
    assert of_visitor(environ, proxies) == who
