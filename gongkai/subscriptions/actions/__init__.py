"""The verbs of this app: tell, subscribe and what follows from it, and what becomes of letters."""

from gongkai.subscriptions.actions.letters import give_up, record_bounce, settle, turned_away
from gongkai.subscriptions.actions.subscribing import (
    Refused,
    change_preferences,
    confirm,
    subscribe,
    unsubscribe,
)
from gongkai.subscriptions.actions.telling import choose, mark_read, retract, tell

__all__ = [
    "Refused", "change_preferences", "choose", "confirm", "give_up", "mark_read", "record_bounce", "retract", "settle", "subscribe",
    "tell", "turned_away", "unsubscribe",
]  # fmt: skip
