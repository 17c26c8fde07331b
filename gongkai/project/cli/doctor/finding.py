"""One line of what `gongkai doctor` says."""

from dataclasses import dataclass

# Words, not only a sign or a colour: a screen reader and a log file have neither.
SIGNS = {"good": "✓ 好", "warn": "! 注意", "bad": "✗ 不好"}


@dataclass(frozen=True)
class Finding:
    """One line: what was looked at, how it is, why that matters and how to mend it (both empty where all is well)."""

    check: str
    state: str
    what: str
    why: str = ""
    mend: str = ""

    @property
    def ok(self) -> bool:
        """False only for what must be mended: a warning is not wrong."""
        return self.state != "bad"

    def line(self) -> str:
        """The finding as it is printed."""
        after = "".join(f"{part}。" for part in (self.why, self.mend) if part)
        return f"{SIGNS[self.state]}  {self.check}：{self.what}。{after}"


def judge(check: str, good: bool, what: str, why: str, mend: str, *, otherwise: str = "bad") -> Finding:
    """A finding that is well if ``good``, else in the state ``otherwise``, with why it matters and how to mend it."""
    return Finding(check, "good", what) if good else Finding(check, otherwise, what, why, mend)
