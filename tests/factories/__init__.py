"""Records for tests, made the way the product makes them wherever that is cheap."""

import itertools
from typing import Any

from gongkai.orgs.models import ADMINISTRATORS, UNIT_ROLES, Role, Unit, User
from gongkai.policies import actions
from gongkai.policies.models import Policy

_numbers = itertools.count(1)


def unit(code: str = "minzheng", name: str = "示例区民政局", short_name: str = "区民政局") -> Unit:
    """A unit; the same code gives the same unit."""
    return Unit.objects.get_or_create(code=code, defaults={"name": name, "short_name": short_name})[0]


def user(role: Role = Role.CLERK, of: Unit | None = None, **values: Any) -> User:
    """A person at the desk; clerks, reviewers and publishers belong to a unit, administrators to none."""
    belongs = None if role in ADMINISTRATORS else of or (unit() if role in UNIT_ROLES else None)
    return User.objects.create_user(
        f"user{next(_numbers)}",
        password="很长的-测试用-密码-1",
        role=role,
        unit=belongs,
        is_staff=role != Role.NONE,
        **values,
    )


def publisher(of: Unit | None = None, **values: Any) -> User:
    """A person who publishes for a unit, and does all that a clerk may."""
    return user(Role.PUBLISHER, of, **values)


def text_of(
    number: int, *, body: str = "", title: str = "", note: str = "（此件主动公开）", effect: str = ""
) -> bytes:
    """An official document as plain text, unlike any other by its number."""
    title = title or f"示例区民政局关于第{number}号测试事项的通知"
    body = (
        body
        or f"一、第一件事\n第{number}号事项的内容，由各街道办理。\n二、第二件事\n申请人应当提交第{number}号材料。"
    )
    return f"{title}\n示例民发〔2026〕{number}号\n各街道办事处：\n{body}\n{effect}\n示例区民政局\n2026年3月{number % 28 + 1}日\n{note}\n".encode()


def policy(**values: Any) -> Policy:
    """A published policy, taken in from a text file; ``values`` are those of ``text_of``."""
    unit()
    number = values.pop("number", None) or next(_numbers)
    outcome = actions.take_in(data=text_of(number, **values), name=f"{number}.txt", actor="system:test")
    return outcome.policy
