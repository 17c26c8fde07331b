"""The screen itself: both sides with their marks, forms without JavaScript, who sees what, and files that mean harm."""

import io
import re
import time
import zipfile

import docx
import openpyxl
import pytest
from PIL import Image

from gongkai.orgs.models import Role
from gongkai.policies import actions
from gongkai.policies.beside import marks, pages, store
from gongkai.policies.beside.original import left_of
from gongkai.policies.beside.places import all_points
from gongkai.policies.beside.spots import Pages, Text
from gongkai.policies.models import Policy
from gongkai.reading.document import Leaf, Printed
from gongkai.reading.scan import available
from tests import factories
from tests.policies.record_world import html
from tests.policies.test_settle import PAGE, draft, own, say, seen, taken_in
from tests.reading import scan_pages as made
from tests.reading.test_pdf import pdf_of, text_at

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("originals_folder", "_pictures")]
needs_ocr = pytest.mark.skipif(
    not available() or not made.FOLDER.is_dir(),
    reason="no recogniser or no Noto CJK typefaces on this machine",
)


@pytest.fixture
def _pictures(settings, tmp_path):
    settings.DATA_DIR = tmp_path


@pytest.fixture
def clerk(client):
    user = factories.user()
    client.force_login(user)
    return user


def address(policy, rest="settle/"):
    return f"/desk/records/{policy.pk}/{rest}"


def left(policy):
    return left_of(policy.original, all_points(draft(policy)), pages.reading_of(policy.original))


def pdf(*extra):
    lines = [
        ("示例区民政局关于试点工作的通知", 150, 760, 20),
        ("示例民发〔2025〕7号", 220, 720, 12),
        ("第一条 为做好试点工作，制定本通知。", 80, 680, 12),
        ("第二条 按照本通知第九条办理。", 80, 660, 12),
        ("示例区民政局", 380, 600, 12),
        ("2025年3月8日", 380, 580, 12),
    ]
    return pdf_of([" ".join(text_at(t, x, y, s) for t, x, y, s in lines), *extra])


# --- both sides ---------------------------------------------------------------------------------------------------


def test_a_web_page_is_shown_with_marks_and_asks_nobody_for_anything(client, clerk):
    hostile = PAGE.replace(
        "<h1>",
        '<script>alert(1)</script><img src="https://example.com/x.png" onerror="alert(2)"><link rel=stylesheet href="//e.com/a.css">'
        '<style>@import url(//e.com)</style><iframe src="//e.com"></iframe><a href="javascript:alert(3)">甲</a>'
        '<td colspan="&quot;><script>">乙</td><p style="background:url(//e.com)" id="e-title" class="now">丙</p><h1>',
    )
    policy = taken_in(hostile)
    shown = html(client.get(address(policy)))
    side = re.search(r'id="settle-markup".*?</section>', shown, re.S)[0]
    assert "甲" in side
    assert "丙" in side
    for word in (
        "example.com",
        "e.com",
        "script",
        "style",
        "javascript",
        "onerror",
        "<img",
        "<iframe",
        'id="e-title"',
    ):
        assert word not in side, word
    assert '<mark class="spot " data-points="written_on">2025-03-01</mark>' in side
    assert '<span id="o-written_on" class="settle-at"></span>' in side
    assert 'id="e-written_on" data-points="written_on' in shown


@pytest.mark.parametrize("form", ["docx", "xlsx", "txt", "zip", "eml"])
def test_files_of_offices_are_shown_as_their_paragraphs_and_tables(form):
    book = docx.Document()
    for text in ("示例区民政局关于补贴标准的通知", "第一条 每人每月380元。", "第三条 自2025年1月1日起施行。"):
        book.add_paragraph(text)
    book.add_table(1, 2).rows[0].cells[1].text = "三百八十元"
    word = io.BytesIO()
    book.save(word)
    sheet = openpyxl.Workbook()
    for row in (["示例区补贴标准表"], ["项目", "金额"], ["助餐", "三百八十元"]):
        sheet.active.append(row)
    table = io.BytesIO()
    sheet.save(table)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("通知.docx", word.getvalue())
    mail = b"From: a@example.com\r\nTo: b@example.com\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
    files = {
        "docx": word.getvalue(),
        "xlsx": table.getvalue(),
        "txt": "示例区民政局关于补贴标准的通知\n一、每人三百八十元。".encode(),
        "zip": packed.getvalue(),
        "eml": mail + "示例区民政局关于补贴标准的通知\r\n一、每人三百八十元。\r\n".encode(),
    }
    policy = taken_in(files[form], f"甲.{form}")
    shown = left(policy)
    assert shown.note == ""
    assert "三百八十元" in shown.markup
    assert "<script" not in shown.markup
    if form in {"docx", "xlsx"}:
        assert "<td" in shown.markup


def test_a_pdf_is_shown_as_pages_with_boxes_over_the_doubtful_words(client, clerk):
    policy = taken_in(pdf(""), "甲.pdf")
    shown = left(policy)
    assert [page.number for page in shown.pages] == [1, 2]
    lost = next(point for point in all_points(draft(policy)) if point.label == "引用没有着落")
    (box,) = [box for box, key, _first in shown.pages[0].boxes if key == lost.key]
    assert box.y < (842 - 660) / 842 * 10_000 * 1.1 < box.y + box.height + 200
    page = html(client.get(address(policy)))
    assert f'<rect id="o-{lost.key}"' in page
    picture = client.get(address(policy, "pages/1/"))
    assert picture.headers["Content-Type"] == "image/png"
    assert "private" in picture.headers["Cache-Control"]
    assert Image.open(io.BytesIO(picture.content)).width == pages.WIDTHS[0]
    large = client.get(address(policy, "pages/1/?size=large"))
    assert Image.open(io.BytesIO(large.content)).width == pages.WIDTHS[1]
    assert client.get(address(policy, "pages/3/")).status_code == 404


def test_pages_are_drawn_once_and_those_behind_along_with_them(client, clerk, monkeypatch):
    policy = taken_in(pdf(*[""] * 9), "甲.pdf")
    asked = []
    drawing = pages.picture.pictures
    monkeypatch.setattr(pages.picture, "pictures", lambda *a, **k: asked.append(a[2]) or drawing(*a, **k))
    for number in (1, 2, 6, 1, 7):
        assert client.get(address(policy, f"pages/{number}/")).status_code == 200
    assert asked == [[1, 2, 3, 4, 5, 6], [7, 8, 9, 10]]


@needs_ocr
def test_a_scan_is_shown_with_a_box_over_each_doubtful_line(client, clerk, monkeypatch):
    page = made.notice()
    out = io.BytesIO()
    page.save(out, "TIFF")
    policy = taken_in(out.getvalue(), "扫描.tif")
    fresh = draft(policy)
    line = next(b.text for part in fresh.parts for b in part.blocks if "日常养护" in b.text)
    fresh.open_points = {"body": {"value": f"第1页：【{line[0]}】{line[1:]}", "evidence": [["ocr", "1"]]}}
    fresh.save_revision(clean=False)
    key = next(p.key for p in all_points(draft(policy)) if p.key.startswith("body"))
    shown = left(policy)
    assert not shown.pending
    boxes = [box for box, name, _first in shown.pages[0].boxes if name == key]
    assert len(boxes) == 3  # it fills three lines of the page
    assert f'data-points="{key}"' in html(client.get(address(policy)))

    # Kept apart from the record: cleared away, it is found again when the screen asks for it.
    (store._folder(policy.original.sha256) / store.READ).unlink()
    assert left(policy).pending
    assert 'data-locate="' in html(client.get(address(policy)))
    give_up = time.monotonic() + 60
    while (answer := client.post(address(policy, "settle/locate/"))).status_code == 202:
        assert time.monotonic() < give_up
        time.sleep(0.2)
    assert answer.json() == {"state": "found"}
    assert not left(policy).pending


def test_words_are_found_whatever_spaces_the_layout_put_between_them():
    assert Text("总　　则\n第 一 条").find("总则第一条") == [(0, 10)]
    assert Text("成文于2025 年\n3 月 8 日。").find(draft_day()) == [(3, 17)]
    assert Text("甲乙丙丁戊己庚辛壬癸").find("甲乙丙丁戊己庚辛子丑寅卯") == [(0, 8)]  # as far as it goes
    assert Text("甲乙").find("丙") == []
    assert Text("甲" * 500).find("甲")[-1] == (7, 8)


def draft_day():
    from datetime import date

    return date(2025, 3, 8)


def test_a_passage_over_two_lines_has_a_box_on_each_and_the_page_named_comes_first():
    def leaf(number):
        lines = (
            Printed("第一条为做好", 1000, 1200, tuple(range(1000, 8000, 1000))),
            Printed("试点工作", 1300, 1500, (1000, 2000, 3000, 4000, 5000)),
        )
        return Leaf(number, 600, 800, 0, lines)

    printed = Pages([leaf(1), leaf(2)])
    assert len(printed.find("做好试点")) == 2
    ((one, two),) = printed.find("做好试点", 2)
    assert (one.page, one.x, one.width, one.y) == (2, 5000, 2000, 1000)
    assert (two.x, two.width) == (1000, 2000)


def test_marks_may_overlap_and_cross_tags():
    markup = marks.clean_html("<p>甲<b>乙丙</b>丁 &lt;b&gt;</p>")
    shown, found = marks.marked(markup, [("a", "甲乙"), ("b", "乙丙丁"), ("c", "无")])
    assert found == {"a", "b"}
    assert '<mark class="spot " data-points="a b">乙</mark>' in shown
    assert "&lt;b&gt;" in shown
    assert (
        re.sub(r"<(mark|/mark|span|/span)[^>]*>", "", shown) == "<p>甲<strong>乙丙</strong>丁 &lt;b&gt;</p>"
    )


# --- forms, without JavaScript ------------------------------------------------------------------------------------------


def test_every_point_has_its_forms_and_answers_lead_to_the_next(client, clerk):
    policy = taken_in()
    points = [point.key for point in all_points(draft(policy))]
    page = html(client.get(address(policy)))
    assert re.findall(r'<li id="p-([\w-]+)"', page) == points
    assert 'type="date" value="2025-03-01"' in page
    form = {
        "seen": seen(policy),
        "point": "written_on",
        "name": "written_on",
        "how": "corrected",
        "value": "2025-03-08",
    }
    answer = client.post(address(policy), form | {"following": points[1]})
    assert answer.headers["Location"] == f"{address(policy)}?at={points[1]}#p-{points[1]}"
    assert str(draft(policy).written_on) == "2025-03-08"
    page = html(client.get(address(policy)))
    assert "撤销上一次核对（成文日期）" in page
    client.post(address(policy), {"how": "undo", "seen": seen(policy)})
    assert draft(policy).written_on is None


def test_what_was_typed_is_shown_again_when_somebody_else_was_faster(client, clerk):
    policy = taken_in()
    at = seen(policy)
    say(policy, factories.user(Role.OFFICE), "title", "corrected", "别人改的标题")
    answer = client.post(
        address(policy),
        {"seen": at, "point": "written_on", "name": "written_on", "how": "corrected", "value": "2025-03-08"},
    )
    page = html(answer)
    assert answer.status_code == 409
    assert "别人改的标题" in re.search(r'role="alert".*?</div>', page, re.S)[0]
    assert 'type="date" value="2025-03-08"' in page
    assert f'name="seen" value="{seen(policy)}"' in page
    assert draft(policy).written_on is None


def test_a_text_that_was_refused_is_shown_again_in_its_own_field(client, clerk):
    policy = taken_in()
    gap = next(point for point in all_points(draft(policy)) if point.label == "序号不连续")
    answer = client.post(
        address(policy),
        {
            "seen": "0",
            "point": gap.key,
            "name": "block",
            "how": "corrected",
            "value": "第三条　写了很久的字。",
        },
    )
    page = html(answer)
    assert "第三条　写了很久的字。" in page
    assert f'<details class="settle-mend" id="t-{gap.key}" open>' in page


def test_when_nothing_is_open_the_next_steps_stand_there(client, clerk):
    policy = taken_in()
    other = taken_in(PAGE.replace("试点", "另一").replace("7号", "8号"), "另一.html")
    for point in all_points(draft(policy)):
        say(policy, clerk, point.key)
    for point in all_points(draft(policy)):  # what came to light only then
        say(policy, clerk, point.key)
    page = html(client.get(address(policy)))
    assert "全部核对完毕" in page
    assert f'href="{address(policy, "preview/")}"' in page
    assert f'href="{address(policy, "hand-in/")}"' in page
    assert f'href="{address(other)}"' in page


def test_of_a_published_text_it_is_said_that_changes_are_a_correction(client, clerk):
    policy = actions.publish(policy=taken_in(), by="system:test")
    assert "作为勘误公开" in html(client.get(address(policy)))


def test_a_file_that_conceals_something_is_shown_with_a_warning(client, clerk):
    policy = taken_in()
    policy.original.__class__.objects.update(conceals=True)
    assert "原件含有读者不会直接看到的内容" in html(client.get(address(policy)))


def test_a_record_without_a_file_and_a_lost_file_are_told(client, clerk, originals_folder):
    policy = taken_in()
    for path in originals_folder.rglob("*"):
        path.unlink() if path.is_file() else None
    assert "原件不在存储中" in html(client.get(address(policy)))
    Policy.objects.filter(pk=policy.pk).update(original=None)
    assert "没有原件" in html(client.get(address(policy)))


# --- who ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.AUDITOR])
def test_those_who_may_only_read_see_no_forms(client, role):
    policy = taken_in(pdf(), "甲.pdf")
    client.force_login(factories.user(role))
    page = html(client.get(address(policy)))
    assert "引用没有着落" in page
    assert 'name="how"' not in page
    assert client.get(address(policy, "pages/1/")).status_code == 200
    assert client.get(address(policy, "preview/")).status_code == 200
    answer = client.post(
        address(policy), {"seen": seen(policy), "name": "title", "how": "corrected", "value": "改"}
    )
    assert answer.headers["Location"] == "/desk/"  # where Wagtail says that it was not allowed
    assert draft(policy).title != "改"


@pytest.mark.parametrize("rest", ["settle/", "pages/1/", "preview/", "preview/?width=390"])
def test_nobody_else_sees_anything(client, rest):
    policy = taken_in(pdf(), "甲.pdf")
    assert client.get(address(policy, rest)).status_code == 302
    for role in (Role.SYSTEM, Role.SECURITY):
        client.force_login(factories.user(role))
        assert client.get(address(policy, rest)).status_code in {302, 403, 404}
    client.force_login(factories.user(of=factories.unit("fangguan", "示例区房屋管理局", "区房管局")))
    assert client.get(address(policy, rest)).status_code == 404


# --- preview -----------------------------------------------------------------------------------------------------------


def test_the_preview_is_the_portals_page_of_the_newest_draft(client, clerk):
    policy = taken_in()
    say(policy, clerk, "title", "corrected", "示例区民政局关于扩大试点工作的通知")
    answer = client.get(address(policy, "preview/"))
    page = html(answer)
    assert "预览，未发布" in page
    assert "关于扩大试点工作的通知" in page
    assert 'class="doc-body"' in page
    assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"
    phone = html(client.get(address(policy, "preview/?width=390")))
    assert f'<iframe class="preview-phone" src="{address(policy, "preview/")}' in phone
    older = policy.revisions.order_by("pk").first()
    assert "扩大" not in html(client.get(address(policy, f"preview/?revision={older.pk}")))
    assert client.get(address(policy, "preview/?revision=9999999")).status_code == 404


# --- files that mean harm ------------------------------------------------------------------------------------------------


def with_file(policy, data, form):
    """The record as if this had been its file: no reader would have let it in."""
    from gongkai.policies import originals
    from gongkai.reading.document import OfficialDocument

    kept = originals.keep(data, name=f"x.{form}", document=OfficialDocument("x", form, ""))
    Policy.objects.filter(pk=policy.pk).update(original=kept)
    return own(policy)


def test_a_bomb_of_pages_is_told_in_a_sentence(client, clerk):
    policy = with_file(taken_in(), pdf_of([""] * 3000), "pdf")
    answer = client.get(address(policy))
    assert answer.status_code == 200
    assert "3000 页" in html(answer)
    assert client.get(address(policy, "pages/1/")).status_code == 422


def test_a_page_that_brings_its_child_down_is_given_up_and_the_others_are_drawn(client, clerk, monkeypatch):
    monkeypatch.setattr("gongkai.reading.apart.SILENCE_SECONDS", 2.0)
    endless = " ".join(
        f"{n % 500} {n % 700} m {n % 400} {n % 600} l {n % 300} 5 l b*" for n in range(300_000)
    )
    data = pdf_of([text_at("第一页", 100, 700), f"{endless} " * 6, text_at("第三页", 100, 700)])
    policy = with_file(taken_in(), data, "pdf")
    store.put_json(policy.original.sha256, "leaves.json", [[n, 595, 842, 0, []] for n in (1, 2, 3)])
    assert client.get(address(policy, "pages/1/")).status_code == 200
    assert client.get(address(policy, "pages/2/")).status_code == 404
    assert client.get(address(policy, "pages/3/")).status_code == 200
    drawn = []
    monkeypatch.setattr(pages.picture, "pictures", lambda *a, **k: drawn.append(a) or {})
    assert client.get(address(policy, "pages/2/")).status_code == 404
    assert drawn == []  # it is not tried again


def test_while_one_file_is_worked_on_others_are_told_to_wait(client, clerk, monkeypatch):
    policy = taken_in(pdf(), "甲.pdf")
    monkeypatch.setattr(pages, "_PATIENCE", 0.01)
    with pages._my_turn():
        assert "稍后才能显示" in html(client.get(address(policy)))
        answer = client.get(address(policy, "pages/1/"))
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "2"
    assert client.get(address(policy, "pages/1/")).status_code == 200


def test_what_is_kept_of_files_stays_below_its_size(monkeypatch):
    monkeypatch.setattr(store, "MAX_BYTES", 1000)
    for n in range(6):
        store.put(f"{n}" * 64, "a.png", b"x" * 300)
    kept = [n for n in range(6) if store.get(f"{n}" * 64, "a.png")]
    assert kept[-1] == 5
    assert len(kept) <= 4
    store.put("a" * 64, "broken.json", b"{")
    assert store.get_json("a" * 64, "broken.json") is None
