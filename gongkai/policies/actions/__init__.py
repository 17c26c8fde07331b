"""The verbs of this app: take in a file, settle what it is like, save a draft, hand in, schedule, publish, take back, decide."""

from gongkai.policies.actions.decide import answer, confirm, refuse, relate
from gongkai.policies.actions.edit import keep_aside, save_draft
from gongkai.policies.actions.end import open_files, pull_back, take_down, withdraw
from gongkai.policies.actions.hand_in import hand_in, pass_on, send_back, take_back
from gongkai.policies.actions.publish import Refused, publish
from gongkai.policies.actions.schedule import schedule, unschedule
from gongkai.policies.actions.settle import settle
from gongkai.policies.actions.take_in import Outcome, take_in
from gongkai.policies.actions.use import decide_link, link_service, propose_services

__all__ = [
    "Outcome",
    "Refused",
    "answer",
    "confirm",
    "decide_link",
    "hand_in",
    "keep_aside",
    "link_service",
    "open_files",
    "pass_on",
    "propose_services",
    "publish",
    "pull_back",
    "refuse",
    "relate",
    "save_draft",
    "schedule",
    "send_back",
    "settle",
    "take_back",
    "take_down",
    "take_in",
    "unschedule",
    "withdraw",
]
