"""The invented 示例区 of a first start: its units, services, documents and topics, brought in as an office would bring them."""

import tomllib
from pathlib import Path

from gongkai.project.cli import output

SAMPLE = Path(__file__).resolve().parents[1] / "sample"
_ACTOR = "system:sample"
_LOADED = "sample.loaded"
_DOCUMENTS = {".docx", ".html", ".pdf", ".xlsx"}
# Handed in and not yet published: they wait at the desk of their units.
_WAITING = {"39_home_beds_2026.docx", "40_small_theatres_2026.docx"}
# (number of the document that says it, kind): what the sample's people have confirmed. The rest of what the reader
# proposes waits at the desk: an amendment by a list, a partial repeal, an end that lies ahead, the laws.
_CONFIRMED = {
    ("示例民规〔2025〕2号", "repeals"),
    ("示例府办规〔2022〕3号", "amends"),
    ("示例城管规〔2025〕2号", "repeals"),
    ("示例府办规〔2023〕6号", "repeals"),
    ("示例发改规〔2025〕1号", "repeals"),
    ("示例人社规〔2024〕3号", "based_on"),
}


def load() -> None:
    """Units, services, documents through the real import, topics: once. A start that was cut off is taken up again.

    What people do to the sample afterwards stays: a later start changes nothing.
    """
    from django.conf import settings
    from django.db import transaction

    from gongkai.kernel import audit
    from gongkai.kernel.models import AuditEntry

    if settings.PRODUCTION:
        output.fail("正式环境不载入示例；请去掉 --sample。")
    if AuditEntry.objects.filter(action=_LOADED).exists():
        return
    _load_units_and_services()
    _load_documents()
    _decide_some()
    _load_topics()
    with transaction.atomic():
        audit.append(_ACTOR, _LOADED, "policies.Policy")


def _load_units_and_services() -> None:
    """Before the documents: whose they are, and what they name of services, is known when they come in."""
    from gongkai.guides.models import Service
    from gongkai.orgs.actions import load_units
    from gongkai.project.cli.guides import run_import

    load_units(path=SAMPLE / "units.toml", actor=_ACTOR)
    if not Service.objects.exists():
        report = run_import(SAMPLE / "guides.json")
        output.notes.print(f"示例事项：{report['counts']}", highlight=False)


def _load_documents() -> None:
    from gongkai.project.cli.documents import WORDS, run_import

    files = sorted(path for path in SAMPLE.iterdir() if path.suffix in _DOCUMENTS)
    for draft in (False, True):
        report = run_import(
            [path for path in files if (path.name in _WAITING) is draft], draft=draft, sample=True
        )
        words = "，".join(f"{WORDS[name]} {n} 份" for name, n in report["counts"].items())
        output.notes.print(f"示例文件：{words}。", highlight=False)
        for row in report["files"]:
            if row["result"] == "refused":
                said = f"{Path(row['file']).name}：{' '.join(row['notes'])}"
                output.notes.print(said, highlight=False, markup=False, soft_wrap=True)


def _decide_some() -> None:
    """Some relations and the surest links are confirmed, so that pages show them; the rest waits at the desk to be tried."""
    from gongkai.policies import actions
    from gongkai.policies.models import Relation, ServiceLink

    for relation in Relation.objects.filter(state="proposed", source__is_sample=True).select_related(
        "source"
    ):
        if (relation.source.document_number, relation.kind) in _CONFIRMED:
            actions.confirm(relation=relation, by=_ACTOR)
    for link in ServiceLink.objects.filter(state="proposed", confidence__gte=0.9, policy__is_sample=True):
        actions.decide_link(link=link, by=_ACTOR, holds=True)


def _load_topics() -> None:
    from gongkai.policies.actions import topics
    from gongkai.policies.models import Policy, Topic

    path = SAMPLE / "topics.toml"
    topics.load_topics(path=path, actor=_ACTOR)
    for row in tomllib.loads(path.read_text(encoding="utf-8"))["topics"]:
        topic = Topic.objects.get(slug=row["slug"])
        for policy in Policy.objects.filter(live=True, document_number__in=row.get("by_hand", [])):
            topics.add_by_hand(topic=topic, policy=policy, by=_ACTOR)
        for policy in Policy.objects.filter(live=True, document_number__in=row.get("left_out", [])):
            topics.exclude(topic=topic, policy=policy, by=_ACTOR)
