"""The verbs of this app: take in a file, settle what it is like, save a draft, publish, take back, decide on relations and services."""

from gongkai.policies.actions.decide import answer, confirm, refuse, relate
from gongkai.policies.actions.edit import save_draft
from gongkai.policies.actions.end import pull_back, take_down, withdraw
from gongkai.policies.actions.publish import Refused, publish
from gongkai.policies.actions.settle import settle
from gongkai.policies.actions.take_in import Outcome, take_in
from gongkai.policies.actions.use import decide_link, link_service, propose_services

__all__ = [
    "Outcome",
    "Refused",
    "answer",
    "confirm",
    "decide_link",
    "link_service",
    "propose_services",
    "publish",
    "pull_back",
    "refuse",
    "relate",
    "save_draft",
    "settle",
    "take_down",
    "take_in",
    "withdraw",
]
