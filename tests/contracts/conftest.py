"""A small site to walk through: one policy published, one withdrawn, one draft; people with and without a role."""

from types import SimpleNamespace

import pytest
from django.test import Client

from gongkai.guides.actions import take_in as take_in_guides
from gongkai.guides.importing import read as read_guides
from gongkai.guides.models import Service
from gongkai.orgs.actions import load_units
from gongkai.orgs.models import ADMINISTRATORS, UNIT_ROLES, Role, Unit, User
from gongkai.policies import actions, originals
from gongkai.policies.actions import relate
from gongkai.policies.actions.take_in import take_in
from gongkai.policies.actions.topics import load_topics
from gongkai.policies.models import Likeness, Policy, Topic
from gongkai.reading.document import OfficialDocument
from gongkai.search import index
from tests.contracts.tree import HOUSE

SAMPLE = HOUSE / "project" / "sample"


def _policy(name: str, *, publish: bool = True) -> Policy:
    data = (SAMPLE / name).read_bytes()
    return take_in(data=data, name=name, actor="system:tests", publish=publish, sample=True).policy


def _person(username: str, role: Role, unit: Unit | None = None, **more: bool) -> User:
    return User.objects.create_user(username, password="x", role=role, unit=unit, **more)


@pytest.fixture
def site(db, settings, tmp_path):
    """Policies live, withdrawn, draft; people citizen (no role), clerk (of the draft's unit), stranger, office, and all
    others by the words of the matrix of roles in ``people``."""
    settings.INDEX_DIR = tmp_path / "index"
    settings.STORAGES = settings.STORAGES | {
        "originals": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path / "originals"},
        }
    }
    load_units(path=SAMPLE / "units.toml", actor="system:tests")
    live, withdrawn = _policy("02_canteen_rules.docx"), _policy("04_exam_noise_notice.html")
    draft = _policy("07_meal_point_rules.html", publish=False)
    assert live.live and withdrawn.live and not draft.live
    other = _policy("06_internship_guide.html")
    actions.withdraw(policy=withdrawn, by="system:tests", reason="测试撤回")
    one, another = Unit.objects.order_by("pk")[:2]
    Policy.objects.update(unit=one)
    take_in_guides(rows=read_guides((SAMPLE / "guides.json").read_bytes()).rows, by="system:tests")
    load_topics(path=SAMPLE / "topics.toml", actor="system:tests")
    repealing = relate(source=live, kind="repeals", target=draft, by="system:tests")
    index.rebuild()
    people = {
        "stranger": None,
        "none": _person("citizen", Role.NONE),
        "office": _person("office", Role.OFFICE, one, is_staff=True),
    }
    for role in UNIT_ROLES:
        for whose, unit in (("own", one), ("other", another)):
            people[f"{role} {whose}"] = _person(f"{role}_{whose}", role, unit, is_staff=True)
    for role in ADMINISTRATORS:
        people[str(role)] = _person(str(role), role, is_staff=True)
    return SimpleNamespace(
        people=people,
        unit=one,
        another=another,
        live=live,
        withdrawn=withdrawn,
        draft=draft,
        other=other,
        revision=draft.get_latest_revision(),
        relation=repealing,
        services=[service.code for service in Service.objects.all()[:2]],
        topics=[topic.slug for topic in Topic.objects.all()[:2]],
        joined=_another_file(live, b"joined", Likeness.State.JOINED),
        offered=_another_file(draft, b"offered", Likeness.State.OFFERED),
        citizen=people["none"],
        clerk=people["clerk own"],
        stranger=people["clerk other"],
        office=people["office"],
    )


def _another_file(policy, data, state):
    original = originals.keep(data, name="again.txt", document=OfficialDocument("again.txt", "txt", ""))
    return Likeness.objects.create(policy=policy, original=original, why="正文相同", state=state)


@pytest.fixture
def as_user():
    """A client signed in as somebody; None is an anonymous visitor. Nothing it meets is raised: a 500 is a 500."""

    def as_user(user: User | None) -> Client:
        client = Client(raise_request_exception=False)
        if user:
            client.force_login(user)
        return client

    return as_user
