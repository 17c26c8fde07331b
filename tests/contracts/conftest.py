"""A small site to walk through: one policy published, one withdrawn, one draft; people with and without a role."""

from types import SimpleNamespace

import pytest
from django.test import Client

from gongkai.guides.actions import take_in as take_in_guides
from gongkai.guides.importing import read as read_guides
from gongkai.guides.models import Service
from gongkai.orgs.actions import load_units
from gongkai.orgs.models import Role, Unit, User
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
    """Policies live, withdrawn, draft; people citizen (no role), clerk (of the draft's unit), stranger, office, chief."""
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
    return SimpleNamespace(
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
        citizen=_person("citizen", Role.NONE),
        clerk=_person("clerk", Role.CLERK, one, is_staff=True),
        stranger=_person("stranger", Role.CLERK, another, is_staff=True),
        office=_person("office", Role.OFFICE, one, is_staff=True),
        chief=_person("chief", Role.NONE, is_staff=True, is_superuser=True),
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
            client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return as_user
