"""A real SMTP server on 127.0.0.1 for tests; it can refuse, be slow and cut the line at any step.

A step ("connect", "MAIL", "RCPT", "DATA", "text", "end") is answered as usual unless `answers` names it: a string is said
instead, CUT ends the line there, a `Hold` waits for the test.
"""

import email
import email.policy
import socket
import socketserver
import threading
from email.message import EmailMessage

CUT = object()
_USUAL = {
    "connect": "220 test ESMTP",
    "MAIL": "250 2.1.0 ok",
    "RCPT": "250 2.1.5 ok",
    "DATA": "354 go on",
    "end": "250 2.0.0 taken",
    "RSET": "250 2.0.0 ok",
    "QUIT": "221 2.0.0 bye",
}


class Hold:
    """The server stops here: `reached` tells the test, `go` lets it on."""

    def __init__(self):
        self.reached, self.go = threading.Event(), threading.Event()

    def wait(self):
        self.reached.set()
        self.go.wait(30)


class _Cut(Exception):
    """The line ends here."""


class _Session(socketserver.StreamRequestHandler):
    def handle(self):
        self.server.connections += 1
        try:
            self._say("connect")
            while line := self.rfile.readline(4096):
                self._command(line.decode("latin-1").strip())
        except (_Cut, ConnectionError, TimeoutError):
            pass

    def _command(self, line):
        verb = line.split(" ")[0].upper()
        self.server.heard.append(line)
        if verb in {"EHLO", "HELO"}:
            self.wfile.write(b"250-test\r\n250-8BITMIME\r\n250 ENHANCEDSTATUSCODES\r\n")
        elif verb == "MAIL":
            self.sender = line.partition("<")[2].partition(">")[0]
            self._say("MAIL")
        elif verb == "RCPT":
            self.to = line.partition("<")[2].partition(">")[0]
            self._say("RCPT", self.to)
        elif verb == "DATA":
            if self._say("DATA").startswith("354"):
                self._text()
        else:
            self._say(verb)
            if verb == "QUIT":
                raise _Cut

    def _text(self):
        self._stop_at("text")
        lines = []
        # A text without its final dot is thrown away, as RFC 5321 wants.
        while (line := self.rfile.readline()) != b".\r\n":
            if not line:
                raise _Cut
            lines.append(line[1:] if line.startswith(b"..") else line)
        answer = self.server.answers.get("end", _USUAL["end"])
        if not isinstance(answer, str) or answer.startswith("2"):
            self.server.taken.append(Taken(self.sender, self.to, b"".join(lines)))
        self._say("end")

    def _say(self, step, about=""):
        self._stop_at(step)
        answer = self.server.answers.get(step, _USUAL.get(step, "500 5.5.1 what"))
        if isinstance(answer, dict):  # by recipient
            answer = answer.get(about, _USUAL[step])
        answer = answer if isinstance(answer, str) else _USUAL[step]
        self.wfile.write(answer.encode() + b"\r\n")
        if answer.startswith("421"):
            raise _Cut
        return answer

    def _stop_at(self, step):
        answer = self.server.answers.get(step)
        if answer is CUT:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
            raise _Cut
        if isinstance(answer, Hold):
            answer.wait()


class Taken:
    """One letter that the server answered for (or was about to answer for) with 250."""

    def __init__(self, sender, to, data):
        self.sender, self.to, self.data = sender, to, data
        parsed = email.message_from_bytes(data, policy=email.policy.default)
        assert isinstance(parsed, EmailMessage)
        self.mail = parsed

    @property
    def text(self):
        return self.mail.get_body(("plain",)).get_content()

    @property
    def html(self):
        return self.mail.get_body(("html",)).get_content()


class SmtpServer(socketserver.ThreadingTCPServer):
    """Used as a context manager; `taken` is what it has."""

    allow_reuse_address = daemon_threads = True
    block_on_close = False

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Session)
        self.answers, self.taken, self.heard, self.connections = {}, [], [], 0

    @property
    def url(self):
        return f"smtp://127.0.0.1:{self.server_address[1]}?tls=none"

    def __enter__(self):
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def __exit__(self, *_):
        for answer in self.answers.values():
            if isinstance(answer, Hold):
                answer.go.set()
        self.shutdown()
        self.server_close()
