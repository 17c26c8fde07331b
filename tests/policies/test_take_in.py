"""Taking in files: one record for one file, nothing published that may not be, what is unsure left open."""

import pytest

from gongkai.kernel.models import AuditEntry, Event
from gongkai.policies import actions, originals
from gongkai.policies.actions.take_in import Result
from gongkai.policies.models import Original, Policy
from gongkai.reading.document import Unreadable
from tests import factories

pytestmark = pytest.mark.django_db


def take(data: bytes, name: str = "a.txt", **values):
    return actions.take_in(data=data, name=name, actor="system:test", **values)


@pytest.fixture(autouse=True)
def _folder(originals_folder):
    factories.unit()


def test_a_file_becomes_a_published_record_with_its_elements():
    outcome = take(factories.text_of(7))
    policy = Policy.objects.get()
    assert outcome.result is Result.PUBLISHED and outcome.policy == policy
    assert (policy.document_number, policy.issuers, policy.kind) == (
        "示例民发〔2026〕7号",
        "示例区民政局",
        "通知",
    )
    assert policy.unit.code == "minzheng"
    assert policy.written_on.isoformat() == "2026-03-08"
    assert policy.record_number == 1
    assert [clause.path for clause in policy.clauses.all()] == ["一", "一/第2段", "二", "二/第2段"]
    assert Event.objects.get().kind == "policy.published"
    assert set(AuditEntry.objects.values_list("action", flat=True)) == {"policy.taken_in", "policy.published"}


def test_the_same_file_again_changes_nothing():
    first = take(factories.text_of(7)).policy
    again = take(factories.text_of(7), "another-name.txt")
    assert again.result is Result.UNCHANGED and again.policy == first
    assert (Policy.objects.count(), Original.objects.count(), Event.objects.count()) == (1, 1, 1)


def test_another_file_of_the_same_number_and_title_is_not_imported_twice():
    first = take(factories.text_of(7)).policy
    other = take(factories.text_of(7, body="一、全文另有改动\n改动后的内容。"))
    assert other.result is Result.SAME_NUMBER and other.policy == first
    assert other.notes and Policy.objects.count() == 1
    assert Original.objects.count() == 1  # a file that belongs to no record is not kept


@pytest.mark.parametrize("note", ["（此件依申请公开）", "（此件不予公开）"])
def test_a_document_that_is_not_for_publication_stays_a_draft_and_says_why(note):
    outcome = take(factories.text_of(8, note=note))
    assert outcome.result is Result.DRAFT and not outcome.policy.live
    assert "公开属性" in outcome.notes[0]
    assert not Event.objects.exists() and not outcome.policy.clauses.exists()


def test_what_was_wished_as_a_draft_is_a_draft():
    outcome = take(factories.text_of(9), publish=False)
    assert outcome.result is Result.DRAFT and not outcome.notes


def test_an_unsure_element_is_left_open_with_its_evidence():
    text = "关于食堂补贴的通知\n示例民发〔2026〕5号\n各街道：\n一、补贴标准\n每人每天十元。\n示例区民政局\n2026年3月1日\n"
    policy = take(text.encode()).policy
    # One witness, the signature, is not enough to call the issuer sure.
    assert policy.issuers == ""
    assert policy.open_points["issuers"]["value"] == "示例区民政局"
    assert policy.open_points["issuers"]["evidence"] == [["signature", "示例区民政局"]]
    assert policy.questions[0]["label"] == "发文机关"


def test_an_unreadable_file_leaves_no_trace():
    with pytest.raises(Unreadable):
        take(b"%PDF-1.7 ...")
    assert not Policy.objects.exists() and not Original.objects.exists()


def test_the_original_is_kept_byte_by_byte_under_its_hash(originals_folder):
    data = factories.text_of(10)
    policy = take(data).policy
    assert originals.content(policy.original) == data
    stored = originals_folder / policy.original.stored_as
    assert stored.read_bytes() == data
    stored.write_bytes(data + b"x")
    with pytest.raises(originals.OriginalLostError):
        originals.content(policy.original)


def test_a_page_that_calls_its_text_repealed_is_never_shown_as_in_force():
    page = """<table><tr><td>发文字号：</td><td>示例民规〔2020〕1号</td><td>有效性：</td><td>已废止</td></tr>
    <tr><td>发布日期：</td><td>2020年1月2日</td><td>发文机关：</td><td>示例区民政局</td></tr></table>
    <h1>示例区民政局关于补贴的通知</h1><div><p>一、补贴标准为每人每天十元，由街道发放。</p>
    <p>二、本通知自2020年2月1日起施行。</p><p align="right">示例区民政局</p><p align="right">2020年1月1日</p></div>"""
    policy = take(page.encode(), "a.html").policy
    assert policy.found_ended_on is not None
    assert policy.validity_on(policy.found_ended_on).state.value == "repealed"


@pytest.mark.parametrize(
    "note",
    ["（此件不主动公开）", "（非公开）", "（免予公开）", "（暂不公开）", "（内部资料）", "（此件部分公开）"],
)
def test_what_is_not_plainly_public_is_never_published(note):
    assert take(factories.text_of(11, note=note)).result is Result.DRAFT


@pytest.mark.parametrize("mark", ["秘密★1年", "机密", "绝 密", "密级：秘密★10年", "机密★长期"])
def test_a_mark_of_secrecy_is_refused_before_anything_is_kept(mark, originals_folder):
    with pytest.raises(Unreadable, match="保守国家秘密法"):
        take(f"{mark}\n".encode() + factories.text_of(12))
    assert (
        not Policy.objects.exists()
        and not Original.objects.exists()
        and not list(originals_folder.rglob("*"))
    )
    assert AuditEntry.objects.get().action == "policy.classified_refused"


def test_the_word_secret_in_a_sentence_is_no_mark():
    policy = take(
        factories.text_of(
            13, body="一、保守国家秘密\n涉及商业秘密、国家秘密的，依法办理。\n二、其他\n由街道办理。"
        )
    ).policy
    assert policy.live


def test_doubtful_dates_are_not_called_in_force_and_are_shown_with_a_note(client):
    policy = factories.policy(effect="本通知自印发之日起施行，有效期5年。")
    assert "effective_from" in policy.open_points
    state = policy.validity_on(policy.written_on).state.value
    assert state == "unknown"
    page = client.get(policy.get_absolute_url()).content.decode()
    assert "待责任单位核对" in page and "有效性待确认" in page


def test_a_page_that_is_no_document_stays_a_draft(client):
    outcome = take("长者专区\n无障碍版\n政务动态\n首页\n热点新闻列表在此".encode())
    assert outcome.result is Result.DRAFT and "看不出是公文" in " ".join(outcome.notes)
