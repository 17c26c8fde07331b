"""Planted documents, as web page and as plain text: parts, blocks and clause addresses are those a clerk would give."""

from datetime import date

import pytest

from gongkai.reading.document import BlockKind, OfficialDocument, PartKind

from .planting import blocks, clause, numbered, planted

either = pytest.mark.parametrize("form", ["html", "txt"])
NOTICE = [
    "=示例区人民政府办公室关于印发《示例区养老服务管理办法》的通知",
    "=示例府办〔2025〕3号",
    "各街道办事处、镇政府，区政府各委、办、局：",
    "经区政府同意，现将《示例区养老服务管理办法》印发给你们，请认真贯彻执行。",
    "一、各单位要加强领导，明确责任。",
    "二、执行中的问题，请及时报告区民政局。",
    ">示例区人民政府办公室",
    ">2025年3月4日",
    "（此件公开发布）",
]
RULES = [
    "=示例区养老服务管理办法",
    "=第一章　总　　则",
    "第一条　为了规范养老服务，保障老年人权益，制定本办法。",
    "第二条　养老机构应当具备下列条件：",
    "（一）有固定的服务场所；",
    "（二）有必要的服务人员。",
    "=第二章　附　　则",
    "第三条　本办法自2025年5月1日起施行，有效期至2030年4月30日。",
]


def unique(document: OfficialDocument) -> bool:
    return (
        len({one.path for one in document.clauses})
        == len({one.anchor for one in document.clauses})
        == len(document.clauses)
    )


@either
def test_what_follows_the_signature_under_its_own_title_is_enclosed(form: str) -> None:
    document = planted(form, NOTICE + RULES)
    assert [(part.kind, part.title) for part in document.parts] == [
        (PartKind.COVER, "示例区人民政府办公室关于印发《示例区养老服务管理办法》的通知"),
        (PartKind.ENCLOSED, "示例区养老服务管理办法"),
    ]
    assert [path.split("/")[-1] for path in numbered(document, 0)] == ["一", "二"]
    rules = [one.label.replace("　", "") for one in document.clauses if one.numbered and one.part == 1]
    assert rules == ["第一章", "第一条", "第二条", "（一）", "（二）", "第二章", "第三条"]
    assert unique(document)


@either
def test_elements_of_a_notice_are_read_from_its_own_blocks(form: str) -> None:
    document = planted(form, NOTICE + RULES)
    assert document.title.value == "示例区人民政府办公室关于印发《示例区养老服务管理办法》的通知"
    assert document.document_number.value == "示例府办〔2025〕3号"
    assert document.issuers.value == ("示例区人民政府办公室",)
    assert document.written_on.value == date(2025, 3, 4)
    assert document.effective_from.value == date(2025, 5, 1)
    assert document.effective_until.value == date(2030, 4, 30)
    assert "此件公开发布" in (document.access_note.value or "")
    assert document.index_number.value is None and document.published_on.value is None


@either
def test_blocks_of_a_notice_have_their_kinds(form: str) -> None:
    document = planted(form, NOTICE + RULES)
    assert [one.text for one in blocks(document, BlockKind.NUMBER)] == ["示例府办〔2025〕3号"]
    assert [one.text for one in blocks(document, BlockKind.RECIPIENT)] == [
        "各街道办事处、镇政府，区政府各委、办、局："
    ]
    assert [one.text for one in blocks(document, BlockKind.SIGNATURE)] == ["示例区人民政府办公室"]
    assert [one.text for one in blocks(document, BlockKind.DATE)] == ["2025年3月4日"]
    assert [one.text for one in blocks(document, BlockKind.NOTE)] == ["（此件公开发布）"]


@either
def test_letter_spaced_chapter_titles_are_closed_up_and_head_their_articles(form: str) -> None:
    document = planted(form, RULES)
    assert clause(document, "为了规范养老服务").heading == ("第一章 总则",)
    assert [one.text for one in document.clauses if one.label == "第二章"] == ["附则"]
    assert clause(document, "为了规范养老服务").path == "第一条", (
        "an article is addressed without its chapter"
    )
    assert clause(document, "必要的服务人员").path == "第二条/（二）"


DECREE = [
    "=示例市人民政府令",
    "=第12号",
    "《示例市公园管理办法》已经2025年1月8日市人民政府第3次常务会议通过，现予公布，自2025年3月1日起施行。",
    ">市长　张三",
    ">2025年1月20日",
    "=示例市公园管理办法",
    "第一条　为了加强公园管理，制定本办法。",
    "第二条　本办法自2025年3月1日起施行。",
]


@either
def test_a_decree_and_its_regulation_are_two_parts(form: str) -> None:
    document = planted(form, DECREE)
    assert [(part.kind, part.title) for part in document.parts][1:] == [
        (PartKind.ENCLOSED, "示例市公园管理办法")
    ]
    assert document.parts[0].kind is PartKind.COVER
    assert numbered(document, 1) == ["第一条", "第二条"]
    assert document.written_on.value == date(2025, 1, 20)
    assert document.effective_from.value == date(2025, 3, 1)
    assert (document.document_number.value or "").endswith("令第12号")


@either
def test_a_regulation_is_called_by_its_own_title_and_not_by_its_decree(form: str) -> None:
    assert planted(form, DECREE).title.value == "示例市公园管理办法"


@either
def test_the_issuer_of_a_decree_is_the_government_that_decrees(form: str) -> None:
    assert planted(form, DECREE).issuers.value == ("示例市人民政府",)


@either
def test_two_regulations_behind_one_notice_keep_their_articles_apart(form: str) -> None:
    cover = [
        line.replace("《示例区养老服务管理办法》", "《示例区养老服务管理办法》《示例区助餐服务规定》")
        for line in NOTICE
    ]
    second = [
        "=示例区助餐服务规定",
        "第一条　为了规范助餐服务，制定本规定。",
        "第二条　本规定自2025年6月1日起施行。",
    ]
    document = planted(form, cover + RULES + second)
    assert [part.title for part in document.parts][1:] == ["示例区养老服务管理办法", "示例区助餐服务规定"]
    assert [part.kind for part in document.parts] == [PartKind.COVER, PartKind.ENCLOSED, PartKind.ENCLOSED]
    assert clause(document, "规范养老服务，保障").path != clause(document, "规范助餐服务").path
    assert unique(document)


LETTER = ["=示例区民政局关于做好补贴申领工作的通知", "=示例民〔2025〕8号", "各街道办事处："]


@either
def test_attachments_are_parts_with_their_own_numbering(form: str) -> None:
    document = planted(
        form,
        [
            *LETTER,
            "现就补贴申领工作通知如下。",
            "一、申领对象。本区户籍老年人。",
            "附件：1.补贴标准",
            "2.申领流程",
            ">示例区民政局",
            ">2025年3月4日",
            "附件1",
            "=补贴标准",
            "一、一类补贴每月100元。",
            "二、二类补贴每月200元。",
            "附件2",
            "=申领流程",
            "一、提出申请。",
        ],
    )
    assert [part.kind for part in document.parts] == [PartKind.MAIN, PartKind.ATTACHMENT, PartKind.ATTACHMENT]
    assert [(part.label, part.title) for part in document.parts][1:] == [
        ("附件1", "补贴标准"),
        ("附件2", "申领流程"),
    ]
    assert [len(numbered(document, part)) for part in range(3)] == [1, 2, 1]
    assert unique(document)


@either
@pytest.mark.parametrize(
    "listed",
    [["附件：1.补贴标准", "2.申领流程"], ["附件：补贴标准"], ["附件：1．补贴标准", "　　　2．申领流程"]],
)
def test_a_list_of_attachments_is_no_attachment(form: str, listed: list[str]) -> None:
    document = planted(
        form,
        [
            *LETTER,
            "现就补贴申领工作通知如下。",
            "一、申领对象。本区户籍老年人。",
            *listed,
            ">示例区民政局",
            ">2025年3月4日",
        ],
    )
    assert [part.kind for part in document.parts] == [PartKind.MAIN]
    assert blocks(document, BlockKind.ATTACHMENTS) != []
    assert numbered(document) == ["一"]
    assert document.written_on.value == date(2025, 3, 4)


@either
def test_numbering_that_starts_again_stands_under_its_heading(form: str) -> None:
    document = planted(
        form,
        [
            *LETTER,
            "一、工作目标",
            "1.完成摸底。",
            "2.完成建档。",
            "二、工作要求",
            "1.加强领导。",
            "2.加强宣传。",
        ],
    )
    assert numbered(document) == ["一", "一/1", "一/2", "二", "二/1", "二/2"]


@either
def test_a_second_list_at_the_same_place_is_told_apart(form: str) -> None:
    document = planted(
        form,
        [
            *LETTER,
            "一、申领材料",
            "个人申领的，提交：",
            "1.申请表；",
            "2.身份证明。",
            "单位申领的，提交：",
            "1.申请函；",
            "2.营业执照。",
        ],
    )
    paths = numbered(document)
    assert paths[:3] == ["一", "一/1", "一/2"]
    assert paths[3] == "一/1~2" and unique(document)


@either
def test_items_of_an_article_stand_under_the_paragraph_they_belong_to(form: str) -> None:
    document = planted(
        form,
        [
            "=示例区公园管理办法",
            "第五条　有下列情形之一的，应当公告：",
            "（一）闭园检修；",
            "（二）举办活动。",
            "有下列情形之一的，应当备案：",
            "（一）新设经营项目；",
            "（二）变更开放时间。",
            "前两款的具体办法另行制定。",
            "第六条　本办法自2025年3月1日起施行。",
        ],
    )
    first, second = clause(document, "闭园检修"), clause(document, "新设经营项目")
    assert first.path == "第五条/（一）" or "款" in first.path
    assert second.path.startswith("第五条/") and "款" in second.path and second.path.endswith("（一）")
    assert clause(document, "前两款的具体办法").path.startswith("第五条/")
    assert clause(document, "本办法自").path == "第六条"
    assert unique(document)


@either
def test_items_may_stand_directly_under_a_chapter(form: str) -> None:
    document = planted(
        form,
        [
            "=示例区标准化指引",
            "=第一章　总体要求",
            "（一）依法公开。",
            "（二）便民利民。",
            "=第二章　工作任务",
            "（一）编制目录。",
        ],
    )
    assert numbered(document) == ["第一章", "第一章/（一）", "第一章/（二）", "第二章", "第二章/（一）"]


@either
def test_mixed_numbering_goes_five_levels_deep_and_back(form: str) -> None:
    document = planted(
        form,
        [
            *LETTER,
            "一、重点任务",
            "（一）优化服务。",
            "1.精简材料。",
            "（1）减少证明。",
            "①取消三项。",
            "②合并两项。",
            "（2）共享数据。",
            "2.缩短时限。",
            "（二）加强监管。",
            "二、保障措施",
        ],
    )
    deep = "一/（一）/1/（1）"
    assert numbered(document) == [
        "一",
        "一/（一）",
        "一/（一）/1",
        deep,
        f"{deep}/①",
        f"{deep}/②",
        "一/（一）/1/（2）",
        "一/（一）/2",
        "一/（二）",
        "二",
    ]
    assert clause(document, "取消三项").heading == (
        "一、重点任务",
        "（一）优化服务",
        "1.精简材料",
        "（1）减少证明",
    )


@either
def test_an_article_that_talks_about_articles_does_not_break_the_count(form: str) -> None:
    document = planted(
        form,
        [
            "=示例区公园管理办法",
            "第一条　为了加强管理，制定本办法。",
            "第二条　违反规定的，责令改正。",
            "第一条规定的情形除外。",
            "第二条之一　逾期不改的，予以通报。",
            "第三条　本办法自2025年3月1日起施行。",
        ],
    )
    assert numbered(document) == ["第一条", "第二条", "第二条之一", "第三条"]


@either
@pytest.mark.parametrize("signed", [[">示例区民政局", ">示例区财政局"], [">示例区民政局　　示例区财政局"]])
def test_joint_issuers_are_both_named(form: str, signed: list[str]) -> None:
    document = planted(
        form,
        [
            "=示例区民政局 示例区财政局关于调整补贴标准的通知",
            "=示例民〔2025〕9号",
            "各街道办事处：",
            "经研究，决定调整补贴标准，请遵照执行。",
            *signed,
            ">2025年3月4日",
        ],
    )
    assert document.issuers.value == ("示例区民政局", "示例区财政局")
    assert (
        "".join(one.text for one in blocks(document, BlockKind.SIGNATURE)).replace("　", "").replace(" ", "")
        == "示例区民政局示例区财政局"
    )
    assert document.written_on.value == date(2025, 3, 4)


@either
@pytest.mark.parametrize(
    "note", ["（此件公开发布）", "（此件主动公开）", "（此件依申请公开）", "（此件不予公开）"]
)
def test_the_note_on_disclosure_is_read_and_is_no_clause(form: str, note: str) -> None:
    document = planted(form, [*LETTER, "请认真贯彻执行。", ">示例区民政局", ">2025年3月4日", note])
    assert document.access_note.value == note.strip("（）")
    assert note not in [one.text for one in document.clauses]


@either
def test_a_text_without_number_signature_or_date_leaves_them_open(form: str) -> None:
    document = planted(form, ["=办事指南", "申请人可以到窗口办理，也可以在网上办理。"])
    for element in (
        document.document_number,
        document.written_on,
        document.published_on,
        document.index_number,
        document.effective_from,
    ):
        assert element.value is None and not element.sure


@either
def test_a_day_of_printing_is_no_effective_date(form: str) -> None:
    document = planted(form, [*LETTER, "本通知自印发之日起施行。", ">示例区民政局", ">2025年3月4日"])
    # The day of signature may be proposed to a person; it is never called sure.
    assert not document.effective_from.sure


@either
def test_citations_stand_in_the_clause_that_makes_them(form: str) -> None:
    document = planted(form, [*LETTER, "一、依照《示例市公园条例》第八条和示例府规〔2020〕1号办理。"])
    found = [(one.path, one.reference.title, one.reference.clause) for one in document.citations]
    assert found == [("一", "示例市公园条例", "第八条"), ("一", "", "")]
    (item,) = [one for one in document.clauses if one.path == "一"]
    assert all(0 <= one.reference.start < one.reference.end <= len(item.text) for one in document.citations)
    assert item.text[document.citations[0].reference.start :].startswith("《示例市公园条例》")
