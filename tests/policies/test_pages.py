"""The pages of the library: what they show, and what they answer to odd addresses."""

import io
from datetime import date

import docx
import pytest

from gongkai.policies import actions
from gongkai.policies.models import Policy
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _folder(originals_folder, index_folder):
    pass


def html(answer):
    return answer.content.decode()


def test_a_policy_page_shows_elements_validity_and_every_clause_with_its_anchor(client):
    policy = factories.policy(number=3, effect="本通知自2026年4月1日起施行，有效期至2028年3月31日。")
    page = html(client.get(policy.get_absolute_url()))
    for words in (
        policy.title,
        "示例民发〔2026〕3号",
        "示例区民政局",
        "2026年3月4日",
        "现行有效",
        "主动公开",
    ):
        assert words in page
    for clause in policy.clauses.all():
        assert f'id="{clause.anchor}"' in page
    assert policy.original.sha256 in page


def test_what_the_document_does_not_state_is_said_and_not_guessed(client):
    page = html(client.get(factories.policy().get_absolute_url()))
    assert "文件未载明" in page and "有效性待确认" in page


def test_a_sample_is_marked_on_its_page(client):
    policy = factories.policy()
    Policy.objects.update(is_sample=True)
    assert "示例文件，不是正式公文" in html(client.get(policy.get_absolute_url()))


def test_markup_in_a_document_is_shown_as_text(client):
    word = docx.Document()
    for line in (
        "关于<b>加粗</b>的通知",
        "一、<script>alert(1)</script>第一件",
        "二、内容 <img src=x onerror=alert(1)> 由街道办理。",
    ):
        word.add_paragraph(line)
    table = word.add_table(1, 2)
    table.rows[0].cells[0].text, table.rows[0].cells[1].text = "<iframe src=//x>", "&copy;"
    file = io.BytesIO()
    word.save(file)
    policy = actions.take_in(data=file.getvalue(), name="a.docx", actor="system:test").policy
    page = html(client.get(policy.get_absolute_url()))
    for raw in ("<script>alert", "<img src=x", "<iframe", "<b>加粗"):
        assert raw not in page
    assert "&lt;script&gt;alert(1)" in page and "&amp;copy;" in page


def test_the_original_is_a_download_that_cannot_run_as_ours(client):
    policy = factories.policy()
    answer = client.get(f"{policy.get_absolute_url()}original/")
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_a_draft_has_no_page_no_original_and_is_in_no_list(client):
    policy = factories.policy()
    Policy.objects.update(live=False)
    assert client.get(policy.get_absolute_url()).status_code == 404
    assert client.get(f"{policy.get_absolute_url()}original/").status_code == 404
    assert policy.title not in html(client.get("/policies/"))


def test_the_original_of_a_draft_is_for_its_unit_only(client):
    policy = factories.policy()
    Policy.objects.update(live=False)
    address = f"{policy.get_absolute_url()}original/desk/"
    assert client.get(address).status_code == 302
    client.force_login(factories.publisher(of=factories.unit("fangguan", "示例区房屋管理局", "区房管局")))
    assert client.get(address).status_code == 404
    client.force_login(factories.publisher())
    assert client.get(address).status_code == 200


@pytest.mark.parametrize(
    ("query", "n"),
    [
        ("", 3), ("?kind=通知", 3), ("?kind=没有", 0), ("?unit=minzheng", 3), ("?unit=x", 0), ("?year=2026", 3), ("?year=1999", 0),
        ("?year=20'26", 0), ("?state=unknown", 2), ("?state=in_force", 1), ("?state=nonsense", 0), ("?page=99", 3), ("?page=x", 3),
    ],
)  # fmt: skip
def test_filters_narrow_the_library_and_odd_values_find_nothing(client, query, n):
    factories.policy()
    factories.policy()
    factories.policy(effect="本通知自2026年4月1日起施行。")
    answer = client.get(f"/policies/{query}")
    assert answer.status_code == 200
    assert html(answer).count('class="row-title"') == n


def test_documents_are_listed_by_publication_then_by_writing(client):
    old, new = factories.policy(number=1), factories.policy(number=2)
    Policy.objects.filter(pk=old.pk).update(published_on=date(2020, 1, 1))
    page = html(client.get("/policies/"))
    assert page.index(new.title) < page.index(old.title)


def test_the_interface_is_english_under_its_own_address(client):
    policy = factories.policy()
    page = html(client.get(f"/en{policy.get_absolute_url()}"))
    assert '<html lang="en">' in page and "Validity to be confirmed" in page
    assert 'lang="zh-Hans"' in page
