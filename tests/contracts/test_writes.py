"""Everything that writes is known and goes through an action: every address of desk, portal and API, tried as everybody.

Each request is sent from the same state and taken back afterwards (walking.py). Who is not named for an address changes
nothing there; who is named does change something, and an entry in the audit chain says that it was this person.
"""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from gongkai.guides.models import Service
from gongkai.kernel import clock
from gongkai.orgs.models import Role, User
from gongkai.policies import actions
from gongkai.policies.models import HandIn, Policy, Relation, Topic
from gongkai.project.desk_gate import is_open
from gongkai.subscriptions.actions import tell
from tests.contracts.addresses import addresses
from tests.contracts.test_desk_routes import ROUTES, desk_paths
from tests.contracts.walking import Watch, fingerprint, tables
from tests.orgs.test_roles import MATRIX

PEOPLE = MATRIX["people"]
DESK = set(MATRIX["general"]["use desk"])
WRITES = set(MATRIX["records"]["change draft"])
PUBLISHES = set(MATRIX["records"]["publish"])
REVIEWS = set(MATRIX["records"]["review draft"])
ANY_UNIT = WRITES | {"clerk other", "publisher other"}

#: Address → who may change something there.
WRITERS = {
    "orgs_desk:figures": {"office"},
    "units_desk:guide": PUBLISHES,
    "records:proposals": WRITES,
    "records:answer": WRITES,
    "records:services": WRITES,
    "records:upload": ANY_UNIT,
    "records:hand_in": WRITES | REVIEWS,
    "records:settle": WRITES,
    "records:end": PUBLISHES,
    "topics_desk:new": ANY_UNIT,
    "topics_desk:edit": WRITES,
    "topics_desk:decide": WRITES,
    "wagtailsnippets_policies_policy:edit": WRITES,
    "wagtailsnippets_guides_service:edit": WRITES,
    "policies:settle_file": WRITES,
    "inbox:settle": {"office"},
    "accounts:new": {"system"},
    "accounts:change": {"system", "security"},
    "sign_in:reset": {"security"},
    "sign_in:locked": {"security"},
}
#: What a person does about oneself: own inbox, own password, own hints; no act of the office.
OWN = {
    "inbox:read", "inbox:preferences", "sign_in:password", "sign_in:end", "sign_in:codes", "sign_in:drop", "sign_in:confirm",
    "sign_in:enrol", "wagtailadmin_account", "wagtailadmin_dismissibles", "wagtailadmin_editing_sessions:ping",
    "wagtailadmin_editing_sessions:release",
}  # fmt: skip
OWN_TABLES = {
    "subscriptions_notice", "subscriptions_subscriber", "subscriptions_preference", "wagtailusers_userprofile", "orgs_user",
    "orgs_secondfactor", "orgs_recoverycode", "orgs_formerpassword", "kernel_auditentry", "kernel_series", "kernel_event",
    "kernel_delivery",
}  # fmt: skip
#: Opened by GET they make a row of one's own ready: the key of a new authenticator, the row of one's preferences.
PREPARES = {"sign_in:enrol", "wagtailadmin_account"}
#: The way in: before anybody is somebody.
DOOR = {
    "wagtailadmin_login",
    "wagtailadmin_logout",
    "sign_in:code",
    "sign_in:recovery",
    "sign_in:first_password",
}
#: Forms of the public pages: for citizens, and whoever is signed in is one there too.
PUBLIC = {
    "subscriptions:subscribe",
    "subscriptions:confirm",
    "subscriptions:manage",
    "subscriptions:unsubscribe",
}
#: They take a form and change nothing of the office's: a look before saving, and reading a file once more.
LOOKS = {"wagtailsnippets_policies_policy:preview_on_edit", "records:locate"}
#: Addresses of which no body here is plausible enough to write; that nobody else writes there is tried all the same.
NOT_BY_HAND = {
    "inbox:settle": "needs a letter whose fate is unknown: tests/subscriptions/test_inbox.py",
    "wagtailsnippets_guides_service:edit": "a form drawn by script: tests/guides/test_desk.py",
    "sign_in:reset": "needs a second factor to reset: tests/orgs/test_sign_in.py",
    "records:settle": "needs a doubtful place: tests/policies",
    "sign_in:locked": "what it lifts are tries, which stand aside: tests/orgs/test_sign_in.py",
    "records:services": "needs a proposed link: tests/policies/test_services.py",
}


@pytest.fixture
def office(site):
    """The site with a question to its unit, a topic and services of it, an account to look after, and notices."""
    site.victim = User.objects.create_user("victim", password="x", name="某人", unit=site.unit)
    Service.objects.update(unit=site.unit)
    Topic.objects.update(unit=site.unit)
    Policy.objects.filter(pk=site.other.pk).update(unit=site.another)
    site.other.refresh_from_db()
    site.question = actions.relate(
        source=site.other, kind="repeals", target=site.live, by=site.people["clerk other"]
    )
    assert site.question.answer == Relation.Answer.ASKED
    site.proposal = (
        site.live.says.filter(state="proposed").first() or Relation.objects.filter(source=site.live).first()
    )
    actions.hand_in(policy=site.draft, by=site.people["clerk own"])
    site.draft.refresh_from_db()
    users = [user for user in site.people.values() if user and user.role != Role.NONE]
    tell(users=users, category="task", title="请办", text="", path="/", key="walk", actor="system:test")
    return site


def bodies(site):
    """Address → the forms that a person would send there, beside the empty one and one with every name at once."""
    live, handed = site.live.pk, HandIn.objects.get(policy=site.draft)
    service, first = site.services[0], site.draft.latest_revision_id
    text = "示例区民政局关于走查的通知\n示例民发〔2026〕99号\n一、走查\n走查的内容。\n示例区民政局\n2026年3月1日\n"
    password = "另一个-很长的-密码-2"
    return {
        "orgs_desk:figures": [_figure()],
        "units_desk:guide": [{"classification": "走查", "ways": "走查"}],
        "records:proposals": [
            {f"r{site.proposal.pk}": "refuse", f"s{site.proposal.pk}": site.proposal.state},
            {"add": "1", "kind": "implements", "target": str(site.other.pk)},
        ],
        "records:answer": [{"answer": "accept"}, {"answer": "reject"}],
        "records:services": [{"add": "1", "policy": str(live), "service": service, "path": ""}],
        "records:upload": [{"text": text, "batch": "walk" * 8, "key": "a" * 32}, {"file": SimpleUploadedFile("a.txt", text.encode())}],
        "records:hand_in": [
            {"do": do, "seen": site.draft.draft_version, "handed": handed.pk, "note": "走查", "at": f"{clock.today() + timedelta(days=3)} 09:00"}
            for do in ("hand_in", "pass_on", "send_back", "take_back", "publish", "schedule", "unschedule")
        ],
        "records:settle": [{"how": "accepted", "name": "title", "seen": str(first)}],
        "records:end": [{"way": way, "reason": "走查"} for way in ("withdraw", "take_down", "pull_back")],
        "topics_desk:new": [
            {"step": "save", "name": "走查", "slug": "walk", "summary": "走查", "unit": str(unit.pk), "active": "on",
             "combine": "any", "words_lines": "走查"}
            for unit in (site.unit, site.another)
        ],
        "topics_desk:edit": [
            {"step": "save", "name": "走查", "summary": "走查", "unit": str(site.unit.pk), "active": "on", "combine": "any",
             "words_lines": "走查"}
        ],
        "topics_desk:decide": [
            {"decision": decision, "policy": str(live)} for decision in ("add", "hand", "exclude", "excluded", "rules")
        ],
        "wagtailsnippets_policies_policy:edit": [
            {"title": "走查改的标题", "body-count": "0"},
            {"title": "走查改的标题", "body-count": "0", "action-publish": "1", "disclosure": "open"},
            {"title": "走查改的标题", "body-count": "0", "action-hand-in": "1"},
        ],
        "policies:settle_file": [{"decision": "join"}],
        "inbox:read": [{"all": "1"}],
        "inbox:preferences": [{"frequency": "daily", "hour": "9", "quiet_from": "22", "quiet_until": "7"}],
        "inbox:settle": [{"decision": "delivered"}],
        "accounts:new": [{"username": "walk", "name": "走查", "unit": ""}],
        "accounts:change": [{"name": "走查", "unit": "", "last_day": str(clock.today()), "role": "clerk"}],
        "sign_in:password": [{"old_password": "x", "new_password1": password, "new_password2": password}],
        "sign_in:locked": [{"username": "victim"}],
        "subscriptions:subscribe": [{"address": "a@example.org", "frequency": "daily"}],
        "wagtailadmin_account": [{"locale-preferred_language": "en", "theme-theme": "dark"}],
    }  # fmt: skip


def _figure():
    from gongkai.law.figures import unchecked

    figure = next(iter(unchecked()))
    return {"key": figure.key, "valid_from": figure.valid_from.isoformat(), "note": "对照原文"}


#: Every name that a form of ours or of Wagtail's knows, for addresses whose forms are not written out above.
_EVERYTHING = {
    "all": "1", "add": "1", "title": "走查", "name": "走查", "unit": "1", "decision": "join", "answer": "accept", "way": "withdraw",
    "reason": "走查", "note": "走查", "role": "office", "do": "publish", "how": "accepted", "step": "save", "confirm": "1",
    "action": "delete", "next": "/", "object_ids": "1", "id": "1", "active": "on", "body-count": "0",
}  # fmt: skip


def paths_of(address, site):
    """Paths of an address with rows that exist: the unit's records, and an account that others look after."""
    name = address.name
    if name == "records:answer":
        keys = [site.question.pk]
    elif name.startswith(("accounts:", "sign_in:")):
        keys = [site.victim.pk]
    else:
        keys = [site.draft.pk, site.live.pk]
    values = {
        "int": keys,
        "str": ["x"],
        "slug": site.topics[:1],
        "unit": [site.unit.code],
        "code": site.services[:1],
        "verb": ["change", "last-day", "password", "role"],
        "file": [site.offered.pk],
        "batch": [1],
        "number": [1],
        "other": [site.other.pk],
        "revision_id": [site.revision.pk],
        "session_id": [1],
        "object_id": keys[:1],
        "app_label": ["policies"],
        "model_name": ["policy"],
        "layout": ["home"],
        "token": ["no-such"],
    }
    if name.startswith("wagtailsnippets_guides"):
        values["int"] = [Service.objects.get(code=site.services[0]).pk]
    if address.simple and not address.route.endswith("$"):
        query = f"?policy={site.live.pk}" if name == "records:proposals" else ""
        return [path + query for path in address.filled(values)]
    return [f"/desk/policies/history/{site.draft.pk}/revisions/compare/earliest...latest/"]


OPEN_ADDRESSES = [each for each in addresses() if not each.at_desk or is_open(each.name)]


def signed_in(as_user, user):
    """A client that has been to the desk and has just said once more who it is."""
    client = as_user(user)
    if user and user.role != Role.NONE:
        client.get("/desk/inbox/")
        session = client.session
        session["sign_in.confirmed_at"] = clock.now().timestamp()
        session.save()
    return client


def is_public(address):
    """True for a page of ours for everybody."""
    return getattr(address.view, "access_rule", "") == "public"


def may_write(name, who):
    """True if this person is named for this address."""
    return who in WRITERS.get(name, ()) or (name in OWN and who in DESK) or name in PUBLIC | DOOR


@pytest.mark.parametrize("who", PEOPLE)
def test_everybody_changes_what_is_theirs_to_change_and_leaves_an_entry_and_nobody_changes_anything_else(
    office, as_user, who
):
    user = office.people[who]
    watch, forms = Watch(signed_in(as_user, user)), bodies(office)
    reference = user.reference if user else None
    wrong, wrote = [], set()
    for address in OPEN_ADDRESSES:
        # Public pages do not ask who looks: two of us look at them all.
        looked = [("get", None)] if not is_public(address) or who in {"stranger", "auditor"} else []
        sent = [*looked, *(("post", body) for body in [{}, _EVERYTHING, *forms.get(address.name, [])])]
        for path in paths_of(address, office):
            for method, body in sent:
                status, changed, entries = watch(method, path, body)
                case = (method, path, body, status)
                if status >= 500:
                    wrong.append((*case, "failed"))
                if not changed:
                    continue
                wrote.add(address.name)
                if not may_write(address.name, who) or (method == "get" and address.name not in PREPARES):
                    wrong.append((*case, changed))
                elif address.name in OWN and not changed <= OWN_TABLES:
                    wrong.append((*case, changed - OWN_TABLES, "more than one's own"))
                elif address.name in WRITERS and reference not in {actor for actor, _action in entries}:
                    wrong.append((*case, changed, "without an entry in the audit chain"))
    assert wrong == [], "\n".join(repr(each)[:400] for each in wrong)
    named = {name for name, people in WRITERS.items() if who in people} - set(NOT_BY_HAND)
    assert named - wrote == set(), "who is named can do it: else this walk would prove nothing"


def test_the_auditor_is_named_for_nothing_but_what_is_the_auditors_own():
    assert [name for name, people in WRITERS.items() if "auditor" in people] == []
    assert {"none", "stranger"} & {who for people in WRITERS.values() for who in people} == set()


def test_every_open_address_that_takes_a_form_is_named(office, as_user):
    """An address that is added later cannot write before somebody has said here who may."""
    known = set(WRITERS) | OWN | DOOR | PUBLIC | LOOKS
    unnamed = set()
    for who in ("office", "system", "security", "clerk own"):
        watch = Watch(signed_in(as_user, office.people[who]))
        for address in OPEN_ADDRESSES:
            if address.name in known:
                continue
            for path in paths_of(address, office)[:1]:
                status, _changed, _entries = watch("post", path, {})
                if status not in {302, 400, 403, 404, 405, 410}:
                    unnamed.add((address.name, status))
    assert {each for each in unnamed if each[0] not in _ANSWER_ANY_METHOD} == set()
    assert known <= {address.name for address in OPEN_ADDRESSES}


#: Pages that only show and do not mind by which method they are asked.
_ANSWER_ANY_METHOD = {"wagtailadmin_sprite", "theme:gallery", "theme:layout"}


@pytest.mark.parametrize("who", PEOPLE)
def test_what_wagtail_brings_besides_is_not_there_for_anybody_by_any_method(site, as_user, who):
    shut = [address for address in ROUTES if not is_open(address.name)]
    assert len(shut) > 100
    watch = Watch(as_user(site.people[who]))
    there = {}
    for path in desk_paths(shut, site, by_hand=False):
        for method in ("get", "post"):
            status, changed, _entries = watch(method, path, _EVERYTHING if method == "post" else None)
            if status != 404 or changed:
                there[method, path] = (status, changed)
    assert there == {}


# --- the walk itself can fail ----------------------------------------------------------------------------------------


class _Planted(Client):
    """A page that writes past the actions."""

    def get(self, path, *arguments, **values):
        Policy.objects.filter(title="甲").update(title="乙")
        return super().get(path)


def test_a_change_past_the_actions_is_seen_and_taken_back(site):
    Policy.objects.filter(pk=site.draft.pk).update(title="甲")
    assert Watch(Client())("get", "/about/")[1:] == (set(), [])
    assert Watch(_Planted())("get", "/about/")[1] == {"policies_policy"}
    assert Policy.objects.get(pk=site.draft.pk).title == "甲"


def test_a_fingerprint_tells_one_changed_letter(site):
    assert "policies_policy" in tables()
    first = fingerprint("policies_policy")
    Policy.objects.filter(pk=site.draft.pk).update(title=site.draft.title + "。")
    assert fingerprint("policies_policy") != first
