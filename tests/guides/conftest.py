"""What the tests of guides share: a whole set of values, and the app's lines in the lists of events, rights and desk routes."""

from collections.abc import Iterator
from typing import Any

import pytest

from gongkai.guides import actions
from gongkai.guides.models import Service
from gongkai.kernel import events
from gongkai.orgs import permissions
from gongkai.project import desk_gate
from tests import factories

RIGHTS = frozenset({"guides.view_service", "guides.change_service"})
VIEWS = ("list", "list_results", "edit", "history", "history_results", "usage")


@pytest.fixture(autouse=True)
def _wired(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The tests do not depend on who else hears of a change."""
    roles = {role: rights | RIGHTS for role, rights in permissions.ROLE_PERMISSIONS.items()}
    monkeypatch.setattr(permissions, "ROLE_PERMISSIONS", roles)
    routes = {f"wagtailsnippets_guides_service:{view}" for view in VIEWS}
    monkeypatch.setattr(desk_gate, "OPEN_NAMES", desk_gate.OPEN_NAMES | routes)
    with events.wired(events.wiring() | {actions.CHANGED: []}):
        yield


def values(**changes: Any) -> dict[str, Any]:
    """Everything that a whole guide states, under the names of ``schema``."""
    return {
        "code": "SL-001",
        "name": "首店开办补贴申请",
        "unit": "minzheng",
        "audience": "company",
        "category": "惠企",
        "channel": "https://zwdt.shili.example/item/1",
        "basis": [{"title": "若干措施", "number": "示例商规〔2026〕3号", "clause": "二、（一）"}],
        "conditions": ["在本区依法登记。", "属于首店。"],
        "materials": [
            {"name": "申请表", "forms": ["original", "copy"], "copies": 2, "note": "加盖公章", "template": ""}
        ],
        "place": "示例路100号",
        "hours": "工作日9:00—17:00",
        "phone": "021-00000001",
        "steps": ["申请", "审核", "拨付"],
        "statutory_value": 30,
        "statutory_unit": "working_days",
        "promised_value": 20,
        "promised_unit": "working_days",
        "fee": "不收费",
        "result": "补贴资金",
        **changes,
    }


@pytest.fixture
def given() -> Any:
    """``values`` for tests that take it as a fixture."""
    return values


@pytest.fixture
def keep(db: None) -> Any:
    """Write a service of 区民政局 with these changes to the whole set of values."""
    factories.unit()

    def keep(**changes: Any) -> Service:
        return actions.keep(values=values(**changes), by="system:test")[0]

    return keep
