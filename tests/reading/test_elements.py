"""Elements beyond title, number and dates: whom a document is for, who signs, what goes with it, from when and until when."""

from datetime import date

import pytest

from gongkai.reading.document import OfficialDocument

from .planting import page, planted

HEAD = ["=示例区民政局关于开展示例工作的通知", "示民发〔2026〕3号"]
SIGNED = [">示例区民政局", ">2026年3月27日"]


def notice(*lines: str, form: str = "html", to: str = "各街道办事处：") -> OfficialDocument:
    return planted(form, [*HEAD, to, "现将有关事项通知如下。", *lines, *SIGNED])


both = pytest.mark.parametrize("form", ["html", "txt"])


@pytest.mark.parametrize(
    ("line", "names", "sure"),
    [
        ("各街道办事处：", ("各街道办事处",), True),
        ("各区人民政府，市政府各部门、各直属机构：", ("各区人民政府", "市政府各部门、各直属机构"), True),
        (
            "各省、自治区、直辖市人民政府，国务院各部委、各直属机构：",
            ("各省、自治区、直辖市人民政府", "国务院各部委、各直属机构"),
            True,
        ),
        ("各区民政局、财政局（财务处）、教育局：", ("各区民政局、财政局（财务处）、教育局",), True),
        ("科技部、示例市人民政府：", ("科技部", "示例市人民政府"), True),
        ("王某某、李某某代表：", ("王某某、李某某代表",), False),
    ],
)
def test_recipients_are_named_one_by_one(line: str, names: tuple[str, ...], sure: bool) -> None:
    found = notice(to=line).recipients
    assert (found.value, found.sure) == (names, sure)


def test_a_document_for_everybody_has_no_recipients() -> None:
    told = planted("html", ["=示例区民政局关于暂停服务的通告", "为检修设备，暂停办理业务。", *SIGNED])
    assert told.recipients.value is None and not told.recipients.sure


@both
def test_joint_signatures_are_named_one_by_one_and_checked_against_the_title(form: str) -> None:
    title = "=示例区民政局 示例区财政局关于开展示例工作的通知"
    signed = planted(
        form, [title, "各街道办事处：", "请遵照执行。", ">示例区民政局", ">示例区财政局", ">2026年3月27日"]
    )
    assert signed.signature.value == ("示例区民政局", "示例区财政局") and signed.signature.sure
    alone = planted(
        form, ["=示例工作安排", "各街道办事处：", "请遵照执行。", ">示例区民政局", ">2026年3月27日"]
    )
    assert alone.signature.value == ("示例区民政局",) and not alone.signature.sure


@pytest.mark.parametrize(
    ("lines", "names"),
    [
        (["附件：示例申请表"], ("示例申请表",)),
        (["附件：1.示例申请表", "2.示例名单.xlsx"], ("示例申请表", "示例名单")),
        (["附件：1．示例申请表", "　　　2．示例名单（略）"], ("示例申请表", "示例名单")),
        (["附件1.示例申请表", "附件2.示例名单"], ("示例申请表", "示例名单")),
        (["附件：", "1.示例申请表", "2.示例名单"], ("示例申请表", "示例名单")),
        (["附件：附件1 示例申请表.xls", "附件2 示例名单.xls"], ("示例申请表", "示例名单")),
    ],
)
def test_the_list_of_attachments_gives_their_names_in_order(lines: list[str], names: tuple[str, ...]) -> None:
    found = notice(*lines)
    assert found.attachments.value == names and found.attachments.sure
    assert [part.label for part in found.parts] == [""]


def test_files_that_a_page_links_to_are_named_and_told_as_not_read() -> None:
    body = "<p>请填写下列表格并按时报送，逾期不再受理。</p><p><a href='/f/a.docx?v=1'>示例申请表.docx</a></p>"
    found = page(f"<div><h1>关于报送材料的通知</h1>{body}</div>")
    assert found.attachments.value == ("示例申请表",) and not found.attachments.sure
    assert any("1个附件" in each and "没有读入" in each for each in found.warnings)


def test_a_contact_in_brackets_is_read_as_written() -> None:
    found = planted(
        "html", [*HEAD, "各街道办事处：", "请遵照执行。", *SIGNED, "（联系人：张某，联系电话：12345678）"]
    )
    assert found.contact.value == "联系人：张某，联系电话：12345678" and found.contact.sure
    loose = notice("联系人：张某", "联系电话：12345678")
    assert loose.contact.value == "联系人：张某；联系电话：12345678" and not loose.contact.sure
    assert notice("请各单位明确联系人。").contact.value is None


def test_the_form_of_a_document_is_the_word_its_title_ends_with() -> None:
    found = notice()
    assert (found.kind.value, found.kind.sure) == ("通知", True)
    assert planted("html", ["=示例一览", "各项工作有序推进，成效明显。"]).kind.value is None


DAY = date(2024, 5, 1)


@pytest.mark.parametrize(
    ("words", "start", "end"),
    [
        ("本通知自2024年5月1日起施行。", DAY, None),
        ("本通知从2024年5月1日起正式实施。", DAY, None),
        ("本通知于2024年5月1日起执行。", DAY, None),
        ("五、本通知自2024年5月1日起施行，有效期5年。", DAY, date(2029, 4, 30)),
        ("本通知自二〇二四年五月一日起施行，有效期五年。", DAY, date(2029, 4, 30)),
        ("本通知自2024年5月1日起试行，试行期两年。", DAY, date(2026, 4, 30)),
        ("本通知自2024年5月1日起执行，执行期3年。", DAY, date(2027, 4, 30)),
        ("本通知自2024年5月1日起施行。有效期6个月。", DAY, date(2024, 10, 31)),
        ("本通知自2024年5月1日起施行，有效期至2026年12月31日。", DAY, date(2026, 12, 31)),
        ("本通知自2024年5月1日起施行，有效期截至2026年12月31日。", DAY, date(2026, 12, 31)),
        ("本通知执行期限自2024年5月1日至2026年12月31日。", DAY, date(2026, 12, 31)),
        ("本通知有效期为2024年5月1日至2026年12月31日。", DAY, date(2026, 12, 31)),
        ("本通知自2024年5月1日起施行，原《示例办法》（示民发〔2019〕1号）同时废止。", DAY, None),
        ("上述政策自2024年5月1日起实施，至2026年12月31日止。", DAY, date(2026, 12, 31)),
    ],
)
def test_days_that_the_text_names_are_sure(words: str, start: date, end: date | None) -> None:
    found = notice(words)
    assert (found.effective_from.value, found.effective_from.sure) == (start, True)
    assert (found.effective_until.value, found.effective_until.sure) == (end, end is not None)


@pytest.mark.parametrize(
    ("words", "start", "end"),
    [
        ("本通知自印发之日起执行，执行期3年。", date(2026, 3, 27), date(2029, 3, 26)),
        ("本通知自发布之日起施行。", date(2026, 3, 27), None),
        ("本通知自发布之日起30日后施行，有效期5年。", date(2026, 4, 26), date(2031, 4, 25)),
        ("本通知自公布之日起满30日后施行。", date(2026, 4, 26), None),
    ],
)
def test_days_reckoned_from_the_signature_alone_are_left_open(
    words: str, start: date, end: date | None
) -> None:
    found = notice(words)
    assert (found.effective_from.value, found.effective_from.sure) == (start, False)
    assert (found.effective_until.value, found.effective_until.sure) == (end, False)


def test_a_day_of_publication_that_page_and_signature_share_is_sure() -> None:
    body = "".join(f"<p>{text}</p>" for text in ("本通知自发布之日起施行。", "示例区民政局", "2026年3月27日"))
    head = "<ul><li>发布日期：2026-03-27</li><li>发文字号：示民发〔2026〕3号</li><li>发布机构：示例区民政局</li></ul>"
    found = page(
        f"<div><h1>示例区民政局关于开展示例工作的通知</h1>{head}<div><p>各街道办事处：</p>{body}</div></div>"
    )
    assert (found.effective_from.value, found.effective_from.sure) == (date(2026, 3, 27), True)


@pytest.mark.parametrize(
    "words",
    [
        "《示例办法》（示民发〔2019〕1号）自2024年5月1日起废止。",
        "居住证有效期5年，期满前应当申请换领。",
        "有效期届满需要延续的，应当在30日前提出申请。",
        "本通知所称补助自申请之日起发放。",
        "参照《示例条例》的规定自2024年5月1日起缴费。",
    ],
)
def test_days_of_something_else_are_not_taken_for_the_document_s(words: str) -> None:
    found = notice(words)
    assert found.effective_from.value is None
    assert not found.effective_until.sure


LAW = ["# 示例管理条例", "2009年8月27日 示例市第十届人民代表大会常务委员会第十次会议通过"]


def law(*history: str, last: str = "第二条 本条例自2009年10月1日起施行。") -> OfficialDocument:
    return planted("txt", [*LAW, *history, "## 第一章 总则", "第一条 为了示例，制定本条例。", last])


def test_a_law_is_dated_by_the_history_under_its_title() -> None:
    found = law()
    assert found.title.value == "示例管理条例" and found.title.sure
    assert (found.written_on.value, found.written_on.sure) == (date(2009, 8, 27), True)
    assert (found.effective_from.value, found.effective_from.sure) == (date(2009, 10, 1), True)
    assert [clause.path for clause in found.clauses if clause.numbered] == ["第一章", "第一条", "第二条"]


def test_an_amended_law_does_not_say_from_when_its_wording_holds() -> None:
    found = law(
        "2018年3月1日 示例市第十一届人民代表大会常务委员会第二次会议《关于修改<示例管理条例>的决定》第一次修正"
    )
    assert found.written_on.value == date(2018, 3, 1)
    assert (found.effective_from.value, found.effective_from.sure) == (date(2009, 10, 1), False)


def test_the_note_in_brackets_under_a_regulation_dates_it_too() -> None:
    found = planted(
        "html",
        [
            "=示例管理条例",
            "（2009年8月27日示例市第十届人民代表大会常务委员会第十次会议通过　根据2018年3月1日示例市第十一届人民代表大会常务委员会第二次会议《关于修改示例管理条例的决定》修正）",
            "第一条　为了示例，制定本条例。",
            "第二条　本条例自公布之日起施行。",
        ],
    )
    assert found.written_on.value == date(2018, 3, 1)


def test_what_a_site_says_of_its_copy_is_no_part_of_the_title() -> None:
    body = "".join(
        f"<p>{line.lstrip('=>')}</p>" for line in [*HEAD, "各街道办事处：", "请遵照执行。", *SIGNED]
    )
    found = page(f"<div><h1>（转载）示例区民政局关于开展示例工作的通知</h1><div>{body}</div></div>")
    assert found.title.value == "示例区民政局关于开展示例工作的通知" and found.title.sure


def test_a_page_that_lists_documents_is_no_document() -> None:
    entries = "".join(
        f"<li><h4><a href='/{n}'>示例仲裁委员会第{n}号公告送达通知书</a><span>[ 2026-08-{n:02d} ]</span></h4></li>"
        for n in range(1, 9)
    )
    menu = "".join(f"<li><a href='/m{n}'>栏目{n}</a></li>" for n in range(9))
    found = page(f"<ul>{menu}</ul><div><p>仲裁公告</p><ul>{entries}</ul></div><div>主办：示例区民政局</div>")
    texts = [block.text for part in found.parts for block in part.blocks]
    assert texts[0].startswith("示例仲裁委员会第1号") and texts[-1].startswith("示例仲裁委员会第8号")
    assert not found.title.sure and any("目录页" in each for each in found.warnings)


def test_the_heading_of_an_article_does_not_hide_its_day() -> None:
    found = notice("第十二条　（施行日期）本办法自2024年5月1日起施行，有效期至2026年12月31日。")
    assert (found.effective_from.value, found.effective_until.value) == (DAY, date(2026, 12, 31))


def test_a_day_from_which_something_else_holds_is_not_sure() -> None:
    assert not notice("缴费基数调整为5000元，自2024年5月1日起执行。").effective_from.sure
    assert notice("本通知由示例区民政局解释，自2024年5月1日起施行。").effective_from.sure


def test_a_leaflet_is_no_official_document() -> None:
    found = planted("html", ["=示例服务办理指引", "申请单位：", "请携带材料到窗口办理，当场领取结果。"])
    assert (found.kind.value, found.kind.sure) == ("指引", False)
    assert found.recipients.value is None
