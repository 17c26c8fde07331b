"""The verbs of this app: take in a file, settle what it is like, save a draft, publish, withdraw."""

from gongkai.policies.actions.edit import save_draft
from gongkai.policies.actions.publish import Refused, publish, withdraw
from gongkai.policies.actions.settle import settle
from gongkai.policies.actions.take_in import Outcome, take_in

__all__ = ["Outcome", "Refused", "publish", "save_draft", "settle", "take_in", "withdraw"]
