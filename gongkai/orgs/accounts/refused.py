"""The refusal of the verbs about accounts."""


class Refused(Exception):
    """The rules do not allow it; the message says which rule and what to do, in one sentence."""
