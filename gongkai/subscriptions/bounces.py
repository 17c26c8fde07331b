"""Reading a report of delivery (RFC 3464) as mail servers send it: which letter, and what became of it."""

import email
import email.message
import email.policy
import re
from dataclasses import dataclass

from gongkai.subscriptions.addresses import without

_STATUS = re.compile(r"\b[245]\.\d{1,3}\.\d{1,3}\b")
_NAME = r"[0-9a-f]{32}"
_IN_RETURN_PATH = re.compile(rf"\+({_NAME})@", re.IGNORECASE)
_MESSAGE_ID = re.compile(rf"^Message-ID:\s*<({_NAME})@", re.IGNORECASE | re.MULTILINE)
_ADDRESSED = ("To", "Delivered-To", "X-Original-To", "Envelope-To")
_DELIVERED = frozenset({"delivered", "relayed", "expanded"})
LONGEST = 1024 * 1024


@dataclass(frozen=True)
class Report:
    """One report: the token of our letter ("" if it names none), the status, whether it was delivered, the words."""

    token: str
    status: str
    delivered: bool
    why: str


def read(data: bytes) -> Report | None:
    """The report in a mail; None if the mail is none (an out-of-office answer, spam). Anybody can send us anything:
    nothing in it is believed but the token, which only those who handled our letter can know.
    """
    data = data[:LONGEST]
    mail = email.message_from_bytes(data, policy=email.policy.compat32)
    fields = _recipient_fields(mail)
    if not fields:
        return None
    status = _STATUS.search(fields.get("status", ""))
    action = fields.get("action", "").strip().lower()
    why = without(" ".join(fields.get("diagnostic-code", "").split()))[:300]
    if not action and not status:
        return None
    found = status[0] if status else {"failed": "5.0.0", "delayed": "4.0.0"}.get(action, "2.0.0")
    return Report(_token(mail), found, action in _DELIVERED, why)


def _recipient_fields(mail: email.message.Message) -> dict[str, str]:
    """The fields of the first recipient: our letters have one."""
    for part in mail.walk():
        if part.get_content_type() == "message/delivery-status":
            for block in part.walk():
                fields = {name.lower(): str(value) for name, value in block.items()}
                if "action" in fields or "final-recipient" in fields:
                    return fields
    return {}


def _token(mail: email.message.Message) -> str:
    """From the address it came back to, else from the headers of our letter that it encloses."""
    for name in _ADDRESSED:
        if found := _IN_RETURN_PATH.search(" ".join(str(each) for each in mail.get_all(name, []))):
            return found[1].lower()
    for part in mail.walk():
        if part.get_content_type() in {"text/rfc822-headers", "message/rfc822"}:
            enclosed = _MESSAGE_ID.search(part.as_string())
            if enclosed:
                return enclosed[1].lower()
    return ""
